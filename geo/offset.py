"""The shifted coordinates of Chinese web maps: GCJ-02 (Gaode, Tencent) and BD-09 (Baidu).

GCJ-02 moves a place by 100 to 700 m, BD-09 by 700 to 1,500 m. Neither has a
published definition; the formulas here are those in common use since 2010 (they agree with the
packages coordtransform and coord-convert). The way back is found by iteration on the way there.

All coordinates are longitude, latitude in degrees. Off the mainland, where no shift is applied,
the answer is infinite: nothing there can be said to be shifted. Hong Kong, Macao and Taiwan lie
inside the box and are not told apart.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.bbox import BBox

Positions = tuple[NDArray[np.float64], NDArray[np.float64]]

SHIFTED = BBox(73.0, 17.5, 135.5, 54.0)
"""The box around the mainland; a little wider, so that a shifted place does not leave it."""

_SEMI_MAJOR_M = 6378245.0  # Krassovsky 1940
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BAIDU_WAVE = np.pi * 3000 / 180
_ROUNDS = 8  # each shrinks the error some sixty times; BD-09 is under 0.1 µm after 6


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Positions:
    """Return GCJ-02 positions of WGS 84 or CGCS2000 ones; infinite off the mainland."""
    return _inside(_gcj02, lon, lat)


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Positions:
    """Return WGS 84 positions of GCJ-02 ones, to less than a millimetre of the formula."""
    return _inside(lambda x, y: _undone(_gcj02, x, y), lon, lat)


def wgs84_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Positions:
    """Return BD-09 positions of WGS 84 or CGCS2000 ones; infinite off the mainland."""
    return _inside(_bd09, lon, lat)


def bd09_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Positions:
    """Return WGS 84 positions of BD-09 ones, to less than a millimetre of the formula."""
    return _inside(lambda x, y: _undone(_bd09, x, y), lon, lat)


def _inside(shift: Callable[..., Positions], lon: ArrayLike, lat: ArrayLike) -> Positions:
    x, y = np.atleast_1d(np.asarray(lon, float), np.asarray(lat, float))
    inside = (x >= SHIFTED.west) & (x <= SHIFTED.east) & (y >= SHIFTED.south) & (y <= SHIFTED.north)
    there_x, there_y = np.full(x.shape, np.inf), np.full(y.shape, np.inf)
    there_x[inside], there_y[inside] = shift(x[inside], y[inside])
    return there_x, there_y


def _undone(
    shift: Callable[..., Positions], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> Positions:
    x, y = lon, lat
    for _ in range(_ROUNDS):
        there_x, there_y = shift(x, y)
        x, y = x - (there_x - lon), y - (there_y - lat)
    return x, y


def _gcj02(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Positions:
    x, y = lon - 105.0, lat - 35.0
    ripple = _waves(x, (20, 6), (20, 2))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    north += ripple + _waves(y, (20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    east += ripple + _waves(x, (20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30))
    phi = np.radians(lat)
    bend = 1 - _ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    meridian_m = _SEMI_MAJOR_M * (1 - _ECCENTRICITY_SQUARED) / bend**1.5
    parallel_m = _SEMI_MAJOR_M / np.sqrt(bend) * np.cos(phi)
    return lon + np.degrees(east / parallel_m), lat + np.degrees(north / meridian_m)


def _waves(value: NDArray[np.float64], *terms: tuple[float, float]) -> NDArray[np.float64]:
    """Return two thirds of a sum of amplitude * sin(value * pi * factor), in metres."""
    total = np.zeros_like(value)
    for amplitude_m, factor in terms:
        total += amplitude_m * np.sin(value * np.pi * factor)
    return total * 2 / 3


def _bd09(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Positions:
    x, y = _gcj02(lon, lat)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BAIDU_WAVE)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BAIDU_WAVE)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006
