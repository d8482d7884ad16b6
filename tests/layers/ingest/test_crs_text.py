import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.gauss_kruger import GRIDS
from layers.errors import ImportRefusedError
from layers.ingest.crs_systems import BY_CODE
from layers.ingest.crs_text import read_crs_text

FAMILIES = {
    "CGCS2000": "EPSG:4490",
    "2000国家大地坐标系": "EPSG:4490",
    "国家2000": "EPSG:4490",
    "西安80": "EPSG:4610",
    "1980西安坐标系": "EPSG:4610",
    "Xian_1980": "EPSG:4610",
    "北京54": "EPSG:4214",
    "1954年以前 54北京": "EPSG:4214",
    "Beijing_1954": "EPSG:4214",
    "WGS-84": "EPSG:4490",
}


@pytest.mark.parametrize("text", [None, "", "  \n", "\ufeff", "\x00\x00"])
def test_a_missing_text_declares_nothing(text):
    assert read_crs_text(text) is None


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_a_code_declares_its_system(code):
    expected = (BY_CODE[code],)
    assert read_crs_text(code).systems == expected
    if code.startswith("EPSG"):
        number = code.removeprefix("EPSG:")
        for name in (
            number,
            code.lower(),
            f"urn:ogc:def:crs:EPSG::{number}",
            f"http://www.opengis.net/def/crs/EPSG/0/{number}",
        ):
            assert read_crs_text(name).systems == expected


@pytest.mark.parametrize("version", ["WKT1_ESRI", "WKT1_GDAL", "WKT2_2019"])
def test_a_definition_declares_its_system_in_each_dialect(version):
    for code in ("EPSG:4490", "EPSG:4326", "EPSG:4610", "EPSG:4214", "EPSG:3857"):
        assert read_crs_text(pyproj.CRS(code).to_wkt(version)).systems == (BY_CODE[code],)
    for grid in GRIDS[::7]:
        declared = read_crs_text(pyproj.CRS(grid.code).to_wkt(version))
        assert declared.systems == (BY_CODE[grid.code],)


def test_a_grid_on_wgs84_is_the_one_on_cgcs2000():
    text = pyproj.CRS(
        "+proj=tmerc +lat_0=0 +lon_0=117 +k=1 +x_0=39500000 +y_0=0 +datum=WGS84 +units=m"
    ).to_wkt()
    assert read_crs_text(text).codes == {"EPSG:4527"}


@pytest.mark.parametrize(
    "change", ["+k=0.9996", "+x_0=400000", "+lon_0=116.5", "+lat_0=36", "+units=us-ft"]
)
def test_a_grid_of_other_parameters_is_none_of_the_national_ones(change):
    plain = {
        "+lat_0": "0",
        "+lon_0": "117",
        "+k": "1",
        "+x_0": "500000",
        "+y_0": "0",
        "+datum": "WGS84",
        "+units": "m",
    }
    key, _, value = change.partition("=")
    parts = " ".join(f"{name}={text}" for name, text in (plain | {key: value}).items())
    declared = read_crs_text(pyproj.CRS(f"+proj=tmerc {parts}").to_wkt())
    assert not declared.codes & set(BY_CODE)
    assert not declared.tells_the_meridian


@pytest.mark.parametrize(("text", "datum"), FAMILIES.items())
def test_words_leave_every_system_of_a_datum(text, datum):
    declared = read_crs_text(text)
    assert declared.in_words
    assert datum in declared.codes
    datums = {system.datum for system in declared.systems if system.datum}
    assert datums == {BY_CODE[datum].datum}
    assert not declared.tells_the_meridian


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("CGCS2000 3度带 39带", {"EPSG:4527", "EPSG:4548"}),
        ("2000国家大地坐标系，六度带，20带", {"EPSG:4498", "EPSG:4548"}),
        ("CGCS2000 3 Degree GK CM 117E", {"EPSG:4527", "EPSG:4548"}),
        ("西安80 3度带 中央经线117", {"EPSG:2363", "EPSG:2384"}),
        ("北京54 带号：40 3-degree", {"EPSG:2416", "EPSG:2437"}),
        ("高德地图坐标", {"GCJ-02"}),
        ("gcj02", {"GCJ-02"}),
        ("百度 BD-09", {"BD-09"}),
        ("Web墨卡托", {"EPSG:3857"}),
    ],
)
def test_words_tell_zone_meridian_and_web_maps(text, codes):
    declared = read_crs_text(text)
    assert declared.codes == codes
    assert declared.tells_the_meridian == any(BY_CODE[code].without_prefix for code in codes)


@pytest.mark.parametrize("text", ["地方独立坐标系", "新北京54", "New_Beijing", "see the report"])
def test_words_that_name_no_known_system_leave_none(text):
    assert read_crs_text(text).systems == ()


def test_a_system_from_abroad_is_known_with_its_accuracy():
    [utm] = read_crs_text("EPSG:32650").systems
    assert (utm.code, utm.accuracy_m) == ("EPSG:32650", 1.0)
    [swiss] = read_crs_text(pyproj.CRS(2056).to_wkt("WKT1_ESRI")).systems
    assert swiss.code == "EPSG:2056"


@pytest.mark.parametrize("text", ["EPSG:4555", pyproj.CRS(4555).to_wkt()])
def test_a_datum_without_a_way_to_the_map_leaves_no_system(text):
    assert read_crs_text(text).systems == ()


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("http://127.0.0.1:9/crs", "crs-text"),
        ("file:///srv/crs.wkt", "crs-text"),
        ("/etc/hostname", "crs-text"),
        ("../crs.wkt", "crs-text"),
        ("<!DOCTYPE html><html>", "crs-text"),
        ("PROJCS[", "crs-text"),
        ('GEOGCS["x"]', "crs-text"),
        ('COMPD_CS["x",' * 5_000, "crs-text"),
        ('COMPD_CS["x",' * 40, "crs-text"),
        ("坐标" * 20_000, "crs-text"),
        ("EPSG:999999", "crs-unknown"),
        ("99999", "crs-unknown"),
        ('LOCAL_CS["District local grid",LOCAL_DATUM["x",0],UNIT["metre",1]]', "crs-local"),
    ],
)
def test_what_is_no_reference_system_is_refused_by_cause_and_not_repeated(text, cause):
    with pytest.raises(ImportRefusedError) as refused:
        read_crs_text(text)
    assert (refused.value.cause, refused.value.place) == (cause, "crs")
    assert text[:10] not in refused.value.message


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    try:
        declared = read_crs_text(text)
    except ImportRefusedError:
        return
    assert declared is None or not declared.in_words or declared.codes <= set(BY_CODE)
