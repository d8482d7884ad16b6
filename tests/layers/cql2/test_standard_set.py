"""The standard's own data and counts (OGC 21-065r2, annex A), where they are at hand."""

import csv
from pathlib import Path

import numpy as np
import pyogrio
import pytest

from layers.cql2 import parse

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "cql2"
DATA = FOLDER / "ne110m4cql2.gpkg"
COUNTS = FOLDER / "cql2_ats_expected_counts.tsv"

KINDS = {"i": "integer", "f": "number", "M": "timestamp"}
PLACES = "ne_110m_populated_places_simple"
COUNTRIES = "ne_110m_admin_0_countries"

# Annex A gives these in tables of another shape: predicate and count, all of the places.
FURTHER = {
    "arithmetic": {
        "pop_other=1038280+8": 1,
        "pop_other>=1038290-2*2^0": 123,
        "pop_other>1038290-20/10": 122,
        "pop_other>1038290-21 div 10": 122,
        "pop_other>1038290-5%2": 122,
        "pop_other<=1038200+8*11": 121,
        "pop_other<1038280+2^3": 120,
        "pop_other<>1038290-2^1": 242,
        "pop_other between 4000000/4 and (3*(900000+100000))": 75,
        "pop_other not between 4000000/4 and (3*(900000+100000))": 168,
        "pop_other in (1000000+38288,1000000+600000+11692,3*1000000+13258)": 3,
        "1038280+8=pop_other": 1,
    },
    "case-insensitive-comparison": {
        "CASEI(name)=casei('KIEV')": 1,
        "CASEI(name)=casei('KØBENHAVN')": 1,
        "CASEI(name) LIKE casei('b_R%')": 3,
        "CASEI(name) IN (casei('Kiev'), casei('kobenhavn'), casei('Berlin'), casei('athens'))": 3,
    },
    "accent-insensitive-comparison": {
        "ACCENTI(name)=accenti('København')": 1,
        "ACCENTI(name)=accenti('Kobenhavn')": 1,
        "ACCENTI(CASEI(name))=accenti(casei('KØBENHAVN'))": 1,
        "ACCENTI(name) LIKE accenti('Ko%')": 2,
        "ACCENTI(CASEI(name)) LIKE accenti(casei('kØ%'))": 2,
        "ACCENTI(CASEI(name)) IN (accenti(casei('Kiev')), accenti(casei('kobenhavn')), "
        "accenti(casei('Berlin')), accenti(casei('athens')), accenti(casei('foo')))": 4,
    },
    "property-property": {
        "'København'=name": 1,
        "'København'<=name": 137,
        "'København'>name": 106,
        "name=nameascii": 230,
        "name>nameascii": 13,
        "name<nameascii": 0,
        "1038288<pop_other": 122,
        "pop_min=pop_max": 27,
        "pop_min<pop_max": 216,
        "start=end": 0,
        "start<end": 3,
        "'København' LIKE 'K_benhavn'": 243,
        "pop_other between pop_min and pop_max": 94,
        "pop_other not between pop_min and pop_max": 149,
        "S_INTERSECTS(BBOX(0,40,10,50),geom)": 7,
        "S_DISJOINT(BBOX(0,40,10,50),geom)": 236,
        "S_CONTAINS(BBOX(-180,-90,0,90),geom)": 74,
        "S_EQUALS(POINT(6.1300028 49.6116604),geom)": 1,
        "t_after(date('2022-04-16'),\"date\")": 1,
        "t_before(interval('2022-01-01','2022-12-31'),\"date\")": 1,
        "t_after(interval('2023-01-01T00:00:00Z','..'),interval(start,end))": 2,
        "t_before(interval('..','2022-04-16T10:13:19Z'),interval(start,end))": 1,
        "T_CONTAINS(interval('2021-04-16T10:13:19Z','2023-04-16T10:15:10Z'),"
        "interval(start,end))": 2,
        "T_FINISHES(interval('2022-04-16T10:13:19Z','2022-04-16T10:16:06Z'),"
        "interval(start,end))": 1,
        "T_MEETS(interval('2022-04-16T10:13:19Z','2022-04-16T10:15:10Z'),interval(start,end))": 1,
        "T_STARTS(interval('2022-04-16T10:13:19Z','2022-04-16T10:15:10Z'),interval(start,end))": 1,
    },
}
FURTHER_CASES = [(cls, text, n) for cls, table in FURTHER.items() for text, n in table.items()]

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not COUNTS.exists(), reason="../shared/cql2 is absent"),
]


def listed():
    """Return class, layer, predicate and count of the table, or one empty case without it."""
    if not COUNTS.exists():
        return [("absent", "", "", 0)]
    with COUNTS.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            (r["conf_class"], r["collection"], r["predicate"], int(r["expected"])) for r in rows
        ]


@pytest.fixture(scope="session")
def layers():
    """Return columns and queryables of each layer by its name."""
    return {name: load(name) for name, _geometry in pyogrio.list_layers(DATA)}


def load(name):
    frame = pyogrio.read_dataframe(DATA, layer=name)
    columns = {column: frame[column] for column in frame.columns}
    columns["geom"] = np.asarray(columns.pop("geometry"))
    kinds = {c: KINDS.get(v.dtype.kind, "string") for c, v in columns.items()}
    kinds["geom"] = "geometry"
    if name == PLACES:
        kinds |= {"date": "date", "boolean": "boolean"}
        columns["boolean"] = columns["boolean"].map({1.0: True, 0.0: False}).astype(object)
    return columns, kinds


def test_the_table_of_the_standard_is_whole():
    assert len(listed()) == 139


@pytest.mark.parametrize(("conformance", "layer", "text", "count"), listed())
def test_a_predicate_of_the_standard_finds_the_expected_number(
    layers, conformance, layer, text, count
):
    columns, kinds = layers[layer]
    assert parse(text).mask(columns, kinds).sum() == count


@pytest.mark.parametrize(("conformance", "layer", "text", "count"), listed())
def test_its_json_finds_the_same(layers, conformance, layer, text, count):
    columns, kinds = layers[layer]
    again = parse(parse(text).canonical, "cql2-json")
    assert again == parse(text)
    assert again.mask(columns, kinds).sum() == count


@pytest.mark.parametrize(("conformance", "text", "count"), FURTHER_CASES)
def test_a_predicate_of_the_further_tables_finds_the_expected_number(
    layers, conformance, text, count
):
    columns, kinds = layers[PLACES]
    assert parse(text).mask(columns, kinds).sum() == count


@pytest.mark.parametrize("seed", range(20))
def test_combinations_by_and_or_and_not_agree_with_numpy(layers, seed):
    """/conf/basic-cql2/logical: the standard's combination of four stored predicates."""
    random = np.random.default_rng(seed)
    stored = [text for _c, layer, text, _n in listed() if layer == COUNTRIES]
    texts = random.choice(stored, 4, replace=False)
    columns, kinds = layers[COUNTRIES]
    p1, p2, p3, p4 = (parse(text).mask(columns, kinds) for text in texts)
    a, b, c, d = (f"({text})" for text in texts)
    combined = f"((NOT {a} AND {b}) OR ({c} AND NOT {d}) OR NOT ({a} AND {d}))"
    expected = (~p1 & p2) | (p3 & ~p4) | ~(p1 & p4)
    assert (parse(combined).mask(columns, kinds) == expected).all()
