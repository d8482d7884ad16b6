"""KML (OGC 12-007r2), read without following a link and without a document type.

GDAL's KML driver reads names and descriptions only, takes what is no number for zero and the
first document of several; so the placemarks are read here, each with its own verdict.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar
from xml.etree import ElementTree

import shapely

from layers.ingest.base import RawLayer, ReadOptions
from layers.ingest.charset import decode_document
from layers.ingest.gathering import Gathering, free_name
from layers.ingest.records import chosen
from layers.ingest.refusals import refusal

MAX_DEPTH = 400  # of elements: a hundred folders in each other are found in real files
MAX_GEOMETRY_DEPTH = 64
_KML = re.compile(r"https?://(www\.)?(opengis\.net/kml/2\.\d|earth\.google\.com/kml/2\.\d)/?")
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_TUPLE = re.compile(rf"{_NUMBER},{_NUMBER}(?:,(?:{_NUMBER})?)?", re.ASCII)
_LEFT_OUT = frozenset(
    {"NetworkLink", "GroundOverlay", "ScreenOverlay", "PhotoOverlay", "Model", "Tour"}
)
_GEOMETRIES = frozenset(
    {"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Track", "MultiTrack"}
)
_TEXTS = ("name", "description", "address", "styleUrl")


class _RowError(ValueError):
    """A placemark whose geometry cannot be read."""


class _Builder(ElementTree.TreeBuilder):
    """A tree of bounded depth and without document type or inclusions."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def doctype(self, *_: str | None) -> None:
        raise refusal("xml-entities")

    def start(self, tag: str, attrs: dict[str, str], /) -> ElementTree.Element:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise refusal("too-deep")
        if "XInclude" in tag:
            raise refusal("xml-entities")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ElementTree.Element:
        self._depth -= 1
        return super().end(tag)


class KmlReader:
    """One KML document; folders become the column ``folder``."""

    suffixes: ClassVar[tuple[str, ...]] = (".kml", ".kmz")

    def sublayers(self, path: Path) -> list[str]:
        """Return the one layer that a document is."""
        return [path.stem]

    def read(self, path: Path, sublayer: str | None, options: ReadOptions) -> RawLayer:
        """Return the placemarks in the order of the document.

        Raises
        ------
        ImportRefusedError
            If the text is no XML, declares entities, or holds nothing that KML has.
        """
        layer = chosen(self.sublayers(path), sublayer)
        text, encoding, code = decode_document(path.read_bytes(), options.encoding)
        gathering = Gathering()
        if code:
            gathering.find(code, encoding=encoding)
        root = _tree(text)
        space = root.tag[1:].partition("}")[0] if root.tag.startswith("{") else ""
        if not _KML.fullmatch(space):
            gathering.find("namespace")
        left_out = Counter(
            name for name in (_name(element) for element in root.iter()) if name in _LEFT_OUT
        )
        if left_out:
            gathering.find("features-left-out", kinds=dict(left_out))
        row = 0
        for row, (placemark, folder) in enumerate(_placemarks(root), start=1):
            _take(row, placemark, folder, gathering)
        if not row and not left_out:
            if not any(_name(element) == "Folder" for element in root.iter()):
                raise refusal("no-rows")
            gathering.find("layer-empty")
        return gathering.layer(layer, crs="OGC:CRS84", encoding=encoding)


def _tree(text: str) -> ElementTree.Element:
    parser = ElementTree.XMLParser(target=_Builder())
    try:
        parser.feed(text)
        root: ElementTree.Element = parser.close()
    except ElementTree.ParseError as error:
        line, column = error.position
        raise refusal("damaged", f"line {line}, column {column}") from error
    return root


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _placemarks(root: ElementTree.Element) -> Iterator[tuple[ElementTree.Element, str]]:
    stack = [(root, "")]
    while stack:
        element, folder = stack.pop()
        if _name(element) == "Placemark":
            yield element, folder
            continue
        if _name(element) in _GEOMETRIES and element is root:  # a fragment: one bare geometry
            bare = ElementTree.Element("Placemark")
            bare.append(element)
            yield bare, folder
            return
        if _name(element) == "Folder":
            own = next((one.text or "" for one in element if _name(one) == "name"), "").strip()
            folder = f"{folder}/{own}" if folder else own
        stack.extend((child, folder) for child in reversed(element))


def _take(row: int, placemark: ElementTree.Element, folder: str, gathering: Gathering) -> None:
    properties = _properties(row, placemark, gathering)
    if folder:
        properties.setdefault("folder", folder)
    notes: set[str] = set()
    shapes = [one for one in placemark if _name(one) in _GEOMETRIES]
    try:
        geometry = _geometry(shapes[0], notes, 0) if shapes else None
    except _RowError as error:
        gathering.find("row-refused", row=row, reason=str(error))
        return
    for code in sorted(notes):
        gathering.find(code, row=row)
    gathering.add(row, geometry, properties)


def _properties(row: int, placemark: ElementTree.Element, gathering: Gathering) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if placemark.get("id"):
        found["id"] = placemark.get("id")
    for child in placemark:
        if _name(child) in _TEXTS:
            found[_name(child)] = "".join(child.itertext()).strip() or None
            if len(child):
                gathering.find("text-markup", row=row, column=_name(child))
    for key, value in _extended(placemark):
        own = key if key not in found else free_name(key, found)
        if own != key:
            gathering.find("column-renamed", row=row, column=key, now=own)
        found[own] = value
    return found


def _extended(placemark: ElementTree.Element) -> Iterator[tuple[str, str]]:
    for data in placemark.iter():
        if _name(data) == "SimpleData":
            yield data.get("name", "data"), data.text or ""
        elif _name(data) == "Data":
            value = next((one.text or "" for one in data if _name(one) == "value"), "")
            yield data.get("name", "data"), value


def _geometry(element: ElementTree.Element, notes: set[str], depth: int) -> shapely.Geometry:
    if depth > MAX_GEOMETRY_DEPTH:
        raise refusal("too-deep")
    kind = _name(element)
    if kind in ("MultiGeometry", "MultiTrack"):
        parts = [
            _geometry(child, notes, depth + 1) for child in element if _name(child) in _GEOMETRIES
        ]
        return _together(parts)
    try:
        return _BUILDERS[kind](element, notes)
    except (ValueError, shapely.errors.ShapelyError) as error:
        raise _RowError(str(error) if isinstance(error, _RowError) else kind) from error


def _together(parts: list[shapely.Geometry]) -> shapely.Geometry:
    kinds = {part.geom_type for part in parts}
    joined = {
        frozenset({"Point"}): shapely.MultiPoint,
        frozenset({"LineString"}): shapely.MultiLineString,
        frozenset({"Polygon"}): shapely.MultiPolygon,
    }.get(frozenset(kinds), shapely.GeometryCollection)
    return joined(parts)


def _polygon(element: ElementTree.Element, notes: set[str]) -> shapely.Polygon:
    outer = [one for one in element if _name(one) == "outerBoundaryIs"]
    if len(outer) != 1:
        raise _RowError("a polygon has one outer ring")
    holes = [_ring(one, notes) for one in element if _name(one) == "innerBoundaryIs"]
    return shapely.Polygon(_ring(outer[0], notes), holes)


def _ring(element: ElementTree.Element, notes: set[str]) -> list[tuple[float, ...]]:
    points = _coordinates(element, notes)
    if points and points[0] != points[-1]:
        points.append(points[0])
        notes.add("ring-open")
    if len(points) < 4:
        raise _RowError("a ring has fewer than four points")
    return points


def _coordinates(element: ElementTree.Element, notes: set[str]) -> list[tuple[float, ...]]:
    text = " ".join(one.text or "" for one in element.iter() if _name(one) == "coordinates")
    tokens = text.split()
    if not all(_TUPLE.fullmatch(token) for token in tokens):
        tokens = re.sub(r"\s*,\s*", ",", text).split()
        if not all(_TUPLE.fullmatch(token) for token in tokens):
            raise _RowError("coordinates are longitude,latitude[,height] with spaces between")
        notes.add("coordinate-written")
    if not tokens:
        raise _RowError("no coordinates")
    points = [tuple(float(number) for number in token.split(",") if number) for token in tokens]
    width = min(len(point) for point in points)
    return [point[:width] for point in points]


def _track(element: ElementTree.Element, _: set[str]) -> shapely.LineString:
    lines = [(one.text or "").split() for one in element if _name(one) == "coord"]
    return shapely.LineString([tuple(float(number) for number in line) for line in lines])


_BUILDERS: dict[str, Any] = {
    "Point": lambda element, notes: shapely.Point(_coordinates(element, notes)[0]),
    "LineString": lambda element, notes: shapely.LineString(_coordinates(element, notes)),
    "LinearRing": lambda element, notes: shapely.LineString(_ring(element, notes)),
    "Polygon": _polygon,
    "Track": _track,
}
