import datetime
import zipfile

import openpyxl
import pytest
import shapely

from layers.errors import ImportRefusedError
from layers.ingest.base import ReadOptions
from layers.ingest.workbook import WorkbookReader


@pytest.fixture
def book(tmp_path):
    """A workbook to fill, and what is read of it once it is saved."""

    class Book:
        path = tmp_path / "ledger.xlsx"

        def __init__(self):
            self.workbook = openpyxl.Workbook()
            self.sheet = self.workbook.active

        def rows(self, *rows):
            for row in rows:
                self.sheet.append(row)
            return self

        def read(self, sublayer=None):
            self.workbook.save(self.path)
            return WorkbookReader().read(self.path, sublayer, ReadOptions())

    return Book()


def found(layer, code):
    return [(finding.row, finding.column) for finding in layer.findings if finding.code == code]


def rewritten(path, **replacements):
    """Change parts of a workbook as bytes; the name of a part stands for its end."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            for part, (old, new) in replacements.items():
                if name.endswith(f"{part}.xml"):
                    content = content.replace(old, new)
            archive.writestr(name, content)
    return path


HEAD = ("name", "lon", "lat", "n")


def test_a_ledger_with_merged_heads_and_notes_is_read(book):
    book.rows(
        ("市中区重点项目台账",),
        ("单位：万元", None, None, None, None, "2026年"),
        ("序号", "街道", "项目名称", "位置", None, "备注"),
        (None, None, None, "经度", "纬度", None),
        (1, "党家街道", "甲", 117, 36.5, datetime.datetime(2026, 1, 2)),
        (2, None, "乙", 117, 36.6, None),
    )
    for cells in ("A1:F1", "A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:F4", "B5:B6"):
        book.sheet.merge_cells(cells)
    layer = book.read()
    columns = ["序号", "街道", "项目名称", "位置/经度", "位置/纬度", "备注", "geometry"]
    assert layer.frame.columns.tolist() == columns
    assert layer.frame["街道"].tolist() == ["党家街道", "党家街道"]
    assert found(layer, "merged") == [(6, "街道")]
    assert layer.frame["备注"].tolist() == ["2026-01-02", None]
    assert layer.frame.geometry.tolist() == [shapely.Point(117, 36.5), shapely.Point(117, 36.6)]


def test_a_formula_is_never_evaluated(book):
    layer = book.rows(HEAD, ("a", 117, 36, "=1+1")).read()
    assert layer.frame["n"].tolist() == ["=1+1"]
    assert found(layer, "formula-text") == [(2, "D")]


def test_the_value_of_the_last_calculation_is_taken(book):
    book.rows(HEAD, ("a", 117, 36, "=1+1")).read()
    path = rewritten(book.path, sheet1=(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>7</v>"))
    path = rewritten(path, sheet1=(b"<f>1+1</f><v />", b"<f>1+1</f><v>7</v>"))
    layer = WorkbookReader().read(path, None, ReadOptions())
    assert layer.frame["n"].tolist() == [7]
    assert found(layer, "formula-value") == [(2, "D")]


def test_a_text_that_begins_like_a_formula_is_a_text(book):
    book.rows(HEAD, ("a", 117, 36, None))
    book.sheet["D2"].value = "=HYPERLINK(1)"
    book.sheet["D2"].data_type = "s"
    layer = book.read()
    assert layer.frame["n"].tolist() == ["=HYPERLINK(1)"]
    assert not found(layer, "formula-text")


def test_an_id_of_digits_stays_the_text_that_it_is(book):
    layer = book.rows(HEAD, ("a", 117, 36, "370103"), ("b", 117, 36, "370104")).read()
    assert layer.frame["n"].tolist() == ["370103", "370104"]


def test_a_number_that_has_lost_digits_is_asked(book):
    layer = book.rows(HEAD, ("a", 117, 36, 12345678901234567890)).read()
    assert found(layer, "digits-lost") == [(2, "D")]
    assert isinstance(layer.frame["n"].iloc[0], str)


def test_texts_among_numbers_are_reported_by_row(book):
    rows = [("a", 117, 36, 1), ("b", 117, 36, 2), ("c", 117, 36, "2,5")]
    assert found(book.rows(HEAD, *rows).read(), "decimal-comma") == [(4, "n")]
    layer = book.rows(("d", 117, 36, "abc")).read()
    assert layer.frame["n"].tolist() == [1, 2, "2,5", "abc"]
    assert found(layer, "not-a-number") == [(4, "n"), (5, "n")]


def test_an_error_value_is_asked(book):
    book.rows(HEAD, ("a", 117, 36, "#N/A"))
    assert found(book.read(), "cell-error") == [(2, "D")]


def test_a_far_cell_is_named_and_costs_nothing(book):
    book.rows(HEAD, ("a", 117, 36, 1))
    book.sheet["XFD1048576"] = "far"
    layer = book.read()
    assert layer.frame.index.tolist() == [2]
    assert found(layer, "cells-far") == [(1048576, None)]


def test_the_extent_that_a_sheet_states_is_not_believed(book):
    book.rows(HEAD, ("a", 117, 36, 1)).read()
    path = rewritten(book.path, sheet1=(b'ref="A1:D2"', b'ref="A1:XFD1048576"'))
    assert len(WorkbookReader().read(path, None, ReadOptions()).frame) == 1


def test_sheets_are_listed_and_chosen(book):
    book.rows(HEAD, ("a", 117, 36, 1))
    other = book.workbook.create_sheet("第二张")
    other.append(HEAD)
    other.append(("b", 118, 37, 2))
    assert found(book.read(), "other-sheets")
    assert book.read("第二张").frame["name"].tolist() == ["b"]
    assert WorkbookReader().sublayers(book.path) == ["Sheet", "第二张"]
    with pytest.raises(ImportRefusedError) as refused:
        book.read("第三张")
    assert refused.value.cause == "no-sublayer"


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le"])
def test_an_entity_is_refused_in_any_part(book, codec):
    book.rows(HEAD, ("a", 117, 36, 1)).read()
    hostile = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>'.encode(codec)
    path = rewritten(book.path, styles=(b"<styleSheet", hostile + b"<styleSheet"))
    with pytest.raises(ImportRefusedError) as refused:
        WorkbookReader().read(path, None, ReadOptions())
    assert refused.value.cause == "xml-entity"


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "empty-file"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 60, "old-workbook"),
        (b"a,b\n1,2\n", "format-mismatch"),
        (b"PK\x03\x04" + b"\x00" * 60, "workbook-damaged"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path, content, cause):
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)
    with pytest.raises(ImportRefusedError) as refused:
        WorkbookReader().sublayers(path)
    assert refused.value.cause == cause


@pytest.mark.parametrize("part", range(9))
def test_a_workbook_with_a_part_cut_is_read_or_refused(book, part):
    book.rows(HEAD, ("a", 117, 36, 1)).read()
    with zipfile.ZipFile(book.path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    cut = list(parts)[part % len(parts)]
    parts[cut] = parts[cut][: len(parts[cut]) // 2]
    with zipfile.ZipFile(book.path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert outcome(book.path) in {"workbook-damaged", "format-mismatch", "no-sublayer", "a"}


def outcome(path):
    try:
        layer = WorkbookReader().read(path, None, ReadOptions())
    except ImportRefusedError as error:
        return error.cause
    return layer.frame["name"].iloc[0]
