"""A table, whatever file it came in, to a layer.

Every row of the table is in the frame, under its number in the file; those that a finding
refuses are there as well, without a geometry they cannot have, so that they can be given back.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from layers.ingest.base import RawLayer
from layers.ingest.table_head import MAX_COLUMNS, Cell, Head, Row, filled, find_head
from layers.ingest.table_places import Places, read_places
from layers.ingest.table_values import column_values
from layers.ingest.text_wording import Notes, refusal

MAX_ROWS = 1_000_000
MAX_CELLS = 5_000_000
_TOTALS = frozenset({"合计", "总计", "小计", "共计", "total", "sum"})

Merge = tuple[int, int, int]
"""A merged range: its first and last row in the file, from 1, its first column, from 0."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a table, blank ones left out; ``typed`` as in a workbook."""

    name: str
    rows: list[Row]
    typed: bool
    encoding: str | None = None
    merges: tuple[Merge, ...] = ()


def bounded(rows: Iterable[Row], notes: Notes) -> Iterator[Row]:
    """Yield the rows that are not blank, to the 256th column.

    Raises
    ------
    ImportRefusedError
        If there are more rows or cells than a table may have (cause ``too-many``).
    """
    count = cells_read = 0
    for number, cells in rows:
        if len(cells) > MAX_COLUMNS and filled(cells[MAX_COLUMNS:]):
            notes.add("cells-far", row=number)
        if not filled(cells[:MAX_COLUMNS]):
            continue
        count += 1
        cells_read += min(len(cells), MAX_COLUMNS)
        if count > MAX_ROWS or cells_read > MAX_CELLS:
            raise refusal("too-many", f"row {number}")
        yield number, cells[:MAX_COLUMNS]


def layer_of(table: Table, notes: Notes) -> RawLayer:
    """Return the layer of a table.

    Raises
    ------
    ImportRefusedError
        If it has no headings, no rows, or none that can be taken.
    """
    if not table.rows:
        raise refusal("empty-file")
    head = find_head(table.rows, notes)
    data = table.rows[head.begin :]
    if not data:
        raise refusal("no-rows")
    numbers = [number for number, _ in data]
    columns = _columns(head, data, notes, typed=table.typed)
    _fill_merged(columns, head, numbers, table.merges, notes)
    places = read_places(head.words, columns, numbers, notes)
    _refuse_if_none_is_left(numbers, notes)
    frame = _frame(head, columns, numbers, places, notes, typed=table.typed)
    return RawLayer(table.name, frame, places.crs, table.encoding, notes.all())


def _columns(head: Head, data: Sequence[Row], notes: Notes, *, typed: bool) -> list[list[Cell]]:
    width = len(head.names)
    for number, cells in data:
        if filled(cells[width:]):
            notes.add("row-long", row=number, headings=width, values=len(cells))
        elif len(cells) < width and not typed:
            notes.add("row-short", row=number, headings=width, values=len(cells))
        texts = [str(cell).strip().lower() for cell in cells[:3] if cell is not None]
        if not _TOTALS.isdisjoint(texts) or (width > 2 and filled(cells) == 1):
            notes.add("row-doubtful", row=number)
    return [[cells[at] if at < len(cells) else None for _, cells in data] for at in range(width)]


def _fill_merged(
    columns: list[list[Cell]],
    head: Head,
    numbers: Sequence[int],
    merges: Sequence[Merge],
    notes: Notes,
) -> None:
    """Give the value of a merged cell to the rows below its first, which alone holds it."""
    left = MAX_ROWS
    for first, last, at in merges:
        begin = bisect_left(numbers, first)
        inside = at < len(columns) and begin < len(numbers) and numbers[begin] == first
        if not inside or last == first:
            continue
        for below in range(begin + 1, min(bisect_left(numbers, last + 1), begin + left)):
            columns[at][below] = columns[at][begin]
            notes.add("merged", row=numbers[below], column=head.names[at])
            left -= 1


def _refuse_if_none_is_left(numbers: Sequence[int], notes: Notes) -> None:
    if notes.refused >= set(numbers):
        first = next(finding for finding in notes.all() if finding.severity == "refusal")
        raise refusal("no-rows", f"row {first.row}, {first.code}")


def _frame(
    head: Head,
    columns: Sequence[Sequence[Cell]],
    numbers: Sequence[int],
    places: Places,
    notes: Notes,
    *,
    typed: bool,
) -> gpd.GeoDataFrame:
    read: dict[str, pd.Series] = {}
    for at, name in enumerate(head.names):
        if places.whole and at in places.columns:
            continue
        if name == "geometry":
            name = "geometry_1"
            notes.add("header-reserved", column=name, was="geometry")
        own = Notes() if at in places.columns else notes  # what is said of places says it all
        values = column_values(name, columns[at], numbers, own, typed=typed)
        read[name] = pd.Series(values, index=list(numbers), dtype=object)
    return gpd.GeoDataFrame(read, geometry=places.geometries, index=list(numbers))
