import numpy as np
import pyproj
import pytest
import shapely

from geo.crs import KNOWN, STORAGE_CRS, to_crs, transformer
from geo.errors import UnknownCrsError

XINGLONG = shapely.Point(117.0303, 36.5999)


@pytest.mark.parametrize("system", KNOWN, ids=lambda system: system.code)
def test_every_known_system_is_of_the_cgcs2000_or_wgs84_family(system):
    datum = pyproj.CRS(system.code).geodetic_crs.datum.name
    assert any(name in datum for name in ("China 2000", "World Geodetic System 1984"))


@pytest.mark.parametrize("system", KNOWN, ids=lambda system: system.code)
def test_there_and_back_is_the_same_place(system):
    there = to_crs(np.array([XINGLONG]), source=STORAGE_CRS, target=system.code)
    back = to_crs(there, source=system.code, target=STORAGE_CRS)
    assert back[0].distance(XINGLONG) < 1e-9


def test_planar_coordinates_are_easting_then_northing():
    [point] = to_crs(np.array([XINGLONG]), source=STORAGE_CRS, target="EPSG:4548")
    assert 502_000 < point.x < 503_000  # 500 km false easting, 2.7 km east of 117°
    assert 4_051_000 < point.y < 4_053_000


def test_zone_39_carries_its_number_before_the_easting():
    [point] = to_crs(np.array([XINGLONG]), source=STORAGE_CRS, target="EPSG:4527")
    assert 39_500_000 < point.x < 39_600_000


@pytest.mark.parametrize("code", ["EPSG:2384", "EPSG:4214", "EPSG:999999", "nonsense"])
def test_a_datum_that_proj_would_shift_by_nothing_is_refused(code):
    with pytest.raises(UnknownCrsError):
        transformer(code, STORAGE_CRS)
