"""Columns of a collection as values of their queryable's kind.

A value that is not of its kind counts as null, so that one odd feature cannot make a filter fail
for all others.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from layers.cql2.nodes import Kind
from layers.cql2.values import Value

Column = pd.Series | NDArray[Any]
"""One value per feature."""

_LISTS = (list, tuple, set, frozenset, np.ndarray)


def value_of(column: Column, kind: Kind) -> Value:
    """Return a column as values of a kind."""
    return _READERS[kind](column, kind)


def _strings(column: Column, kind: Kind) -> Value:
    cells = np.asarray(column, dtype=object)
    return _where(cells, kind, [isinstance(cell, str) for cell in cells])


def _booleans(column: Column, kind: Kind) -> Value:
    cells = np.asarray(column)
    if cells.dtype.kind != "b":
        known = np.array([isinstance(cell, bool | np.bool_) for cell in cells], dtype=bool)
        return Value(kind, np.where(known, cells, False).astype(bool), known)
    return Value(kind, cells, np.ones(len(cells), dtype=bool))


def _numbers(column: Column, kind: Kind) -> Value:
    cells = np.asarray(column)
    if cells.dtype.kind in "iu":
        return Value(kind, cells, np.ones(len(cells), dtype=bool))
    if cells.dtype.kind != "f":
        cells = _unboxed(cells)
    return Value(kind, cells, ~np.isnan(cells))


def _unboxed(cells: NDArray[Any]) -> NDArray[Any]:
    """Return integers where all cells are such, so that they stay exact, else doubles."""
    numbers = [cell if _is_number(cell) else None for cell in cells]
    if all(isinstance(cell, int) and abs(cell) < 2**63 for cell in numbers):
        return np.array(numbers, dtype=np.int64)
    return np.array([np.nan if cell is None else cell for cell in numbers], dtype=np.float64)


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float | np.number) and not isinstance(cell, bool)


def _instants(column: Column, kind: Kind) -> Value:
    series = pd.Series(column)
    if pd.api.types.is_numeric_dtype(series):
        series = pd.Series([None] * len(series), dtype=object)
    parsed = pd.to_datetime(series, format="ISO8601", utc=True, errors="coerce")
    moments = parsed.dt.tz_localize(None).to_numpy().astype("datetime64[us]")
    if kind == "date":
        moments = moments.astype("datetime64[D]").astype("datetime64[us]")
    return Value(kind, moments, ~np.isnat(moments))


def _sets(column: Column, kind: Kind) -> Value:
    cells = np.empty(len(column), dtype=object)
    cells[:] = [_set(cell) if isinstance(cell, _LISTS) else None for cell in column]
    return _where(cells, kind, [cell is not None for cell in cells])


def _set(cell: Iterable[object]) -> frozenset[object] | None:
    try:
        return frozenset(cell)
    except TypeError:  # of objects, not of texts
        return None


def _geometries(column: Column, kind: Kind) -> Value:
    cells = np.asarray(column, dtype=object)
    return _where(cells, kind, shapely.is_geometry(cells))


def _where(cells: NDArray[np.object_], kind: Kind, known: ArrayLike) -> Value:
    mask = np.asarray(known, dtype=bool)
    filled = cells.copy()
    filled[~mask] = _FILLERS[kind]
    return Value(kind, filled, mask)


_FILLERS: Mapping[Kind, object] = MappingProxyType(
    {
        "string": "",
        "integer": 0,
        "number": 0.0,
        "boolean": False,
        "date": np.datetime64("NaT"),
        "timestamp": np.datetime64("NaT"),
        "strings": frozenset(),
        "geometry": None,
    }
)
_READERS: Mapping[Kind, Callable[[Column, Kind], Value]] = MappingProxyType(
    {
        "string": _strings,
        "integer": _numbers,
        "number": _numbers,
        "boolean": _booleans,
        "date": _instants,
        "timestamp": _instants,
        "strings": _sets,
        "geometry": _geometries,
    }
)
