"""Areas and lengths on the ellipsoid and in the plane, in named units.

The true figure is geodesic, on the GRS80 ellipsoid of CGCS2000. The planar figure in EPSG:4548
stands beside it since land offices use it. Web Mercator is never measured in (1.56 times too
large at Jinan's latitude).
"""

from collections.abc import Sequence

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from geo.crs import PLANAR_CRS, STORAGE_CRS, to_crs

GEOD = pyproj.Geod(ellps="GRS80")

MU_PER_HECTARE = 15
"""1 ha = 15 mu exactly (GB 3100-93 keeps the mu through the hectare)."""

_DENSE_DEGREES = 0.001
_EQUAL_AREA = pyproj.Transformer.from_crs(
    "EPSG:4490", "+proj=cea +lat_ts=36.6 +ellps=GRS80 +type=crs", always_xy=True
)

Geometries = NDArray[np.object_] | Sequence[shapely.Geometry | None]


def hectares(area_m2: float) -> float:
    """Return square metres in hectares.

    Examples
    --------
    >>> hectares(10_000.0)
    1.0
    """
    return area_m2 / 10_000


def mu(area_m2: float) -> float:
    """Return square metres in mu (亩), 10000/15 m² each.

    Examples
    --------
    >>> mu(10_000.0)
    15.0
    """
    return area_m2 * MU_PER_HECTARE / 10_000


def geodesic_area_m2(geometries: Geometries) -> NDArray[np.float64]:
    """Return each geometry's area in m² on GRS80; 0 for lines, points and null.

    Edges are geodesics between the vertices as given (Karney 2013), the orientation of rings
    does not matter.
    """
    return np.array([_polygonal_area(g) for g in geometries], dtype=np.float64)


def geodesic_length_m(geometries: Geometries) -> NDArray[np.float64]:
    """Return each line's length in metres on GRS80; 0 for points, polygons and null."""
    return np.array([_linear_length(g) for g in geometries], dtype=np.float64)


def planar_area_m2(geometries: Geometries) -> NDArray[np.float64]:
    """Return each geometry's area in m² in EPSG:4548 (CGCS2000, CM 117E)."""
    planar = to_crs(np.asarray(geometries), source=STORAGE_CRS, target=PLANAR_CRS)
    area: NDArray[np.float64] = np.nan_to_num(shapely.area(planar))
    return area


def planar_length_m(geometries: Geometries) -> NDArray[np.float64]:
    """Return each line's length in metres in EPSG:4548; 0 for points, polygons and null."""
    lines = np.asarray([g if _dimension(g) == 1 else None for g in geometries])
    planar = to_crs(lines, source=STORAGE_CRS, target=PLANAR_CRS)
    length: NDArray[np.float64] = np.nan_to_num(shapely.length(planar))
    return length


def densify(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the geometries with a vertex at least every 0.001° (about 100 m).

    RFC 7946, clause 3.1.1 makes an edge straight in longitude and latitude. With these vertices
    an edge bent by a projection leaves that line by less than 0.2 mm, so parts of a cut shape
    and the whole are measured alike.
    """
    dense: NDArray[np.object_] = shapely.segmentize(geometries, _DENSE_DEGREES)
    return dense


def equal_area_m2(geometries: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return areas in m² that add up when a shape is cut, for shares.

    Measured with dense edges in a cylindrical equal-area projection of GRS80, which keeps areas
    at every latitude (its standard parallel only sets the shape).
    """

    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(_EQUAL_AREA.transform(xy[:, 0], xy[:, 1]))

    area: NDArray[np.float64] = np.nan_to_num(
        shapely.area(shapely.transform(densify(geometries), move))
    )
    return area


def _dimension(geometry: shapely.Geometry | None) -> int:
    return -1 if geometry is None else int(shapely.get_dimensions(geometry))


def _polygonal_area(geometry: shapely.Geometry | None) -> float:
    if geometry is None or geometry.is_empty:
        return 0.0
    polygons = [part for part in _simple_parts(geometry) if _dimension(part) == 2]
    return sum(_ring_area(polygon) for polygon in polygons)


def _ring_area(polygon: shapely.Polygon) -> float:
    outer = abs(GEOD.geometry_area_perimeter(shapely.Polygon(polygon.exterior))[0])
    holes = (
        abs(GEOD.geometry_area_perimeter(shapely.Polygon(ring))[0]) for ring in polygon.interiors
    )
    return float(outer - sum(holes))


def _linear_length(geometry: shapely.Geometry | None) -> float:
    if geometry is None or geometry.is_empty:
        return 0.0
    lines = [part for part in _simple_parts(geometry) if _dimension(part) == 1]
    return float(sum(GEOD.geometry_length(line) for line in lines))


def _simple_parts(geometry: shapely.Geometry) -> list[shapely.Geometry]:
    """Return the parts of a collection, collections inside it included."""
    parts: list[shapely.Geometry] = []
    for part in shapely.get_parts(geometry):
        nested = part.geom_type.startswith("Multi") or (part.geom_type == "GeometryCollection")
        parts.extend(_simple_parts(part) if nested else [part])
    return parts
