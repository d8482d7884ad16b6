"""The values that stand in query parameters as text; what is none is refused by its name."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from geo.bbox import BBox
from geo.crs import CRS84, OFFERED, ReferenceSystem, bbox_from, reference_system
from geo.errors import GeoError
from layers.errors import InvalidQueryError
from layers.query import SortKey

_SHOWN = 64
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE
)
_OPEN = ("", "..")
_KEY = re.compile(r"[-+ ]?(\w+)", re.ASCII)


class UnknownParameterError(InvalidQueryError):
    """A query parameter that an address does not have."""

    code = "unknown-parameter"

    def __init__(self, name: str, allowed: Iterable[str]) -> None:
        # The name is the caller's text: bounded, and only as plain ASCII.
        shown = ascii(name[:_SHOWN])[1:-1]
        super().__init__(
            f"parameter {shown}: there is no such parameter; use one of the allowed ones",
            f"参数 {shown}：没有这个参数，请使用允许的参数",
            parameter=shown,
            allowed=tuple(sorted(allowed)),
        )


def system(parameter: str, text: str | None) -> ReferenceSystem:
    """Return the reference system of a name, CRS84 for none.

    Raises
    ------
    InvalidQueryError
        If it is not offered (OGC API – Features Part 2, /req/crs/fc-crs-valid-value).
    """
    if text is None:
        return CRS84
    try:
        return reference_system(text)
    except GeoError as error:
        allowed = tuple(offered.uri for offered in OFFERED)
        raise _invalid(parameter, error.message, error.message_zh, allowed) from error


def box(parameter: str, text: str | None, crs: ReferenceSystem) -> BBox | None:
    """Return the box in degrees that a text in a reference system stands for.

    Raises
    ------
    InvalidQueryError
        If it is no box.
    """
    if text is None:
        return None
    try:
        return bbox_from(text, crs)
    except GeoError as error:
        raise _invalid(parameter, error.message, error.message_zh) from error


def interval(text: str | None) -> tuple[datetime | None, datetime | None]:
    """Return the two ends of the instant or interval of ``datetime``; null is an open end.

    Raises
    ------
    InvalidQueryError
        If it is none (OGC API – Features Part 1, /req/core/fc-time-definition).
    """
    if text is None:
        return None, None
    parts = text.split("/")
    ends = [None if part in _OPEN and len(parts) == 2 else _moment(part) for part in parts[:2]]
    start, end = ends[0], ends[-1]
    both_open = start is None and end is None
    if len(parts) > 2 or both_open or (start and end and start > end):
        raise _not_a_time()
    return start, end


def in_utc(parameter: str, moment: datetime) -> datetime:
    """Return a moment in UTC.

    Raises
    ------
    InvalidQueryError
        If it is in the year 0 or 10000 there.
    """
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise _invalid(
            parameter,
            "the moment lies outside of the years 1 to 9999 in UTC",
            "该时间换算为协调世界时后超出公元 1 至 9999 年",
        ) from error


def sort_keys(text: str | None) -> tuple[SortKey, ...]:
    """Return the keys that ``+name,-stage`` stands for; an unescaped + arrives as a space.

    Raises
    ------
    InvalidQueryError
        If it is no list of names, or names one twice.
    """
    if text is None:
        return ()
    found = [_KEY.fullmatch(part) for part in text.split(",")]
    keys = tuple(SortKey(m[1], m[0].startswith("-")) for m in found if m is not None)
    if len({key.name for key in keys}) != len(found):
        raise _invalid(
            "sortby",
            "sortby is a list of different names with + or - before each, for example +name,-count",
            "sortby 为互不相同的属性名，以逗号分隔，前加 + 或 -，例如 +name,-count",
        )
    return keys


def names(text: str) -> tuple[str, ...]:
    """Return the names in a list that is separated by commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def single(name: str, value: object) -> None:
    """Refuse a parameter that was given more than once.

    Raises
    ------
    InvalidQueryError
        If it was.
    """
    if not isinstance(value, str):
        raise _invalid(name, f"give {name} once", f"参数 {name} 只能给出一次")


def _moment(text: str) -> datetime:
    if not _MOMENT.fullmatch(text):
        raise _not_a_time()
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError as error:
        raise _not_a_time() from error


def _not_a_time() -> InvalidQueryError:
    return _invalid(
        "datetime",
        "a time is 2026-03-01T00:00:00Z, or two of them with / between, of which one may be ..",
        "时间应为 2026-03-01T00:00:00Z，或以 / 分隔的起止时间，其中一端可为 ..",
    )


def _invalid(
    parameter: str, message: str, message_zh: str, allowed: tuple[str, ...] = ()
) -> InvalidQueryError:
    return InvalidQueryError(message, message_zh, parameter=parameter, allowed=allowed)
