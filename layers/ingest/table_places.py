"""The places of a table's rows: from WKT, GeoJSON, longitude and latitude, or X and Y."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.ingest.table_head import Cell
from layers.ingest.table_values import Number, number_of
from layers.ingest.table_words import PLACE_WORDS, folded
from layers.ingest.text_wording import Notes, refusal

MAX_COORDINATE = 1e9
_MAX_COLLECTIONS = 32
"""Collections in one geometry: GEOS reads them by recursion and ends the process on many."""
_COLLECTION = re.compile("geometrycollection", re.I)
_PAIRS = (("lon", "lat"), ("east", "north"), ("x", "y"))
_WKT = re.compile(r"\s*(SRID=\d+;)?\s*(MULTI)?(POINT|LINESTRING|POLYGON)\s*(ZM?|M)?\s*\(", re.I)
_GEOJSON = re.compile(r"""\s*\{\s*["'](type|coordinates)["']\s*:""")
_SRID = re.compile(r"\s*SRID=(\d{1,9});", re.I)
_BOTH = re.compile(r"\s*[+-]?\d+(\.\d+)?\s*[,，;/\s]\s*[+-]?\d+(\.\d+)?\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Places:
    """The geometries of rows, in the coordinates of the file.

    ``columns`` are the places of the columns that they were read from; ``whole`` says that the
    one column holds nothing but the geometry; ``crs`` is what the geometries declare (EWKT).
    """

    geometries: NDArray[np.object_]
    columns: tuple[int, ...]
    whole: bool
    crs: str | None = None


def read_places(
    words: Sequence[str], columns: Sequence[Sequence[Cell]], rows: Sequence[int], notes: Notes
) -> Places:
    """Return the places of rows whose columns have the headings ``words``.

    The first that there is of: WKT, GeoJSON (by heading or content), longitude and latitude,
    easting and northing, X and Y. A point stands as (longitude, latitude), (easting, northing)
    or (X, Y): whether X is the northing, as Chinese surveys have it, is for the CRS to tell.

    Raises
    ------
    ImportRefusedError
        If one column holds both coordinates (cause ``combined-coordinates``).
    """
    meanings = [PLACE_WORDS.get(folded(word), "") for word in words]
    for kind, (begins, read) in _TEXTS.items():
        for at, cells in enumerate(columns):
            if _holds(begins, cells, named=meanings[at] == kind):
                notes.add("place-columns", column=words[at], kind=kind)
                return read(at, [_readable(cell) for cell in cells], rows, notes)
    for pair in _PAIRS:
        if all(name in meanings for name in pair):
            first, second = (meanings.index(name) for name in pair)
            notes.add("place-columns", kind="/".join(pair), columns=[words[first], words[second]])
            points = _points(pair, (columns[first], columns[second]), rows, notes)
            return Places(points, (first, second), whole=False)
    for word, cells in zip(words, columns, strict=True):
        if _holds(_BOTH, cells, named=False) and _names_both(word):
            raise refusal("combined-coordinates")
    notes.add("no-place")
    return Places(np.full(len(rows), None, dtype=object), (), whole=False)


def _holds(begins: re.Pattern[str], cells: Sequence[Cell], *, named: bool) -> bool:
    texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
    fitting = sum(begins.match(text) is not None for text in texts)
    return fitting > 0 if named else fitting * 2 > len(texts)


def _names_both(word: str) -> bool:
    word = folded(word)
    return "经纬" in word or word in {"坐标", "coordinates"} or ("lat" in word and "lo" in word)


def _readable(cell: Cell) -> str:
    """Return a text that GEOS reads to its end, ``?`` for one that it would cut or crash on."""
    text = cell.strip() if isinstance(cell, str) else ""
    deep = len(text) > _MAX_COLLECTIONS and len(_COLLECTION.findall(text)) > _MAX_COLLECTIONS
    return "?" if deep or "\x00" in text else text


def _from_wkt(at: int, texts: Sequence[str], rows: Sequence[int], notes: Notes) -> Places:
    declared = {match[1] for match in map(_SRID.match, texts) if match}
    plain = np.array([_SRID.sub("", text) for text in texts], dtype=object)
    with np.errstate(over="ignore"):  # what is beyond a float is infinite, and refused below
        geometries = shapely.from_wkt(plain, on_invalid="ignore")
    crs = f"EPSG:{next(iter(declared))}" if len(declared) == 1 else None
    return Places(_checked(geometries, texts, rows, notes), (at,), whole=True, crs=crs)


def _from_geojson(at: int, texts: Sequence[str], rows: Sequence[int], notes: Notes) -> Places:
    geometries = shapely.from_geojson(np.array(texts, dtype=object), on_invalid="ignore")
    return Places(_checked(geometries, texts, rows, notes), (at,), whole=True)


_TEXTS: Mapping[
    str, tuple[re.Pattern[str], Callable[[int, Sequence[str], Sequence[int], Notes], Places]]
] = MappingProxyType({"wkt": (_WKT, _from_wkt), "geojson": (_GEOJSON, _from_geojson)})


def _checked(
    geometries: NDArray[np.object_], texts: Sequence[str], rows: Sequence[int], notes: Notes
) -> NDArray[np.object_]:
    checked = geometries.copy()
    for at, (shape, text, row) in enumerate(zip(geometries, texts, rows, strict=True)):
        coordinates = shapely.get_coordinates(shape)
        if not text or (shape is not None and shape.is_empty):
            notes.add("place-empty", row=row)
        elif shape is None or not (np.abs(coordinates) <= MAX_COORDINATE).all():  # or a NaN
            notes.add("place-wrong", row=row)
            checked[at] = None
    return checked


def _points(
    pair: tuple[str, str],
    columns: tuple[Sequence[Cell], Sequence[Cell]],
    rows: Sequence[int],
    notes: Notes,
) -> NDArray[np.object_]:
    coordinates = np.full((len(rows), 2), np.nan)
    degrees = pair == ("lon", "lat")
    for at, row in enumerate(rows):
        cells = [column[at] for column in columns]
        blank = [cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells]
        if any(blank):
            notes.add("place-empty" if all(blank) else "place-half", row=row)
            continue
        values = [_coordinate(cell, row, notes, degrees=degrees) for cell in cells]
        x, y = values
        if x is None or y is None or max(abs(x), abs(y)) > MAX_COORDINATE:
            notes.add("place-wrong", row=row)
            continue
        if degrees:
            _on_the_globe(x, y, row, notes)
        coordinates[at] = x, y
    read = ~np.isnan(coordinates[:, 0])
    points = np.full(len(rows), None, dtype=object)
    points[read] = shapely.points(coordinates[read])
    return points


def _coordinate(cell: Cell, row: int, notes: Notes, *, degrees: bool) -> float | None:
    number = number_of(cell)
    if degrees and number.kind == "thousands" and isinstance(cell, str):  # 116,300 is no thousand
        number = Number(_with_point(cell), "decimal-comma")
    if number.value is None or (number.kind == "place-degrees" and not degrees):
        return None
    if number.kind != "number":
        notes.add(number.kind, row=row, was=cell)
    return float(number.value)


def _with_point(text: str) -> float | None:
    parts = text.split(",")
    return float(".".join(parts)) if len(parts) == 2 and "." not in text else None


def _on_the_globe(x: float, y: float, row: int, notes: Notes) -> None:
    if abs(y) > 90 and abs(x) <= 90 and abs(y) <= 180:
        notes.add("place-swapped", row=row)
    elif abs(y) > 90 or abs(x) > 180:
        notes.add("place-range", row=row)
