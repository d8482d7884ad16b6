import struct
from pathlib import Path

import pytest
from ingest_files import SQUARE, dbf, shapefile, shp

from layers.errors import ImportRefusedError
from layers.ingest.base import RawLayer, ReadOptions
from layers.ingest.shapefile import ShapefileReader

ZONES = ("一类居住用地", "公园绿地")


def read(path: Path, **options: str) -> RawLayer:
    return ShapefileReader().read(path, None, ReadOptions(**options))


def cause(path: Path) -> str:
    with pytest.raises(ImportRefusedError) as caught:
        read(path)
    return caught.value.cause


def codes(layer: RawLayer) -> list[str]:
    return [one.code for one in layer.findings]


def test_a_whole_shapefile_is_read_without_a_finding(tmp_path: Path) -> None:
    layer = read(shapefile(tmp_path))
    assert layer.frame["NAME"].to_dict() == {1: "a", 2: "b"}
    assert layer.frame.geometry.bounds["minx"].tolist() == [117.0, 117.2]
    assert layer.crs is not None
    assert codes(layer) == []


@pytest.mark.parametrize("declared", [b"GBK", b"936", b"ANSI 936", b"OEM 936", b"GB2312\r\n"])
def test_gbk_is_read_as_its_cpg_says_however_that_is_written(
    tmp_path: Path, declared: bytes
) -> None:
    names = [name.encode("gbk") for name in ZONES]
    layer = read(shapefile(tmp_path, names=names, cpg=declared))
    assert tuple(layer.frame["NAME"]) == ZONES
    assert codes(layer) == []


@pytest.mark.parametrize(
    ("encoding", "cpg", "code"),
    [
        ("gbk", None, "encoding-guessed"),
        ("utf-8", None, "encoding-guessed"),
        ("gbk", b"UTF-8", "encoding-contradicts"),
        ("utf-8", b"GBK", "encoding-contradicts"),
    ],
)
def test_an_encoding_that_is_wrong_or_unsaid_is_found_and_reported(
    tmp_path: Path, encoding: str, cpg: bytes | None, code: str
) -> None:
    names = [name.encode(encoding)[:20] for name in ZONES]
    layer = read(shapefile(tmp_path, names=names, cpg=cpg))
    assert layer.frame["NAME"][2] == ZONES[1]
    assert code in codes(layer)


def test_the_language_of_the_table_is_believed(tmp_path: Path) -> None:
    table = dbf([(b"NAME", "C", 20)], [[name.encode("gbk")] for name in ZONES], language=0x4D)
    layer = read(shapefile(tmp_path, dbf=table, cpg=None))
    assert (tuple(layer.frame["NAME"]), codes(layer)) == (ZONES, [])


def test_a_planner_may_overrule_the_encoding(tmp_path: Path) -> None:
    layer = read(shapefile(tmp_path, names=["ä".encode("latin-1")] * 2), encoding="latin-1")
    assert tuple(layer.frame["NAME"]) == ("ä", "ä")


def test_a_character_that_the_field_cuts_is_left_out_and_said(tmp_path: Path) -> None:
    whole = "规划地块一二三".encode()
    layer = read(shapefile(tmp_path, names=[whole[:20], b"b"]))
    assert layer.frame["NAME"][1] == "规划地块一二"
    assert ("text-cut", 1) in {(one.code, one.row) for one in layer.findings}


def test_numbers_are_what_their_text_says_or_stay_text(tmp_path: Path) -> None:
    table = dbf(
        [(b"ID", "N", 20), (b"AREA", "N", 8)],
        [[b"12345678901234567890", b"2,5"], [b"-99999999999999999", b"1e999"]],
    )
    layer = read(shapefile(tmp_path, dbf=table))
    assert list(layer.frame["ID"]) == [12345678901234567890, -99999999999999999]
    assert list(layer.frame["AREA"]) == ["2,5", "1e999"]
    assert codes(layer).count("value-not-number") == 2


def test_dates_truth_values_and_blanks_have_their_meaning(tmp_path: Path) -> None:
    table = dbf(
        [(b"D", "D", 8), (b"L", "L", 1), (b"N", "N", 4), (b"F", "F", 6)],
        [[b"20261124", b"T", b"****", b" 1.50"], [b"00000000", b"?", b"", b"7"]],
    )
    frame = read(shapefile(tmp_path, dbf=table)).frame
    assert frame.loc[1, ["D", "L", "N", "F"]].tolist() == ["2026-11-24", True, None, 1.5]
    assert frame.loc[2, ["D", "L", "N", "F"]].tolist() == [None, None, None, 7]


def test_a_nul_in_a_text_is_left_out_and_said(tmp_path: Path) -> None:
    layer = read(shapefile(tmp_path, names=[b"a\0b", b"c"]))
    assert layer.frame["NAME"][1] == "ab"
    assert "text-nul" in codes(layer)


def test_two_fields_of_one_name_keep_their_own_values(tmp_path: Path) -> None:
    table = dbf([(b"NAME", "C", 4), (b"NAME", "C", 4)], [[b"a", b"b"], [b"c", b"d"]])
    layer = read(shapefile(tmp_path, dbf=table))
    assert layer.frame[["NAME", "NAME_2"]].to_numpy().tolist() == [["a", "b"], ["c", "d"]]
    assert "column-renamed" in codes(layer)


def test_a_field_called_geometry_is_kept_under_another_name(tmp_path: Path) -> None:
    table = dbf([(b"geometry", "C", 4)], [[b"a"], [b"b"]])
    layer = read(shapefile(tmp_path, dbf=table))
    assert list(layer.frame["geometry_2"]) == ["a", "b"]
    assert layer.frame.geometry.area.gt(0).all()


def test_a_deleted_row_takes_its_own_shape_along_and_no_other(tmp_path: Path) -> None:
    table = bytearray(dbf([(b"NAME", "C", 20)], [[b"gone"], [b"stays"]]))
    table[65] = ord("*")
    layer = read(shapefile(tmp_path, dbf=bytes(table)))
    assert layer.frame["NAME"].to_dict() == {2: "stays"}
    assert layer.frame.geometry.bounds["minx"].tolist() == [117.2]
    assert "rows-deleted" in codes(layer)


@pytest.mark.parametrize("part", ["shx", "dbf", "prj"])
def test_a_missing_part_is_reported(tmp_path: Path, part: str) -> None:
    layer = read(shapefile(tmp_path, **{part: None}))
    assert len(layer.frame) == 2
    assert [one.facts["part"] for one in layer.findings if one.code == "part-missing"] == [
        f".{part}"
    ]


def test_an_index_that_is_short_is_not_believed(tmp_path: Path) -> None:
    layer = read(shapefile(tmp_path, shx=shp(SQUARE)[1]))
    assert len(layer.frame) == 2
    assert "index-rebuilt" in codes(layer)


def test_an_index_in_another_order_is_refused(tmp_path: Path) -> None:
    index = shp(SQUARE, SQUARE)[1]
    assert cause(shapefile(tmp_path, shx=index[:100] + index[108:] + index[100:108])) == "shx-order"


def test_zeros_behind_the_last_shape_do_no_harm(tmp_path: Path) -> None:
    main = bytearray(shp(SQUARE, SQUARE)[0] + bytes(20))
    main[24:28] = struct.pack(">i", len(main) // 2)
    assert len(read(shapefile(tmp_path, shp=bytes(main))).frame) == 2


def changed(at: int, data: bytes) -> bytes:
    main = bytearray(shp(SQUARE, SQUARE)[0])
    main[at : at + len(data)] = data
    return bytes(main)


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        (b"<html>", "damaged"),
        (shp(SQUARE, SQUARE)[0][:200], "shp-cut"),
        (changed(32, struct.pack("<i", 31)), "shp-kind"),
        (changed(108, struct.pack("<i", 77)), "shp-kind"),
        (changed(108, struct.pack("<i", 3)), "shp-record"),
        (changed(104, struct.pack(">i", 0)), "shp-record"),
        (changed(104, struct.pack(">i", -8)), "shp-record"),
        (changed(144, struct.pack("<i", 2**31 - 1)), "shp-record"),
        (changed(148, struct.pack("<i", 2**31 - 1)), "shp-record"),
        (changed(148, struct.pack("<i", -1)), "shp-record"),
        (changed(152, struct.pack("<i", 99)), "shp-record"),
    ],
)
def test_a_damaged_shp_is_refused_before_gdal_sees_it(
    tmp_path: Path, main: bytes, expected: str
) -> None:
    assert cause(shapefile(tmp_path, shp=main)) == expected


@pytest.mark.parametrize(
    ("at", "data", "expected"),
    [
        (4, struct.pack("<I", 5), "dbf-rows"),
        (4, struct.pack("<I", 1), "dbf-rows"),
        (8, struct.pack("<H", 0), "dbf-header"),
        (8, struct.pack("<H", 9999), "dbf-header"),
        (10, struct.pack("<H", 0), "dbf-header"),
        (48, b"\0", "dbf-header"),
    ],
)
def test_a_damaged_dbf_is_refused(tmp_path: Path, at: int, data: bytes, expected: str) -> None:
    table = bytearray(dbf([(b"NAME", "C", 20)], [[b"a"], [b"b"]]))
    table[at : at + len(data)] = data
    assert cause(shapefile(tmp_path, dbf=bytes(table))) == expected


def test_a_cut_dbf_is_refused(tmp_path: Path) -> None:
    assert cause(shapefile(tmp_path, dbf=b"\x03abc")) == "dbf-header"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -1e39])
def test_a_shape_with_an_impossible_coordinate_is_refused_and_the_rest_kept(
    tmp_path: Path, number: float
) -> None:
    bad = [*SQUARE[:2], (number, 36.0), *SQUARE[3:]]
    layer = read(shapefile(tmp_path, shp=shp(bad, SQUARE)[0]))
    assert list(layer.frame.index) == [2]
    assert ("coordinate-not-finite", 1) in {(one.code, one.row) for one in layer.findings}


def test_a_ring_of_one_point_is_refused_and_an_open_one_closed(tmp_path: Path) -> None:
    layer = read(shapefile(tmp_path, shp=shp(SQUARE[:1], SQUARE[:4])[0]))
    assert {(one.code, one.row) for one in layer.findings} >= {
        ("ring-short", 1),
        ("ring-open", 2),
    }
    assert list(layer.frame.index) == [2]


def test_a_ring_that_runs_the_wrong_way_is_read_and_said(tmp_path: Path) -> None:
    layer = read(shapefile(tmp_path, shp=shp(SQUARE[::-1], SQUARE)[0]))
    assert len(layer.frame) == 2
    assert ("ring-direction", 1) in {(one.code, one.row) for one in layer.findings}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://example.org/x.prj", "crs-elsewhere"),
        ("../../etc/passwd", "crs-elsewhere"),
        ("<html>404</html>", "crs-unreadable"),
        ("GEOGCS[" * 5000, "crs-unreadable"),
        ('LOCAL_CS["site",UNIT["metre",1]]', "crs-unknown"),
        ("EPSG:999999", "crs-unknown"),
    ],
)
def test_a_prj_that_defines_nothing_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    assert cause(shapefile(tmp_path, prj=text.encode())) == expected


def test_a_prj_may_hold_a_code_or_nothing(tmp_path: Path) -> None:
    assert read(shapefile(tmp_path, prj=b"EPSG:4490")).crs == "EPSG:4490"
    empty = read(shapefile(tmp_path, prj=b" \r\n"))
    assert (empty.crs, codes(empty)) == (None, ["crs-missing"])
