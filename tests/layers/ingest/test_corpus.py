"""The collection of good, questionable and hostile files: each ends as its list says."""

import json
from pathlib import Path
from typing import Any

import pytest

from layers.errors import ImportRefusedError
from layers.ingest.sandbox import read_layer, survey

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "cases"
MANIFEST = FOLDER / "manifest.json"
OTHER_READERS = ("gen-table", "upload-csv")
ALLOWED = {
    "accept": {"accept", "report"},
    "repair": {"report", "row refused", "refuse"},
    "reject": {"refuse", "row refused"},
}
ARGUED = {
    "gen-shp/geom_swap_latlon_ambiguous.zip": "the reference system is weighed elsewhere",
    "gen-shp/crs_zone_prefix_mismatch.zip": "the reference system is weighed elsewhere",
    "gen-shp/crs_xian80.zip": "the reference system is weighed elsewhere",
    "gen-gpkg/table_nulname.gpkg": "SQLite itself ends the name at the NUL; nothing is left to see",
    "bin_dxf_r12.dxf": "binary DXF is refused with its reason",
    "bin_dxf_r13.dxf": "binary DXF is refused with its reason",
    "bin_dxf_r2000.dxf": "binary DXF is refused with its reason",
    "hatch_dense.dxf": "GDAL reads the outline in no time",
    "good__issue82.geojson": "latitudes of -134 degrees are no degrees",
    "empty_geometries.geojson": "the label of empty parts says the opposite",
    "point-toomany.geojson": "five_d.geojson, the same case, is labelled repair",
    "invalid-geojson__geometry.geojson": "a bare geometry is valid by RFC 7946",
    "invalid-geojson__onefeature.geojson": "a single feature is valid by RFC 7946",
    "invalid_descriptions.kml": "the text is kept whole, and the markup is reported",
    "bad-pk-data.kmz": "the archive is whole: sizes and sums agree",
}


def cases() -> list[Any]:
    if not MANIFEST.exists():
        return []
    listed = json.loads(MANIFEST.read_text(encoding="utf-8"))["cases"]
    return [
        pytest.param(case, id=case["file"])
        for case in listed
        if not case["file"].startswith(OTHER_READERS)
    ]


def outcome(case: dict[str, Any], folder: Path) -> tuple[str, list[Any]]:
    """Return how a file ended, and every value of its rows."""
    source = FOLDER / case["file"]
    try:
        upload = survey(source, source.name, folder)
        layers = [
            read_layer(upload, number, name)
            for number, part in enumerate(upload.parts)
            for name in part.layers
        ]
    except ImportRefusedError as error:
        return ("crash" if error.cause == "reader-crashed" else "refuse"), []
    findings = [*upload.findings, *(one for layer in layers for one in layer.findings)]
    values = [value for layer in layers for value in layer.frame.to_numpy().ravel()]
    if any(one.severity == "refusal" for one in findings):
        return "row refused", values
    return ("report" if findings else "accept"), values


@pytest.mark.long
@pytest.mark.corpus
@pytest.mark.slow
@pytest.mark.skipif(not MANIFEST.exists(), reason="../shared/cases is absent")
@pytest.mark.parametrize("case", cases())
def test_a_file_ends_as_its_list_says(case: dict[str, Any], tmp_path: Path) -> None:
    ended, values = outcome(case, tmp_path)
    argued = any(case["file"].endswith(name) for name in ARGUED)
    assert (ended in ALLOWED[case["expect"]]) is not argued
    truth = case.get("truth", {})
    for key in ("names", "ids", "code"):
        assert all(value in values for value in truth.get(key, []) if ended != "refuse")
