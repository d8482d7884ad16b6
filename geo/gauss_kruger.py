"""The Gauss–Krüger systems of China: three datums, 3 and 6 degree zones, with prefix or without.

A zone of 3 degrees has the central meridian 3° × its number (25 to 45), one of 6 degrees
6° × its number − 3° (13 to 23); scale 1 on it, false easting 500 km (EPSG method 9807). With a
prefix the number of the zone stands before the easting: 39,501,788 m. Without, nothing tells the
zone; a 3 and a 6 degree system of one meridian are then the same numbers.

Codes are those of the EPSG register; a test holds every one against it.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import pyproj
from numpy.typing import ArrayLike, NDArray

Positions = tuple[NDArray[np.float64], NDArray[np.float64]]
ZoneWidth = Literal[3, 6]

FALSE_EASTING_M = 500_000.0
PREFIX_M = 1_000_000.0
"""What one zone number adds to an easting."""


@dataclass(frozen=True, slots=True)
class Datum:
    """A datum of China; ``code`` is its longitude, latitude system in the EPSG register."""

    code: str
    name: str
    name_zh: str
    semi_major_m: float
    inverse_flattening: float


CGCS2000 = Datum("EPSG:4490", "CGCS2000", "CGCS2000", 6378137.0, 298.257222101)
XIAN_1980 = Datum("EPSG:4610", "Xi'an 1980", "西安 80", 6378140.0, 298.257)
BEIJING_1954 = Datum("EPSG:4214", "Beijing 1954", "北京 54", 6378245.0, 298.3)
DATUMS = (CGCS2000, XIAN_1980, BEIJING_1954)


@dataclass(frozen=True, slots=True)
class Grid:
    """A Gauss–Krüger system; ``zone`` is null where eastings carry no prefix."""

    code: str
    datum: Datum
    width: ZoneWidth
    meridian: int
    zone: int | None

    @property
    def name(self) -> str:
        """The system in words: datum, width of its zones, zone or meridian."""
        which = f"zone {self.zone}" if self.zone else f"CM {self.meridian}E, no prefix"
        return f"{self.datum.name} / {self.width}-degree Gauss-Kruger {which}"

    @property
    def name_zh(self) -> str:
        """The same for the planner."""
        which = f"{self.zone} 带（带号前缀）" if self.zone else "无带号"
        return f"{self.datum.name_zh} {self.width} 度带，中央经线 {self.meridian}°，{which}"

    @property
    def false_easting_m(self) -> float:
        """The easting of the central meridian."""
        return FALSE_EASTING_M + (self.zone or 0) * PREFIX_M

    def lonlat(self, easting_m: ArrayLike, northing_m: ArrayLike) -> Positions:
        """Return longitudes and latitudes on the datum of the system, in degrees.

        Not yet CGCS2000 if the datum is another; infinite where the projection has no place.
        """
        easting = np.asarray(easting_m, float) - (self.zone or 0) * PREFIX_M
        x, y = _projection(self.datum)(easting, np.asarray(northing_m, float), inverse=True)
        return np.asarray(x) + self.meridian, np.asarray(y)

    def projected(self, lon: ArrayLike, lat: ArrayLike) -> Positions:
        """Return eastings and northings in metres of positions on the datum of the system."""
        x, y = _projection(self.datum)(np.asarray(lon, float) - self.meridian, np.asarray(lat))
        return np.asarray(x) + (self.zone or 0) * PREFIX_M, np.asarray(y)


@lru_cache(maxsize=len(DATUMS))
def _projection(datum: Datum) -> pyproj.Proj:
    """Return the projection about the meridian 0: every other one is it, turned."""
    return pyproj.Proj(
        proj="tmerc", x_0=FALSE_EASTING_M, a=datum.semi_major_m, rf=datum.inverse_flattening
    )


def _series(
    datum: Datum, width: ZoneWidth, first_zone: int, prefixed_from: int, plain_from: int
) -> tuple[Grid, ...]:
    meridians = range(75, 136, width)
    return tuple(
        Grid(f"EPSG:{prefixed_from + step}", datum, width, meridian, first_zone + step)
        for step, meridian in enumerate(meridians)
    ) + tuple(
        Grid(f"EPSG:{plain_from + step}", datum, width, meridian, None)
        for step, meridian in enumerate(meridians)
    )


GRIDS: tuple[Grid, ...] = (
    *_series(CGCS2000, 3, 25, 4513, 4534),
    *_series(CGCS2000, 6, 13, 4491, 4502),
    *_series(XIAN_1980, 3, 25, 2349, 2370),
    *_series(XIAN_1980, 6, 13, 2327, 2338),
    *_series(BEIJING_1954, 3, 25, 2401, 2422),
    *_series(BEIJING_1954, 6, 13, 21413, 21453),
)
