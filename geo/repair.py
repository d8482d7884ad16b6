"""Make geometries valid, and say what was changed."""

from dataclasses import dataclass
from typing import Literal

import shapely

from geo.errors import InvalidGeometryError

Repair = Literal["none", "height dropped", "made valid", "lower dimension dropped"]


@dataclass(frozen=True, slots=True)
class Repaired:
    """A valid two-dimensional geometry and what was done to get it."""

    geometry: shapely.Geometry
    repairs: tuple[Repair, ...]


def repair(geometry: shapely.Geometry) -> Repaired:
    """Return a valid, two-dimensional geometry of the same dimension, counter-clockwise outside.

    ``make_valid`` runs with ``method="structure"``: the default method failed on some of the
    shapes people send and can run for minutes. Orientation follows RFC 7946, clause 3.1.6.

    Raises
    ------
    InvalidGeometryError
        If the geometry is empty, has non-finite coordinates, or nothing of its dimension is
        left.
    """
    if geometry.is_empty:
        raise InvalidGeometryError(
            "the geometry is empty; give one with coordinates", "几何为空，请提供坐标"
        )
    if not _finite(geometry):
        raise InvalidGeometryError(
            "a coordinate is not a finite number; correct it in the source",
            "坐标含有非有限数值，请在源数据中更正",
        )
    repairs: list[Repair] = []
    fixed = geometry
    if geometry.has_z:
        fixed = shapely.force_2d(fixed)
        repairs.append("height dropped")
    if not fixed.is_valid:
        fixed = shapely.make_valid(fixed, method="structure", keep_collapsed=False)
        repairs.append("made valid")
    kept = keep_dimension(fixed, int(shapely.get_dimensions(geometry)))
    if not kept.equals_exact(fixed):
        repairs.append("lower dimension dropped")
    if kept.is_empty:
        raise InvalidGeometryError(
            "nothing is left of the geometry after repair; draw it again",
            "修复后几何为空，请重新绘制",
        )
    return Repaired(shapely.orient_polygons(kept), tuple(repairs))


def keep_dimension(geometry: shapely.Geometry, dimension: int) -> shapely.Geometry:
    """Return only the parts of a geometry that have a dimension (2 polygons, 1 lines, 0 points).

    A geometry that is not a collection of kinds comes back as it is; an empty collection comes
    back where no part fits.
    """
    if geometry.geom_type != "GeometryCollection":
        fits = int(shapely.get_dimensions(geometry)) == dimension
        return geometry if fits else shapely.GeometryCollection()
    parts = [
        part
        for part in shapely.get_parts(geometry)
        if int(shapely.get_dimensions(part)) == dimension
    ]
    if not parts:
        return shapely.GeometryCollection()
    return shapely.union_all(parts) if len(parts) > 1 else parts[0]


def _finite(geometry: shapely.Geometry) -> bool:
    coordinates = shapely.get_coordinates(geometry)
    return bool((abs(coordinates) < float("inf")).all())
