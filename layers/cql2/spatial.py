"""Spatial functions on planar longitude and latitude, as simple features define them.

A literal is prepared once and asked of those features whose bounds meet its bounds.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.bbox import BBox
from geo.errors import OnemapError
from layers.cql2.errors import InvalidFilterError
from layers.cql2.nodes import Box
from layers.cql2.values import Operand, Value, expect, single, truth

FilterCrs = Callable[[BaseGeometry], BaseGeometry]
"""Takes a geometry from the reference system of a filter to CRS84."""

RELATIONS: Mapping[str, tuple[Callable[..., Any], Callable[..., Any]]] = MappingProxyType(
    {
        "s_contains": (shapely.contains, shapely.within),
        "s_crosses": (shapely.crosses, shapely.crosses),
        "s_disjoint": (shapely.disjoint, shapely.disjoint),
        "s_equals": (shapely.equals, shapely.equals),
        "s_intersects": (shapely.intersects, shapely.intersects),
        "s_overlaps": (shapely.overlaps, shapely.overlaps),
        "s_touches": (shapely.touches, shapely.touches),
        "s_within": (shapely.within, shapely.contains),
    }
)
"""Each function with the one that answers the same when its arguments change places."""


def spatial(name: str) -> Callable[[Sequence[Operand]], Value]:
    """Return the evaluation of a spatial function."""
    relate, reverse = RELATIONS[name]

    def evaluate(arguments: Sequence[Operand]) -> Value:
        left, right = (expect(argument, name.upper(), "geometry") for argument in arguments)
        known = left.known & right.known
        if left.constant == right.constant:
            return truth(relate(left.values, right.values), known)
        if right.constant:
            return truth(_asked(reverse, right.values[()], left.values), known)
        return truth(_asked(relate, left.values[()], right.values), known)

    return evaluate


def placed(shape: BaseGeometry, filter_crs: FilterCrs | None) -> Value:
    """Return a literal geometry in CRS84.

    Raises
    ------
    InvalidFilterError
        If its reference system has no place for it.
    """
    if filter_crs is None:
        # a copy, since a prepared geometry must not be asked by two threads at once
        return single("geometry", shapely.force_2d(shape))
    try:
        moved = filter_crs(shape)
    except OnemapError as error:
        raise _misplaced() from error
    if not np.isfinite(shapely.get_coordinates(moved)).all():
        raise _misplaced()
    return single("geometry", moved)


def box_shape(box: Box, *, geographic: bool) -> BaseGeometry:
    """Return the shape of a bounding box: a polygon, or a line or point if it has no extent.

    West may lie beyond east in degrees: the box then crosses the antimeridian and comes as two
    (OGC 21-065r2, clause 7.6.2).

    Raises
    ------
    InvalidFilterError
        If the box ends before it begins or lies off the globe.
    """
    corners = (box.west, box.south, box.east, box.north)
    if not geographic:
        if box.west > box.east or box.south > box.north:
            raise _wrong_box()
        return _rectangle(*corners)
    try:
        parts = BBox(*corners).parts()
    except OnemapError as error:
        raise _wrong_box() from error
    return shapely.union_all([_rectangle(*part.as_tuple()) for part in parts])


def _asked(
    relate: Callable[..., Any], literal: BaseGeometry, shapes: NDArray[np.object_]
) -> NDArray[np.bool_]:
    shapely.prepare(literal)
    west, south, east, north = shapely.bounds(literal)
    x0, y0, x1, y1 = shapely.bounds(shapes).T
    near = (x0 <= east) & (x1 >= west) & (y0 <= north) & (y1 >= south)
    found = np.full(len(shapes), relate is shapely.disjoint)
    found[near] = relate(literal, shapes[near])
    return found


def _rectangle(west: float, south: float, east: float, north: float) -> BaseGeometry:
    shape: BaseGeometry = shapely.envelope(shapely.MultiPoint([(west, south), (east, north)]))
    return shape


def _misplaced() -> InvalidFilterError:
    return InvalidFilterError(
        "a shape of the filter has no place in longitude and latitude; check filter-crs",
        "筛选条件中的图形无法换算为经纬度，请检查 filter-crs",
    )


def _wrong_box() -> InvalidFilterError:
    return InvalidFilterError(
        "BBOX is west, south, east, north with south <= north, on the globe",
        "BBOX 依次为西、南、东、北，南不大于北，且在有效范围内",
    )
