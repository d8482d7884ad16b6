import contextlib
import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_files import packed

from layers.errors import ImportRefusedError
from layers.ingest import archive
from layers.ingest.archive import unpack


def unpacked(tmp_path: Path, data: bytes) -> list[archive.Member]:
    source = tmp_path / "upload.zip"
    source.write_bytes(data)
    folder = tmp_path / "unpacked"
    folder.mkdir()
    return unpack(source, folder)


def cause(tmp_path: Path, data: bytes) -> str:
    with pytest.raises(ImportRefusedError) as caught:
        unpacked(tmp_path, data)
    return caught.value.cause


def test_a_layer_in_a_sub_folder_is_found_under_a_name_of_our_own(tmp_path: Path) -> None:
    members = unpacked(tmp_path, packed({"2026年/控规/用地.geojson": "{}"}))
    assert [(one.path.name, one.name) for one in members] == [
        ("0001.geojson", "2026年/控规/用地.geojson")
    ]


def test_the_files_of_one_shapefile_share_a_number_whatever_their_case(tmp_path: Path) -> None:
    unpacked(tmp_path, packed({"a/Zones.SHP": "1", "a/zones.dbf": "2", "b/zones.shp": "3"}))
    names = {path.name for path in (tmp_path / "unpacked").iterdir()}
    assert names == {"0001.shp", "0001.dbf", "0002.shp"}


def test_a_chinese_name_without_the_utf_8_flag_is_read_as_gbk(tmp_path: Path) -> None:
    placeholder = b"ABCDEFGH.kml"
    real = "用地规划".encode("gbk") + b".kml"
    data = packed({placeholder.decode(): "<kml/>"}).replace(placeholder, real)
    assert unpacked(tmp_path, data)[0].name == "用地规划.kml"


def test_back_slashes_separate_folders(tmp_path: Path) -> None:
    data = packed({"folder/zones.kml": "<kml/>"}).replace(b"folder/zones", b"folder\\zones")
    assert unpacked(tmp_path, data)[0].name == "folder/zones.kml"


def test_what_belongs_to_no_layer_stays_packed(tmp_path: Path) -> None:
    unpacked(tmp_path, packed({"zones.kml": "<kml/>", "setup.exe": "MZ", "run.bat": "x"}))
    assert [path.name for path in (tmp_path / "unpacked").iterdir()] == ["0001.kml"]


def test_what_macos_packs_beside_a_file_is_no_layer(tmp_path: Path) -> None:
    entries = {"zones.kml": "<kml/>", "._zones.kml": "x", "__MACOSX/._a\\zones.kml": "x"}
    assert [one.name for one in unpacked(tmp_path, packed(entries))] == ["zones.kml"]


def test_the_main_document_of_a_kmz_comes_first(tmp_path: Path) -> None:
    members = unpacked(tmp_path, packed({"a.kml": "1", "doc.kml": "2"}))
    assert [one.name for one in members] == ["doc.kml", "a.kml"]


def test_a_file_geodatabase_keeps_its_folder(tmp_path: Path) -> None:
    data = packed({"x/city.gdb/a00000001.gdbtable": "1", "x/city.gdb/a00000001.gdbtablx": "2"})
    assert [one.path.name for one in unpacked(tmp_path, data)] == ["0001.gdb"]


@pytest.mark.parametrize(
    "name",
    [
        "../zones.kml",
        "a/../../zones.kml",
        "..\\..\\zones.kml",
        "/etc/zones.kml",
        "C:\\zones.kml",
        "CON.kml",
        "zo\r\nnes.kml",
        "zones\u202elmk.kml",
        "[*]?.kml",
        "n" * 300 + ".kml",
        "/vsicurl/http:/127.0.0.1/zones.kml",
        "/".join("a" * 20) + "/zones.kml",
    ],
)
def test_a_name_that_leads_elsewhere_or_misleads_is_refused(tmp_path: Path, name: str) -> None:
    assert cause(tmp_path, packed({"first.kml": "<kml/>", name: "<kml/>"})) == "bad-name"
    assert not (tmp_path / "unpacked" / "0001.kml").exists()


def test_a_link_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        link = zipfile.ZipInfo("zones.kml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
    assert cause(tmp_path, out.getvalue()) == "archive-link"


def test_a_password_is_refused_by_its_flag(tmp_path: Path) -> None:
    data = bytearray(packed({"zones.kml": "<kml/>"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert cause(tmp_path, bytes(data)) == "archive-encrypted"


def test_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    assert cause(tmp_path, packed({"in.zip": packed({"a.kml": "x"})})) == "archive-nested"


def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    data = packed({"zones.kml": "1", "Zones.KML": "2"})
    assert cause(tmp_path, data) == "archive-twice"


def test_more_than_a_thousand_entries_are_refused(tmp_path: Path) -> None:
    data = packed({f"{number}.kml": "" for number in range(1001)})
    assert cause(tmp_path, data) == "archive-entries"


def test_a_directory_that_promises_endless_entries_is_refused_unread(tmp_path: Path) -> None:
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0, 0, 0)
    assert cause(tmp_path, end) == "archive-entries"


def test_a_bomb_is_stopped_by_its_ratio_while_it_inflates(tmp_path: Path) -> None:
    assert cause(tmp_path, packed({"zones.kml": bytes(20_000_000)})) == "archive-too-large"
    assert (tmp_path / "unpacked" / "0001.kml").stat().st_size < 5_000_000


def test_a_size_that_the_directory_understates_helps_no_bomb(tmp_path: Path) -> None:
    data = bytearray(packed({"zones.kml": bytes(20_000_000)}))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    assert cause(tmp_path, bytes(data)) in ("archive-too-large", "archive-damaged")


def test_the_unpacked_size_is_bounded_in_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 1_000)
    data = packed({"a.kml": "x" * 600, "b.kml": "y" * 600})
    assert cause(tmp_path, data) == "archive-too-large"


def test_an_archive_without_a_layer_is_refused(tmp_path: Path) -> None:
    assert cause(tmp_path, packed({"read.me": "x"})) == "archive-no-layer"


@given(data=st.binary(max_size=400), cut=st.integers(0, 400), at=st.integers(0, 200))
def test_no_damage_ends_in_anything_but_a_refusal_or_layers(
    data: bytes, cut: int, at: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    good = packed({"a/zones.kml": "<kml/>", "b.geojson": "{}"})
    damaged = (good[:at] + data + good[at + len(data) :])[: len(good) - cut % 50]
    members = []
    with contextlib.suppress(ImportRefusedError):
        members = unpacked(tmp_path_factory.mktemp("zip"), damaged)
    assert all(member.path.parent.name == "unpacked" for member in members)
