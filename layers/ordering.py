"""The order of features by the values of their properties."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.errors import InvalidQueryError
from layers.model import CodeLists
from layers.query import SortKey
from layers.queryables import Columns, sortables


def ordered(
    positions: NDArray[np.intp],
    keys: Sequence[SortKey],
    columns: Columns,
    codes: CodeLists,
) -> NDArray[np.intp]:
    """Return positions in the order of some keys, the first key first.

    Ties keep the order in which they came, and nulls stand last whichever way a key goes. Values
    of a code list compare by their place in it, texts as GB 18030, which puts the common Chinese
    characters in the order of their pinyin.

    Raises
    ------
    InvalidQueryError
        If a key is no property that may be sorted by.
    """
    for key in reversed(keys):
        cells = _cells(key, columns, codes)[positions]
        known = np.array([cell is not None for cell in cells], dtype=bool)
        ranks = np.unique(cells[known], return_inverse=True)[1]
        by_rank = np.argsort(-ranks if key.descending else ranks, kind="stable")
        positions = np.concatenate([positions[known][by_rank], positions[~known]])
    return positions


def _cells(key: SortKey, columns: Columns, codes: CodeLists) -> NDArray[np.object_]:
    """Return what a key compares for every feature, null where a feature has nothing."""
    allowed = sortables(columns.fields)
    if key.name not in allowed:
        raise InvalidQueryError(
            "features cannot be sorted by this property; see allowed",
            "不能按该属性排序；可用属性见 allowed",
            parameter="sortby",
            allowed=allowed,
        )
    order = {term.id: at for at, term in enumerate(codes.get(key.name, ()))}
    made = [_comparable(cell, order) for cell in columns[key.name]]
    cells = np.empty(len(made), dtype=object)
    cells[:] = made
    return cells


def _comparable(cell: Any, order: Mapping[str, int]) -> Any:  # noqa: ANN401 - any property's value
    if cell is None or cell != cell:  # a number that is none
        return None
    if order:
        return order.get(cell)
    return cell.encode("gb18030") if isinstance(cell, str) else cell
