"""The reference systems that a planner's file may be in, each with its way to the map.

Systems whose numbers are the same are one: EPSG:4490 and EPSG:4326 (centimetres to decimetres
apart), and a 3 and a 6 degree system without prefix on the same meridian.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.bbox import BBox
from geo.crs import STORAGE_CRS, registered_transformer, transformer
from geo.datum import DatumShift, to_cgcs2000
from geo.errors import CrsMismatchError
from geo.gauss_kruger import (
    BEIJING_1954,
    CGCS2000,
    DATUMS,
    GRIDS,
    PREFIX_M,
    XIAN_1980,
    Datum,
    Grid,
    Positions,
)
from geo.offset import bd09_to_wgs84, gcj02_to_wgs84

Numbers = NDArray[np.float64]
Way = Callable[[Numbers, Numbers], Positions]

GLOBE = BBox(-180.0, -90.0, 180.0, 90.0)
CHINA = BBox(73.0, 3.0, 136.0, 54.0)
"""Land and seas; a system of China has no place outside."""

WEB_MERCATOR = "EPSG:3857"
_HALF_TURN = 180.0
_FARTHEST_DEGREES = 6.0  # from a grid's meridian: a province drawn in the zone of its capital
_WGS84_M = 1.0  # the coordinates of today against those of 2000, three centimetres a year
_GCJ02_M = 5.0  # the formula is not the official one
_BD09_M = 10.0


@dataclass(frozen=True, slots=True)
class CrsSystem:
    """A reference system of files.

    ``way`` takes coordinates to longitude and latitude, those of an older datum as they are on
    it; ``area`` is where it has places; ``accuracy_m`` is null where the datum has to be changed
    or nothing is known; ``base`` is its datum or grid, if it is one of China; ``same_as`` are
    codes whose numbers are the same.
    """

    code: str
    name: str
    name_zh: str
    way: Way
    area: BBox
    accuracy_m: float | None
    base: Grid | Datum | None = None
    same_as: tuple[str, ...] = ()

    @property
    def datum(self) -> Datum | None:
        """The datum of China on which it stands, null for the others."""
        return self.base.datum if isinstance(self.base, Grid) else self.base

    @property
    def needs_shift(self) -> bool:
        """Whether its datum is an older one, which takes parameters or an accepted error."""
        return self.datum in (XIAN_1980, BEIJING_1954)

    @property
    def without_prefix(self) -> bool:
        """Whether it is a Gauss–Krüger system whose numbers do not tell the zone."""
        return isinstance(self.base, Grid) and self.base.zone is None

    def has(self, x: Numbers) -> NDArray[np.bool_]:
        """Tell which first coordinates it can have: degrees, or those with the zone's prefix."""
        if isinstance(self.base, Grid):
            lowest = (self.base.zone or 0) * PREFIX_M
            return np.asarray((x >= lowest) & (x < lowest + PREFIX_M))
        return np.asarray((self.base is None) | (np.abs(x) <= _HALF_TURN))

    def holds(self, lon: Numbers, lat: Numbers) -> NDArray[np.bool_]:
        """Tell which places it can have: in its area, and not too far from its meridian."""
        inside = within(self.area, lon, lat)
        if isinstance(self.base, Grid):
            inside &= np.abs(lon - self.base.meridian) <= _FARTHEST_DEGREES
        return inside

    def to_storage(
        self,
        geometries: NDArray[np.object_],
        *,
        swapped: bool = False,
        shift: DatumShift | None = None,
    ) -> tuple[NDArray[np.object_], float | None]:
        """Return geometries as they are stored, and how exact they are in metres at best.

        ``swapped`` says that northing or latitude comes first in them. Heights are dropped; a
        place that the system does not have becomes infinite.

        Raises
        ------
        CrsMismatchError
            If the datum is an older one and no shift is given, or one that is not needed is.
        """
        xy = shapely.get_coordinates(geometries)
        x, y = (xy[:, 1], xy[:, 0]) if swapped else (xy[:, 0], xy[:, 1])
        if self.needs_shift and self.base is not None:
            places, accuracy_m = to_cgcs2000(self.base, x, y, shift=shift)
        elif shift is not None:
            raise CrsMismatchError(
                f"{self.name} needs no change of datum; leave out the parameters",
                f"{self.name_zh} 无需基准转换参数",
            )
        else:
            places, accuracy_m = self.way(x, y), self.accuracy_m
        flat = shapely.force_2d(geometries)
        return shapely.set_coordinates(flat, np.column_stack(places)), accuracy_m


def within(box: BBox, lon: Numbers, lat: Numbers) -> NDArray[np.bool_]:
    """Tell which positions lie in a box or on its edge; infinite ones do not."""
    inside = (lon >= box.west) & (lon <= box.east) & (lat >= box.south) & (lat <= box.north)
    return np.asarray(inside)


def foreign_system(number: int, name: str) -> CrsSystem:
    """Return a system of the EPSG register that is none of China's.

    Raises
    ------
    UnknownCrsError
        If there is no way from it to WGS 84.
    """
    change = registered_transformer(number)
    accuracy_m = max(change.accuracy, _WGS84_M) if change.accuracy >= 0 else None
    return CrsSystem(f"EPSG:{number}", name, name, change.transform, GLOBE, accuracy_m)


def _as_it_is(lon: Numbers, lat: Numbers) -> Positions:
    return lon, lat


def _from_mercator(x: Numbers, y: Numbers) -> Positions:
    lon, lat = transformer(WEB_MERCATOR, STORAGE_CRS).transform(x, y)
    return lon, lat


def _degrees(datum: Datum) -> CrsSystem:
    name, name_zh = f"{datum.name}, longitude and latitude", f"{datum.name_zh} 经纬度"
    return CrsSystem(datum.code, name, name_zh, _as_it_is, CHINA, None, datum)


def _grid(grid: Grid) -> CrsSystem:
    twins = tuple(
        other.code
        for other in GRIDS
        if (other.datum, other.meridian, other.zone) == (grid.datum, grid.meridian, grid.zone)
        and other is not grid
    )
    accuracy_m = 0.0 if grid.datum is CGCS2000 else None
    return CrsSystem(
        grid.code, grid.name, grid.name_zh, grid.lonlat, CHINA, accuracy_m, grid, twins
    )


SYSTEMS: tuple[CrsSystem, ...] = (
    CrsSystem(
        CGCS2000.code,
        "CGCS2000 or WGS 84, longitude and latitude",
        "CGCS2000 或 WGS 84 经纬度",
        _as_it_is,
        GLOBE,
        _WGS84_M,
        CGCS2000,
        ("EPSG:4326", "OGC:CRS84"),
    ),
    CrsSystem(
        "GCJ-02", "GCJ-02 (Gaode, Tencent)", "GCJ-02（高德、腾讯）", gcj02_to_wgs84, CHINA, _GCJ02_M
    ),
    CrsSystem("BD-09", "BD-09 (Baidu)", "BD-09（百度）", bd09_to_wgs84, CHINA, _BD09_M),
    *(_degrees(datum) for datum in DATUMS if datum is not CGCS2000),
    CrsSystem(WEB_MERCATOR, "Web Mercator", "Web 墨卡托", _from_mercator, GLOBE, _WGS84_M),
    *(_grid(grid) for grid in GRIDS if grid.zone or grid.width == 3),
)
"""Every system that is tried, each once, the likelier before the less likely."""

BY_CODE: Mapping[str, CrsSystem] = MappingProxyType(
    {code: system for system in SYSTEMS for code in (system.code, *system.same_as)}
)
