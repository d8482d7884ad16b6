"""Vector tiles of a collection: what lies in a tile, cut, simplified and set on its grid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.tiling import BUFFER, EXTENT, Tile, TileMatrixSet
from layers.render.mvt import Column, Integers, Kind, Paths, encode, value_message
from layers.table import FeatureTable, Positions

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"

CATEGORY_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"areas": ("kind",), "projects": ("stage", "category", "kind")}
)
"""The properties that the tiles of a collection carry besides ``id``: what colours a feature.

All else is asked for by id, which keeps tiles small.
"""

_FIRST_COLLECTION_TYPE = 4  # GEOS numbers multi-geometries and collections from 4
_WINDOW = (-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
_SIMPLIFY_CELLS = 1.0


@dataclass(frozen=True, slots=True)
class _Parts:
    """The geometries of one dimension, projected, and the position of each in the table.

    Polygons are one multipolygon for each feature, lines single ones, points rows of x and y.
    """

    shapes: NDArray[Any]
    owners: Integers


_PARTS: WeakKeyDictionary[FeatureTable, dict[str, tuple[_Parts, ...]]] = WeakKeyDictionary()
_COLUMNS: WeakKeyDictionary[FeatureTable, Mapping[str, Column]] = WeakKeyDictionary()


def tile(
    table: FeatureTable,
    matrix_set: TileMatrixSet,
    zoom: int,
    row: int,
    col: int,
    positions: Positions | None = None,
) -> bytes:
    """Return a tile of a collection as Mapbox Vector Tile 2.1, nothing if it is empty.

    Its one layer has the name of the collection. A feature has its sequence in the table as
    numeric id (the same at every revision), its id as property ``id``, and the properties of
    :data:`CATEGORY_COLUMNS`. Shapes reach :data:`geo.tiling.BUFFER` cells beyond the edge; each
    lies within two cells of the grid of what it stands for, and what is smaller than a cell
    may vanish. ``positions`` narrows the tile to some features of the table.

    Raises
    ------
    TileOutOfRangeError
        If the matrix set has no such tile.
    """
    address = matrix_set.tile(zoom, row, col)
    chosen = _chosen(table, address, positions)
    if not chosen.any():
        return b""
    shapes = []
    for parts, snap in zip(_parts(table, matrix_set), _SNAPS, strict=True):
        here = chosen[parts.owners]
        if here.any():
            shapes.append(snap(_Parts(parts.shapes[here], parts.owners[here]), address))
    return encode(table.collection.id, EXTENT, shapes, table.sequences, _columns(table))


def _chosen(table: FeatureTable, address: Tile, positions: Positions | None) -> NDArray[np.bool_]:
    box = shapely.box(*address.bbox(buffer=BUFFER).as_tuple())
    chosen = np.zeros(len(table.geometries), dtype=bool)
    chosen[table.tree.query(box)] = True
    if positions is not None:
        wanted = np.zeros_like(chosen)
        wanted[positions] = True
        chosen &= wanted
    return chosen


def _columns(table: FeatureTable) -> Mapping[str, Column]:
    """Return the properties that the tiles of a table carry, written once."""
    if table not in _COLUMNS:
        names = CATEGORY_COLUMNS.get(table.collection.id, ())
        columns = {
            name: _column([feature["properties"].get(name) for feature in table.features])
            for name in names
        }
        # Last, so that the few categories come first in the table of values: a place below 128
        # takes one byte.
        _COLUMNS[table] = {**columns, "id": _column(table.ids)}
    return _COLUMNS[table]


def _column(values: Sequence[str | None]) -> Column:
    known = [value for value in dict.fromkeys(values) if value is not None]
    codes = {value: code for code, value in enumerate(known)}
    return Column(
        np.array([-1 if value is None else codes[value] for value in values], dtype=np.int32),
        np.array([value_message(str(value)) for value in known], dtype=object),
    )


def _parts(table: FeatureTable, matrix_set: TileMatrixSet) -> tuple[_Parts, ...]:
    """Return the polygons, lines and points of a table, projected once for each matrix set."""
    kept = _PARTS.setdefault(table, {})
    if matrix_set.id not in kept:
        parts, owners = _flat(matrix_set.project(table.geometries))
        dimensions = shapely.get_dimensions(parts)
        areas, lines, points = (
            _Parts(parts[dimensions == d], owners[dimensions == d].astype(np.int32))
            for d in (2, 1, 0)
        )
        places = _Parts(shapely.get_coordinates(points.shapes), points.owners)
        kept[matrix_set.id] = (_gathered(areas), lines, places)
    return kept[matrix_set.id]


def _flat(geometries: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Return the single geometries in the given ones, and the place of each one's origin."""
    parts, origins = shapely.get_parts(geometries, return_index=True)
    while (shapely.get_type_id(parts) >= _FIRST_COLLECTION_TYPE).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        origins = origins[inner]
    filled = ~shapely.is_empty(parts)
    return parts[filled], origins[filled]


def _gathered(polygons: _Parts) -> _Parts:
    """Return polygons as one valid geometry for each feature, so that they snap together."""
    owners, places = np.unique(polygons.owners, return_inverse=True)
    whole = shapely.multipolygons(polygons.shapes, indices=places)
    # Polygons of a collection may overlap, and projecting can fold a sliver over.
    bad = ~shapely.is_valid(whole)
    whole[bad] = shapely.make_valid(whole[bad], method="structure", keep_collapsed=False)
    return _Parts(whole, owners)


def _snap_polygons(parts: _Parts, address: Tile) -> Paths:
    """Return polygons cut to the tile and its buffer, valid on the grid.

    The cut rounds with the snap rounding of GEOS, which keeps a shape valid, and what is
    simplified afterwards only leaves out corners, such that it stays valid.
    """
    local = shapely.transform(parts.shapes, address.local)
    snapped = shapely.intersection(local, shapely.box(*_WINDOW), grid_size=1.0)
    simple = shapely.simplify(snapped, _SIMPLIFY_CELLS, preserve_topology=True)
    single, origins = _flat(simple)
    filled = shapely.get_dimensions(single) == 2
    # Counter-clockwise where y goes up is a positive area, whichever way y is drawn.
    oriented = shapely.orient_polygons(single[filled])
    rings, places = shapely.get_rings(oriented, return_index=True)
    sizes = shapely.get_num_coordinates(rings)
    xy = np.delete(shapely.get_coordinates(rings), np.cumsum(sizes) - 1, axis=0)
    return Paths(Kind.POLYGON, _whole(xy), sizes - 1, parts.owners[origins[filled][places]])


def _snap_lines(parts: _Parts, address: Tile) -> Paths:
    """Return lines cut to the tile and its buffer, in the direction that they were drawn in."""
    local = shapely.transform(parts.shapes, address.local)
    pieces, origins = _flat(shapely.clip_by_rect(local, *_WINDOW))
    rounded = shapely.transform(pieces, np.rint)
    simple = shapely.simplify(rounded, _SIMPLIFY_CELLS, preserve_topology=False)
    long = shapely.length(simple) > 0
    sizes = shapely.get_num_coordinates(simple[long])
    xy = shapely.get_coordinates(simple[long])
    return Paths(Kind.LINE, _whole(xy), sizes, parts.owners[origins[long]])


def _snap_points(parts: _Parts, address: Tile) -> Paths:
    """Return points on the grid, those in the buffer included."""
    xy = np.rint(address.local(parts.shapes))
    inside = ((xy >= _WINDOW[0]) & (xy <= _WINDOW[2])).all(axis=1)
    owners, sizes = np.unique(parts.owners[inside], return_counts=True)
    return Paths(Kind.POINT, _whole(xy[inside]), sizes, owners)


def _whole(values: NDArray[np.float64]) -> Integers:
    return values.astype(np.int32)


_SNAPS = (_snap_polygons, _snap_lines, _snap_points)
"""In the order of :func:`_parts`; what comes last is drawn on top."""
