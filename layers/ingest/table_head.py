"""The headings of a table: found below notes, joined over several rows, and named apart."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from layers.ingest.table_words import is_heading
from layers.ingest.text_wording import Notes, refusal

Cell = str | int | float | bool | None
Row = tuple[int, Sequence[Cell]]
"""The number of a row in its file, from 1, and its cells."""

MAX_COLUMNS = 256
_SEARCHED = 30
"""Rows in which the headings are looked for."""
_MAX_LEVELS = 4
_NUMBER = re.compile(r"\s*[+-]?[\d.,]*\d[\d.,]*([eE][+-]?\d+)?\s*")
_NOTE = re.compile(r"[：:]|^\s*(注|说明|单位|填报|备注)")


@dataclass(frozen=True, slots=True)
class Head:
    """The headings of a table.

    ``names`` are unique; ``words`` is the lowest heading of each column, by which it is
    recognised; ``notes`` are the texts above; ``begin`` is the place in the list of rows at which
    the data begin.
    """

    names: tuple[str, ...]
    words: tuple[str, ...]
    notes: tuple[str, ...]
    begin: int


def find_head(rows: Sequence[Row], notes: Notes) -> Head:
    """Return the headings of rows; what was joined, renamed or passed over is noted.

    The headings are in the row with the most known words; without known words in the first one
    that is mostly text and as wide as the table. Rows above and below join them where they are
    groups or parts of theirs, as merged cells make them.

    Raises
    ------
    ImportRefusedError
        If there is no such row (cause ``no-header``) or more than 256 columns (``too-many``).
    """
    first = _heading_row(rows)
    top, bottom = first, first
    while top > 0 and bottom - top < _MAX_LEVELS and _is_group_row(rows[top - 1][1], rows[top][1]):
        top -= 1
    while (
        bottom + 1 < len(rows)
        and bottom - top < _MAX_LEVELS
        and _is_part_row(rows[bottom][1], rows[bottom + 1][1])
    ):
        bottom += 1
    above = tuple(_text(cell) for _, cells in rows[:top] for cell in cells if _text(cell))
    if above:
        notes.add("notes-above", row=rows[0][0], texts=list(above))
    if bottom > top:
        notes.add("header-rows", row=rows[top][0], rows=bottom - top + 1)
    levels = [cells for _, cells in rows[top : bottom + 1]]
    paths = _paths(levels)
    if len(paths) > MAX_COLUMNS:
        raise refusal("too-many", f"{len(paths)} columns")
    names = _unique(paths, rows[top][0], notes)
    return Head(names, tuple(path[-1] if path else "" for path in paths), above, bottom + 1)


def filled(cells: Sequence[Cell]) -> int:
    """Return how many cells are not blank."""
    return sum(
        cell is not None and not (isinstance(cell, str) and not cell.strip()) for cell in cells
    )


def _heading_row(rows: Sequence[Row]) -> int:
    looked = rows[:_SEARCHED]
    textual = [at for at, (_, cells) in enumerate(looked) if _mostly_text(cells)]
    if not textual:
        raise refusal("no-header")
    known = {at: sum(is_heading(_text(cell)) for cell in looked[at][1]) for at in textual}
    best = max(textual, key=lambda at: known[at])
    if known[best]:
        return best
    widths = Counter(filled(cells) for _, cells in looked if filled(cells))
    usual = widths.most_common(1)[0][0]
    return next((at for at in textual if filled(looked[at][1]) >= usual), textual[0])


def _mostly_text(cells: Sequence[Cell]) -> bool:
    texts = [_text(cell) for cell in cells if _text(cell)]
    words = sum(not _NUMBER.fullmatch(text) for text in texts)
    known = sum(is_heading(text) for text in texts)
    return bool(texts) and (words * 2 > len(texts) or known >= 2)


def _is_part_row(upper: Sequence[Cell], lower: Sequence[Cell]) -> bool:
    """Whether a row divides the headings above it: each of its texts lies under a wider one."""
    texts = [_text(cell) for cell in lower]
    heads = [_text(cell) for cell in upper] + [""] * len(texts)
    places = [at for at, text in enumerate(texts) if text]
    if not places or any(_NUMBER.fullmatch(texts[at]) for at in places):
        return False
    texts.append("")
    return all(not heads[at] or (not heads[at + 1] and texts[at + 1]) for at in places)


def _is_group_row(upper: Sequence[Cell], lower: Sequence[Cell]) -> bool:
    """Whether a row holds the groups of the headings below it, and is no line of notes."""
    texts = [_text(cell) for cell in upper]
    if filled(upper) < 2 or any(_NOTE.search(text) for text in texts):
        return False
    heads = [*texts, *[""] * len(lower)]
    single = any(heads[at] and not _text(cell) for at, cell in enumerate(lower))
    return _is_part_row(upper, lower) and (single or bool(heads[0]))


def _paths(levels: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """Return the headings of each column from the top down; a blank one joins that on its left."""
    width = max(
        (at + 1 for cells in levels for at, cell in enumerate(cells) if _text(cell)), default=0
    )
    grid = [
        [_text(cells[at]) if at < len(cells) else "" for at in range(width)] for cells in levels
    ]
    for level, row in enumerate(grid[:-1]):
        for at in range(1, width):
            divided = any(below[at] for below in grid[level + 1 :])
            if not row[at] and divided and not any(above[at] for above in grid[:level]):
                row[at] = row[at - 1]
    return [[row[at] for row in grid if row[at]] for at in range(width)]


def _unique(paths: list[list[str]], row: int, notes: Notes) -> tuple[str, ...]:
    names: list[str] = []
    for at, path in enumerate(paths, 1):
        name = "/".join(path)
        if not name:
            name = f"column_{at}"
            notes.add("header-missing", row=row, column=name)
        if name in names:
            was, count = name, 2
            while f"{was}_{count}" in names or [f"{was}_{count}"] in paths:
                count += 1
            name = f"{was}_{count}"
            notes.add("header-twice", row=row, column=name, was=was)
        names.append(name)
    return tuple(names)


def _text(cell: Cell) -> str:
    return "" if cell is None else " ".join(str(cell).replace("\x00", "").split())
