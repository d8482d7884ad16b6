"""Spatial functions (OGC 21-065r2, /req/basic-spatial-functions, /req/spatial-functions)."""

import json

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from strategies import lines, points, polygons

from geo.crs import to_crs
from geo.errors import UnknownCrsError
from layers.cql2 import InvalidFilterError, parse

# shape: a square (0 0, 2 2), a line (1 1, 5 1), a point (10 10), null; spot: (1 1) (3 1) (10 10)
CASES = [
    ("S_INTERSECTS(shape, POINT(1 1))", [0, 1]),
    ("S_INTERSECTS(shape, POINT Z(1 1 9))", [0, 1]),
    ("S_INTERSECTS(shape, BBOX(0, 0, 1, 1))", [0, 1]),
    ("S_INTERSECTS(shape, BBOX(0, 0, -9, 1, 1, 9))", [0, 1]),
    ("S_INTERSECTS(shape, BBOX(10, 10, 10, 10))", [2]),
    ("S_INTERSECTS(shape, BBOX(4, 0, 4, 2))", [1]),
    ("S_INTERSECTS(shape, BBOX(9, 0, -9, 80))", [2]),
    ("S_INTERSECTS(BBOX(9, 0, -9, 80), shape)", [2]),
    ("S_INTERSECTS(shape, LINESTRING(3 0, 3 9))", [1]),
    ("S_INTERSECTS(shape, MULTIPOINT((0 0), (10 10)))", [0, 2]),
    ("S_INTERSECTS(shape, MULTILINESTRING((0 0, 0 1), (9 9, 11 11)))", [0, 2]),
    ("S_INTERSECTS(shape, POLYGON((3 0, 6 0, 6 3, 3 3, 3 0)))", [1]),
    (
        "S_INTERSECTS(shape, MULTIPOLYGON(((3 0, 6 0, 6 3, 3 0)), ((9 9, 11 9, 11 11, 9 9))))",
        [1, 2],
    ),
    ("S_INTERSECTS(shape, GEOMETRYCOLLECTION(POINT(0 0), LINESTRING(9 9, 11 11)))", [0, 2]),
    ("S_INTERSECTS(shape, spot)", [0, 1, 2]),
    ("S_DISJOINT(shape, POINT(1 1))", [2]),
    ("NOT S_DISJOINT(shape, POINT(1 1))", [0, 1]),
    ("S_EQUALS(shape, POLYGON((2 0, 2 2, 0 2, 0 0, 2 0)))", [0]),
    ("S_TOUCHES(shape, POINT(2 2))", [0]),
    ("S_TOUCHES(shape, POINT(1 1))", [1]),
    ("S_WITHIN(shape, BBOX(0, 0, 6, 6))", [0, 1]),
    ("S_WITHIN(spot, shape)", [0, 1, 2]),
    ("S_CONTAINS(shape, POINT(1.5 1))", [0, 1]),
    ("S_CONTAINS(BBOX(0, 0, 6, 6), shape)", [0, 1]),
    ("S_CROSSES(shape, BBOX(3, 0, 4, 2))", [1]),
    ("S_OVERLAPS(shape, BBOX(1, 1, 3, 3))", [0]),
    ("S_INTERSECTS(POINT(1 1), BBOX(0, 0, 2, 2))", [0, 1, 2, 3]),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_a_spatial_function_selects_what_simple_features_say(selected, text, expected):
    assert selected(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "S_INTERSECTS(name, POINT(1 1))",
        "S_INTERSECTS(shape, name)",
        "S_INTERSECTS(shape, 'POINT(1 1)')",
        "S_INTERSECTS(shape)",
        "S_INTERSECTS(shape, POINT(1 1), 3)",
        "S_NEAR(shape, POINT(1 1))",
        "S_INTERSECTS(shape, POINT EMPTY)",
        "S_INTERSECTS(shape, LINESTRING(1 1))",
        "S_INTERSECTS(shape, POLYGON((0 0, 1 1)))",
        "S_INTERSECTS(shape, POLYGON((0 0, 1 0, 1 1)))",
        "S_INTERSECTS(shape, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))",
        "S_INTERSECTS(shape, POINT(1e400 1))",
        "S_INTERSECTS(shape, BBOX(1, 2, 3))",
        "S_INTERSECTS(shape, BBOX(name, 2, 3, 4))",
        "S_INTERSECTS(shape, BBOX(0, 3, 1, 2))",
        "S_INTERSECTS(shape, BBOX(0, 0, 200, 2))",
        "S_INTERSECTS(shape, BBOX(-1e400, 0, 2, 2))",
    ],
)
def test_shapes_that_are_none_are_refused(selected, text):
    with pytest.raises(InvalidFilterError):
        selected(text)


@pytest.mark.parametrize(
    "shape",
    [
        {"type": "Feature", "coordinates": [1, 2]},
        {"type": "Point", "coordinates": []},
        {"type": "Point", "coordinates": ["1", "2"]},
        {"type": "Point", "coordinates": [1]},
        {"type": "Point", "coordinates": {"x": 1}},
        {"type": "Point", "geometries": []},
        {"type": "Polygon", "coordinates": [1, 2]},
        {"type": "GeometryCollection", "geometries": [3]},
        {"type": "GeometryCollection", "geometries": []},
        {"type": ["Point"], "coordinates": [1, 2]},
        {"type": "Point", "coordinates": [1, 2], "crs": {"type": "name"}},
        {"type": "Point", "coordinates": None},
    ],
)
def test_geojson_that_is_no_geometry_is_refused(shape):
    text = json.dumps({"op": "s_intersects", "args": [{"property": "shape"}, shape]})
    with pytest.raises(InvalidFilterError):
        parse(text, "cql2-json")


def test_shapes_of_another_reference_system_are_taken_to_degrees():
    spots = to_crs(
        np.array([shapely.Point(500_100, 4_050_100)]), source="EPSG:4548", target="EPSG:4490"
    )

    def to_degrees(shape):
        return to_crs(np.array([shape]), source="EPSG:4548", target="EPSG:4490")[0]

    def found(text):
        columns = {"spot": spots}
        return parse(text).mask(columns, {"spot": "geometry"}, filter_crs=to_degrees).any()

    assert found("S_INTERSECTS(spot, BBOX(500000, 4050000, 500200, 4050200))")
    assert found("S_WITHIN(spot, POLYGON((500000 4050000, 500200 4050000, 500200 4050300, "
                 "500000 4050000)))")  # fmt: skip
    assert not found("S_INTERSECTS(spot, BBOX(500200, 4050000, 500300, 4050200))")
    with pytest.raises(InvalidFilterError):  # no antimeridian in metres
        found("S_INTERSECTS(spot, BBOX(500200, 4050000, 500000, 4050200))")


def test_a_shape_without_place_in_degrees_is_refused(columns, queryables):
    def nowhere(_shape):
        return shapely.Point(np.inf, np.inf)

    def unknown(_shape):
        raise UnknownCrsError("no such system")

    for step in (nowhere, unknown):
        with pytest.raises(InvalidFilterError):
            parse("S_INTERSECTS(shape, POINT(1 2))").mask(columns, queryables, filter_crs=step)


def test_a_feature_that_crosses_itself_makes_no_filter_fail():
    bowtie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    columns = {"shape": np.array([bowtie, shapely.GeometryCollection([bowtie])])}
    for function in FUNCTIONS:
        for literal in ("POLYGON((0 0, 2 0, 2 2, 0 0))", "GEOMETRYCOLLECTION(POINT(1 1))"):
            text = f"{function}(shape, {literal})"
            assert parse(text).mask(columns, {"shape": "geometry"}).shape == (2,)


FUNCTIONS = {
    "S_INTERSECTS": shapely.intersects,
    "S_EQUALS": shapely.equals,
    "S_DISJOINT": shapely.disjoint,
    "S_TOUCHES": shapely.touches,
    "S_WITHIN": shapely.within,
    "S_OVERLAPS": shapely.overlaps,
    "S_CROSSES": shapely.crosses,
    "S_CONTAINS": shapely.contains,
}
shapes = st.one_of(points, lines, polygons.filter(lambda shape: shape.is_valid))


@given(st.lists(shapes, min_size=1, max_size=6), shapes, st.sampled_from(sorted(FUNCTIONS)))
def test_every_function_answers_as_geos_does_one_by_one(features, literal, function):
    columns, kinds = {"shape": np.array([*features, literal])}, {"shape": "geometry"}
    wkt = shapely.to_wkt(literal, rounding_precision=-1)
    plain = FUNCTIONS[function]
    forth = parse(f"{function}(shape, {wkt})").mask(columns, kinds)
    back = parse(f"{function}({wkt}, shape)").mask(columns, kinds)
    assert forth.tolist() == [plain(shape, literal) for shape in columns["shape"]]
    assert back.tolist() == [plain(literal, shape) for shape in columns["shape"]]
