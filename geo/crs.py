"""The coordinate reference systems that onemap knows, and the one way to change between them.

Inside, coordinates are CGCS2000 longitude, latitude (EPSG:4490 in CRS84 axis order). CGCS2000
and WGS 84 agree within centimetres to decimetres, so the two count as equal (their EPSG
operation is a null transformation); every other pair of datums is refused here, since PROJ would
shift it by 0.0 m without a word ("ballpark").
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from geo.errors import UnknownCrsError

STORAGE_CRS = "EPSG:4490"
PLANAR_CRS = "EPSG:4548"
"""CGCS2000 / 3-degree Gauss–Kruger CM 117E, the system of Jinan's land offices."""


@dataclass(frozen=True, slots=True)
class ReferenceSystem:
    """A reference system of the CGCS2000 and WGS 84 family."""

    code: str
    name: str
    name_zh: str


KNOWN: tuple[ReferenceSystem, ...] = (
    ReferenceSystem("EPSG:4490", "CGCS2000", "CGCS2000 经纬度"),
    ReferenceSystem("EPSG:4326", "WGS 84", "WGS 84 经纬度"),
    ReferenceSystem("OGC:CRS84", "WGS 84 longitude-latitude", "WGS 84 经度-纬度"),
    ReferenceSystem(
        "EPSG:4548",
        "CGCS2000 / 3-degree Gauss-Kruger CM 117E",
        "CGCS2000 3 度带，中央经线 117°",
    ),
    ReferenceSystem(
        "EPSG:4527",
        "CGCS2000 / 3-degree Gauss-Kruger zone 39",
        "CGCS2000 3 度带 39 带（带号前缀）",
    ),
    ReferenceSystem(
        "EPSG:4547",
        "CGCS2000 / 3-degree Gauss-Kruger CM 114E",
        "CGCS2000 3 度带，中央经线 114°",
    ),
    ReferenceSystem(
        "EPSG:4549",
        "CGCS2000 / 3-degree Gauss-Kruger CM 120E",
        "CGCS2000 3 度带，中央经线 120°",
    ),
    ReferenceSystem(
        "EPSG:4508",
        "CGCS2000 / Gauss-Kruger CM 117E",
        "CGCS2000 6 度带，中央经线 117°",
    ),
    ReferenceSystem("EPSG:3857", "WGS 84 / Pseudo-Mercator", "Web 墨卡托（仅供显示）"),
)
_CODES = frozenset(system.code for system in KNOWN)


@lru_cache(maxsize=64)
def transformer(source: str, target: str) -> pyproj.Transformer:
    """Return the transformer between two known systems, coordinates as x, y.

    ``always_xy=True`` stands here and nowhere else: EPSG lists CGCS2000 as latitude, longitude
    and Gauss–Krüger as northing, easting.

    Raises
    ------
    UnknownCrsError
        If one of the two is not in :data:`KNOWN`.
    """
    for code in (source, target):
        if code not in _CODES:
            raise UnknownCrsError(
                f"{code} is not supported; use one of {', '.join(sorted(_CODES))}",
                f"不支持坐标系 {code}；可用：{'、'.join(sorted(_CODES))}",
            )
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def to_crs(geometries: NDArray[np.object_], *, source: str, target: str) -> NDArray[np.object_]:
    """Return the geometries with every vertex taken to another known system.

    Edges stay straight between the moved vertices; add vertices first where that matters
    (:func:`geo.measure.densify`). Heights are dropped.
    """
    change = transformer(source, target)

    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(change.transform(xy[:, 0], xy[:, 1]))

    moved: NDArray[np.object_] = shapely.transform(geometries, move)
    return moved
