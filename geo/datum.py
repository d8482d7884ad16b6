"""From the older datums of China to CGCS2000, by a planner's parameters or openly without.

The parameters between Xi'an 1980 or Beijing 1954 and CGCS2000 are not published for most of the
country, and PROJ would shift by 0.0 m without a word. So a change of datum here needs one of three
things: the three or seven parameters of the office (:class:`GeocentricShift`), its four parameters
in the plane (:class:`PlaneShift`), or the word that tens of metres do not matter
(:class:`Ballpark`).
"""

import math
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Literal, Protocol

import numpy as np
import pyproj
from numpy.typing import ArrayLike, NDArray

from geo.errors import CrsMismatchError
from geo.gauss_kruger import CGCS2000, GRIDS, PREFIX_M, Datum, Grid
from geo.measure import GEOD

Positions = tuple[NDArray[np.float64], NDArray[np.float64]]

BALLPARK_M = 150.0
"""What a place is wrong by without parameters, at most.

Those from Beijing 1954 in the EPSG register move places in China by up to 104 m; for Xi'an 1980
none is published, hence the margin.
"""

_GREATEST_SHIFT_M = 1_000.0
_ARC_SECOND = math.pi / 180 / 3600
_PER_MILLION = 1e-6


class DatumShift(Protocol):
    """A way from an older datum to CGCS2000."""

    @property
    def accuracy_m(self) -> float | None:
        """How far a place may be wrong afterwards; null if nobody stated it."""

    def lonlat(self, system: Grid | Datum, x: ArrayLike, y: ArrayLike) -> Positions:
        """Return CGCS2000 positions of coordinates in a system."""


@dataclass(frozen=True, slots=True)
class Ballpark:
    """No shift at all: the planner accepts to be wrong by tens of metres."""

    accuracy_m: float = BALLPARK_M

    def lonlat(self, system: Grid | Datum, x: ArrayLike, y: ArrayLike) -> Positions:
        """Return longitude and latitude as they are on the older datum."""
        return _own_lonlat(system, x, y)


@dataclass(frozen=True, slots=True)
class GeocentricShift:
    """Three or seven parameters (布尔沙 model): metres, arc seconds, parts per million.

    The three alone are a translation. Rotations turn the axes by default, as Chinese offices
    state them (布尔沙; EPSG method 9607, Coordinate Frame); ``position_vector`` is EPSG
    method 9606, the same with the opposite signs.
    """

    dx_m: float
    dy_m: float
    dz_m: float
    rx_arcsec: float = 0.0
    ry_arcsec: float = 0.0
    rz_arcsec: float = 0.0
    scale_ppm: float = 0.0
    convention: Literal["coordinate_frame", "position_vector"] = "coordinate_frame"
    accuracy_m: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is no number."""
        _refuse_unbounded(self)

    def lonlat(self, system: Grid | Datum, x: ArrayLike, y: ArrayLike) -> Positions:
        """Return longitude and latitude moved through geocentric coordinates, at height 0."""
        lon, lat = _own_lonlat(system, x, y)
        datum = system.datum if isinstance(system, Grid) else system
        moved = _helmert(self, datum).transform(lon, lat)
        return np.asarray(moved[0]), np.asarray(moved[1])


@dataclass(frozen=True, slots=True)
class PlaneShift:
    """Four parameters in the plane of one Gauss–Krüger system, to CGCS2000 on its meridian.

    With x to the north and y to the east (500 km added, no zone number), angle a and scale m
    (CH/T 2014-2016, the two-dimensional model of four parameters)::

        x' = dx + (1 + m) (x cos a - y sin a)
        y' = dy + (1 + m) (x sin a + y cos a)
    """

    dx_north_m: float
    dy_east_m: float
    rotation_arcsec: float
    scale_ppm: float
    accuracy_m: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is no number."""
        _refuse_unbounded(self)

    def lonlat(self, system: Grid | Datum, x: ArrayLike, y: ArrayLike) -> Positions:
        """Return CGCS2000 positions of eastings and northings.

        Raises
        ------
        CrsMismatchError
            If the system is not a Gauss–Krüger one: four parameters hold in one plane only.
        """
        if not isinstance(system, Grid):
            raise CrsMismatchError(
                "four parameters hold in the plane of one Gauss-Kruger system, and the coordinates"
                " are degrees; give three or seven parameters",
                "四参数只适用于高斯投影平面，而坐标是经纬度；请改用三参数或七参数",
            )
        east = np.asarray(x, float) - (system.zone or 0) * PREFIX_M
        north = np.asarray(y, float)
        growth = 1 + self.scale_ppm * _PER_MILLION
        sine = growth * math.sin(self.rotation_arcsec * _ARC_SECOND)
        cosine = growth * math.cos(self.rotation_arcsec * _ARC_SECOND)
        to_north = self.dx_north_m + north * cosine - east * sine
        to_east = self.dy_east_m + north * sine + east * cosine
        return _plain_counterpart(system).lonlat(to_east, to_north)


def to_cgcs2000(
    system: Grid | Datum, x: ArrayLike, y: ArrayLike, *, shift: DatumShift | None = None
) -> tuple[Positions, float | None]:
    """Return CGCS2000 longitudes and latitudes, and how exact the way there is in metres.

    ``x`` and ``y`` are easting and northing of a grid, or longitude and latitude on a datum.
    A system of CGCS2000 needs no shift and takes none.

    Raises
    ------
    CrsMismatchError
        If the datum is an older one and no shift is given, a shift is given that the system does
        not need, or the parameters move places by more than a kilometre.
    """
    datum = system.datum if isinstance(system, Grid) else system
    if datum is CGCS2000:
        if shift is not None:
            raise CrsMismatchError(
                "the coordinates are CGCS2000 already; leave out the parameters",
                "坐标已是 CGCS2000，无需转换参数",
            )
        return _own_lonlat(system, x, y), 0.0
    if shift is None:
        raise CrsMismatchError(
            f"from {datum.name} to CGCS2000 needs 3, 4 or 7 parameters; give those of your office"
            f" or accept to be wrong by up to {BALLPARK_M:.0f} m",
            f"{datum.name_zh}转 CGCS2000 需要三、四或七参数；请提供参数，或确认接受最大约"
            f" {BALLPARK_M:.0f} 米的误差",
        )
    moved = shift.lonlat(system, x, y)
    _refuse_far(_own_lonlat(system, x, y), moved)
    return moved, shift.accuracy_m


def _own_lonlat(system: Grid | Datum, x: ArrayLike, y: ArrayLike) -> Positions:
    if isinstance(system, Grid):
        return system.lonlat(x, y)
    return np.asarray(x, float), np.asarray(y, float)


@lru_cache(maxsize=64)
def _helmert(shift: GeocentricShift, datum: Datum) -> pyproj.Transformer:
    source = f"+a={datum.semi_major_m} +rf={datum.inverse_flattening}"
    target = f"+a={CGCS2000.semi_major_m} +rf={CGCS2000.inverse_flattening}"
    return pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad"
        f" +step +proj=cart {source}"
        f" +step +proj=helmert +x={shift.dx_m} +y={shift.dy_m} +z={shift.dz_m}"
        f" +rx={shift.rx_arcsec} +ry={shift.ry_arcsec} +rz={shift.rz_arcsec}"
        f" +s={shift.scale_ppm} +convention={shift.convention}"
        f" +step +inv +proj=cart {target}"
        " +step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )


@lru_cache(maxsize=64)
def _plain_counterpart(grid: Grid) -> Grid:
    """Return the CGCS2000 system of the same meridian and width, without prefix."""
    return next(
        other
        for other in GRIDS
        if other.datum is CGCS2000
        and other.zone is None
        and (other.meridian, other.width) == (grid.meridian, grid.width)
    )


def _refuse_unbounded(shift: GeocentricShift | PlaneShift) -> None:
    values = [getattr(shift, part.name) for part in fields(shift)]
    if not all(math.isfinite(value) for value in values if isinstance(value, int | float)):
        raise CrsMismatchError(
            "a parameter of the change of datum is not a finite number",
            "基准转换参数必须是有限数值",
        )


def _refuse_far(before: Positions, after: Positions) -> None:
    known = np.isfinite(before).all(axis=0)
    (lon, lat), (moved_lon, moved_lat) = before, after
    moved_m = GEOD.inv(lon[known], lat[known], moved_lon[known], moved_lat[known])[2]
    if not np.all(moved_m <= _GREATEST_SHIFT_M):  # not-a-number included
        raise CrsMismatchError(
            f"the parameters move places by more than {_GREATEST_SHIFT_M:.0f} m, which no datum of"
            " China is away from CGCS2000; check their signs, order and units",
            f"参数使位置移动超过 {_GREATEST_SHIFT_M:.0f} 米，与任何国家坐标基准都不符；"
            "请检查正负号、顺序和单位",
        )
