"""Shapefiles: every record of the .shp checked before GDAL sees it, the table read by us.

Checked against the ESRI Shapefile Technical Description (July 1998). GDAL rebuilds the index, so
a shape is paired with the row of its own number and with no other.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import fiona
import numpy as np
import shapely

from layers.ingest.base import RawLayer, ReadOptions
from layers.ingest.charset import decode_document
from layers.ingest.dbase import Dbase
from layers.ingest.gathering import Gathering
from layers.ingest.records import chosen, gdal_errors, geometry_of, records
from layers.ingest.reference import projection_file_crs
from layers.ingest.refusals import refusal

_KINDS = {0: 0, 1: 1, 3: 3, 5: 5, 8: 8, 11: 1, 13: 3, 15: 5, 18: 8, 21: 1, 23: 3, 25: 5, 28: 8}
_NO_DATA = -1e38
_HEAD = 100


@dataclass(frozen=True, slots=True)
class _Record:
    number: int
    offset: int
    content: memoryview


class ShapefileReader:
    """A .shp file and what stands beside it under the same name."""

    suffixes: ClassVar[tuple[str, ...]] = (".shp",)

    def sublayers(self, path: Path) -> list[str]:
        """Return the one layer that a Shapefile is."""
        return [path.stem]

    def read(self, path: Path, sublayer: str | None, options: ReadOptions) -> RawLayer:
        """Return the shapes with their rows, by their numbers.

        Raises
        ------
        ImportRefusedError
            If the .shp, .dbf or .prj file is damaged, or shapes and rows cannot be paired.
        """
        name = chosen(self.sublayers(path), sublayer)
        gathering = Gathering()
        data = path.read_bytes()
        shapes = list(_records(data))
        _check_index(path.with_suffix(".shx"), shapes, gathering)
        crs = _crs(path.with_suffix(".prj"), gathering)
        table = _table(path.with_suffix(".dbf"), len(shapes), gathering)
        values, encoding = _attributes(path, table, options, gathering)
        deleted = 0
        for row, geometry in _geometries(path, data, shapes):
            if table and table.deleted(row - 1):
                deleted += 1
            elif isinstance(geometry, str):
                gathering.find(geometry, row=row)
            else:
                _note_rings(row, shapes[row - 1], geometry, gathering)
                gathering.add(row, geometry, values(row))
        if deleted:
            gathering.find("rows-deleted", count=deleted)
        layer = gathering.layer(name, crs=crs, encoding=encoding)
        if shapes and bool(layer.frame.geometry.isna().all()):
            raise refusal("no-rows", ".shp")
        return layer


def _attributes(
    path: Path, table: Dbase | None, options: ReadOptions, gathering: Gathering
) -> tuple[Callable[[int], dict[str, Any]], str | None]:
    """Return how a row's values are read, and the encoding of all text."""
    if table is None:
        return lambda _: {}, None
    cpg = path.with_suffix(".cpg")
    declared = decode_document(cpg.read_bytes(), None)[0] if cpg.exists() else None
    encoding = table.encoding(declared, options.encoding, gathering)
    names = table.names(encoding, gathering)
    return lambda row: table.values(row - 1, encoding, names, gathering), encoding


def _geometries(
    path: Path, data: bytes, shapes: list[_Record]
) -> Iterator[tuple[int, shapely.Geometry | str | None]]:
    """Yield number and shape, or number and the code of what is wrong with it.

    GDAL is given the checked records alone: without an index it cannot pair them wrongly.
    """
    alone = path.with_name("alone") / path.name
    alone.parent.mkdir(exist_ok=True)
    end = shapes[-1].offset + 8 + len(shapes[-1].content) if shapes else _HEAD
    alone.write_bytes(data[:24] + struct.pack(">i", end // 2) + data[28:end])
    with (
        gdal_errors(),
        fiona.Env(SHAPE_RESTORE_SHX="YES"),
        fiona.open(alone, enabled_drivers=["ESRI Shapefile"]) as source,
    ):
        for row, record, error in records(source):
            fault = "row-refused" if error else _fault(shapes[row - 1])
            yield row, fault or geometry_of(record)


def _records(data: bytes) -> Iterator[_Record]:
    if len(data) < _HEAD or struct.unpack_from(">i", data)[0] != 9994:
        raise refusal("damaged", ".shp")
    declared = struct.unpack_from(">i", data, 24)[0] * 2
    kind = struct.unpack_from("<i", data, 32)[0]
    if kind not in _KINDS:
        raise refusal("shp-kind")
    if declared > len(data):
        raise refusal("shp-cut")
    view = memoryview(data)
    at, row = _HEAD, 0
    while at + 8 <= declared:
        row += 1
        number, words = struct.unpack_from(">ii", data, at)
        end = at + 8 + words * 2
        if not number and not any(view[at:declared]):
            return  # some programs fill the file up with zeros
        if words < 2 or end > declared:
            raise refusal("shp-record", f"row {row}")
        record = _Record(number, at, view[at + 8 : end])
        _check_record(record, kind, row)
        yield record
        at = end


def _check_record(record: _Record, kind: int, row: int) -> None:
    content = record.content
    own = struct.unpack_from("<i", content)[0]
    if own == 0:
        return
    if own != kind:
        raise refusal("shp-kind" if own not in _KINDS else "shp-record", f"row {row}")
    base = _KINDS[kind]
    if len(content) < {1: 20, 8: 40}.get(base, 44):
        raise refusal("shp-record", f"row {row}")
    if base == 1:
        return
    parts, points, first = _sizes(content, base)
    if parts < 0 or points < 0 or first + points * 16 > len(content):
        raise refusal("shp-record", f"row {row}")
    starts = np.frombuffer(content, "<i4", count=parts, offset=44) if base != 8 else np.zeros(0)
    if len(starts) and (starts[0] != 0 or (np.diff(starts) < 0).any() or starts[-1] > points):
        raise refusal("shp-record", f"row {row}")


def _sizes(content: memoryview, base: int) -> tuple[int, int, int]:
    """Return how many parts and points a record has, and where the points begin."""
    if base == 8:
        return 0, struct.unpack_from("<i", content, 36)[0], 40
    parts, points = struct.unpack_from("<ii", content, 36)
    return parts, points, 44 + max(parts, 0) * 4


def _points(record: _Record) -> np.ndarray[Any, np.dtype[np.float64]]:
    base = _KINDS[struct.unpack_from("<i", record.content)[0]]
    if base == 0:
        return np.zeros((0, 2))
    count, first = (1, 4) if base == 1 else _sizes(record.content, base)[1:]
    return np.frombuffer(record.content, "<f8", count=count * 2, offset=first).reshape(-1, 2)


def _fault(record: _Record) -> str | None:
    points = _points(record)
    if not np.isfinite(points).all() or (points < _NO_DATA).any():
        return "coordinate-not-finite"
    rings = _rings(record)
    if any(len(ring) < 3 or (len(ring) == 3 and (ring[0] == ring[-1]).all()) for ring in rings):
        return "ring-short"
    return None


def _rings(record: _Record) -> list[np.ndarray[Any, np.dtype[np.float64]]]:
    if _KINDS[struct.unpack_from("<i", record.content)[0]] != 5:
        return []
    parts = _sizes(record.content, 5)[0]
    starts = np.frombuffer(record.content, "<i4", count=parts, offset=44)
    return np.split(_points(record), starts[1:])


def _note_rings(
    row: int, record: _Record, shape: shapely.Geometry | None, gathering: Gathering
) -> None:
    """Say where rings had to be closed, and where GDAL took another ring for an outer one."""
    rings = _rings(record)
    if any(not (ring[0] == ring[-1]).all() for ring in rings):
        gathering.find("ring-open", row=row)
    outer = sum(_signed_area(ring) <= 0 for ring in rings)
    if rings and outer != shapely.get_num_geometries(shape):
        gathering.find("ring-direction", row=row)


def _signed_area(ring: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    x, y = (ring - ring[:1]).T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2


def _check_index(path: Path, shapes: list[_Record], gathering: Gathering) -> None:
    if not path.exists():
        gathering.find("part-missing", part=".shx")
        return
    offsets = [shape.offset // 2 for shape in shapes]
    data = path.read_bytes()[_HEAD:]
    usable = data[: len(data) // 8 * 8]
    stated = np.frombuffer(usable, ">i4").reshape(-1, 2)[:, 0].tolist()
    if sorted(stated) == offsets and stated != offsets:
        raise refusal("shx-order")
    if stated != offsets:
        gathering.find("index-rebuilt", stated=len(stated), found=len(offsets))


def _crs(path: Path, gathering: Gathering) -> str | None:
    if not path.exists():
        gathering.find("part-missing", part=".prj")
        gathering.find("crs-missing")
        return None
    with path.open("rb") as file:
        text, _, _ = decode_document(file.read(1_000_000), None)
    return projection_file_crs(text, gathering.find)


def _table(path: Path, shapes: int, gathering: Gathering) -> Dbase | None:
    if not path.exists():
        gathering.find("part-missing", part=".dbf")
        return None
    table = Dbase(path)
    if table.rows != shapes:
        raise refusal("dbf-rows")
    return table
