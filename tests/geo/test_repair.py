import pytest
import shapely
from hypothesis import given
from strategies import polygons

from geo.errors import InvalidGeometryError
from geo.repair import keep_dimension, repair

BOW_TIE = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])


@given(polygons)
def test_a_valid_polygon_is_only_oriented(polygon):
    found = repair(polygon)
    assert found.repairs == ()
    assert found.geometry.equals(polygon)
    assert found.geometry.exterior.is_ccw


def test_a_bow_tie_becomes_two_valid_triangles_and_says_so():
    found = repair(BOW_TIE)
    assert found.geometry.is_valid
    assert found.geometry.area == pytest.approx(0.5)
    assert found.repairs == ("made valid",)


def test_heights_are_dropped_and_said():
    found = repair(shapely.from_wkt("POINT Z (117 36 25)"))
    assert not found.geometry.has_z
    assert found.repairs == ("height dropped",)


@pytest.mark.parametrize(
    "geometry",
    [
        shapely.Polygon(),
        shapely.Point(1, float("-inf")),
        shapely.Point(float("inf"), 1),
        shapely.Polygon([(0, 0), (1, 1), (0, 0)]),
    ],
)
def test_what_cannot_be_measured_is_refused(geometry):
    with pytest.raises(InvalidGeometryError):
        repair(geometry)


def test_only_the_parts_of_one_dimension_are_kept():
    box, line = shapely.box(0, 0, 1, 1), shapely.LineString([(2, 2), (3, 3)])
    mixed = shapely.GeometryCollection([box, line])
    assert keep_dimension(mixed, 2).equals(box)
    assert keep_dimension(mixed, 1).equals(line)
    assert keep_dimension(mixed, 0).is_empty
    assert keep_dimension(box, 1).is_empty
