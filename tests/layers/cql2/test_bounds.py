"""How large a filter may be: what lies within is read, what lies beyond is refused."""

import json

import pytest

from layers.cql2 import InvalidFilterError, parse
from layers.cql2.bounds import MAX_DEPTH, check_text


def refused(text, lang="cql2-text"):
    with pytest.raises(InvalidFilterError) as refusal:
        parse(text, lang)
    assert refusal.value.code == "invalid-filter"


def call(name, *arguments):
    return json.dumps({"op": name, "args": arguments})


def nested(depth):
    return "(" * depth + "a = 1" + ")" * depth


@pytest.mark.parametrize(
    "text",
    [
        "a IN (" + ",".join(["1"] * 500) + ")",
        " OR ".join(f"a = {n}" for n in range(128)),
        "NOT " * 31 + "a",
        "S_INTERSECTS(a, LINESTRING(" + ",".join(["-1.5 -2.5", "3 4"] * 350) + "))",
        "a = '" + "(" * 4000 + "'",
        '"' + "(" * 4000 + '" = 1',
        nested(14),
        "a = " + "x" * 8000,
    ],
)
def test_a_large_filter_within_the_bounds_is_read(text):
    assert parse(text).properties


@pytest.mark.parametrize(
    "text",
    [
        "a IN (" + ",".join(["1"] * 501) + ")",
        " OR ".join(f"a = {n}" for n in range(130)),
        "NOT " * 33 + "a",
        "a = " + "+".join(["1"] * 40),
        "casei(" * 40 + "a" + ")" * 40 + " = 'x'",
        nested(20),
        "a = '" + "x" * 8192 + "'",
        "a = '" + "区" * 2800 + "'",
    ],
)
def test_a_filter_beyond_the_bounds_is_refused(text):
    refused(text)


def test_brackets_nest_so_deeply_and_no_deeper():
    assert check_text("f(" * MAX_DEPTH + ")" * MAX_DEPTH) == []
    with pytest.raises(InvalidFilterError):
        check_text("f(" * (MAX_DEPTH + 1) + ")" * (MAX_DEPTH + 1))


@pytest.mark.parametrize(
    "text",
    [
        call("in", {"property": "a"}, list(range(501))),
        '{"op":"not","args":[' * 33 + "true" + "]}" * 33,
        "[" * 60_000,
        '{"a":' * 10_000,
        call("and", *([{"op": "not", "args": [True]}] * 256)),
        call("=", "x" * 65_536, "y"),
        '{"op":"=","args":[1,' + "9" * 60_000 + "]}",
    ],
)
def test_json_beyond_the_bounds_is_refused(text):
    refused(text, "cql2-json")
