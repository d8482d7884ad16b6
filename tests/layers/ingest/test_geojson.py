import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_files import SQUARE, feature, geojson, polygon

from layers.errors import ImportRefusedError
from layers.ingest.base import RawLayer, ReadOptions
from layers.ingest.geojson import GeoJsonReader

POINT = {"type": "Point", "coordinates": [117.0, 36.6]}


def read(path: Path) -> RawLayer:
    return GeoJsonReader().read(path, None, ReadOptions())


def read_text(tmp_path: Path, text: str | bytes) -> RawLayer:
    path = tmp_path / "a.geojson"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path)


def cause(tmp_path: Path, text: str) -> str:
    with pytest.raises(ImportRefusedError) as caught:
        read_text(tmp_path, text)
    return caught.value.cause


def codes(layer: RawLayer) -> set[str]:
    return {one.code for one in layer.findings}


def test_no_value_of_a_mixed_column_changes(tmp_path: Path) -> None:
    values = [1, 2.5, "三", None, True, 2**53 + 1, 2**63, "007", "1e5", "2026-01-01"]
    path = geojson(tmp_path / "a.geojson", *[feature(POINT, {"v": value}) for value in values])
    column = list(read(path).frame["v"])
    assert column == values
    assert [type(one) for one in column] == [type(one) for one in values]


def test_lists_and_objects_become_json_text_and_that_is_said(tmp_path: Path) -> None:
    layer = read(geojson(tmp_path / "a.geojson", feature(POINT, {"v": {"a": ["三"]}})))
    assert layer.frame["v"][1] == '{"a": ["三"]}'
    assert "value-nested" in codes(layer)


def test_one_bad_row_never_fails_the_file(tmp_path: Path) -> None:
    bad: list[Any] = [
        None,
        {"type": "Featre"},
        feature({"type": "Point", "coordinates": [1]}),
        feature({"type": "Point", "coordinates": ["1", "2"]}),
        feature({"type": "Point", "coordinates": [1, None]}),
        feature({"type": "Point", "coordinates": [10**400, 2]}),
        feature({"type": "Polygon", "coordinates": [[[1, 1], [2, 2], [3, 3], [4, 5]]]}),
        feature({"type": "Polygon", "coordinates": [[[1, 1], [2, 2], [1, 1]]]}),
        feature({"type": "Polygon", "coordinates": [5]}),
        feature({"type": "MultiPolygon", "coordinates": [[[]]]}),
        feature({"type": "Point"}),
        feature("text"),
        {"type": "Feature", "properties": {}},
        feature(POINT, {"v": 10**400}),
    ]
    layer = read(geojson(tmp_path / "a.geojson", *bad, feature(POINT)))
    assert list(layer.frame.index) == [len(bad) + 1]
    refused = [one.row for one in layer.findings if one.severity == "refusal"]
    assert sorted(row for row in refused if row) == list(range(1, len(bad) + 1))


def test_a_file_of_bad_rows_only_is_refused_with_the_first_place(tmp_path: Path) -> None:
    with pytest.raises(ImportRefusedError) as caught:
        read(geojson(tmp_path / "a.geojson", feature({"type": "Point", "coordinates": []})))
    assert (caught.value.cause, caught.value.place) == ("no-rows", "row 1: geometry-empty")


@pytest.mark.parametrize(
    "text",
    [
        "null", "1", "[]", '{"type": "FooBar"}', '{"type": "FeatureCollection"}', '{"type": {}}',
        '{"type": "Feature"', '{"type": "FeatureCollection", "features": {}}', "{} {}",
        '{"type": "Point", "coordinates": [NaN, 1]}', "{'type': 'Point'}",
        '{"type": "Point", "coordinates": [Infinity, 1]}',
    ],
)  # fmt: skip
def test_what_is_no_geojson_is_refused(tmp_path: Path, text: str) -> None:
    assert cause(tmp_path, text) == "damaged"


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    text = '{"type": "Point", "coordinates": [1, 2], "coordinates": [3, 4]}'
    assert cause(tmp_path, text) == "json-key-twice"


@pytest.mark.parametrize("depth", [70, 100_000])
def test_depth_is_bounded(tmp_path: Path, depth: int) -> None:
    value = "[" * depth + "]" * depth
    point = json.dumps(POINT)
    text = f'{{"type": "Feature", "geometry": {point}, "properties": {{"v": {value}}}}}'
    assert cause(tmp_path, text) == "too-deep"


def test_collections_in_collections_are_bounded(tmp_path: Path) -> None:
    inner = json.dumps(POINT)
    for _ in range(70):
        inner = f'{{"type": "GeometryCollection", "geometries": [{inner}]}}'
    assert cause(tmp_path, inner) == "too-deep"


def test_one_feature_a_line_is_read(tmp_path: Path) -> None:
    line = json.dumps(feature(POINT, {"n": 1}))
    assert len(read_text(tmp_path, f"\x1e{line}\n{line}\n\n").frame) == 2


def test_gbk_is_read_and_said(tmp_path: Path) -> None:
    text = json.dumps(feature(POINT, {"名称": "兴隆片区"}), ensure_ascii=False)
    layer = read_text(tmp_path, text.encode("gbk"))
    assert list(layer.frame["名称"]) == ["兴隆片区"]
    assert "encoding-contradicts" in codes(layer)


@pytest.mark.parametrize(
    ("name", "crs"),
    [
        ("EPSG:4490", "EPSG:4490"),
        ("urn:ogc:def:crs:EPSG::4548", "EPSG:4548"),
        ("http://www.opengis.net/def/crs/EPSG/0/4527", "EPSG:4527"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "OGC:CRS84"),
    ],
)
def test_the_old_member_crs_is_read(tmp_path: Path, name: str, crs: str) -> None:
    member = {"type": "name", "properties": {"name": name}}
    assert read(geojson(tmp_path / "a.geojson", feature(POINT), crs=member)).crs == crs


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("EPSG:999999", "crs-unknown"),
        ("http://127.0.0.1:9/crs", "crs-elsewhere"),
        ("file:///etc/passwd", "crs-elsewhere"),
        ("/etc/passwd", "crs-elsewhere"),
        ("+proj=longlat", "crs-unknown"),
    ],
)
def test_a_system_that_does_not_exist_or_lies_elsewhere_is_refused(
    tmp_path: Path, name: str, expected: str
) -> None:
    member = {"type": "name", "properties": {"name": name}}
    document = {"type": "FeatureCollection", "features": [feature(POINT)], "crs": member}
    assert cause(tmp_path, json.dumps(document)) == expected


def test_no_system_is_degrees_unless_the_numbers_say_otherwise(tmp_path: Path) -> None:
    assert read(geojson(tmp_path / "a.geojson", feature(POINT))).crs == "OGC:CRS84"
    null = read(geojson(tmp_path / "a.geojson", feature(POINT), crs=None))
    assert (null.crs, codes(null)) == (None, {"crs-null"})
    far = [(x * 4000, y * 1e5) for x, y in SQUARE]
    metres = read(geojson(tmp_path / "a.geojson", feature(polygon(far))))
    assert metres.crs is None
    assert "crs-missing" in codes(metres)


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (feature({"type": "Point", "coordinates": [117, 36, 1, 2]}), "coordinate-extra"),
        (feature(polygon(SQUARE)), "ring-direction"),
        (feature({"type": "MultiPoint", "coordinates": [[117, 36]]}), "single-part"),
        (feature({"type": "Point", "coordinates": [117.1234567890123, 36]}), "precision"),
        (feature(POINT, bbox="text"), "bbox-wrong"),
        (feature(POINT, bbox=[1, 2, 3, 4]), "bbox-wrong"),
        (feature(POINT, features=[]), "member-foreign"),
        (feature(POINT, {"geometry": 1}), "column-renamed"),
        (feature(POINT, {"a": 1, "A": 2}), "column-case"),
        (feature(POINT, {"x'; DROP TABLE y": 1}), "column-name"),
        (feature(POINT, {"v": "a\0b"}), "text-nul"),
        (feature(None), "geometry-missing"),
    ],
)
def test_what_the_raw_libraries_change_silently_is_a_finding(
    tmp_path: Path, one: dict[str, Any], code: str
) -> None:
    layer = read(geojson(tmp_path / "a.geojson", one))
    assert len(layer.frame) == 1
    assert code in codes(layer)


def test_an_id_that_stands_twice_loses_no_row(tmp_path: Path) -> None:
    layer = read(geojson(tmp_path / "a.geojson", *[feature(POINT, id="x")] * 3))
    assert list(layer.frame["id"]) == ["x"] * 3
    assert "rows-twice" in codes(layer)


def test_a_text_beyond_64_kb_and_a_257th_field_are_refused(tmp_path: Path) -> None:
    long = read(
        geojson(tmp_path / "a.geojson", feature(POINT, {"v": "x" * 70_000}), feature(POINT))
    )
    assert ("text-too-long", 1) in {(one.code, one.row) for one in long.findings}
    wide = feature(POINT, {str(number): 1 for number in range(257)})
    assert cause(tmp_path, json.dumps(wide)) == "too-many"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(
    geometry=JSON, properties=JSON, kind=st.sampled_from(["Point", "Polygon", "MultiPoint", "x"])
)
def test_any_json_is_read_or_refused(
    geometry: Any, properties: Any, kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("json") / "a.geojson"
    odd = feature({"type": kind, "coordinates": geometry}, properties)
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [odd, feature(POINT)]}))
    try:
        layer = read(path)
    except ImportRefusedError:
        assert "NaN" in path.read_text() or "Infinity" in path.read_text()
    else:
        assert 2 in layer.frame.index
        assert all(math.isfinite(bound) for bound in layer.frame.total_bounds)
