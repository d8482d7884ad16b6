import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.bbox import BBox
from geo.gauss_kruger import Grid
from geo.offset import wgs84_to_bd09, wgs84_to_gcj02
from layers.ingest.crs_detective import find_crs
from layers.ingest.crs_systems import BY_CODE
from layers.ingest.crs_text import read_crs_text

DISTRICT = BBox(116.80, 36.37, 117.03, 36.68)
LON, LAT = np.random.default_rng(5).uniform((116.85, 36.45), (117.0, 36.65), (50, 2)).T


def layer_in(code):
    base = BY_CODE[code].base
    if isinstance(base, Grid):
        return np.column_stack(base.projected(LON, LAT))
    if code == "EPSG:3857":
        change = pyproj.Transformer.from_crs("EPSG:4326", code, always_xy=True)
        return np.column_stack(change.transform(LON, LAT))
    return np.column_stack([LON, LAT])


def judged(coordinates, text=None, extent=DISTRICT):
    return find_crs(np.asarray(coordinates, float), read_crs_text(text), extent)


def codes(verdict):
    return [candidate.code for candidate in verdict.candidates]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("EPSG:4490", "EPSG:4490"),
        ("EPSG:4490", "OGC:CRS84"),
        ("EPSG:4490", "CGCS2000"),
        ("EPSG:4527", "EPSG:4527"),
        ("EPSG:4527", "CGCS2000"),
        ("EPSG:4527", "CGCS2000 3度带 39带"),
        ("EPSG:4548", "EPSG:4548"),
        ("EPSG:4548", "EPSG:4509"),
        ("EPSG:4548", "CGCS2000 中央经线117"),
        ("EPSG:2384", "EPSG:2384"),
        ("EPSG:2363", "西安80"),
        ("EPSG:21420", "北京54"),
        ("EPSG:3857", None),
    ],
)
def test_what_is_told_is_found_with_the_place_and_the_accuracy(code, text):
    verdict = judged(layer_in(code), text)
    assert (verdict.kind, verdict.winner.code, verdict.winner.swapped) == ("confident", code, False)
    assert verdict.winner.score == max(one.score for one in verdict.candidates)
    west, south, east, north = verdict.winner.extent.as_tuple()
    assert (west, south, east, north) == pytest.approx(
        (LON.min(), LAT.min(), LON.max(), LAT.max()), abs=0.001
    )
    assert (verdict.winner.accuracy_m is None) == verdict.winner.needs_shift
    assert (verdict.finding.code, verdict.finding.severity) == ("crs-found", "note")


@pytest.mark.parametrize("code", ["EPSG:4490", "EPSG:4527", "EPSG:4548", "EPSG:3857"])
def test_coordinates_in_the_other_order_are_found_and_reported_as_a_change(code):
    verdict = judged(layer_in(code)[:, ::-1], code)
    assert (verdict.winner.code, verdict.winner.swapped) == (code, True)
    assert (verdict.finding.code, verdict.finding.severity) == ("crs-swapped", "change")


@pytest.mark.parametrize(
    ("layer", "candidates"),
    [
        (layer_in("EPSG:4490"), {"EPSG:4490", "GCJ-02", "BD-09", "EPSG:4610", "EPSG:4214"}),
        (layer_in("EPSG:4527"), {"EPSG:4527", "EPSG:2363", "EPSG:2415"}),
        (layer_in("EPSG:4498"), {"EPSG:4498", "EPSG:2334", "EPSG:21420"}),
        (layer_in("EPSG:4548"), {"EPSG:4548", "EPSG:2384", "EPSG:2436"}),
        (
            np.column_stack(wgs84_to_gcj02(LON, LAT)),
            {"EPSG:4490", "GCJ-02", "BD-09", "EPSG:4610", "EPSG:4214"},
        ),
        (
            np.column_stack(wgs84_to_bd09(LON, LAT)),
            {"EPSG:4490", "GCJ-02", "BD-09", "EPSG:4610", "EPSG:4214"},
        ),
    ],
)
def test_what_numbers_cannot_tell_apart_is_asked(layer, candidates):
    verdict = judged(layer)
    assert (verdict.kind, verdict.winner) == ("ask", None)
    assert set(codes(verdict)) == candidates
    assert codes(verdict)[0] in ("EPSG:4490", "EPSG:4527", "EPSG:4498", "EPSG:4548")
    assert (verdict.finding.code, verdict.finding.severity) == ("crs-unclear", "question")


@pytest.mark.parametrize("text", ["CGCS2000", "CGCS2000 3度带", "西安80"])
def test_a_datum_alone_does_not_tell_the_zone_of_eastings_without_prefix(text):
    assert judged(layer_in("EPSG:4548"), text).kind == "ask"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("EPSG:4527", "EPSG:4548"),  # the prefix is missing in the definition
        ("EPSG:4548", "EPSG:4527"),  # or in the numbers
        ("EPSG:4548", "EPSG:4547"),  # the meridian of the neighbour
        ("EPSG:4548", "EPSG:4326"),  # metres for degrees
        ("EPSG:4490", "EPSG:4548"),  # degrees for metres
        ("EPSG:3857", "CGCS2000"),
        ("EPSG:4527", "EPSG:32650"),
    ],
)
def test_a_declaration_that_numbers_or_map_contradict_is_asked(code, text):
    verdict = judged(layer_in(code), text)
    assert (verdict.kind, verdict.contradicts) == ("ask", True)
    assert code in codes(verdict)
    assert verdict.finding.code == "crs-contradiction"


@pytest.mark.parametrize("code", ["EPSG:4527", "EPSG:4490"])
def test_words_that_are_not_understood_settle_nothing(code):
    verdict = judged(layer_in(code), "地方独立坐标系")
    assert (verdict.kind, verdict.contradicts) == ("ask", False)


def test_a_layer_from_elsewhere_is_asked_and_how_far_away_it_is_said():
    verdict = judged([[13.7, 51.0], [13.8, 51.1]], "EPSG:4326")
    assert (verdict.kind, verdict.finding.code) == ("ask", "crs-off-map")
    assert "km from the map" in verdict.candidates[0].reason
    assert "千米" in verdict.candidates[0].reason_zh


def test_without_the_extent_of_a_map_a_declaration_settles_it_and_numbers_do_not():
    assert judged([[13.7, 51.0]], "EPSG:4326", extent=None).winner.code == "EPSG:4490"
    assert judged([[400_000.0, 5_700_000.0]], "EPSG:32633", extent=None).kind == "confident"
    assert judged(layer_in("EPSG:3857"), extent=None).kind == "ask"


@pytest.mark.parametrize(
    "coordinates",
    [
        [[1234.5, 5678.9]],  # a local grid
        [[np.nan, 36.6], [np.inf, 36.6]],
        np.empty((0, 2)),
        [[1e300, -1e300]],
        [[39_501_788.0, 4.0e9]],
    ],
)
@pytest.mark.parametrize("text", [None, "CGCS2000"])
def test_numbers_that_fit_nothing_have_no_system(coordinates, text):
    verdict = judged(coordinates, text)
    assert (verdict.kind, verdict.candidates) == ("none", ())
    assert verdict.contradicts == (text is not None)
    assert verdict.finding.code == "crs-none"


def test_a_few_stray_rows_do_not_hide_the_system():
    layer = layer_in("EPSG:4527")
    layer[[3, 30]] = (0, 0), (np.nan, 1)
    assert judged(layer, "EPSG:4527").winner.code == "EPSG:4527"
    layer[:25] = 0
    assert judged(layer, "EPSG:4527").kind != "confident"


def test_a_layer_all_around_the_map_is_on_it():
    city = shapely.box(116.2, 36.0, 117.9, 37.5)
    verdict = judged(shapely.get_coordinates(city), "EPSG:4490")
    assert verdict.winner.code == "EPSG:4490"


def test_a_wide_layer_of_a_wrong_meridian_is_asked_where_another_fits_the_map_better():
    away = layer_in("EPSG:4548") * (1.2, 1.0)
    assert judged(away, "EPSG:4547").kind == "ask"


@given(
    st.lists(st.tuples(*[st.floats(width=64)] * 2), min_size=1, max_size=20),
    st.sampled_from([None, "EPSG:4490", "EPSG:4548", "西安80", "EPSG:27700"]),
)
def test_any_numbers_are_judged_and_never_settled_without_declaration_off_the_map(rows, text):
    verdict = judged(rows, text)
    for candidate in verdict.candidates:
        assert 0 <= candidate.score <= 1
        assert candidate.extent.west <= candidate.extent.east
    if verdict.winner is not None:
        assert verdict.winner.fit >= 0.5


def test_the_report_lists_every_candidate_in_plain_values():
    finding = judged(layer_in("EPSG:4527")).finding
    [first, *_] = finding.facts["candidates"]
    assert (first["code"], first["swapped"], first["needs_shift"]) == ("EPSG:4527", False, False)
    assert len(first["extent"]) == 4
    assert len(finding.facts["candidates"]) == 3
    assert finding.message_zh != finding.message
