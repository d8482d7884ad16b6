"""Four features, one of which is null throughout."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
import shapely

from layers.cql2 import parse

QUERYABLES = {
    "name": "string",
    "other": "string",
    "count": "integer",
    "area": "number",
    "open": "boolean",
    "day": "date",
    "end_day": "date",
    "at": "timestamp",
    "until": "timestamp",
    "tags": "strings",
    "more": "strings",
    "shape": "geometry",
    "spot": "geometry",
    "absent": "string",
}


@pytest.fixture
def columns():
    """Columns as they come: plain lists, pandas and numpy; the last feature is null throughout."""
    return {
        "name": pd.Series(["兴隆公园", "Straße", "Łódź 50%", None]),
        "other": pd.Series(["兴隆公园", "strasse", "z", None], dtype=object),
        "count": pd.Series([1, 2, 3, None], dtype="Int64"),
        "area": np.array([1.5, 2.0, -7.0, np.nan]),
        "open": pd.Series([True, False, True, None], dtype=object),
        "day": pd.Series(["2026-01-01", "2026-02-01", "2026-03-01", None]),
        "end_day": pd.Series([dt.date(2026, 1, 31), dt.date(2026, 2, 1), None, None]),
        "at": pd.to_datetime(
            pd.Series(
                ["2026-01-01T08:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", None]
            )
        ),
        "until": pd.Series(
            ["2026-01-02T00:00:00+08:00", "2026-02-03T00:00:00Z", "2026-03-02T00:00:00Z", None]
        ),
        "tags": pd.Series([["a", "b"], ["b"], [], None]),
        "more": pd.Series([["b", "a", "a"], ["c"], ["a"], ["a"]]),
        "shape": np.array(
            [
                shapely.box(0, 0, 2, 2),
                shapely.LineString([(1, 1), (5, 1)]),
                shapely.Point(10, 10),
                None,
            ]
        ),
        "spot": shapely.points([1, 3, 10, 0], [1, 1, 10, 0]),
    }


@pytest.fixture
def selected(columns):
    """Return the positions that a filter in text selects; its JSON selects the same."""

    def select(text, **options):
        found = parse(text)
        mask = found.mask(columns, QUERYABLES, **options)
        again = parse(found.canonical, "cql2-json")
        assert again == found
        assert (again.mask(columns, QUERYABLES, **options) == mask).all()
        return np.flatnonzero(mask).tolist()

    return select


@pytest.fixture
def queryables():
    return QUERYABLES
