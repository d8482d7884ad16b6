import pytest

from layers.build import build
from layers.build.geojson import BuiltFeature, write_collection, write_json
from layers.errors import PlanDataError


def test_a_missing_source_is_refused_by_name_and_nothing_is_written(tmp_path):
    out = tmp_path / "out"
    (tmp_path / "geodata").mkdir()
    (tmp_path / "geodata" / "layout.geojson").write_text('{"features":[]}')
    with pytest.raises(PlanDataError, match="project_points"):
        build(tmp_path, out)
    assert not out.exists()


def test_a_collection_is_one_feature_a_line(tmp_path):
    features = [BuiltFeature("a", {"name": "甲"}, None), BuiltFeature("b", {}, None)]
    text = write_collection(tmp_path / "x.geojson", features).read_text(encoding="utf-8")
    assert text == (
        '{"type":"FeatureCollection","features":[\n'
        '{"type":"Feature","id":"a","properties":{"id":"a","name":"甲"},"geometry":null},\n'
        '{"type":"Feature","id":"b","properties":{"id":"b"},"geometry":null}\n]}\n'
    )


def test_an_object_of_lists_is_one_entry_a_line(tmp_path):
    text = write_json(tmp_path / "x.json", {"a": [1, 2], "b": []}).read_text(encoding="utf-8")
    assert text == '{"a":[\n1,\n2\n],\n"b":[\n\n]}\n'
