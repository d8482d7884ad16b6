import numpy as np
import pytest
import shapely
from hypothesis import given
from strategies import polygons

from geo.crs import OFFERED, STORAGE_CRS, to_crs
from geo.datum import BALLPARK_M, Ballpark, GeocentricShift
from geo.errors import CrsMismatchError
from geo.gauss_kruger import GRIDS, Grid
from geo.offset import wgs84_to_gcj02
from layers.ingest.crs_systems import BY_CODE, SYSTEMS

NAMED = (
    {grid.code for grid in GRIDS}
    | {system.code for system in OFFERED}
    | {"EPSG:4610", "EPSG:4214", "GCJ-02", "BD-09"}
)


def test_every_system_stands_there_once_and_is_found_by_each_of_its_codes():
    assert set(BY_CODE) == NAMED
    codes = [code for system in SYSTEMS for code in (system.code, *system.same_as)]
    assert len(codes) == len(set(codes))


def test_systems_of_the_same_numbers_are_one():
    assert BY_CODE["EPSG:4326"] is BY_CODE["EPSG:4490"]
    assert BY_CODE["EPSG:4509"] is BY_CODE["EPSG:4548"]  # 3 and 6 degrees, both about 117°
    assert BY_CODE["EPSG:4498"] is not BY_CODE["EPSG:4527"]  # prefixes 20 and 39


def test_only_the_older_datums_need_parameters():
    older = {system.code for system in SYSTEMS if system.needs_shift}
    assert {"EPSG:4610", "EPSG:4214", "EPSG:2384", "EPSG:2437", "EPSG:21420"} <= older
    assert not older & {"EPSG:4490", "EPSG:4527", "EPSG:4548", "EPSG:3857", "GCJ-02", "BD-09"}
    assert all(system.accuracy_m is None for system in SYSTEMS if system.needs_shift)


@given(polygons)
def test_a_layer_comes_back_from_every_exact_system(polygon):
    for code in ("EPSG:4490", "EPSG:4527", "EPSG:4548", "EPSG:4498", "EPSG:3857"):
        there = to_crs(np.array([polygon]), source=STORAGE_CRS, target=code)
        [back], accuracy_m = BY_CODE[code].to_storage(there)
        assert shapely.equals_exact(back, polygon, tolerance=1e-9)
        assert accuracy_m <= 1
        [turned], _ = BY_CODE[code].to_storage(
            shapely.transform(there, lambda xy: xy[:, ::-1]), swapped=True
        )
        assert shapely.equals_exact(turned, polygon, tolerance=1e-9)


@given(polygons)
def test_a_layer_comes_back_from_a_web_map(polygon):
    there = shapely.transform(polygon, lambda xy: np.column_stack(wgs84_to_gcj02(*xy.T)))
    [back], accuracy_m = BY_CODE["GCJ-02"].to_storage(np.array([there]))
    assert shapely.equals_exact(back, polygon, tolerance=1e-8)
    assert accuracy_m == 5


def test_an_older_datum_is_refused_without_a_shift_and_says_its_accuracy_with_one():
    grid = BY_CODE["EPSG:2384"].base
    assert isinstance(grid, Grid)
    there = shapely.points(np.column_stack(grid.projected([117.02], [36.65])))
    with pytest.raises(CrsMismatchError, match="parameters"):
        BY_CODE["EPSG:2384"].to_storage(there)
    [near], ballpark_m = BY_CODE["EPSG:2384"].to_storage(there, shift=Ballpark())
    assert near.distance(shapely.Point(117.02, 36.65)) < 1e-9
    assert ballpark_m == BALLPARK_M
    seven = GeocentricShift(20, -110, -10, accuracy_m=0.3)
    [moved], stated_m = BY_CODE["EPSG:2384"].to_storage(there, shift=seven)
    assert 1e-4 < moved.distance(near) < 2e-3
    assert stated_m == 0.3


@pytest.mark.parametrize("code", ["EPSG:4490", "EPSG:4527", "EPSG:3857", "GCJ-02"])
def test_parameters_that_nothing_needs_are_refused(code):
    with pytest.raises(CrsMismatchError):
        BY_CODE[code].to_storage(shapely.points([[117.0, 36.6]]), shift=Ballpark())


def test_a_layer_keeps_its_length_order_and_empty_rows_and_loses_heights():
    rows = np.array([shapely.Point(117, 36, 5), None, shapely.Polygon()], object)
    before = rows.copy()
    moved, _ = BY_CODE["EPSG:4490"].to_storage(rows)
    assert shapely.get_coordinate_dimension(moved[0]) == 2
    assert moved[1] is None
    assert moved[2].is_empty
    assert list(rows) == list(before)
