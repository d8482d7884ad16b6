"""The values of a column: numbers where every one of them stays exact, else the texts as given."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from layers.ingest.table_head import Cell
from layers.ingest.text_wording import Notes
from layers.schema import MAX_INTEGER

_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_DEGREES = re.compile(
    r"""(\d{1,3})\s*[°度]\s*(\d{1,2})\s*[′'’分]\s*(\d{1,2}(?:\.\d+)?)\s*(?:[″"”秒]|'')?\s*([NSEW]?)""",
    re.ASCII,
)
_MOSTLY = 0.5

Kind = Literal[
    "number", "decimal-comma", "thousands", "place-degrees", "long-number", "number-range", "text"
]


@dataclass(frozen=True, slots=True)
class Number:
    """What a cell is as a number: its value, null if none, and how it was read."""

    value: int | float | None
    kind: Kind


def number_of(cell: Cell) -> Number:
    """Return what a cell is as a number.

    Texts of digits with a zero before them are names, and so are whole numbers beyond 2^53, which
    a computer does not keep exact. Decimals keep 15 digits at least.

    >>> number_of("2,5"), number_of("007").value
    (Number(value=2.5, kind='decimal-comma'), None)
    """
    if isinstance(cell, bool) or cell is None:
        return Number(None, "text")
    if isinstance(cell, int | float):
        return Number(cell, "number") if math.isfinite(cell) else Number(None, "number-range")
    text = cell.strip()
    for pattern, read in _READINGS:
        match = pattern.fullmatch(text)
        if match:
            return read(match)
    return Number(None, "text")


def _plain(match: re.Match[str]) -> Number:
    text = match[0]
    digits = text.lstrip("+-")
    if not _WHOLE.fullmatch(text):
        value = float(text)
        return Number(value, "number") if math.isfinite(value) else Number(None, "number-range")
    if len(digits) > 1 and digits[0] == "0":
        return Number(None, "text")
    if len(digits) > 16 or abs(int(text)) > MAX_INTEGER:
        return Number(None, "long-number")
    return Number(int(text), "number")


def _thousands(match: re.Match[str]) -> Number:
    text = match[0].replace(",", "")
    value = float(text) if "." in text else int(text)
    return Number(value, "thousands") if abs(value) <= MAX_INTEGER else Number(None, "long-number")


def _decimal_comma(match: re.Match[str]) -> Number:
    return Number(float(match[0].replace(",", ".")), "decimal-comma")


def _degrees(match: re.Match[str]) -> Number:
    degrees, minutes, seconds = (float(match[at]) for at in (1, 2, 3))
    if minutes >= 60 or seconds >= 60:
        return Number(None, "text")
    sign = -1 if match[4] in ("S", "W") else 1
    return Number(sign * (degrees + minutes / 60 + seconds / 3600), "place-degrees")


_READINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Number]], ...] = (
    (_PLAIN, _plain),
    (_THOUSANDS, _thousands),
    (_DECIMAL_COMMA, _decimal_comma),
    (_DEGREES, _degrees),
)


def column_values(
    name: str, cells: Sequence[Cell], rows: Sequence[int], notes: Notes, *, typed: bool
) -> list[Cell]:
    """Return the values of a column, blanks as null; what was changed or kept as text is noted.

    A column is one of numbers if all of its texts are numbers. If most are, the others are noted
    row by row, and every text stays as it is. Where cells are ``typed``, as in a workbook, texts
    stay texts unless most of the column are numbers.
    """
    values = [_clean(name, cell, row, notes) for cell, row in zip(cells, rows, strict=True)]
    texts = [at for at, value in enumerate(values) if isinstance(value, str)]
    numbers = {at: number_of(values[at]) for at in texts}
    given = sum(isinstance(value, int | float) for value in values)
    mostly = given if typed else given + sum(n.kind != "text" for n in numbers.values())
    numeric = mostly > 0 and mostly >= _MOSTLY * (given + len(texts))
    if numeric and all(_counts(number) for number in numbers.values()):
        for at, number in numbers.items():
            change = "number-as-text" if typed and number.kind == "number" else number.kind
            if change != "number":
                notes.add(change, row=rows[at], column=name, was=values[at])
            values[at] = number.value
        return values
    for at, number in numbers.items():
        code = _ODD.get(number.kind)
        if code and (numeric or (code != "not-a-number" and not typed)):
            notes.add(code, row=rows[at], column=name, value=values[at])
    return values


_ODD = MappingProxyType(
    {
        "text": "not-a-number",
        "decimal-comma": "not-a-number",
        "thousands": "not-a-number",
        "place-degrees": "not-a-number",
        "long-number": "long-number",
        "number-range": "number-range",
    }
)


def _counts(number: Number) -> bool:
    return number.value is not None and number.kind != "place-degrees"


def _clean(name: str, cell: Cell, row: int, notes: Notes) -> Cell:
    if not isinstance(cell, str):
        return cell
    if "\x00" in cell:
        notes.add("nul", row=row, column=name)
        cell = cell.replace("\x00", "")
    return cell if cell.strip() else None
