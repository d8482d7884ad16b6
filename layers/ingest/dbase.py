"""The attribute table of a Shapefile (dBASE III), read field by field.

GDAL turns ``2,5`` into 2.0, ``abc`` into 0.0 and an id of twenty digits into a float without a
word, and stops at half a record. Here a value is the number that its text is, or stays text.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layers.ingest.charset import choose_encoding, decode_field
from layers.ingest.gathering import MAX_FIELDS, Gathering, free_name
from layers.ingest.refusals import refusal
from layers.ingest.text_encoding import codec_of, codec_of_language

_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_BOOLEANS = {"t": True, "y": True, "f": False, "n": False}
_SAMPLES = 20_000


@dataclass(frozen=True, slots=True)
class _Field:
    raw_name: bytes
    kind: str
    start: int
    end: int


class Dbase:
    """A .dbf file whose header was found to be right.

    Raises
    ------
    ImportRefusedError
        On opening, if the header is cut or contradicts itself or the file ends early.
    """

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        if len(self._data) < 33:
            raise refusal("dbf-header")
        self.rows, self._header, self._width = struct.unpack_from("<IHH", self._data, 4)
        self.language = self._data[29]
        if self._header < 33 or self._width < 1 or self._header > len(self._data):
            raise refusal("dbf-header")
        self._fields = list(self._read_fields())
        if (self._fields[-1].end if self._fields else 1) != self._width:
            raise refusal("dbf-header")
        if len(self._fields) > MAX_FIELDS:
            raise refusal("too-many", ".dbf")
        if self._header + self.rows * self._width > len(self._data):
            raise refusal("dbf-rows")

    def _read_fields(self) -> Iterator[_Field]:
        start = 1
        for at in range(32, self._header - 1, 32):
            if self._data[at] == 0x0D:
                return
            raw = self._data[at : at + 32]
            if len(raw) < 32 or raw[16] == 0:
                raise refusal("dbf-header")
            yield _Field(raw[:11].split(b"\0")[0], chr(raw[11]), start, start + raw[16])
            start += raw[16]

    def encoding(self, declared: str | None, override: str | None, gathering: Gathering) -> str:
        """Return the encoding of all text: decided, declared (.cpg, LDID) or found out."""
        if override:
            return override
        stated = codec_of(declared) if declared else codec_of_language(self.language)
        found, code = choose_encoding(self._samples(), stated)
        if code:
            sample = next((one for one in self._samples() if not one.isascii()), b"")
            gathering.find(
                code, encoding=found, declared=stated, sample=decode_field(sample, found)[0][:60]
            )
        return found

    def _samples(self) -> Iterator[bytes]:
        yield from (field.raw_name for field in self._fields)
        texts = [field for field in self._fields if field.kind == "C"]
        for row in range(min(self.rows, _SAMPLES)):
            record = self._record(row)
            for field in texts:
                yield record[field.start : field.end].rstrip(b" \0")

    def _record(self, row: int) -> bytes:
        at = self._header + row * self._width
        return self._data[at : at + self._width]

    def names(self, encoding: str, gathering: Gathering) -> list[str]:
        """Return the names of the fields, made different where two are the same."""
        found: dict[str, None] = {}
        for field in self._fields:
            name, _ = decode_field(field.raw_name, encoding)
            own = name if name not in found else free_name(name, found)
            if own != name:
                gathering.find("column-renamed", column=name, now=own)
            found[own] = None
        return list(found)

    def deleted(self, row: int) -> bool:
        """Whether a row, counted from 0, is marked as deleted."""
        return self._record(row)[:1] == b"*"

    def values(
        self, row: int, encoding: str, names: list[str], gathering: Gathering
    ) -> dict[str, Any]:
        """Return the values of a row, counted from 0."""
        record = self._record(row)
        found = {}
        for field, name in zip(self._fields, names, strict=True):
            text, code = decode_field(record[field.start : field.end].rstrip(b" \0"), encoding)
            if code:
                gathering.find(code, row=row + 1, column=name)
            value = _value(field.kind, text)
            if value is not None and field.kind in "NF" and isinstance(value, str):
                gathering.find("value-not-number", row=row + 1, column=name)
            found[name] = value
        return found


def _value(kind: str, text: str) -> bool | int | float | str | None:
    stripped = text.strip(" \0")
    if not stripped or (kind in "NFD" and set(stripped) <= set("*")):
        return None
    if kind in "NF":
        return _number(stripped)
    if kind == "L":
        return _BOOLEANS.get(stripped.lower())
    if kind == "D" and len(stripped) == 8 and stripped.isdigit():
        return None if stripped == "00000000" else f"{stripped[:4]}-{stripped[4:6]}-{stripped[6:]}"
    return text


def _number(text: str) -> int | float | str:
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text) and abs(float(text)) < float("inf"):
        return float(text)
    return text
