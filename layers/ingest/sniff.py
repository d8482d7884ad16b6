"""What a file is by its content, before any driver sees it.

Drivers of GDAL choose themselves by content and not by name: a text that describes another file
(a VRT and its kin) would be followed whatever its suffix says. Here a list of known beginnings
decides, and everything else is refused.
"""

import codecs
import re
from pathlib import Path
from typing import Literal

from layers.ingest.refusals import refusal

Kind = Literal[
    "archive", "workbook", "geopackage", "shapefile", "flatgeobuf", "dxf", "geojson", "kml",
    "filegdb", "text",
]  # fmt: skip

HEAD_BYTES = 4096

_SUFFIXES: dict[str, tuple[Kind, ...]] = {
    ".zip": ("archive",),
    ".kmz": ("archive", "kml"),
    ".kml": ("kml", "archive"),
    ".xlsx": ("workbook",),
    ".gpkg": ("geopackage",),
    ".shp": ("shapefile",),
    ".fgb": ("flatgeobuf",),
    ".dxf": ("dxf",),
    ".geojson": ("geojson",),
    ".json": ("geojson",),
    ".geojsonl": ("geojson",),
    ".gdb": ("filegdb",),
    ".csv": ("text",),
    ".txt": ("text",),
    ".wkt": ("text",),
}
SUFFIXES = tuple(_SUFFIXES)

_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"SQLite format 3\x00", "geopackage"),
    (b"\x00\x00\x27\x0a", "shapefile"),
    (b"fgb\x03fgb", "flatgeobuf"),
)
_NOT_READ = ((b"PAR1", "parquet"), (b"AutoCAD Binary DXF", "dxf-binary"))
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DXF = re.compile(r"\s*(999\s*\n.*\n\s*)*0\s*\n?\s*SECTION\b", re.IGNORECASE)
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_PROLOGUE = re.compile(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>|\s+", re.DOTALL)
_ELSEWHERE = re.compile(
    r"<(OGRVRT|VRTDataset|GDALTileIndex|GDAL_WMS|OGRWFS|GDAL_WFS|WCS_GDAL|OGRXLS)"
    r"|[\"']stac_version[\"']|^\s*(PG|MYSQL|OAPIF|WFS|CSW|ESRIJSON|AmigoCloud|CARTO|/vsi)",
    re.IGNORECASE,
)
_KML_ROOTS = frozenset(
    {"kml", "Document", "Folder", "Placemark", "Polygon", "LineString", "Point", "MultiGeometry"}
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def sniff(path: Path, suffix: str) -> tuple[Kind, bool]:
    """Return what a file is, and whether the suffix of its name says the same.

    Raises
    ------
    ImportRefusedError
        If its content is of no kind that is taken, describes other data, or belongs under
        another suffix.
    """
    if path.is_dir():
        return "filegdb", True
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise refusal("empty-file")
    for magic, cause in _NOT_READ:
        if head.startswith(magic):
            raise refusal(cause)
    kind = _kind_of(head, suffix)
    allowed = _SUFFIXES.get(suffix.lower())
    if allowed is None or kind not in allowed:
        raise refusal("name-and-content-differ" if allowed else "unknown-content")
    return kind, kind == allowed[0] or (kind, suffix.lower()) == ("archive", ".kmz")


def _kind_of(head: bytes, suffix: str) -> Kind:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "workbook" if suffix.lower() == ".xlsx" else "archive"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    return _text_kind(_text(head))


def _text(head: bytes) -> str:
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return head[len(bom) :].decode(encoding, errors="replace")
    return head.decode("utf-8", errors="replace")


def _text_kind(text: str) -> Kind:
    if _ELSEWHERE.search(text):
        raise refusal("points-elsewhere")
    if _DXF.match(text):
        return "dxf"
    start = text.lstrip().lstrip("\x1e")
    if start.startswith("<"):
        return _xml_kind(start)
    if start.startswith("{"):
        return "geojson"
    if _CONTROL.search(text) or start.startswith("%PDF"):
        raise refusal("unknown-content")
    return "text"


def _xml_kind(text: str) -> Kind:
    """Return ``kml`` where that is the root; a declared document type is the reader's to refuse."""
    at = 0
    while found := _PROLOGUE.match(text, at):
        at = found.end()
    root = _ROOT.match(text, at)
    if root is None or root.group(1) not in _KML_ROOTS:
        raise refusal("unknown-content")
    return "kml"
