"""Three-valued logic, against numpy and against a reading of the standard row by row."""

import datetime as dt
import json
import math
import re
from functools import partial

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.cql2 import parse

KINDS = {
    "name": "string",
    "other": "string",
    "count": "integer",
    "area": "number",
    "open": "boolean",
    "day": "date",
    "tags": "strings",
    "spot": "geometry",
}
WORDS = ["", "a", "A", "ab", "ba", "兴隆", "á%", "a_b"]
DAYS = [f"2026-01-0{n}" for n in range(1, 6)]


def or_null(values):
    return st.one_of(st.none(), values)


ROW = st.fixed_dictionaries(
    {
        "name": or_null(st.sampled_from(WORDS)),
        "other": or_null(st.sampled_from(WORDS)),
        "count": or_null(st.integers(-3, 3)),
        "area": or_null(st.floats(-4, 4).map(lambda v: round(v * 2) / 2)),
        "open": or_null(st.booleans()),
        "day": or_null(st.sampled_from(DAYS)),
        "tags": or_null(st.lists(st.sampled_from("abc"), max_size=3)),
        "spot": or_null(st.builds(shapely.Point, st.integers(0, 3), st.integers(0, 3))),
    }
)
ROWS = st.lists(ROW, min_size=1, max_size=8)


def call(name, *parts):
    return st.tuples(*parts).map(lambda arguments: {"op": name, "args": list(arguments)})


def prop(*names):
    return st.sampled_from(names).map(lambda name: {"property": name})


COMPARISONS = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
TEXTS = st.recursive(
    st.one_of(prop("name", "other"), st.sampled_from(WORDS)),
    lambda part: st.one_of(call("casei", part), call("accenti", part)),
    max_leaves=2,
)
NUMBERS = st.recursive(
    st.one_of(prop("count", "area"), st.integers(-3, 3), st.sampled_from([0.5, -1.5])),
    lambda part: st.sampled_from(["+", "-", "*", "/", "%", "div"]).flatmap(
        lambda name: call(name, part, part)
    ),
    max_leaves=3,
)
INSTANTS = st.one_of(prop("day"), st.sampled_from(DAYS).map(lambda day: {"date": day}))
PATTERNS = st.lists(st.sampled_from(["%", "_", "a", "b", "A", "兴", r"\%", r"\_"]), max_size=4).map(
    "".join
)
SETS = st.one_of(prop("tags"), st.lists(st.sampled_from("abc"), max_size=3))
SCALARS = st.sampled_from([TEXTS, NUMBERS, INSTANTS])
PREDICATES = st.one_of(
    prop("open"),
    st.booleans(),
    st.tuples(COMPARISONS, SCALARS).flatmap(lambda pair: call(pair[0], pair[1], pair[1])),
    SCALARS.flatmap(lambda kind: call("in", kind, st.lists(kind, min_size=1, max_size=4))),
    SCALARS.flatmap(lambda kind: call("between", kind, kind, kind)),
    SCALARS.flatmap(lambda kind: call("isNull", kind)),
    call("like", TEXTS, PATTERNS),
    st.sampled_from(["a_equals", "a_contains", "a_containedBy", "a_overlaps"]).flatmap(
        lambda name: call(name, SETS, SETS)
    ),
    st.sampled_from(["t_after", "t_before", "t_equals", "t_disjoint", "t_intersects"]).flatmap(
        lambda name: call(name, INSTANTS, INSTANTS)
    ),
    call("s_within", prop("spot"), st.just({"bbox": [0.5, 0.5, 2.5, 2.5]})),
)
FILTERS = st.recursive(
    PREDICATES,
    lambda part: st.one_of(
        call("and", part, part),
        call("or", part, part, part),
        call("not", part),
        call("isNull", part),
    ),
    max_leaves=6,
)


def of(tree):
    """Return the filter of a JSON tree."""
    return parse(json.dumps(tree), "cql2-json")


def mask(tree, rows):
    columns = {name: pd.Series([row[name] for row in rows], dtype=object) for name in KINDS}
    return of(tree).mask(columns, KINDS)


# The oracle: null is None, and every function is written once more, for one row.


def value(node, row):
    if isinstance(node, list):
        return [value(part, row) for part in node]
    if not isinstance(node, dict):
        return node
    if "property" in node:
        found = row[node["property"]]
        return dt.date.fromisoformat(found) if node["property"] == "day" and found else found
    if "date" in node:
        return dt.date.fromisoformat(node["date"])
    if "bbox" in node:
        return shapely.box(*node["bbox"])
    arguments = [value(part, row) for part in node["args"]]
    if node["op"] in LOGIC:
        return LOGIC[node["op"]](*arguments)
    return None if None in arguments else PLAIN[node["op"]](*arguments)


def any_of(*parts):
    if True in parts:
        return True
    return None if None in parts else False


def negated(part):
    return None if part is None else not part


def all_of(*parts):
    return negated(any_of(*map(negated, parts)))


def is_in(wanted, listed):
    return any_of(*(None if None in (wanted, part) else wanted == part for part in listed))


def between(part, low, high):
    return all_of(
        None if None in (part, low) else part >= low, None if None in (part, high) else part <= high
    )


def like(text, pattern):
    wild = {"%": ".*", "_": "."}
    parts = re.findall(r"\\.|.", pattern)
    expression = "".join(wild.get(part) or re.escape(part[-1]) for part in parts)
    return re.fullmatch(expression, text) is not None


def quotient(one, other, *, whole=False):
    if other == 0:
        return None
    return float(math.trunc(one / other)) if whole else one / other


LOGIC = {
    "and": all_of,
    "or": any_of,
    "not": negated,
    "isNull": lambda part: part is None,
    "in": is_in,
    "between": between,
}
PLAIN = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "like": like,
    "casei": str.casefold,
    "accenti": lambda text: text.replace("á", "a"),
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": quotient,
    "div": partial(quotient, whole=True),
    "%": lambda a, b: math.fmod(a, b) if b else None,
    "a_equals": lambda a, b: set(a) == set(b),
    "a_contains": lambda a, b: set(a) >= set(b),
    "a_containedBy": lambda a, b: set(a) <= set(b),
    "a_overlaps": lambda a, b: bool(set(a) & set(b)),
    "t_after": lambda a, b: a > b,
    "t_before": lambda a, b: a < b,
    "t_equals": lambda a, b: a == b,
    "t_disjoint": lambda a, b: a != b,
    "t_intersects": lambda a, b: a == b,
    "s_within": lambda a, b: a.within(b),
}


@given(FILTERS, ROWS)
@settings(max_examples=500)
def test_a_filter_selects_what_a_reading_row_by_row_selects(tree, rows):
    assert mask(tree, rows).tolist() == [value(tree, row) is True for row in rows]


@given(FILTERS, ROWS)
def test_what_a_filter_selects_its_negation_does_not(tree, rows):
    selected, rejected = mask(tree, rows), mask({"op": "not", "args": [tree]}, rows)
    unknown = mask({"op": "isNull", "args": [tree]}, rows)
    assert (selected.astype(int) + rejected + unknown == 1).all()


@given(FILTERS, FILTERS, ROWS)
def test_and_intersects_and_or_unites(one, other, rows):
    left, right = mask(one, rows), mask(other, rows)
    assert (mask({"op": "and", "args": [one, other]}, rows) == (left & right)).all()
    assert (mask({"op": "or", "args": [one, other]}, rows) == (left | right)).all()


TRUTH_TABLE = [  # OGC 21-065r2, clause 6.2, table 4
    (True, True, True, True),
    (True, False, False, True),
    (False, True, False, True),
    (False, False, False, False),
    (True, None, None, True),
    (False, None, False, None),
    (None, True, None, True),
    (None, False, False, None),
    (None, None, None, None),
]


@pytest.mark.parametrize(("one", "other", "conjunction", "disjunction"), TRUTH_TABLE)
def test_the_truth_table_of_the_standard_holds(one, other, conjunction, disjunction):
    columns = {name: np.array([part], dtype=object) for name, part in (("p", one), ("q", other))}
    kinds = {"p": "boolean", "q": "boolean"}
    for text, expected in (("p AND q", conjunction), ("p OR q", disjunction)):
        assert parse(text).mask(columns, kinds).tolist() == [expected is True]
        assert parse(f"NOT ({text})").mask(columns, kinds).tolist() == [expected is False]
        assert parse(f"({text}) IS NULL").mask(columns, kinds).tolist() == [expected is None]
