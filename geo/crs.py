"""The coordinate reference systems that onemap knows, and the one way to change between them.

Inside, coordinates are CGCS2000 longitude, latitude (EPSG:4490 in CRS84 axis order). Outside, they
stand in the order of the definition (OGC API – Features Part 2, /req/crs/crs-action): latitude
first in EPSG:4490 and 4326, northing first in every Gauss–Krüger system. CGCS2000
and WGS 84 agree within centimetres to decimetres, so the two count as equal (their EPSG
operation is a null transformation); every other pair of datums is refused here, since PROJ would
shift it by 0.0 m without a word ("ballpark").
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from geo.bbox import BBox
from geo.errors import InvalidBBoxError, UnknownCrsError
from geo.gauss_kruger import CGCS2000, GRIDS

STORAGE_CRS = "EPSG:4490"
PLANAR_CRS = "EPSG:4548"
"""CGCS2000 / 3-degree Gauss–Kruger CM 117E, the system of Jinan's land offices."""


@dataclass(frozen=True, slots=True)
class ReferenceSystem:
    """A reference system of the CGCS2000 and WGS 84 family."""

    code: str
    name: str
    name_zh: str

    @property
    def uri(self) -> str:
        """The address of the definition in the register of the OGC."""
        authority, _, number = self.code.partition(":")
        version = "0" if authority == "EPSG" else "1.3"
        return f"http://www.opengis.net/def/crs/{authority}/{version}/{number}"

    @property
    def names(self) -> tuple[str, ...]:
        """Every name under which it may be asked for: address, URN and short form."""
        authority, _, number = self.code.partition(":")
        version = "" if authority == "EPSG" else "1.3"
        return (self.uri, f"urn:ogc:def:crs:{authority}:{version}:{number}", self.code)

    @property
    def north_first(self) -> bool:
        """Whether the definition lists latitude or northing before longitude or easting."""
        return _north_first(self.code)

    @property
    def degrees(self) -> bool:
        """Whether coordinates are degrees that equal the stored ones, but for their order."""
        return self.code in _DEGREES


_DEGREES = frozenset({"EPSG:4490", "EPSG:4326", "OGC:CRS84"})

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
        "EPSG:4509",
        "CGCS2000 / Gauss-Kruger CM 117E",
        "CGCS2000 6 度带，中央经线 117°",
    ),
    ReferenceSystem("EPSG:3857", "WGS 84 / Pseudo-Mercator", "Web 墨卡托（仅供显示）"),
)
_CODES = frozenset(
    {system.code for system in KNOWN} | {grid.code for grid in GRIDS if grid.datum is CGCS2000}
)
_USABLE = ", ".join(sorted(system.code for system in KNOWN))
_BY_CODE = {system.code: system for system in KNOWN}

CRS84 = _BY_CODE["OGC:CRS84"]
OFFERED: tuple[ReferenceSystem, ...] = (
    CRS84,
    *(_BY_CODE[f"EPSG:{number}"] for number in (4490, 4326, 4548, 4527, 3857)),
)
"""The systems in which coordinates are given and taken, the default one first."""

_METRE_DIGITS = 4  # a tenth of a millimetre, the last digit that any survey states
_EDGE_POINTS = 50
_ROUNDING = 1e-9  # that tenth of a millimetre in degrees, so that rounded bounds miss nothing


def reference_system(name: str) -> ReferenceSystem:
    """Return the offered system of a name: its OGC address, its URN or its short form.

    Raises
    ------
    UnknownCrsError
        If it is none of :data:`OFFERED`.
    """
    for system in OFFERED:
        if name in system.names:
            return system
    raise UnknownCrsError(
        f"this reference system is not offered; use one of {', '.join(s.code for s in OFFERED)}",
        f"不提供该坐标系；可用：{'、'.join(s.code for s in OFFERED)}",
    )


@lru_cache(maxsize=256)
def transformer(source: str, target: str) -> pyproj.Transformer:
    """Return the transformer between two systems of the family, coordinates as x, y.

    ``always_xy=True`` stands here and below, nowhere else: EPSG lists CGCS2000 as latitude,
    longitude and Gauss–Krüger as northing, easting.

    Raises
    ------
    UnknownCrsError
        If one of the two is neither in :data:`KNOWN` nor a Gauss–Krüger system of CGCS2000.
    """
    for code in (source, target):
        if code not in _CODES:
            raise UnknownCrsError(
                f"{code} is not supported; use {_USABLE} or EPSG:4491 to 4554",
                f"不支持坐标系 {code}；可用：{_USABLE}，以及 EPSG:4491–4554",
            )
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


@lru_cache(maxsize=64)
def registered_transformer(number: int) -> pyproj.Transformer:
    """Return the transformer from any system of the EPSG register to WGS 84, as x, y.

    For files from elsewhere: it is exact, or has the stated ``accuracy`` in metres (-1: none is
    stated); it is never a shift by 0.0 m between two datums.

    Raises
    ------
    UnknownCrsError
        If the register has no such system, or no operation from its datum to WGS 84.
    """
    try:
        return pyproj.Transformer.from_crs(number, 4326, always_xy=True, allow_ballpark=False)
    except pyproj.exceptions.ProjError as error:
        raise UnknownCrsError(
            f"EPSG:{number} has no known way to WGS 84; transform the file before, or use a system"
            " of CGCS2000",
            f"EPSG:{number} 没有到 WGS 84 的已知转换；请先自行转换，或改用 CGCS2000 坐标系",
        ) from error


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


def written_in(geometries: NDArray[np.object_], system: ReferenceSystem) -> NDArray[np.object_]:
    """Return stored geometries in a system, coordinates in the order of its definition.

    Metres are rounded to a tenth of a millimetre; degrees keep every bit.
    """
    if not system.degrees:
        moved = to_crs(geometries, source=STORAGE_CRS, target=system.code)
        geometries = shapely.transform(moved, lambda xy: np.round(xy, _METRE_DIGITS))
    return turned(geometries) if system.north_first else geometries


def read_from(geometries: NDArray[np.object_], system: ReferenceSystem) -> NDArray[np.object_]:
    """Return geometries that were given in a system, in its axis order, as they are stored.

    The inverse of :func:`written_in`; a place that the system does not have becomes infinite.
    """
    if system.north_first:
        geometries = turned(geometries)
    if system.degrees:
        return geometries
    return to_crs(geometries, source=system.code, target=STORAGE_CRS)


def turned(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return geometries with their two coordinates in the other order."""
    swapped: NDArray[np.object_] = shapely.transform(geometries, lambda xy: xy[:, ::-1])
    return swapped


def bbox_from(text: str, system: ReferenceSystem) -> BBox:
    """Return the box in degrees that four or six numbers in a system stand for.

    The numbers are in the axis order of the system (OGC API – Features Part 2,
    /req/crs/fc-bbox-crs-action). The edges of a box in metres are bent in degrees: the answer
    is a box around all of it, a rounding step wider, so that nothing inside is missed.

    Raises
    ------
    InvalidBBoxError
        If it is no box, or lies where the system has no places.
    """
    numbers = BBox.numbers(text)
    if system.north_first:
        numbers = (numbers[1], numbers[0], numbers[3], numbers[2])
    if system.degrees:
        return BBox(*numbers)
    west, south, east, north = numbers
    if west > east or south > north:
        raise InvalidBBoxError(
            "a bbox in metres ends where it begins or beyond: lower corner, then upper corner",
            "以米为单位的 bbox 应先给出西南角，再给出东北角",
        )
    change = transformer(system.code, STORAGE_CRS)
    bounds = change.transform_bounds(west, south, east, north, densify_pts=_EDGE_POINTS)
    if not all(math.isfinite(value) for value in bounds):
        raise InvalidBBoxError(
            "the bbox lies outside of what its reference system covers",
            "bbox 超出其坐标系的适用范围",
        )
    west, south, east, north = bounds
    return BBox(
        max(west - _ROUNDING, -180.0),
        max(south - _ROUNDING, -90.0),
        min(east + _ROUNDING, 180.0),
        min(north + _ROUNDING, 90.0),
    )


@lru_cache(maxsize=64)
def _north_first(code: str) -> bool:
    return bool(pyproj.CRS(code).axis_info[0].direction == "north")
