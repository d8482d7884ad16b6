"""Where the rows of a table go when some are replaced, added or taken out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Move:
    """A table's rows, named by rising sequences, before and after a change.

    ``sequences`` are those after it; ``kept`` marks the rows of before that did not change, and
    ``target`` says where each row of before would stand now.
    """

    sequences: NDArray[np.int64]
    kept: NDArray[np.bool_]
    target: NDArray[np.intp]

    @classmethod
    def of(cls, before: NDArray[np.int64], changes: Mapping[int, object | None]) -> Self:
        """Return the move that changes make; null takes a row out."""
        changed = np.array(sorted(changes), dtype=np.int64)
        added = np.array(sorted(s for s, v in changes.items() if v is not None), dtype=np.int64)
        kept = ~np.isin(before, changed)
        sequences = np.union1d(before[kept], added)
        return cls(sequences, kept, np.searchsorted(sequences, before))

    def fill(
        self,
        after: NDArray[np.object_],
        before: Sequence[Any] | NDArray[np.object_],
        fresh: Mapping[int, Any],
    ) -> None:
        """Write the rows of before and, by sequence, the fresh ones into an array of objects."""
        rows = np.empty(len(before), dtype=object)
        rows[:] = before
        after[self.target[self.kept]] = rows[self.kept]
        for sequence, value in fresh.items():
            after[np.searchsorted(self.sequences, sequence)] = value

    def carried(self, before: Sequence[T], fresh: Mapping[int, T]) -> tuple[T, ...]:
        """Return the rows after the change: those kept, and by sequence the fresh ones."""
        after = np.empty(len(self.sequences), dtype=object)
        self.fill(after, before, fresh)
        return tuple(after)

    def positions(self, before: NDArray[np.intp], added: Collection[int]) -> NDArray[np.intp]:
        """Return where the kept rows of some positions stand now, with added sequences."""
        moved = self.target[before[self.kept[before]]]
        if not added:
            return moved
        fresh = np.searchsorted(self.sequences, np.array(list(added), dtype=np.int64))
        return np.sort(np.concatenate([moved, fresh]))
