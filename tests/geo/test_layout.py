import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import stars

from geo.errors import LayoutError
from geo.layout import Cut, bisect, clip_to, partition, scale_to_area
from geo.measure import geodesic_area_m2

DISTRICT = shapely.box(116.9, 36.4, 117.1, 36.7)
LINE = shapely.LineString([(116.92, 36.5), (117.0, 36.53), (117.08, 36.51)])


def areas(parts):
    return {name: float(geodesic_area_m2([zone])[0]) for name, zone in parts.zones.items()}


@settings(max_examples=25)
@given(st.floats(0.05, 0.4), st.floats(0.05, 0.4), stars())
def test_cuts_meet_their_shares_and_the_zones_are_a_partition(north, south, star):
    district = DISTRICT.union(star)
    if district.geom_type != "Polygon":
        return
    cuts = [Cut("N", LINE, "north", north), Cut("S", LINE, "south", south)]
    parts = partition(district, cuts, remainder="C", smallest_part_m2=0)
    whole = float(geodesic_area_m2([parts.district])[0])
    found = areas(parts)
    assert found["N"] == pytest.approx(north * whole, rel=5e-4)
    assert found["S"] == pytest.approx(south * whole, rel=5e-4)
    assert sum(found.values()) == pytest.approx(whole, abs=1)
    assert all(zone.is_valid for zone in parts.zones.values())
    assert shapely.coverage_is_valid(list(parts.zones.values()))


def test_the_cuts_vertices_stand_in_the_districts_ring():
    parts = partition(DISTRICT, [Cut("N", LINE, "north", 0.3)], remainder="C", smallest_part_m2=0)
    ring = set(parts.district.exterior.coords)
    on_edge = [c for c in parts.zones["N"].exterior.coords if c[0] in (116.9, 117.1)]
    assert set(on_edge) <= ring


def test_only_the_lobe_with_the_seed_counts():
    comb = shapely.union_all([shapely.box(x, 36.4, x + 0.05, 36.7) for x in (116.9, 117.05)])
    comb = comb.union(shapely.box(116.9, 36.4, 117.1, 36.5))
    cut = Cut("N", LINE, "north", 0.1, seed=shapely.Point(116.92, 36.69))
    parts = partition(comb, [cut], remainder="C", smallest_part_m2=0)
    assert parts.zones["N"].bounds[2] <= 116.95
    assert areas(parts)["N"] == pytest.approx(0.1 * sum(areas(parts).values()), rel=5e-4)


def test_small_parts_go_to_the_zone_that_they_touch_before_the_share_is_met():
    tooth = shapely.box(116.999, 36.3, 117.001, 36.4)  # 2 km², hangs below the southern zone
    slope = shapely.LineString([(116.9, 36.39), (117.1, 36.41)])
    cut = Cut("S", slope, "south", 0.02)
    parts = partition(DISTRICT.union(tooth), [cut], remainder="C", smallest_part_m2=500_000)
    assert all(
        geodesic_area_m2([part])[0] >= 500_000
        for zone in parts.zones.values()
        for part in shapely.get_parts(zone)
    )
    assert areas(parts)["S"] == pytest.approx(0.02 * sum(areas(parts).values()), rel=5e-4)


def test_a_share_that_no_position_gives_is_refused():
    cut = Cut("N", LINE, "north", 0.5, seed=shapely.Point(0, 0))
    with pytest.raises(LayoutError, match="no position"):
        partition(DISTRICT, [cut], remainder="C", smallest_part_m2=0)


@settings(max_examples=25)
@given(stars(), st.floats(1e6, 6e7))
def test_scaling_meets_the_target_inside_its_zone(star, target_m2):
    found = scale_to_area(star, shapely.box(116, 36, 118, 37), target_m2)
    assert float(geodesic_area_m2([found])[0]) == pytest.approx(target_m2, rel=5e-3)


def test_scaling_counts_only_the_part_inside():
    polygon = shapely.box(116.88, 36.5, 116.94, 36.56)  # a third of it lies outside
    found = scale_to_area(polygon, DISTRICT, 3e7)
    assert found.within(DISTRICT.buffer(1e-9))
    assert float(geodesic_area_m2([found])[0]) == pytest.approx(3e7, rel=1e-4)


def test_an_area_that_no_scale_gives_is_refused():
    with pytest.raises(LayoutError, match="no scale"):
        scale_to_area(shapely.box(116.95, 36.5, 116.96, 36.51), DISTRICT, 1e12)


def test_clipping_a_line_keeps_a_line():
    line = shapely.LineString([(116.8, 36.5), (116.9, 36.5), (117.0, 36.5)])
    assert clip_to(line, DISTRICT).geom_type == "LineString"


@given(st.floats(-5, 5), st.floats(0.1, 3))
def test_bisection_finds_where_a_rising_function_meets_its_target(target, slope):
    for bounds in ((-100, 100), (100, -100)):
        sign = 1 if bounds[0] < bounds[1] else -1
        found = bisect(lambda x, s=sign: s * slope * x, target, bounds)
        assert sign * slope * found == pytest.approx(target, abs=1e-6)
