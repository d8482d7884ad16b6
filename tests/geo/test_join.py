import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from strategies import points, polygons

from geo.join import OUTSIDE, ZoneIndex

zone_lists = st.lists(polygons, min_size=1, max_size=6)


def index_of(zones, ranks=None):
    ids = [f"Z{i}" for i in range(len(zones))]
    return ZoneIndex.build(ids, np.array(zones), ranks or list(range(len(zones))))


def assign(index, found):
    xy = shapely.get_coordinates(found)
    return index.assign(xy[:, 0], xy[:, 1])


@given(zone_lists, st.lists(points, min_size=1, max_size=20))
def test_each_point_gets_the_lowest_rank_of_the_zones_that_geos_says_it_intersects(zones, found):
    codes = assign(index_of(zones), found)
    for point, code in zip(found, codes, strict=True):
        hits = [i for i, zone in enumerate(zones) if zone.intersects(point)]
        assert code == (hits[0] if hits else OUTSIDE)


@given(zone_lists, st.randoms(use_true_random=False))
def test_the_order_of_zones_does_not_matter(zones, random):
    vertices = [shapely.Point(c) for zone in zones for c in zone.exterior.coords]
    order = list(range(len(zones)))
    random.shuffle(order)
    straight = assign(index_of(zones), vertices)
    shuffled = assign(index_of([zones[i] for i in order], order), vertices)
    assert [order[code] for code in shuffled] == straight.tolist()


def test_a_point_on_a_shared_edge_goes_to_the_zone_of_lowest_rank():
    west, east = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    index = index_of([west, east], ranks=[2, 1])
    assert assign(index, [shapely.Point(1, 0.5)]).tolist() == [1]


def test_a_point_in_a_hole_is_outside():
    ring = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    assert assign(index_of([ring]), [shapely.Point(1.5, 1.5)]).tolist() == [OUTSIDE]
