import json
import shutil

import pytest

from layers.errors import PlanDataError
from layers.plan import default_folder, read_plan


@pytest.fixture
def copy(tmp_path, data_folder):
    return shutil.copytree(data_folder, tmp_path / "data", ignore=shutil.ignore_patterns("sources"))


def test_a_copy_reads_the_same_and_any_change_changes_the_fingerprint(copy):
    before = read_plan(copy)
    assert before.fingerprint == read_plan(default_folder()).fingerprint
    path = copy / "streets.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert read_plan(copy).fingerprint != before.fingerprint


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("zones.geojson", b"{"),
        ("zones.geojson", b"\xff\xfe\x00"),
        ("zones.geojson", b'{"type":"FeatureCollection"}'),
        ("areas.geojson", b'{"features":[{"id":"A"}]}'),
        ("indicators.json", b"]"),
    ],
)
def test_a_damaged_file_is_refused_by_name(copy, name, content):
    (copy / name).write_bytes(content)
    with pytest.raises(PlanDataError, match=name):
        read_plan(copy)


def test_a_missing_file_is_refused_by_name(copy):
    (copy / "projects.geojson").unlink()
    with pytest.raises(PlanDataError, match=r"projects\.geojson"):
        read_plan(copy)


def test_a_geometry_that_is_no_geojson_is_refused_by_its_feature(copy):
    from layers.snapshot import Snapshot

    path = copy / "zones.geojson"
    zones = json.loads(path.read_text(encoding="utf-8"))
    zones["features"][0]["geometry"] = {"type": "Polygon", "coordinates": "nonsense"}
    path.write_text(json.dumps(zones), encoding="utf-8")
    with pytest.raises(PlanDataError, match="Z-N"):
        Snapshot.build(read_plan(copy))
