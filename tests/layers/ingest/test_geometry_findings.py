import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon

from layers.ingest.base import Finding, RawLayer
from layers.ingest.geometry_findings import geometry_findings
from layers.ingest.geometry_repair import repaired

BOWTIE = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])


def layer(*shapes: shapely.Geometry | None, crs: str | None = "EPSG:4548") -> RawLayer:
    frame = gpd.GeoDataFrame({}, geometry=list(shapes), index=range(1, len(shapes) + 1))
    return RawLayer("zones", frame, crs, None)


def found(*shapes: shapely.Geometry | None, crs: str | None = "EPSG:4548") -> list[Finding]:
    return list(geometry_findings(layer(*shapes, crs=crs)))


def codes(*shapes: shapely.Geometry | None, crs: str | None = "EPSG:4548") -> set[str]:
    return {one.code for one in found(*shapes, crs=crs)}


def test_good_neighbours_give_no_finding() -> None:
    assert codes(shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)) == set()


def test_nothing_gives_no_finding() -> None:
    assert codes() == codes(None) == set()


def test_a_self_intersection_is_found_with_its_place() -> None:
    [one] = [one for one in found(BOWTIE) if one.code == "invalid"]
    assert (one.row, one.place, one.facts["reason"]) == (1, (5.0, 5.0), "Self-intersection")


@pytest.mark.parametrize(
    ("shapes", "code"),
    [
        ([Point(1, 1), shapely.box(0, 0, 1, 1)], "kinds-mixed"),
        ([Point(1, 1, 5)], "height"),
        ([shapely.from_wkt("POINT M (1 1 5)")], "measure"),
        ([shapely.box(0, 0, 1, 1), shapely.box(0, 0, 1, 1).reverse()], "duplicate"),
        ([Polygon([(0, 0), (10, 0), (10, 10), (10, 50), (10, 10), (0, 10)])], "spike"),
        ([Polygon([(0, 0), (10, 0), (10, 0), (10, 10), (0, 10)])], "point-twice"),
        ([shapely.GeometryCollection([Point(0, 0), shapely.box(0, 0, 1, 1)])], "collection"),
        ([Polygon([(0, 0), (10, 10), (20, 20)])], "zero-area"),
        ([shapely.box(0, 0, 1e-12, 1e-12)], "zero-area"),
        ([LineString([(1, 1), (1, 1)])], "zero-length"),
    ],
)
def test_each_flaw_is_found(shapes: list[shapely.Geometry], code: str) -> None:
    assert code in codes(*shapes)


def test_an_overlap_is_found_once_with_share_and_place() -> None:
    [one] = found(shapely.box(0, 0, 10, 10), shapely.box(9, 0, 20, 10))
    assert (one.code, one.row, one.facts["other"]) == ("overlap", 2, 1)
    assert one.facts["share"] == pytest.approx(0.1)
    assert one.place == (9.5, 5.0)


def test_a_sliver_between_two_polygons_is_a_gap_and_a_courtyard_is_none() -> None:
    left = Polygon([(0, 0), (10, 0), (10, 2), (9.999, 5), (10, 8), (10, 10), (0, 10)])
    right = shapely.box(10, 0, 20, 10)
    [gap] = [one for one in found(left, right) if one.code == "gap"]
    assert gap.place is not None
    assert gap.place[0] == pytest.approx(9.9995, abs=1e-3)
    yard = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
    assert codes(yard, right) == set()


def test_shapes_of_thousands_of_teeth_are_not_laid_over_each_other() -> None:
    teeth = [(n / 2, 10.0 * (n % 2)) for n in range(4000)]
    comb = Polygon([*teeth, (2000, -5), (0, -5)])
    across = shapely.affinity.translate(shapely.affinity.rotate(comb, 90, origin=(0, 0)), 5, 0)
    assert "checks-left-out" in codes(comb, across)


def test_numbers_that_are_no_degrees_are_refused_where_degrees_are_declared() -> None:
    metres = shapely.box(448000, 4417000, 448100, 4417100)
    assert codes(metres, crs="EPSG:4490") == {"coordinate-no-degrees"}
    assert codes(shapely.box(-190, 52, -189, 53), crs="EPSG:4490") == {"coordinate-beyond-180"}
    assert codes(metres, crs="EPSG:4548") == set()


def test_of_many_findings_the_first_are_kept_and_the_rest_counted() -> None:
    some = found(*[Polygon([(n, 0), (n + 1, 1), (n + 2, 2)]) for n in range(0, 900, 3)])
    flat = [one for one in some if one.code == "zero-area"]
    assert len(flat) == 201
    assert flat[-1].facts == {"more": 100}


def test_a_repair_that_changes_the_area_is_asked_for() -> None:
    fixed = repaired(layer(BOWTIE, shapely.box(0, 0, 1, 1)))
    assert fixed.frame.geometry.is_valid.all()
    [one] = fixed.findings
    assert (one.code, one.severity, one.row) == ("repaired-area", "question", 1)
    assert one.facts["area_after"] == pytest.approx(50)


def test_a_repair_that_keeps_the_area_is_a_change_to_read() -> None:
    shell = [(0, 0), (100, 0), (100, 100), (0, 100)]
    outside = Polygon(shell, [[(100, 50), (100.01, 50), (100.01, 50.01), (100, 50)]])
    [one] = repaired(layer(outside)).findings
    assert (one.code, one.severity) == ("repaired", "change")
    assert one.facts["area_share"] < 0.001


def test_what_cannot_be_repaired_keeps_its_shape_and_is_refused() -> None:
    line = Polygon([(0, 0), (10, 10), (0, 0)])
    fixed = repaired(layer(line))
    assert [one.code for one in fixed.findings] == ["repair-failed"]
    assert fixed.frame.geometry[1].equals_exact(line)


def test_the_layer_that_is_repaired_is_left_alone() -> None:
    before = layer(BOWTIE)
    tried: list[int] = []
    repaired(before, working_on=tried.append)
    assert before.frame.geometry[1].equals_exact(BOWTIE)
    assert tried == [1]


@given(
    points=st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=3, max_size=12, unique=True
    )
)
def test_any_ring_is_judged_and_repaired_or_refused(points: list[tuple[int, int]]) -> None:
    raw = layer(Polygon(points))
    judged = {one.code for one in geometry_findings(raw)}
    fixed = repaired(raw)
    refused = {"zero-area"} & judged or "repair-failed" in {one.code for one in fixed.findings}
    assert refused or fixed.frame.geometry.is_valid.all()
