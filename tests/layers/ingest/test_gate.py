from pathlib import Path

import pytest
from ingest_files import geojson, packed

from layers.errors import ImportRefusedError
from layers.ingest import gate
from layers.ingest.gate import admit


def cause(source: Path, filename: str) -> str:
    folder = source.parent / "unpacked"
    folder.mkdir(exist_ok=True)
    with pytest.raises(ImportRefusedError) as caught:
        admit(source, filename, folder)
    return caught.value.cause


def test_a_plain_file_is_a_part_of_its_own(tmp_path: Path) -> None:
    parts, findings = admit(geojson(tmp_path / "x"), "C:\\我的\\用地.GeoJSON", tmp_path)
    assert [(part.kind, part.path) for part in parts] == [("geojson", tmp_path / "x")]
    assert findings == []


def test_two_layers_in_one_archive_are_two_parts_and_a_question(tmp_path: Path) -> None:
    source = tmp_path / "in.zip"
    source.write_bytes(packed({"a/zones.geojson": "{}", "roads.geojson": "{}"}))
    (tmp_path / "unpacked").mkdir()
    parts, findings = admit(source, "two.zip", tmp_path / "unpacked")
    assert [part.name for part in parts] == ["a/zones", "roads"]
    assert [one.code for one in findings] == ["several-layers"]


def test_two_documents_of_a_kmz_are_both_read(tmp_path: Path) -> None:
    source = tmp_path / "in.kmz"
    source.write_bytes(packed({"b.kml": "<kml/>", "a.kml": "<kml/>"}))
    (tmp_path / "unpacked").mkdir()
    parts, findings = admit(source, "two.kmz", tmp_path / "unpacked")
    assert [part.name for part in parts] == ["a", "b"]
    assert [one.code for one in findings] == ["several-documents"]


def test_content_inside_an_archive_is_sniffed_too(tmp_path: Path) -> None:
    source = tmp_path / "in.zip"
    source.write_bytes(packed({"zones.geojson": "<OGRVRTDataSource>"}))
    assert cause(source, "zones.zip") == "points-elsewhere"


def test_an_archive_that_hides_in_an_archive_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "in.zip"
    source.write_bytes(packed({"zones.kml": packed({"doc.kml": "<kml/>"})}))
    assert cause(source, "zones.zip") == "archive-nested"


def test_size_and_name_are_looked_at_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "in"
    source.write_bytes(b"")
    assert cause(source, "zones.kml") == "empty-file"
    assert cause(source, "zones.php") == "unknown-content"
    assert cause(source, "") == "unknown-content"
    monkeypatch.setattr(gate, "MAX_BYTES", 10)
    source.write_bytes(b"x" * 11)
    assert cause(source, "zones.kml") == "too-large"
