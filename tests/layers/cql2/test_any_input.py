"""No input does anything but give a filter or a refusal."""

import contextlib
import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.cql2 import InvalidFilterError, parse

PIECES = [
    *"()[]{},.:;=<>+-*/%^'\"$\\ \n\0",
    *"aé名1",
    *("NOT ", "NOT(", " AND ", " OR ", " LIKE ", " IN (", " BETWEEN ", " IS NULL", " div "),
    *("a=1", "'x'", '"q"', "casei(", "f(", "TRUE", "null", "1e400", "9" * 30, "\ud800"),
    *("POINT(1 2)", "POLYGON((0 0,1 0,1 1,0 0))", "S_INTERSECTS(g,", "BBOX(1,2,3,4)", " EMPTY"),
    *("GEOMETRYCOLLECTION(", "MULTIPOLYGON(((", "INTERVAL(", "'..'", "DATE('2020-01-01')"),
    *('{"op":"=","args":[', '{"property":"a"}', "]}", '"date"', "[1,2]", "-1", "true"),
]
soup = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
runs = st.builds(
    lambda opening, count, middle, closing, tail: opening * count + middle + closing * tail,
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=2).map("".join),
    st.integers(1, 3000),
    st.sampled_from(["", "a=1", "1 $", "a=1 $", "POINT(1 2)"]),
    st.sampled_from([")", "]", "]}", "))"]),
    st.integers(0, 3000),
)
languages = st.sampled_from(["cql2-text", "cql2-json"])


@given(st.one_of(st.text(max_size=60), soup), languages)
@settings(max_examples=500)
def test_any_text_is_a_filter_or_refused(text, lang):
    try:
        found = parse(text, lang)
    except InvalidFilterError:
        return
    assert parse(found.canonical, "cql2-json") == found


leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["..", "2026-01-01", "=", "and", "Point"]),
)
members = st.sampled_from(
    ["op", "args", "property", "date", "timestamp", "interval", "bbox", "type", "coordinates"]
)
trees = st.recursive(
    leaves,
    lambda part: st.one_of(
        st.lists(part, max_size=4),
        st.dictionaries(members, part, max_size=3),
        st.builds(
            lambda name, arguments: {"op": name, "args": arguments},
            st.sampled_from(["=", "and", "not", "in", "like", "t_after", "s_within", "+"]),
            st.lists(part, max_size=3),
        ),
    ),
    max_leaves=12,
)


@given(trees)
@settings(max_examples=500)
def test_any_json_is_a_filter_or_refused(columns_of_text, tree):
    with contextlib.suppress(InvalidFilterError):
        found = parse(json.dumps(tree), "cql2-json")
        mask = found.mask(columns_of_text, dict.fromkeys(found.properties, "string"))
        assert mask.dtype == bool


@pytest.fixture(scope="module")
def columns_of_text():
    return {"a": np.array(["x", None], dtype=object)}


FEED = """
import json, sys, time
from layers.cql2 import InvalidFilterError, parse
for line in sys.stdin:
    began = time.process_time()
    for lang in ("cql2-text", "cql2-json"):
        try:
            parse(json.loads(line), lang)
        except InvalidFilterError:
            pass
    print(f"{time.process_time() - began:.3f}", flush=True)
"""

WHAT_KILLS_OR_HANGS_THE_PARSER = [
    "(" * 8000,
    "NOT (" * 1600,
    "NOT " * 2000 + "a",
    "a IN " + "(" * 4000,
    "a = " + "-" * 8000 + "1",
    "a = " + "- " * 4000 + "1",
    "a" + "=a" * 4000,
    "a" + "<-a" * 2000,
    "a" + " LIKE a" * 1100,
    "a = 1" + "*a" * 4000,
    "a = 1" + " AND NOT a" * 800,
    "casei(" * 1300,
    "(" * 22 + "a = 1 $" + ")" * 22,
    "(" * 12 + "a = 1" + " AND a = 1" * 600 + "$" + ")" * 12,
    "(1+((" * 10 + "a = 1 $" + ")))" * 10,
    "S_INTERSECTS(a, POLYGON(" + "(" * 22 + "1 2," + ")" * 22 + "))",
    "[" * 60_000,
    '{"op":"not","args":[' * 3000,
]


@pytest.mark.slow
def test_what_kills_or_hangs_the_parser_never_reaches_it(data_folder):
    """In a process of its own, so that a crash is seen as one."""
    answers = feed(WHAT_KILLS_OR_HANGS_THE_PARSER, data_folder.parent)
    assert len(answers) == len(WHAT_KILLS_OR_HANGS_THE_PARSER)
    assert max(answers) < 2


@pytest.mark.slow
@given(st.lists(st.one_of(soup, runs), min_size=300, max_size=300))
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_run_of_pieces_kills_or_hangs_the_process(data_folder, texts):
    answers = feed(texts, data_folder.parent)
    assert len(answers) == len(texts)
    assert max(answers) < 2


def feed(texts, folder):
    """Return the seconds that each text took in another process, as far as that one came."""
    lines = "".join(f"{json.dumps(text)}\n" for text in texts)
    done = subprocess.run(
        [sys.executable, "-c", FEED],
        input=lines,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [float(line) for line in done.stdout.split()]
