import math

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.datum import BALLPARK_M, Ballpark, GeocentricShift, PlaneShift, to_cgcs2000
from geo.errors import CrsMismatchError
from geo.gauss_kruger import BEIJING_1954, CGCS2000, GRIDS, XIAN_1980
from geo.measure import GEOD

XIAN_39 = next(grid for grid in GRIDS if grid.code == "EPSG:2363")
XIAN_117 = next(grid for grid in GRIDS if grid.code == "EPSG:2384")
PLACE = (np.array([117.02]), np.array([36.65]))
SEVEN = GeocentricShift(-12.3, 45.6, 7.8, 1.1, -2.2, 0.7, 3.3, accuracy_m=0.5)


def geocentric(datum, lon, lat):
    flattening = 1 / datum.inverse_flattening
    squared = flattening * (2 - flattening)
    phi, lam = np.radians(lat), np.radians(lon)
    normal = datum.semi_major_m / np.sqrt(1 - squared * np.sin(phi) ** 2)
    return np.array(
        [
            normal * np.cos(phi) * np.cos(lam),
            normal * np.cos(phi) * np.sin(lam),
            normal * (1 - squared) * np.sin(phi),
        ]
    )


@pytest.mark.parametrize("system", [XIAN_1980, BEIJING_1954, XIAN_39, XIAN_117])
def test_an_older_datum_is_refused_without_a_word_of_the_planner(system):
    with pytest.raises(CrsMismatchError) as refused:
        to_cgcs2000(system, 117.0, 36.6)
    assert "parameters" in refused.value.message
    assert "参数" in refused.value.message_zh


def test_cgcs2000_needs_no_parameters_and_takes_none():
    assert to_cgcs2000(CGCS2000, *PLACE) == (PLACE, 0.0)
    with pytest.raises(CrsMismatchError):
        to_cgcs2000(CGCS2000, *PLACE, shift=SEVEN)


def test_an_accepted_ballpark_keeps_the_degrees_and_says_how_wrong_they_are():
    found, accuracy_m = to_cgcs2000(XIAN_39, *XIAN_39.projected(*PLACE), shift=Ballpark())
    assert np.allclose(found, PLACE, rtol=0, atol=1e-11)
    assert accuracy_m == BALLPARK_M


def test_the_published_shifts_of_beijing_1954_stay_within_the_stated_ballpark():
    lon, lat = (axis.ravel() for axis in np.meshgrid(np.arange(75.0, 135), np.arange(18.0, 54)))
    ways = pyproj.transformer.TransformerGroup("EPSG:4214", "EPSG:4326", always_xy=True)
    shifts = [way for way in ways.transformers if way.accuracy > 0]
    assert len(shifts) >= 5
    for way in shifts:
        assert GEOD.inv(lon, lat, *way.transform(lon, lat))[2].max() < BALLPARK_M


@pytest.mark.parametrize(
    ("number", "shift"),
    [
        (1, GeocentricShift(12.646, -155.176, -80.863)),
        (
            2,
            GeocentricShift(15.53, -113.82, -41.38, 0, 0, 0.814, -0.38, "position_vector"),
        ),
    ],
)
def test_parameters_move_as_the_registered_operation_of_the_same_does(number, shift):
    ways = pyproj.transformer.TransformerGroup("EPSG:4214", "EPSG:4326", always_xy=True)
    [registered] = [way for way in ways.transformers if f"WGS 84 ({number})" in way.description]
    (lon, lat), _ = to_cgcs2000(BEIJING_1954, 115.0, 36.0, shift=shift)
    # WGS 84 and GRS80 differ by a tenth of a millimetre at the pole.
    assert np.allclose((lon, lat), registered.transform(115.0, 36.0), rtol=0, atol=2e-9)


def test_seven_parameters_are_the_formula_of_bursa_with_turned_axes():
    (lon, lat), accuracy_m = to_cgcs2000(XIAN_1980, *PLACE, shift=SEVEN)
    x, y, z = geocentric(XIAN_1980, *PLACE)[:, 0]
    rx, ry, rz = np.radians(np.array([1.1, -2.2, 0.7]) / 3600)
    turned = np.array([x + rz * y - ry * z, y - rz * x + rx * z, z + ry * x - rx * y])
    expected = np.array([-12.3, 45.6, 7.8]) + (1 + 3.3e-6) * turned
    up = geocentric(CGCS2000, lon, lat)[:, 0]
    height = np.linalg.norm(expected) - np.linalg.norm(up)
    across = expected - up - height * up / np.linalg.norm(up)
    assert np.linalg.norm(across) < 0.3  # the plumb line is not the radius: 0.2° of the height
    assert abs(height) < 100
    assert accuracy_m == 0.5


@given(st.tuples(*[st.floats(-150, 150)] * 3), st.tuples(*[st.floats(-3, 3)] * 3), st.floats(-9, 9))
def test_the_two_conventions_differ_by_the_signs_of_the_rotations(moves, turns, scale):
    frame = GeocentricShift(*moves, *turns, scale)
    vector = GeocentricShift(*moves, *(-turn for turn in turns), scale, "position_vector")
    ours = to_cgcs2000(XIAN_1980, *PLACE, shift=frame)[0]
    theirs = to_cgcs2000(XIAN_1980, *PLACE, shift=vector)[0]
    assert np.allclose(ours, theirs, rtol=0, atol=1e-9)


@pytest.mark.parametrize("grid", [XIAN_39, XIAN_117], ids=lambda grid: grid.code)
def test_four_parameters_move_in_the_plane(grid):
    angle, growth = math.radians(1.5 / 3600), 1 + 2.5e-6
    east, north = grid.projected(*PLACE)
    plain = east - (grid.zone or 0) * 1_000_000
    expected_north = 3.5 + growth * (north * math.cos(angle) - plain * math.sin(angle))
    expected_east = 83.25 + growth * (north * math.sin(angle) + plain * math.cos(angle))
    shift = PlaneShift(3.5, 83.25, 1.5, 2.5)
    found, accuracy_m = to_cgcs2000(grid, east, north, shift=shift)
    target = next(other for other in GRIDS if other.code == "EPSG:4548")
    assert np.allclose(target.projected(*found), (expected_east, expected_north), atol=1e-5)
    assert accuracy_m is None


def test_four_parameters_hold_in_no_other_place_than_a_plane():
    with pytest.raises(CrsMismatchError, match="plane"):
        to_cgcs2000(XIAN_1980, *PLACE, shift=PlaneShift(0, 0, 0, 0))


@pytest.mark.parametrize(
    "shift", [GeocentricShift(0, 0, 0, scale_ppm=1_000_000), PlaneShift(0, 5_000, 0, 0)]
)
def test_parameters_of_a_wrong_unit_are_refused(shift):
    with pytest.raises(CrsMismatchError, match="signs, order and units"):
        to_cgcs2000(XIAN_117, *XIAN_117.projected(*PLACE), shift=shift)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_parameter_is_a_number(value):
    with pytest.raises(CrsMismatchError, match="finite"):
        GeocentricShift(value, 0, 0)
    with pytest.raises(CrsMismatchError, match="finite"):
        PlaneShift(0, 0, value, 0)
