"""Literals of a filter as constants: numbers, instants and geometries."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import shapely

from layers.cql2.errors import InvalidFilterError
from layers.cql2.nodes import Box, Constant

OPEN = ".."
"""The open end of an interval (OGC 21-065r2, clause 7.10; ISO 8601-2)."""

_GEOMETRIES: Mapping[str, str] = {
    "Point": "coordinates",
    "LineString": "coordinates",
    "Polygon": "coordinates",
    "MultiPoint": "coordinates",
    "MultiLineString": "coordinates",
    "MultiPolygon": "coordinates",
    "GeometryCollection": "geometries",
}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIMESTAMP = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,6}0*)?(?:[Zz]|[-+]\d{2}:\d{2})", re.ASCII
)


def scalar(value: str | bool | int | float) -> Constant:
    """Return the constant of a text, boolean or number; a whole double is an integer."""
    if isinstance(value, bool):
        return Constant("boolean", value)
    if isinstance(value, str):
        return Constant("string", value)
    if float(value).is_integer() and abs(value) < 2**63:
        return Constant("integer", int(value))
    return Constant("number", float(value))


def day(text: object) -> Constant:
    """Return a date (RFC 3339, full-date).

    Raises
    ------
    InvalidFilterError
        If it is none.
    """
    if isinstance(text, str) and _DATE.fullmatch(text):
        try:
            return Constant("date", np.datetime64(date.fromisoformat(text), "us"))
        except ValueError:
            pass  # 2026-02-30 and its like: refused below with the malformed ones
    raise _wrong_time()


def moment(text: object) -> Constant:
    """Return a timestamp (RFC 3339, date-time) in UTC, to the microsecond.

    Raises
    ------
    InvalidFilterError
        If it is none, has no time zone, or is finer than a microsecond.
    """
    if isinstance(text, str) and _TIMESTAMP.fullmatch(text):
        try:
            utc = datetime.fromisoformat(text.upper()).astimezone(UTC)
            return Constant("timestamp", np.datetime64(utc.replace(tzinfo=None), "us"))
        except (ValueError, OverflowError):
            pass  # the 25th hour, or a zone that leaves the calendar: refused below
    raise _wrong_time()


def instant(text: object) -> Constant:
    """Return a date or a timestamp, whichever the text is.

    Raises
    ------
    InvalidFilterError
        If it is neither.
    """
    return day(text) if isinstance(text, str) and _DATE.fullmatch(text) else moment(text)


def geometry(node: Mapping[str, Any]) -> Constant:
    """Return a GeoJSON geometry, heights dropped.

    Raises
    ------
    InvalidFilterError
        If it is none, is empty, or is no simple shape (a polygon that crosses itself).
    """
    kind = node.get("type")
    if not isinstance(kind, str) or _GEOMETRIES.get(kind) not in node:
        raise _wrong_shape()
    try:
        shape = shapely.force_2d(shapely.from_geojson(json.dumps(node)))
    except shapely.GEOSException as error:
        raise _wrong_shape() from error
    if shape.is_empty or not shape.is_valid:
        raise _wrong_shape()
    return Constant("geometry", shape)


def box(numbers: object) -> Box:
    """Return a bounding box of four numbers or, with heights that are dropped, six.

    Raises
    ------
    InvalidFilterError
        If it is anything else.
    """
    if not isinstance(numbers, list) or len(numbers) not in (4, 6) or not all(map(_real, numbers)):
        raise InvalidFilterError(
            "BBOX takes four or six numbers: west, south, east, north",
            "BBOX 需要四个或六个数值：西、南、东、北",
        )
    half = len(numbers) // 2
    west, south, east, north = (float(n) for n in (*numbers[:2], *numbers[half : half + 2]))
    return Box(west, south, east, north)


def _real(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _wrong_time() -> InvalidFilterError:
    return InvalidFilterError(
        "a date is written 2026-05-01, a timestamp 2026-05-01T08:00:00Z with its time zone, "
        "at most six decimals of a second",
        "日期写作 2026-05-01，时刻写作 2026-05-01T08:00:00Z（含时区，秒最多六位小数）",
    )


def _wrong_shape() -> InvalidFilterError:
    return InvalidFilterError(
        "a shape of the filter is empty, not closed, crosses itself or is no geometry of WKT or "
        "GeoJSON; polygons end where they began",
        "筛选条件中的图形为空、未闭合、自相交或不是有效的 WKT/GeoJSON 几何；多边形须首尾闭合",
    )
