"""The collected cases of tables: each ends as its label says; -v lists them."""

import json
from pathlib import Path

import pytest

from layers.errors import ImportRefusedError
from layers.ingest.base import RawLayer, ReadOptions
from layers.ingest.table_file import TableFileReader
from layers.ingest.workbook import WorkbookReader

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "cases"
MANIFEST = FOLDER / "manifest.json"
READERS = {".csv": TableFileReader(), ".xlsx": WorkbookReader()}
GROUPS = ("gen-table/", "upload-csv/", "gen-sniff/")
TOLD = {
    "gen-table/mixed_enc.csv": "encoding-mixed",
    "gen-table/dup_header.csv": "header-twice",
    "gen-table/ragged.csv": "row-long",
    "gen-table/decimal_comma.csv": "decimal-comma",
    "gen-table/swap.csv": "place-swapped",
    "gen-table/empty_coords.csv": "place-empty",
    "upload-csv/test-data__csv__warns__feature_id_counting.csv": "place-wrong",
    "upload-csv/test-data__csv__64bit_int.csv": "long-number",
    "upload-csv/test-data__csv__geojson_single_quote.csv": "single-quotes",
}
"""What has to be told of a file, beyond that its coordinate system is not stated."""

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not MANIFEST.is_file(), reason="the collected cases are not here"),
]


def cases():
    if not MANIFEST.is_file():
        return []
    listed = json.loads(MANIFEST.read_text(encoding="utf-8"))["cases"]
    return [
        case
        for case in listed
        if case["file"].startswith(GROUPS) and Path(case["file"]).suffix in READERS
    ]


def ending(case):
    """Return the layer of a case, or why it was refused."""
    path = FOLDER / case["file"]
    try:
        return READERS[path.suffix].read(path, None, ReadOptions())
    except ImportRefusedError as error:
        return error


def labelled(label):
    return pytest.mark.parametrize(
        "case", [c for c in cases() if c["expect"] == label], ids=lambda case: case["file"]
    )


@labelled("reject")
def test_what_is_to_be_rejected_is_refused_with_its_cause(case):
    error = ending(case)
    assert isinstance(error, ImportRefusedError)
    assert error.cause
    assert error.cause != error.message != error.message_zh


@labelled("repair")
def test_what_is_to_be_repaired_is_read_and_told(case):
    layer = ending(case)
    assert isinstance(layer, RawLayer)
    assert layer.crs is None  # so that the planner is asked
    assert TOLD.get(case["file"], "place-columns") in {f.code for f in layer.findings}


@labelled("accept")
def test_what_is_to_be_accepted_is_read_whole_and_unchanged(case):
    layer = ending(case)
    assert isinstance(layer, RawLayer)
    assert {finding.severity for finding in layer.findings} == {"note"}
    assert layer.frame.geometry.notna().all()
    truth = case.get("truth") or {}
    assert set(truth.get("names", [])) <= set(layer.frame["name"])
