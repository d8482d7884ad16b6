import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.errors import ImportRefusedError
from layers.ingest.base import ReadOptions
from layers.ingest.table_file import TableFileReader
from layers.ingest.table_head import Head, find_head
from layers.ingest.table_layer import MAX_ROWS, bounded
from layers.ingest.table_values import number_of
from layers.ingest.text_wording import Notes


@pytest.fixture
def read(tmp_path):
    def reader(text, *, encoding="utf-8", **options):
        path = tmp_path / "ledger.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return TableFileReader().read(path, None, ReadOptions(**options))

    return reader


def found(layer, code):
    return [finding for finding in layer.findings if finding.code == code]


def refusal_of(read, text):
    with pytest.raises(ImportRefusedError) as refused:
        read(text)
    return refused.value


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "，", "；"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_separator_and_line_end_is_found(read, separator, newline):
    rows = [["名称", "经度", "纬度"], ["甲", "117.0", "36.6"], ["乙", "117.1", "36.5"]]
    layer = read(newline.join(separator.join(row) for row in rows))
    assert layer.frame.columns.tolist() == ["名称", "经度", "纬度", "geometry"]
    assert layer.frame.geometry.tolist() == [shapely.Point(117, 36.6), shapely.Point(117.1, 36.5)]
    assert layer.frame.index.tolist() == [2, 3]


def test_a_separator_that_excel_states_is_believed(read):
    layer = read("sep=;\nname;lon;lat\na,b;117;36\nc,d;117;36\n")
    assert layer.frame["name"].tolist() == ["a,b", "c,d"]
    assert layer.frame.index.tolist() == [3, 4]


def test_gbk_is_read_without_being_told(read):
    layer = read("名称,经度,纬度\n党家,117,36\n", encoding="gbk")
    assert layer.frame["名称"].tolist() == ["党家"]
    assert layer.encoding == "gb18030"


@pytest.mark.parametrize(
    ("heads", "cells", "place"),
    [
        ("lon,lat", "117,36", (117, 36)),
        ("lat,lng", "36,117", (117, 36)),
        ("经度（°）,纬度（°）", "117,36", (117, 36)),
        ("纵坐标,横坐标", "4050000,39500000", (39500000, 4050000)),
        ("X坐标,Y坐标", "4050000,39500000", (4050000, 39500000)),
        ("x,y", "1,2", (1, 2)),
        ("经度,纬度", "117°0′36″,36°30′0″", (117.01, 36.5)),
    ],
)
def test_a_place_is_read_from_two_columns(read, heads, cells, place):
    assert read(f"name,{heads}\na,{cells}\n").frame.geometry.tolist() == [shapely.Point(place)]


@pytest.mark.parametrize("head", ["wkt", "geom", "图形", "no such word"])
def test_wkt_is_known_by_heading_or_content_and_is_no_attribute(read, head):
    layer = read(f'name,{head}\na,"POLYGON((0 0,1 0,1 1,0 0))"\nb,\n')
    assert layer.frame.geometry.iloc[0].area == 0.5
    assert layer.frame.columns.tolist() == ["name", "geometry"]
    assert [finding.row for finding in found(layer, "place-empty")] == [3]


@pytest.mark.parametrize(
    "hostile",
    [
        "GEOMETRYCOLLECTION(" * 100_000,
        "GEOMETRYCOLLECTION(" * 50 + "POINT(1 2)" + ")" * 50,
        "POINT(1 2)\x00and more",
        "POINT(1e999 2)",
        "POINT(nan 2)",
    ],
    ids=["endless", "nested", "nul", "infinite", "not a number"],
)
def test_a_geometry_that_would_end_the_process_or_be_cut_is_refused_by_row(read, hostile):
    layer = read(f"name|wkt\na|POINT(1 2)\nb|{hostile}\n")
    assert layer.frame.geometry.isna().tolist() == [False, True]
    assert [finding.row for finding in found(layer, "place-wrong")] == [3]


def test_geojson_nested_without_end_is_refused_by_row(read):
    nested = '{"type":"GeometryCollection","geometries":[' * 50_000 + "]}" * 50_000
    layer = read(f'name|geojson\na|{{"type":"Point","coordinates":[1,2]}}\nb|{nested}\n')
    assert layer.frame.geometry.isna().tolist() == [False, True]


def test_wkt_may_declare_its_crs(read):
    assert read("name,wkt\na,SRID=4490;POINT(117 36)\n").crs == "EPSG:4490"


def test_a_table_of_names_only_is_taken_and_asked(read):
    layer = read("项目名称,街道\n甲,党家\n")
    assert layer.frame.geometry.isna().all()
    assert found(layer, "no-place")[0].severity == "question"


@pytest.mark.parametrize(
    ("cell", "code"),
    [("2,5", "not-a-number"), ("abc", "not-a-number"), ("1e999", "number-range")],
)
def test_what_is_no_number_among_numbers_stays_as_it_is_and_is_reported(read, cell, code):
    layer = read(f'name,lon,lat,n\na,117,36,1\nb,117,36,"{cell}"\nc,117,36,x\nd,117,36,4\n')
    assert layer.frame["n"].tolist() == ["1", cell, "x", "4"]
    assert 3 in [finding.row for finding in found(layer, code)]


def test_a_decimal_comma_is_read_and_reported(read):
    layer = read("name;lon;lat;n\na;117;36;2,5\nb;117;36;1,234,567\n")
    assert layer.frame["n"].tolist() == [2.5, 1234567]
    assert (found(layer, "decimal-comma")[0].row, found(layer, "thousands")[0].row) == (2, 3)


def test_a_decimal_comma_in_degrees_is_no_thousand(read):
    layer = read("name;lon;lat\na;117,125;36,5\n")
    assert layer.frame.geometry.tolist() == [shapely.Point(117.125, 36.5)]
    assert len(found(layer, "decimal-comma")) == 2


def test_a_long_id_keeps_every_digit(read):
    layer = read("id,lon,lat\n12345678901234567890,117,36\n")
    assert layer.frame["id"].tolist() == ["12345678901234567890"]
    assert found(layer, "long-number")[0].row == 2


def test_leading_zeros_stay(read):
    assert read("code,lon,lat\n007,1,2\n").frame["code"].tolist() == ["007"]


def test_a_nul_is_taken_out_and_what_follows_it_stays(read):
    layer = read("name,lon,lat\na\x00b,117,36\n")
    assert layer.frame["name"].tolist() == ["ab"]
    assert found(layer, "nul")[0].row == 2


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(1)", "\t=1"])
def test_a_text_like_a_formula_stays_a_text_and_a_negative_number_a_number(read, text):
    layer = read(f'name,lon,lat,n\n"{text}",117,36,-2.5\n')
    assert layer.frame["name"].tolist()[0].strip() == text.strip()
    assert layer.frame["n"].tolist() == [-2.5]


def test_a_column_called_geometry_keeps_its_values(read):
    layer = read("geometry,lon,lat\nsurveyed,117,36\n")
    assert layer.frame["geometry_1"].tolist() == ["surveyed"]
    assert found(layer, "header-reserved")


def test_two_columns_of_one_name_keep_their_own_values(read):
    layer = read("name,name,,lon,lat\na,b,c,117,36\n")
    assert layer.frame.iloc[0, :3].tolist() == ["a", "b", "c"]
    assert found(layer, "header-twice")[0].column == "name_2"
    assert found(layer, "header-missing")[0].column == "column_3"


def test_ragged_rows_are_named_and_the_longer_refused(read):
    layer = read("name,lon,lat,far\na,116,39\nb,116,39,1,2,3\n")
    assert (found(layer, "row-short")[0].row, found(layer, "row-long")[0].row) == (2, 3)
    assert found(layer, "row-long")[0].severity == "refusal"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (",", "place-empty"),
        ("117,", "place-half"),
        ("bad,36", "place-wrong"),
        ("1e999,36", "place-wrong"),
        ("39.9,116.3", "place-swapped"),
        ("39500000,4050000", "place-range"),
    ],
)
def test_each_doubt_about_a_place_names_its_row(read, cells, code):
    layer = read(f"name,lon,lat\na,117,36\nb,{cells}\n")
    assert [finding.row for finding in found(layer, code)] == [3]


def test_headings_of_two_rows_below_notes_are_joined(read):
    layer = read(
        "市中区重点项目台账,,,,,\n单位：万元,,,,,2026年\n"
        "序号,项目名称,位置,,投资,\n,,经度,纬度,总投资,已完成\n"
        "1,甲,117,36,500,20\n2,乙,117,36,600,30\n合计,,,,1100,50\n"
    )
    assert layer.frame.columns.tolist()[:6] == [
        "序号",
        "项目名称",
        "位置/经度",
        "位置/纬度",
        "投资/总投资",
        "投资/已完成",
    ]
    assert layer.frame.index.tolist() == [5, 6, 7]
    assert layer.frame.geometry.iloc[0] == shapely.Point(117, 36)
    assert "单位：万元" in found(layer, "notes-above")[0].facts["texts"]
    assert [finding.row for finding in found(layer, "row-doubtful")] == [7]


def test_a_table_of_texts_has_one_row_of_headings():
    rows = [(1, ["甲乙", "丙丁"]), (2, ["项目一", "说明一"]), (3, ["项目二", None])]
    assert find_head(rows, Notes()) == Head(("甲乙", "丙丁"), ("甲乙", "丙丁"), (), 1)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "empty-file"),
        (" \n", "empty-file"),
        ("0,0,name\n", "no-header"),
        ("name,lon,lat\n", "no-rows"),
        ("name,wkt\na,POINT(1\n", "no-rows"),
        ("<html></html>", "format-mismatch"),
        ("%PDF-1.7", "format-mismatch"),
        ('name,lon,lat\n"a,117,36\nb,117,36\n', "quotes"),
        ("name,lat/lon\na,36.5/117.1\n", "combined-coordinates"),
        (b"\xd0\xcf\x11\xe0\x00", "old-workbook"),
    ],
)
def test_a_file_that_is_no_table_is_refused_by_its_cause(read, text, cause):
    assert refusal_of(read, text).cause == cause


def test_a_refusal_of_all_rows_names_the_first_and_why(read):
    assert refusal_of(read, "name,lon,lat\na,x,y\n").place == "row 2, place-wrong"


def test_more_rows_than_a_table_may_have_are_refused():
    rows = ((number, ["a"]) for number in range(1, MAX_ROWS + 2))
    with pytest.raises(ImportRefusedError) as refused:
        sum(1 for _ in bounded(rows, Notes()))
    assert refused.value.cause == "too-many"


def test_many_findings_of_one_kind_are_counted_but_every_refused_row_is_named(read):
    rows = "".join(f"a{n},117,36,1e999\nb{n},x,y,1\n" for n in range(150))
    layer = read(f"name,lon,lat,n\n{rows}")
    assert len(found(layer, "number-range")) == 100
    assert found(layer, "more")[0].facts == {"code": "number-range", "count": 50}
    assert len(found(layer, "place-wrong")) == 150


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_written_by_a_computer_is_read_equal(value):
    assert number_of(repr(value)).value == value


@given(st.integers())
def test_a_whole_number_is_exact_or_stays_a_text(value):
    assert number_of(str(value)).value in (value, None)


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=6)


@given(st.lists(st.lists(CELLS, max_size=5), max_size=6), st.sampled_from(",;\t|"))
def test_any_table_gives_rows_or_a_refusal(tmp_path_factory, rows, separator):
    path = tmp_path_factory.mktemp("tables") / "t.csv"
    path.write_text("\n".join(separator.join(row) for row in rows), encoding="utf-8")
    try:
        layer = TableFileReader().read(path, None, ReadOptions())
    except ImportRefusedError:
        return
    assert len(layer.frame) > 0
    assert layer.frame.columns.is_unique
