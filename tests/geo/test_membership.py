import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from strategies import lines, points, polygons

from geo.measure import geodesic_area_m2, geodesic_length_m
from geo.membership import Shapes, membership, overlapping_membership

WEST = shapely.box(116.9, 36.5, 117.0, 36.6)
EAST = shapely.box(117.0, 36.5, 117.1, 36.6)
features = st.lists(st.one_of(polygons, lines, points), min_size=1, max_size=4)
zone_lists = st.lists(polygons, min_size=1, max_size=4)


def shapes(geometries, ranks=None):
    ids = tuple(f"id{i}" for i in range(len(geometries)))
    array = np.empty(len(geometries), dtype=object)
    array[:] = geometries
    return Shapes(ids, array, tuple(ranks or range(len(geometries))))


def shares(geometry, *zones, ranks=None):
    ledger = membership(shapes([geometry]), shapes(list(zones), ranks))
    return {
        row.zone_id if pd.notna(row.zone_id) else None: row.share for row in ledger.itertuples()
    }


@given(features, zone_lists)
def test_shares_inside_plus_outside_sum_to_one(found, zones):
    ledger = membership(shapes(found), shapes(zones))
    sums = ledger.groupby("feature_id")["share"].sum()
    assert len(sums) == len(found)
    assert np.allclose(sums, 1, rtol=0, atol=1e-9)
    assert (ledger["share"] > 0).all()


@given(features, zone_lists)
def test_measures_sum_to_the_geodesic_size_of_the_feature(found, zones):
    ledger = membership(shapes(found), shapes(zones))
    for i, geometry in enumerate(found):
        total = ledger.loc[ledger["feature_id"] == f"id{i}", "measure"].sum()
        size = [1.0, *geodesic_length_m([geometry]), *geodesic_area_m2([geometry])]
        assert total == pytest.approx(size[shapely.get_dimensions(geometry)], rel=1e-9)


@given(features, zone_lists, st.randoms(use_true_random=False))
def test_the_order_of_inputs_does_not_matter(found, zones, random):
    straight, ranked = shapes(found), shapes(zones)
    order = list(range(len(zones)))
    random.shuffle(order)
    mixed = Shapes(
        tuple(ranked.ids[i] for i in order), ranked.geometries[order], tuple(map(float, order))
    )
    reverse = Shapes(straight.ids[::-1], straight.geometries[::-1], straight.ranks)
    keys = ["feature_id", "zone_id"]
    one = membership(straight, ranked).fillna({"zone_id": ""}).set_index(keys)["share"]
    two = membership(reverse, mixed).fillna({"zone_id": ""}).set_index(keys)["share"]
    assert set(one.index) == set(two.index)
    assert np.allclose(one, two[one.index], atol=1e-9)


def test_a_box_across_the_border_is_split_by_area():
    box = shapely.box(116.99, 36.52, 117.03, 36.53)
    assert shares(box, WEST, EAST) == pytest.approx({"id0": 0.25, "id1": 0.75}, abs=1e-9)


def test_where_zones_overlap_the_lowest_rank_counts():
    whole = shapely.box(116.9, 36.5, 117.1, 36.6)
    box = shapely.box(117.01, 36.52, 117.03, 36.53)
    assert shares(box, whole, EAST, ranks=[2, 1]) == {"id1": 1.0}
    assert shares(box, whole, EAST, ranks=[1, 2]) == {"id0": 1.0}


def test_a_line_along_a_shared_edge_counts_once_for_the_lowest_rank():
    edge = shapely.LineString([(117.0, 36.52), (117.0, 36.55)])
    assert shares(edge, WEST, EAST, ranks=[2, 1]) == {"id1": 1.0}


def test_a_feature_of_mixed_dimension_is_measured_by_its_highest():
    mixed = shapely.GeometryCollection(
        [
            shapely.box(116.95, 36.52, 116.96, 36.53),
            shapely.LineString([(117.01, 36.5), (117.09, 36.6)]),
        ]
    )
    assert shares(mixed, WEST, EAST) == {"id0": 1.0}


def test_several_points_have_equal_shares_and_one_outside_is_counted_as_such():
    found = shapely.MultiPoint([(116.95, 36.55), (117.05, 36.55), (117.06, 36.55), (118, 36)])
    assert shares(found, WEST, EAST) == {"id0": 0.25, "id1": 0.5, None: 0.25}


def test_a_feature_without_geometry_has_no_row():
    assert membership(shapes([None]), shapes([WEST])).empty


def test_areas_that_nest_each_hold_the_whole():
    inner = shapely.box(116.95, 36.52, 116.97, 36.54)
    ledger = overlapping_membership(shapes([inner]), shapes([WEST, inner, EAST]))
    assert dict(zip(ledger["zone_id"], ledger["share"], strict=True)) == pytest.approx(
        {"id0": 1.0, "id1": 1.0}
    )


def test_the_null_row_of_overlapping_areas_is_the_share_in_none():
    box = shapely.box(116.99, 36.45, 117.01, 36.55)
    ledger = overlapping_membership(shapes([box]), shapes([WEST, EAST, WEST.union(EAST)]))
    nowhere = ledger.loc[ledger["zone_id"].isna(), "share"]
    assert nowhere.item() == pytest.approx(0.5, rel=1e-3)


@given(features, zone_lists)
def test_no_share_of_an_overlapping_area_exceeds_one(found, zones):
    ledger = overlapping_membership(shapes(found), shapes(zones))
    assert ledger["share"].between(0, 1).all()
    assert set(ledger["feature_id"]) == {f"id{i}" for i in range(len(found))}


def test_a_line_lies_in_a_road_by_the_length_they_share():
    road = shapely.LineString([(116.9, 36.5), (117.0, 36.5)])
    way = shapely.LineString([(116.95, 36.5), (117.05, 36.5)])
    ledger = overlapping_membership(shapes([way]), shapes([road]))
    assert ledger["share"].tolist() == pytest.approx([0.5, 0.5], rel=1e-6)
