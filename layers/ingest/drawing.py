"""Drawings in DXF: lines and areas of a CAD program, without a reference system."""

from collections import Counter
from pathlib import Path
from typing import ClassVar

import shapely

from layers.ingest.base import RawLayer, ReadOptions
from layers.ingest.gathering import Gathering
from layers.ingest.records import chosen
from layers.ingest.refusals import refusal
from layers.ingest.vector_file import FionaReader, rows_of, with_any

SNAP_M = 0.002
"""The largest gap, in units of the drawing, that closing a line bridges."""

_READ = frozenset(
    {
        "POINT", "LINE", "POLYLINE", "LWPOLYLINE", "MLINE", "CIRCLE", "ELLIPSE", "ARC", "SPLINE",
        "3DFACE", "SOLID", "TRACE", "TEXT", "MTEXT", "ATTRIB", "HATCH", "DIMENSION", "INSERT",
        "LEADER", "MULTILEADER", "VERTEX", "SEQEND",
    }
)  # fmt: skip


class DxfReader(FionaReader):
    """Drawings (DXF as text): no reference system; closed lines become polygons on demand."""

    suffixes: ClassVar[tuple[str, ...]] = (".dxf",)
    driver = "DXF"

    def read(self, path: Path, sublayer: str | None, options: ReadOptions) -> RawLayer:
        """Return the entities of the drawing."""
        gathering = Gathering()
        gathering.find("crs-missing")
        name = chosen(self.sublayers(path), sublayer)
        kinds = _kinds(path)
        left_out = {kind: count for kind, count in kinds.items() if kind not in _READ}
        if left_out:
            gathering.find("features-left-out", kinds=left_out)
        closed = 0
        with self._open(path, name, options) as source:
            for row, geometry, values in rows_of(source, gathering, {}):
                shut, code = _closed(geometry)
                closed += shut is not None
                if code == "line-open" or (shut and options.close_lines):
                    gathering.find(str(code), row=row)
                gathering.add(row, shut if shut and options.close_lines else geometry, values)
        if closed and not options.close_lines:
            gathering.find("lines-closed-exist", count=closed)
        layer = with_any(gathering, name, None)
        if layer.frame.empty and kinds.keys() & _READ:
            raise refusal("no-rows", "ENTITIES")
        return layer


def _closed(geometry: shapely.Geometry | None) -> tuple[shapely.Polygon | None, str | None]:
    """Return the polygon of a closed line and the code of the finding that goes with it."""
    if geometry is None or geometry.geom_type != "LineString" or len(geometry.coords) < 3:
        return None, None
    first, *middle, last = geometry.coords
    gap = shapely.Point(first).distance(shapely.Point(last))
    if not gap <= SNAP_M or len(middle) < 2:
        return None, "line-open"
    return shapely.Polygon([first, *middle, first]), "line-snapped" if gap else "line-closed"


def _kinds(path: Path) -> Counter[str]:
    """Return how many entities of each kind the drawing has; GDAL is silent on what it skips."""
    found: Counter[str] = Counter()
    lines = iter(path.read_bytes().decode("latin-1").splitlines())
    inside = False
    for code, value in zip(lines, lines, strict=False):
        if code.strip() == "2" and value.strip() == "ENTITIES":
            inside = True
        elif code.strip() == "0" and inside:
            if value.strip() == "ENDSEC":
                break
            kind = value.strip().upper()
            found[kind if kind.isalnum() and len(kind) < 30 else "?"] += 1
    return found
