import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.crs import STORAGE_CRS, transformer
from geo.errors import UnknownCrsError
from geo.gauss_kruger import CGCS2000, DATUMS, GRIDS

grids = pytest.mark.parametrize("grid", GRIDS, ids=lambda grid: grid.code)


@grids
def test_a_grid_is_the_one_of_its_code_in_the_register(grid):
    registered = pyproj.CRS(grid.code)
    parts = {part.name: part.value for part in registered.coordinate_operation.params}
    assert parts["Longitude of natural origin"] == grid.meridian
    assert parts["False easting"] == grid.false_easting_m
    assert parts["Scale factor at natural origin"] == 1
    assert registered.geodetic_crs.to_epsg() == pyproj.CRS(grid.datum.code).to_epsg()
    assert ("3-degree" in registered.name) == (grid.width == 3)


@pytest.mark.parametrize("datum", DATUMS, ids=lambda datum: datum.code)
def test_a_datum_has_the_ellipsoid_of_the_register(datum):
    ellipsoid = pyproj.CRS(datum.code).ellipsoid
    assert ellipsoid.semi_major_metre == datum.semi_major_m
    assert ellipsoid.inverse_flattening == pytest.approx(datum.inverse_flattening, abs=1e-9)


def test_all_three_datums_have_the_same_systems():
    kinds = {
        datum: {(g.width, g.meridian, g.zone) for g in GRIDS if g.datum is datum}
        for datum in DATUMS
    }
    assert len({frozenset(kind) for kind in kinds.values()}) == 1
    assert len({grid.code for grid in GRIDS}) == len(GRIDS) == 3 * 64


@pytest.mark.parametrize("code", ["EPSG:2349", "EPSG:2401", "EPSG:4527", "EPSG:4509", "EPSG:21463"])
def test_a_place_is_where_proj_puts_it(code):
    [grid] = [grid for grid in GRIDS if grid.code == code]
    lon, lat = grid.meridian + np.linspace(-3, 3, 25), np.linspace(18, 53, 25)
    ours = np.array(grid.projected(lon, lat))
    change = pyproj.Transformer.from_crs(grid.datum.code, code, always_xy=True)
    assert np.abs(ours - change.transform(lon, lat)).max() < 1e-6


@given(st.sampled_from(GRIDS), st.floats(-4, 4), st.floats(16, 55))
def test_there_and_back_is_the_same_place(grid, off_meridian, lat):
    lon = grid.meridian + off_meridian
    back = grid.lonlat(*grid.projected(lon, lat))
    assert np.allclose(back, (lon, lat), rtol=0, atol=1e-11)


@grids
def test_only_a_grid_of_cgcs2000_can_be_changed_without_a_word(grid):
    if grid.datum is CGCS2000:
        lon, lat = transformer(grid.code, STORAGE_CRS).transform(grid.false_easting_m, 4_000_000)
        assert np.allclose(grid.lonlat(grid.false_easting_m, 4_000_000), (lon, lat), atol=1e-11)
    else:
        with pytest.raises(UnknownCrsError):
            transformer(grid.code, STORAGE_CRS)


def test_a_prefix_is_the_number_of_the_zone():
    [prefixed] = [grid for grid in GRIDS if grid.code == "EPSG:4527"]
    [plain] = [grid for grid in GRIDS if grid.code == "EPSG:4548"]
    east, north = prefixed.projected(117.02, 36.65)
    assert (east, north) == pytest.approx((39501788.3598, 4057670.1328), abs=1e-4)
    unmarked = (east - 39_000_000, north)
    assert np.allclose(plain.projected(117.02, 36.65), unmarked, rtol=0, atol=1e-6)
    assert "39" in prefixed.name
    assert "39" in prefixed.name_zh
    assert "117" in plain.name
    assert "无带号" in plain.name_zh
