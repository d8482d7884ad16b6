"""Tables as text: CSV with any of the usual separators."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import ClassVar

from layers.errors import ImportRefusedError
from layers.ingest.base import RawLayer, ReadOptions
from layers.ingest.table_head import Row
from layers.ingest.table_layer import Table, bounded, layer_of
from layers.ingest.text_encoding import decode
from layers.ingest.text_wording import Notes, refusal

_SEPARATORS = (",", ";", "\t", "|", "，", "；")
_LOOKED_AT = 50
_MAX_FIELD = 16 * 2**20
"""Characters of one field: a polygon of a million vertices as WKT is refused by its vertices."""
_OTHER_KINDS = ("<", "{", "[", "%PDF", "PK\x03\x04", "SQLite format", "fgb")
_OLE = b"\xd0\xcf\x11\xe0"


class TableFileReader:
    """Tables as text."""

    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".tsv")

    def sublayers(self, path: Path) -> list[str]:
        """Return the one layer that such a file has, named as the file."""
        return [path.stem]

    def read(self, path: Path, sublayer: str | None, options: ReadOptions) -> RawLayer:
        """Return the table of a file, its rows numbered as a spreadsheet shows them.

        Raises
        ------
        ImportRefusedError
            If it is no table, has no such layer, no headings or no row that can be taken.
        """
        if sublayer not in {None, path.stem}:
            raise refusal("no-sublayer")
        data = path.read_bytes()
        if data.startswith(_OLE):
            raise refusal("old-workbook")
        text, verdict = decode(data, chosen=options.encoding)
        if not text.strip():
            raise refusal("empty-file")
        if text.lstrip().startswith(_OTHER_KINDS):
            raise refusal("format-mismatch")
        notes = Notes()
        separator, text = _separator(text)
        quote = _quote(text, separator, notes)
        rows = list(bounded(_rows(text, separator, quote), notes))
        encoding = verdict.encoding
        layer = layer_of(Table(path.stem, rows, typed=False, encoding=encoding), notes)
        return RawLayer(
            layer.name, layer.frame, layer.crs, encoding, (*verdict.findings, *layer.findings)
        )


def _separator(text: str) -> tuple[str, str]:
    """Return the separator that gives most rows one width, and the text without ``sep=``."""
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return first.strip()[4], f"\n{rest}"  # the row stays, blank, so that numbers are right
    return max(_SEPARATORS, key=lambda separator: _regularity(text, separator)), text


def _regularity(text: str, separator: str) -> tuple[int, int]:
    widths: Counter[int] = Counter()
    try:
        for _, cells in islice(_rows(text, separator, '"'), _LOOKED_AT):
            if len(cells) > 1:
                widths[len(cells)] += 1
    except ImportRefusedError:
        pass  # a quotation mark that is wrong with this separator may be right with another
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return count, width


def _quote(text: str, separator: str, notes: Notes) -> str:
    """Return the quotation mark: ' only where it makes an uneven table even."""
    if f"{separator}'" in text.replace(" ", ""):
        widths = {quote: _widths(text, separator, quote) for quote in "\"'"}
        if len(widths['"']) != 1 and len(widths["'"]) == 1:
            notes.add("single-quotes")
            return "'"
    return '"'


def _widths(text: str, separator: str, quote: str) -> set[int]:
    try:
        rows = islice(_rows(text, separator, quote), _LOOKED_AT)
        return {len(cells) for _, cells in rows if cells}
    except ImportRefusedError:
        return set()


def _rows(text: str, separator: str, quote: str) -> Iterator[Row]:
    csv.field_size_limit(_MAX_FIELD)
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=separator,
        quotechar=quote,
        skipinitialspace=separator != "\t",
        strict=True,  # an open quotation mark would swallow the rest of the file
    )
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise refusal("quotes", f"row {number}, line {reader.line_num}") from error
        yield number, cells
