"""Temporal functions (OGC 21-065r2, /req/temporal-functions)."""

import numpy as np
import pytest

from layers.cql2 import InvalidFilterError, parse

# Two intervals of Allen's thirteen relations, in days of January 2026, and what holds between
# the first and the second.
RELATIONS = {
    ("01", "05", "10", "15"): {"before", "disjoint"},
    ("10", "15", "01", "05"): {"after", "disjoint"},
    ("01", "05", "05", "10"): {"meets", "intersects"},
    ("05", "10", "01", "05"): {"metby", "intersects"},
    ("01", "06", "05", "10"): {"overlaps", "intersects"},
    ("05", "10", "01", "06"): {"overlappedby", "intersects"},
    ("01", "05", "01", "10"): {"starts", "intersects"},
    ("01", "10", "01", "05"): {"startedby", "intersects"},
    ("02", "05", "01", "10"): {"during", "intersects"},
    ("01", "10", "02", "05"): {"contains", "intersects"},
    ("05", "10", "01", "10"): {"finishes", "intersects"},
    ("01", "10", "05", "10"): {"finishedby", "intersects"},
    ("01", "10", "01", "10"): {"equals", "intersects"},
}
FUNCTIONS = sorted(set().union(*RELATIONS.values()))


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("ends", RELATIONS)
def test_between_two_intervals_exactly_the_relations_of_allen_hold(function, ends):
    dates = [f"2026-01-{day}" for day in ends]
    columns = {name: np.array([date]) for name, date in zip("abcd", dates, strict=True)}
    kinds = dict.fromkeys("abcd", "date")
    a, b, c, d = (f"'{date}'" for date in dates)
    holds = function in RELATIONS[ends]
    for first, second in (
        ("INTERVAL(a, b)", "INTERVAL(c, d)"),
        (f"INTERVAL({a}, {b})", "INTERVAL(c, d)"),
        ("INTERVAL(a, b)", f"INTERVAL({c}, {d})"),
    ):
        mask = parse(f"T_{function}({first}, {second})").mask(columns, kinds)
        assert mask.tolist() == [holds], (first, second)


CASES = [
    ("T_AFTER(day, DATE('2026-01-15'))", [1, 2]),
    ("T_BEFORE(day, DATE('2026-01-15'))", [0]),
    ("T_EQUALS(day, DATE('2026-02-01'))", [1]),
    ("T_EQUALS(day, INTERVAL('2026-02-01', '2026-02-01'))", [1]),
    ("T_INTERSECTS(day, INTERVAL('2026-02-01', '..'))", [1, 2]),
    ("T_INTERSECTS(day, INTERVAL('..', '2026-02-01'))", [0, 1]),
    ("T_INTERSECTS(day, INTERVAL('..', '..'))", [0, 1, 2]),
    ("T_DISJOINT(day, INTERVAL('2026-01-15', '2026-02-15'))", [0, 2]),
    ("T_AFTER(INTERVAL(at, until), TIMESTAMP('2026-01-01T16:00:00Z'))", [1, 2]),
    ("T_INTERSECTS(INTERVAL(day, end_day), DATE('2026-01-15'))", [0]),
    ("NOT T_INTERSECTS(INTERVAL(day, end_day), DATE('2026-01-15'))", [1]),
    ("T_AFTER(INTERVAL(day, '..'), INTERVAL('..', DATE('2026-01-31')))", [1, 2]),
    ("T_AFTER(DATE('2026-02-02'), day)", [0, 1]),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_instants_and_open_intervals_take_part(selected, text, expected):
    assert selected(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "T_DURING(day, INTERVAL('2026-01-01', '2026-01-02'))",
        "T_MEETS(INTERVAL(day, end_day), DATE('2026-01-02'))",
        "T_AFTER(day, TIMESTAMP('2026-01-01T00:00:00Z'))",
        "T_AFTER(day, INTERVAL('2026-01-01T00:00:00Z', '..'))",
        "T_AFTER(day, INTERVAL('2026-01-01', '2026-01-02T00:00:00Z'))",
        "T_AFTER(INTERVAL(day, at), DATE('2026-01-02'))",
        "T_AFTER(INTERVAL(day, name), DATE('2026-01-02'))",
        "T_AFTER(name, DATE('2026-01-02'))",
        "T_AFTER(day, '2026-01-02')",
        "T_AFTER(day, INTERVAL('2026-01-02', '2026-01-01'))",
        "T_AFTER(day, INTERVAL('soon', '..'))",
        "T_AFTER(day, INTERVAL(1, 2))",
        "T_AFTER(day, DATE('2026-02-30'))",
        "T_AFTER(day, DATE('20260201'))",
        "T_AFTER(day, DATE(''))",
        "at > TIMESTAMP('2026-01-01T00:00:00')",
        "at > TIMESTAMP ( '2026-01-01T00:00:00' )",
        "T_AFTER(at, INTERVAL('2026-01-01T00:00:00', '..'))",
        "T_AFTER(at, INTERVAL(TIMESTAMP('2026-01-01T00:00:00'), '..'))",
        "at > TIMESTAMP('2026-01-01T25:00:00Z')",
        "at > TIMESTAMP('2026-01-01T00:00:00.1234567Z')",
        "at > TIMESTAMP('9999999-01-01T00:00:00Z')",
        "at > TIMESTAMP('0001-01-01T00:00:00+08:00')",
    ],
)
def test_times_that_do_not_fit_are_refused(selected, text):
    with pytest.raises(InvalidFilterError):
        selected(text)


def test_a_microsecond_tells_two_timestamps_apart():
    columns = {"at": np.array(["2026-01-01T00:00:00.000001Z", "2026-01-01T00:00:00.000002Z"])}
    text = "at = TIMESTAMP('2026-01-01T00:00:00.000002Z')"
    assert parse(text).mask(columns, {"at": "timestamp"}).tolist() == [False, True]


@pytest.mark.parametrize("year", ["0001", "1500", "2500", "9999"])
def test_far_years_are_kept(year):
    columns = {"day": np.array([f"{year}-06-01", None], dtype=object)}
    text = f"day BETWEEN DATE('{year}-05-31') AND DATE('{year}-06-02')"
    assert parse(text).mask(columns, {"day": "date"}).tolist() == [True, False]
