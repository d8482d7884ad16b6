"""An index of geometries that follows edits without being built anew for each."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
import shapely
from numpy.typing import NDArray

Predicate = Literal["intersects", "within", "contains", "overlaps", "crosses", "touches", "covers"]

_ADDED_AT_MOST = 1_000


@dataclass(frozen=True, slots=True)
class SpatialIndex:
    """A tree over geometries as they once were, and what has changed since.

    Everything is named by *sequence*, which stays with a feature for ever; a query answers with
    the positions that the sequences have in the table of today.
    """

    tree: shapely.STRtree
    tree_sequences: NDArray[np.int64]
    dirty: frozenset[int]
    sequences: NDArray[np.int64]
    geometries: NDArray[np.object_]

    @classmethod
    def build(cls, sequences: NDArray[np.int64], geometries: NDArray[np.object_]) -> Self:
        """Return an index of geometries whose sequences rise; null ones are never found."""
        return cls(shapely.STRtree(geometries), sequences, frozenset(), sequences, geometries)

    def changed(
        self,
        sequences: NDArray[np.int64],
        geometries: NDArray[np.object_],
        changed: Collection[int],
    ) -> Self:
        """Return the index of the geometries after some sequences were changed."""
        dirty = self.dirty | frozenset(changed)
        if len(dirty) > max(_ADDED_AT_MOST, len(sequences) // 20):
            return self.build(sequences, geometries)
        return type(self)(self.tree, self.tree_sequences, dirty, sequences, geometries)

    def query(
        self, geometry: shapely.Geometry, predicate: Predicate | None = None
    ) -> NDArray[np.intp]:
        """Return the positions of the geometries that satisfy ``predicate(geometry, each)``.

        Without a predicate the bounds have to meet. The positions rise.
        """
        found = self.tree_sequences[self.tree.query(geometry, predicate=predicate)]
        if not self.dirty:
            return np.sort(np.searchsorted(self.sequences, found))
        dirty = np.fromiter(self.dirty, dtype=np.int64)
        still = np.searchsorted(self.sequences, found[~np.isin(found, dirty)])
        present = dirty[np.isin(dirty, self.sequences)]
        fresh = np.searchsorted(self.sequences, present)
        among = shapely.STRtree(self.geometries[fresh]).query(geometry, predicate=predicate)
        return np.sort(np.concatenate([still, fresh[among]]))
