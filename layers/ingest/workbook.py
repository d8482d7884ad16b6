"""Workbooks (.xlsx): values as they are shown, formulas never evaluated."""

import datetime
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, ClassVar

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from layers.ingest.base import RawLayer, ReadOptions
from layers.ingest.table_head import MAX_COLUMNS, Cell, Row
from layers.ingest.table_layer import Table, bounded, layer_of
from layers.ingest.text_wording import Notes, refusal
from layers.ingest.workbook_parts import Part, look_through

_EXACT_DIGITS = 1e15
"""A workbook keeps 15 digits of a number (ECMA-376 stores IEEE 754 doubles)."""

_DAMAGE = (
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    OSError,
    OverflowError,
    SyntaxError,  # of XML, whichever parser openpyxl found
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
)
"""What openpyxl lets through when a part is missing, cut or not as the standard has it."""


class WorkbookReader:
    """Workbooks; each sheet is a layer."""

    suffixes: ClassVar[tuple[str, ...]] = (".xlsx",)

    def sublayers(self, path: Path) -> list[str]:
        """Return the names of the sheets.

        Raises
        ------
        ImportRefusedError
            If it is no workbook that can be read.
        """
        look_through(path)
        with _opened(path, data_only=True) as book:
            return [sheet.title for sheet in book.worksheets]

    def read(self, path: Path, sublayer: str | None, options: ReadOptions) -> RawLayer:  # noqa: ARG002
        """Return the table of a sheet.

        A formula gives the value of its last calculation, or its text where none is stored. A
        merged cell gives its value to every row that it spans. Dates become ISO 8601 texts.

        Raises
        ------
        ImportRefusedError
            If it is no workbook that can be read, or the sheet no table.
        """
        parts = look_through(path)
        notes = Notes()
        with ExitStack() as stack:
            book = stack.enter_context(_opened(path, data_only=True))
            titles = [sheet.title for sheet in book.worksheets]
            if not titles or (sublayer is not None and sublayer not in titles):
                raise refusal("no-sublayer")
            name = titles[0] if sublayer is None else sublayer
            if len(titles) > 1 and sublayer is None:
                notes.add("other-sheets", sheets=titles)
            part = parts.get(_place_of(book[name]), Part((), formulas=True))
            source = None
            if part.formulas:
                source = stack.enter_context(_opened(path, data_only=False))[name]
            rows = list(bounded(_rows(book[name], source, notes), notes))
        return layer_of(Table(name, rows, typed=True, merges=part.merges), notes)


@contextmanager
def _opened(path: Path, *, data_only: bool) -> Iterator[Any]:
    """Yield a workbook that is read as a stream; damage that shows while reading is refused."""
    try:
        with warnings.catch_warnings():
            # What openpyxl cannot show (slicers, extensions of Excel) is nothing that we read.
            warnings.simplefilter("ignore", UserWarning)
            book = openpyxl.load_workbook(
                path, read_only=True, data_only=data_only, keep_links=False
            )
            with closing(book):
                yield book
    except _DAMAGE as error:
        raise refusal("workbook-damaged") from error


def _place_of(sheet: Any) -> str:  # noqa: ANN401
    return str(getattr(sheet, "_worksheet_path", "")).lstrip("/")


def _rows(shown: Any, stored: Any | None, notes: Notes) -> Iterator[Row]:  # noqa: ANN401
    """Yield the rows of a sheet; the extent that it states is not believed, but counted."""
    shown.reset_dimensions()
    if stored is not None:
        stored.reset_dimensions()
    sources = stored.iter_rows() if stored is not None else None
    for number, cells in enumerate(shown.iter_rows(), 1):
        formulas = next(sources, ()) if sources is not None else ()
        values = [_value(cell, number, notes) for cell in cells]
        for at, cell in enumerate(formulas[:MAX_COLUMNS]):
            if cell.data_type == "f":
                values[at] = _calculated(values[at], cell.value, number, at, notes)
        yield number, values


def _calculated(value: Cell, formula: object, row: int, at: int, notes: Notes) -> Cell:
    column = get_column_letter(at + 1)
    if value is not None:
        notes.add("formula-value", row=row, column=column)
        return value
    notes.add("formula-text", row=row, column=column)
    return str(getattr(formula, "text", formula))  # an array formula is an object


def _value(cell: Any, row: int, notes: Notes) -> Cell:  # noqa: ANN401
    value = cell.value
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        if abs(value) < _EXACT_DIGITS or value != int(value):
            return value
        notes.add("digits-lost", row=row, column=get_column_letter(cell.column))
        return str(int(value))
    if cell.data_type == "e":
        notes.add("cell-error", row=row, column=get_column_letter(cell.column), value=str(value))
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)
