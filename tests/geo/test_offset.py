import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.measure import GEOD
from geo.offset import (
    SHIFTED,
    bd09_to_wgs84,
    gcj02_to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

MILLIMETRE = 1e-3
ways = pytest.mark.parametrize(
    ("there", "back"), [(wgs84_to_gcj02, gcj02_to_wgs84), (wgs84_to_bd09, bd09_to_wgs84)]
)


def distance_m(a, b):
    return GEOD.inv(*a, *b)[2]


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        # Those of the package coordtransform for 116.404, 39.915.
        (wgs84_to_gcj02, (116.41024449916938, 39.91640428150164)),
        (wgs84_to_bd09, (116.41662724378733, 39.922699552216216)),
    ],
)
def test_a_shifted_place_is_that_of_the_common_formula(there, expected):
    found = there(116.404, 39.915)
    assert (found[0][0], found[1][0]) == pytest.approx(expected, abs=1e-10)


@ways
def test_there_and_back_is_the_same_place_to_a_millimetre_all_over_china(there, back):
    random = np.random.default_rng(4)
    lon, lat = random.uniform(73.6, 134.8, 50_000), random.uniform(18.1, 53.5, 50_000)
    again = back(*there(lon, lat))
    assert distance_m((lon, lat), again).max() < MILLIMETRE


@ways
@given(st.floats(73.6, 134.8), st.floats(18.1, 53.5))
def test_a_shifted_place_is_found_again(there, back, lon, lat):
    [x], [y] = back(*there(lon, lat))
    assert distance_m((lon, lat), (x, y)) < MILLIMETRE


@ways
def test_a_shift_is_some_hundred_metres(there, back):
    lon, lat = np.meshgrid(np.arange(75.0, 134.0), np.arange(19.0, 53.0))
    lon, lat = lon.ravel(), lat.ravel()
    moved = distance_m((lon, lat), there(lon, lat))
    assert moved.min() > 10
    assert moved.max() < 2_000


@ways
@pytest.mark.parametrize(
    "place", [(2.35, 48.86), (139.7, 35.7), (-117.0, 36.6), (117.0, -36.6), (np.nan, 36.6)]
)
def test_nothing_is_shifted_off_the_mainland(there, back, place):
    for shift in (there, back):
        assert np.isinf(shift(*place)).all()


@ways
def test_a_list_keeps_its_order_and_only_the_places_outside_become_infinite(there, back):
    lon, lat = np.array([117.0, 2.35, 104.0]), np.array([36.6, 48.86, 30.6])
    x, y = there(lon, lat)
    assert np.isfinite(x).tolist() == np.isfinite(y).tolist() == [True, False, True]
    assert distance_m((lon[[0, 2]], lat[[0, 2]]), (x[[0, 2]], y[[0, 2]])).max() < 2_000


def test_the_box_holds_the_mainland():
    for lon, lat in ((73.5, 39.4), (135.09, 48.3), (123.3, 53.56), (109.5, 18.15)):
        assert SHIFTED.contains(lon, lat)
