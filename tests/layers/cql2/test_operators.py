"""Each operator by the requirement that defines it (OGC 21-065r2)."""

import time

import numpy as np
import pandas as pd
import pytest

from layers.cql2 import InvalidFilterError, parse

BASIC = "/req/basic-cql2/binary-comparison-predicate"
NULL = "/req/basic-cql2/null-predicate"
TRUTH = "/req/basic-cql2/cql2-filter"
LIKE = "/req/advanced-comparison-operators/like-predicate"
BETWEEN = "/req/advanced-comparison-operators/between-predicate"
IN = "/req/advanced-comparison-operators/in-predicate"
CASEI = "/req/case-insensitive-comparison/casei-function"
ACCENTI = "/req/accent-insensitive-comparison/accenti-function"
ARITHMETIC = "/req/arithmetic/arithmetic"
PROPERTY = "/req/property-property/withdraw-permissions"
ARRAY = "/req/array-functions/array-predicates"

CASES = [
    (BASIC, "name = '兴隆公园'", [0]),
    (BASIC, "name <> '兴隆公园'", [1, 2]),
    (BASIC, "name > 'Straße'", [0, 2]),
    (BASIC, "count < 2", [0]),
    (BASIC, "count <= 2", [0, 1]),
    (BASIC, "count >= 2.5", [2]),
    (BASIC, "area = 2", [1]),
    (BASIC, "open = true", [0, 2]),
    (BASIC, "open < true", [1]),
    (BASIC, "day = DATE('2026-02-01')", [1]),
    (BASIC, "day < DATE('2026-02-01')", [0]),
    (BASIC, "at >= TIMESTAMP('2026-02-01T00:00:00Z')", [1, 2]),
    (BASIC, "at = TIMESTAMP('2026-01-01T16:00:00+08:00')", [0]),
    (BASIC, "name = 'it''s'", []),
    (NULL, "name IS NULL", [3]),
    (NULL, "name IS NOT NULL", [0, 1, 2]),
    (NULL, "shape IS NULL", [3]),
    (NULL, "absent IS NULL", [0, 1, 2, 3]),
    (NULL, "(count = 1) IS NULL", [3]),
    (NULL, "count / 0 IS NULL", [0, 1, 2, 3]),
    (TRUTH, "TRUE", [0, 1, 2, 3]),
    (TRUTH, "FALSE", []),
    (TRUTH, "open", [0, 2]),
    (TRUTH, "NOT open", [1]),
    (TRUTH, "NOT name = '兴隆公园'", [1, 2]),
    (TRUTH, "count = 1 AND open", [0]),
    (TRUTH, "count = 2 OR open", [0, 1, 2]),
    (TRUTH, "count = 9 OR name IS NULL", [3]),
    (TRUTH, "NOT (count = 9 AND name IS NOT NULL)", [0, 1, 2, 3]),
    (TRUTH, "NOT (count = 9 OR name IS NOT NULL)", []),
    (TRUTH, "count = 1 OR count = 2 AND open", [0]),
    (TRUTH, "absent = 'x' OR NOT absent = 'x'", []),
    (LIKE, "name LIKE '兴隆%'", [0]),
    (LIKE, "name LIKE '%公园'", [0]),
    (LIKE, "name LIKE '%隆%'", [0]),
    (LIKE, "name LIKE 'S_raße'", [1]),
    (LIKE, "name LIKE 'S_aße'", []),
    (LIKE, r"name LIKE '%50\%'", [2]),
    (LIKE, r"name LIKE '%50\_'", []),
    (LIKE, "name LIKE '%'", [0, 1, 2]),
    (LIKE, "name LIKE ''", []),
    (LIKE, "name NOT LIKE '%公%'", [1, 2]),
    (LIKE, "name LIKE '.*'", []),
    (BETWEEN, "count BETWEEN 2 AND 3", [1, 2]),
    (BETWEEN, "count NOT BETWEEN 2 AND 3", [0]),
    (BETWEEN, "day BETWEEN DATE('2026-01-01') AND DATE('2026-02-01')", [0, 1]),
    (BETWEEN, "count BETWEEN area AND 3", [1, 2]),
    (IN, "name IN ('兴隆公园', 'x')", [0]),
    (IN, "name NOT IN ('兴隆公园', 'x')", [1, 2]),
    (IN, "count IN (1, 3.0, 7.5)", [0, 2]),
    (IN, "count IN (area, 3)", [1, 2]),
    (IN, "day IN (DATE('2026-03-01'))", [2]),
    (IN, "open IN (false)", [1]),
    (IN, "NOT count IN (7, 1 / 0)", []),
    (IN, "NOT name IN ('x', absent)", []),
    (IN, "count IN (1, 1 / 0)", [0]),
    (IN, "'Straße' IN (name)", [1]),
    (CASEI, "CASEI(name) = CASEI('STRASSE')", [1]),
    (CASEI, "CASEI(name) LIKE casei('s%SE')", [1]),
    (CASEI, "CASEI(name) IN (CASEI('STRAßE'), CASEI('x'))", [1]),
    (CASEI, "CASEI(name) = CASEI(other)", [0, 1]),
    (ACCENTI, "ACCENTI(name) = ACCENTI('Lodz 50%')", [2]),
    (ACCENTI, "ACCENTI(CASEI(name)) LIKE accenti(casei('LÖD%'))", [2]),
    (ACCENTI, "ACCENTI('が') = ACCENTI('か')", []),
    (ACCENTI, "ACCENTI('ƛ') = 'ƛ' AND ACCENTI('ƻ') <> '2'", [0, 1, 2, 3]),
    (ARITHMETIC, "count + 1 = 3", [1]),
    (ARITHMETIC, "count - 1 - 1 = 1", [2]),
    (ARITHMETIC, "2 * count + 1 = 7", [2]),
    (ARITHMETIC, "count / 2 = 1.5", [2]),
    (ARITHMETIC, "count DIV 2 = 1", [1, 2]),
    (ARITHMETIC, "area DIV 2 = -3", [2]),
    (ARITHMETIC, "count % 2 = 1", [0, 2]),
    (ARITHMETIC, "area % 4 = -3", [2]),
    (ARITHMETIC, "2 ^ count = 8", [2]),
    (ARITHMETIC, "2 ^ (count ^ 2) = 512", [2]),
    (ARITHMETIC, "area ^ 0.5 > 0", [0, 1]),
    (ARITHMETIC, "10 / (count - 1) > 0", [1, 2]),
    (ARITHMETIC, "NOT 10 / (count - 1) > 0", []),
    (ARITHMETIC, "-count = -2", [1]),
    (PROPERTY, "name = other", [0]),
    (PROPERTY, "count > area", [2]),
    (PROPERTY, "2 = count", [1]),
    (PROPERTY, "1 = 1", [0, 1, 2, 3]),
    (PROPERTY, "'a' LIKE '_'", [0, 1, 2, 3]),
    (PROPERTY, "day <= end_day", [0, 1]),
    (ARRAY, "A_EQUALS(tags, ('b', 'a'))", [0]),
    (ARRAY, "A_EQUALS(tags, more)", [0]),
    (ARRAY, "A_CONTAINS(tags, ('b'))", [0, 1]),
    (ARRAY, "A_CONTAINEDBY(tags, ('b', 'c'))", [1, 2]),
    (ARRAY, "A_OVERLAPS(tags, more)", [0]),
    (ARRAY, "A_OVERLAPS(('a', 'x'), tags)", [0]),
    (ARRAY, "NOT A_OVERLAPS(tags, ('a'))", [1, 2]),
    (ARRAY, "A_CONTAINS(('Straße', name), ('兴隆公园'))", [0]),
    (ARRAY, "NOT A_CONTAINS(('Straße', absent), ('x'))", []),
]


@pytest.mark.parametrize(("requirement", "text", "expected"), CASES)
def test_an_operator_selects_what_its_requirement_says(selected, requirement, text, expected):
    assert selected(text) == expected


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("%a%a%", ["aa", "xaya", "aaa"], ["a", "xa", ""]),
        ("a%b%c", ["abc", "axbxbxc", "abcc"], ["acb", "abx", "ab"]),
        ("%ab%ab", ["abab", "xababab"], ["ab", "aab", "abba"]),
        ("_%_", ["ab", "a\nb", "兴隆"], ["a", ""]),
        ("a%", ["a\nb", "a"], ["\na"]),
        ("%.%", ["a.b"], ["ab"]),
    ],
)
def test_a_pattern_matches_the_whole_text(pattern, matching, others):
    columns = {"name": np.array([*matching, *others], dtype=object)}
    mask = parse(f"name LIKE '{pattern}'").mask(columns, {"name": "string"})
    assert mask.tolist() == [True] * len(matching) + [False] * len(others)


def test_a_hostile_pattern_does_not_run_for_ever():
    columns = {"name": np.array(["a" * 5_000] * 10, dtype=object)}
    began = time.process_time()
    pattern = "%a_a" * 500 + "%b"
    assert not parse(f"name LIKE '{pattern}'").mask(columns, {"name": "string"}).any()
    assert time.process_time() - began < 1


REFUSED = [
    (BASIC, "name = 1"),
    (BASIC, "name = DATE('2026-01-01')"),
    (BASIC, "day = TIMESTAMP('2026-01-01T00:00:00Z')"),
    (BASIC, "day = '2026-01-01'"),
    (BASIC, "shape = shape"),
    (BASIC, "tags = 'a'"),
    (BASIC, "count = ('a', 'b')"),
    (BASIC, "count = open"),
    (TRUTH, "count"),
    (TRUTH, "'text'"),
    (TRUTH, "count AND open"),
    (TRUTH, "NOT name"),
    ("/req/basic-cql2/property", "nosuch = 1"),
    (LIKE, "name LIKE other"),
    (LIKE, "name LIKE absent"),
    (LIKE, "count LIKE '1'"),
    (LIKE, "name LIKE 1"),
    (LIKE, r"name LIKE 'a\'"),
    (BETWEEN, "count BETWEEN 'a' AND 3"),
    (IN, "count IN (1, 'a')"),
    (IN, "tags IN ('a')"),
    (CASEI, "CASEI(count) = '1'"),
    (ARITHMETIC, "name + 1 = 2"),
    (ARITHMETIC, "day + 1 = day"),
    (ARRAY, "A_CONTAINS(name, ('a'))"),
    (ARRAY, "A_CONTAINS(tags, (1))"),
    (NULL, "INTERVAL(day, end_day) IS NULL"),
]


@pytest.mark.parametrize(("requirement", "text"), REFUSED)
def test_an_operator_on_the_wrong_kind_is_refused(selected, requirement, text):
    with pytest.raises(InvalidFilterError) as refusal:
        selected(text)
    assert refusal.value.parameter == "filter"
    assert refusal.value.message_zh != refusal.value.message


def test_an_unknown_property_is_answered_with_the_queryables(columns, queryables):
    found = parse("secret = 1")
    assert found.properties == {"secret"}
    with pytest.raises(InvalidFilterError) as refusal:
        found.mask(columns, queryables)
    assert refusal.value.allowed == tuple(queryables)
    assert "secret" not in str(refusal.value)


def test_an_empty_array_is_a_set_without_elements(columns, queryables):
    found = parse('{"op":"a_equals","args":[{"property":"tags"},[]]}', "cql2-json")
    assert found.mask(columns, queryables).tolist() == [False, False, True, False]


def test_an_empty_list_after_in_is_refused(columns, queryables):
    found = parse('{"op":"in","args":[{"property":"name"},[]]}', "cql2-json")
    with pytest.raises(InvalidFilterError):
        found.mask(columns, queryables)


@pytest.mark.parametrize(
    "cells",
    [
        pd.Series([2**53 - 1, 2**53, -(2**53) + 1]),
        pd.Series([2**53 - 1, 2**53, -(2**53) + 1], dtype="Int64"),
        pd.Series([2**53 - 1, 2**53, -(2**53) + 1], dtype=object),
    ],
)
def test_large_whole_numbers_compare_exactly(cells):
    kinds = {"n": "integer"}
    assert parse("n = 9007199254740991").mask({"n": cells}, kinds).tolist() == [1, 0, 0]
    assert parse("n > 9007199254740991").mask({"n": cells}, kinds).tolist() == [0, 1, 0]
    assert parse("n IN (-9007199254740991)").mask({"n": cells}, kinds).tolist() == [0, 0, 1]


def test_whole_numbers_of_sixty_bits_are_not_rounded_to_a_literal():
    cells = pd.Series([2**60, 2**60 + 1])
    mask = parse("n = 1.152921504606846976e18").mask({"n": cells}, {"n": "integer"})
    assert mask.tolist() == [True, False]


@pytest.mark.parametrize(
    ("kind", "odd"),
    [
        ("string", [1, 2.5, None]),
        ("integer", ["1", True, None]),
        ("number", [{}, "x", np.nan]),
        ("boolean", [1, "true", None]),
        ("date", ["soon", {}, None]),
        ("timestamp", [5.0, 7.0, np.nan]),
        ("strings", ["a", 3, [{}]]),
        ("geometry", ["POINT(1 2)", 1, None]),
    ],
)
def test_a_value_that_is_not_of_its_kind_counts_as_null(kind, odd):
    mask = parse("x IS NULL").mask({"x": pd.Series(odd)}, {"x": kind})
    assert mask.all()


def test_a_column_of_plain_booleans_has_no_null():
    columns = {"open": np.array([True, False])}
    assert parse("open").mask(columns, {"open": "boolean"}).tolist() == [True, False]
    assert not parse("open IS NULL").mask(columns, {"open": "boolean"}).any()


def test_no_features_give_an_empty_mask(queryables):
    empty = {name: np.array([], dtype=object) for name in queryables}
    text = "name LIKE 'a%' AND S_INTERSECTS(shape, POINT(1 2)) AND day > DATE('2026-01-01')"
    assert parse(text).mask(empty, queryables).shape == (0,)


def test_a_filter_is_a_value():
    one, other = parse("stage = 'x' and count = 3"), parse("stage='x' AND count=3.0")
    assert one == other
    assert hash(one) == hash(other)
    assert one.properties == {"stage", "count"}
    assert one != parse("stage = 'y' AND count = 3")
