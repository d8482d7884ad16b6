"""The collected Shapefiles with a doubtful reference system, on a map of the place they show."""

import zipfile
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from geo.bbox import BBox
from layers.errors import ImportRefusedError
from layers.ingest.crs_detective import find_crs
from layers.ingest.crs_text import read_crs_text

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "cases" / "gen-shp"
BEIJING = BBox(116.0, 39.0, 117.0, 40.5)

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the collected cases are not here"),
]


def declared_in(name):
    with zipfile.ZipFile(FOLDER / name) as parts:
        texts = [parts.read(part) for part in parts.namelist() if part.endswith(".prj")]
    return read_crs_text(texts[0].decode("latin-1") if texts else None)


@pytest.mark.parametrize(
    ("name", "code", "finding"),
    [
        ("crs_cgcs2000_zone39.zip", "EPSG:4527", "crs-found"),
        ("crs_xian80.zip", "EPSG:2384", "crs-found"),
        ("crs_prj_epsg_text.zip", "EPSG:4490", "crs-found"),
        ("crs_zone_prefix_mismatch.zip", "EPSG:4527", "crs-contradiction"),
        ("crs_prj_wgs_coords_metres.zip", "EPSG:4548", "crs-contradiction"),
        ("crs_prj_empty.zip", "EPSG:4490", "crs-unclear"),
        ("missing_prj.zip", "EPSG:4490", "crs-unclear"),
        ("geom_swap_latlon_ambiguous.zip", "EPSG:4490", "crs-off-map"),
    ],
)
def test_a_doubtful_file_is_found_or_asked(name, code, finding):
    frame = pyogrio.read_dataframe(f"/vsizip/{FOLDER / name}")
    coordinates = shapely.get_coordinates(np.asarray(frame.geometry))
    verdict = find_crs(coordinates, declared_in(name), BEIJING)
    assert (verdict.candidates[0].code, verdict.finding.code) == (code, finding)


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("crs_local_engineering.zip", "crs-local"),
        ("crs_prj_nested_5000.zip", "crs-text"),
        ("crs_prj_url.zip", "crs-text"),
    ],
)
def test_a_definition_that_is_none_is_refused(name, cause):
    with pytest.raises(ImportRefusedError) as refused:
        declared_in(name)
    assert refused.value.cause == cause
