"""GeoJSON (RFC 7946), read strictly: a value is what the text says, or the row says why not.

GDAL takes NaN, text and nulls for coordinates, turns mixed columns into text and big integers
into floats; the standard library's parser and a check of every geometry do neither.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import shapely

from layers.ingest.base import RawLayer, ReadOptions
from layers.ingest.charset import decode_document
from layers.ingest.gathering import Gathering
from layers.ingest.records import chosen
from layers.ingest.reference import geojson_crs
from layers.ingest.refusals import refusal

MAX_DEPTH = 64
_MAX_BITS = 1024
_LARGEST = 1e300
_BOX_SLACK = 1e-4  # degrees: boxes are often rounded
_NESTING = {
    "Point": 0, "MultiPoint": 1, "LineString": 1,
    "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3,
}  # fmt: skip
_FOREIGN = frozenset({"features", "coordinates", "geometries"})


class _RowError(ValueError):
    """A geometry that is none, with the reason for the row's finding."""


class GeoJsonReader:
    """GeoJSON: a feature collection, a feature, a geometry, or one feature a line."""

    suffixes: ClassVar[tuple[str, ...]] = (".geojson", ".json", ".geojsonl")

    def sublayers(self, path: Path) -> list[str]:
        """Return the one layer that every GeoJSON text is."""
        return [path.stem]

    def read(self, path: Path, sublayer: str | None, options: ReadOptions) -> RawLayer:
        """Return the features; a feature's own id becomes the column ``id``.

        Raises
        ------
        ImportRefusedError
            If the text is no JSON or no GeoJSON, or its reference system points elsewhere.
        """
        name = chosen(self.sublayers(path), sublayer)
        text, encoding, code = decode_document(path.read_bytes(), options.encoding)
        gathering = Gathering()
        if code:
            gathering.find(code, encoding=encoding)
        documents = _documents(text)
        features = list(_features(documents, gathering))
        if not features:
            gathering.find("layer-empty")
        reading = _Reading(gathering)
        for row, feature in enumerate(features, start=1):
            reading.take(row, feature)
        crs = geojson_crs(documents[0], reading.extent, gathering.find)
        return gathering.layer(name, crs=crs, encoding=encoding)


class _Reading:
    """What has to be remembered from row to row."""

    def __init__(self, gathering: Gathering) -> None:
        self._gathering = gathering
        self._ids: dict[str, int] = {}
        self._said: set[str] = set()
        self.extent = 0.0

    def take(self, row: int, feature: object) -> None:
        """Add the row of a feature, or say why not."""
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            self._gathering.find("row-refused", row=row, reason="not a feature")
            return
        properties = feature.get("properties") or {}
        try:
            geometry = self._geometry(row, feature)
            _check_values(properties)
        except _RowError as error:
            self._gathering.find("row-refused", row=row, reason=str(error))
            return
        self._gathering.add(row, geometry, self._with_id(row, feature, properties))
        if _FOREIGN & feature.keys():
            self._gathering.find("member-foreign", row=row)
        if _wrong_box(feature.get("bbox")) or _outside(feature.get("bbox"), geometry):
            self._gathering.find("bbox-wrong", row=row)

    def _geometry(self, row: int, feature: dict[str, Any]) -> shapely.Geometry | None:
        if "geometry" not in feature:
            raise _RowError("no member geometry")
        raw = feature["geometry"]
        if raw is None:
            return None
        notes: set[str] = set()
        geometry = _geometry_of(raw, notes, depth=0)
        for code in notes - {"single-part", "precision"}:
            self._gathering.find(code, row=row)
        for code in notes & {"single-part", "precision"} - self._said:
            self._said.add(code)
            self._gathering.find(code)
        extremes = np.abs(shapely.get_coordinates(geometry))
        self.extent = max(self.extent, float(extremes.max(initial=0)))
        return geometry

    def _with_id(
        self, row: int, feature: dict[str, Any], properties: dict[str, Any]
    ) -> dict[str, Any]:
        own = feature.get("id")
        if own is None:
            return properties
        key = json.dumps(own)
        if key in self._ids:
            self._gathering.find("rows-twice", row=row, first=self._ids[key])
        self._ids.setdefault(key, row)
        return {"feature_id" if "id" in properties else "id": own, **properties}


def _documents(text: str) -> list[Any]:
    try:
        return [_parse(text)]
    except json.JSONDecodeError as error:
        lines = [line.strip("\x1e \t\r") for line in text.splitlines()]
        lines = [line for line in lines if line]
        if len(lines) < 2 or not all(line.startswith("{") for line in lines):
            raise refusal("damaged", f"line {error.lineno}, column {error.colno}") from error
    try:
        documents = [_parse(line) for line in lines]
    except json.JSONDecodeError as error:
        raise refusal("damaged", f"column {error.colno}") from error
    if not all(isinstance(one, dict) and one.get("type") == "Feature" for one in documents):
        raise refusal("damaged", "second document")
    return documents


def _parse(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError as error:
        raise refusal("too-deep") from error
    except json.JSONDecodeError:
        raise
    except ValueError as error:  # an integer of thousands of digits
        raise refusal("damaged", "number") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise refusal("json-key-twice")
    return found


def _no_constant(name: str) -> None:
    raise refusal("damaged", name)


def _features(documents: list[Any], gathering: Gathering) -> Iterator[Any]:
    if len(documents) > 1:
        yield from documents
        return
    document = documents[0]
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "FeatureCollection":
        if not isinstance(document.get("features"), list):
            raise refusal("damaged", "features")
        yield from document["features"]
    elif kind == "Feature":
        yield document
        return
    elif isinstance(kind, str) and (kind in _NESTING or kind == "GeometryCollection"):
        yield {"type": "Feature", "geometry": document, "properties": {}}
    else:
        raise refusal("damaged", "type")
    if _wrong_box(document.get("bbox")):
        gathering.find("bbox-wrong")


def _geometry_of(
    raw: Any,  # noqa: ANN401 - JSON
    notes: set[str],
    depth: int,
) -> shapely.Geometry:
    kind = raw.get("type") if isinstance(raw, dict) else None
    if depth > MAX_DEPTH:
        raise refusal("too-deep")
    if kind == "GeometryCollection":
        parts = raw.get("geometries")
        if not isinstance(parts, list):
            raise _RowError("geometries")
        return shapely.GeometryCollection([_geometry_of(one, notes, depth + 1) for one in parts])
    if not isinstance(kind, str) or kind not in _NESTING:
        raise _RowError("no kind of geometry")
    if _wrong_box(raw.get("bbox")):
        notes.add("bbox-wrong")
    coordinates = _checked(raw.get("coordinates"), _NESTING[kind], notes)
    _check_rings(kind, coordinates, notes)
    try:
        return shapely.geometry.shape({"type": kind, "coordinates": coordinates})
    except (ValueError, TypeError, IndexError, shapely.errors.ShapelyError) as error:
        raise _RowError("coordinates") from error


def _checked(value: object, levels: int, notes: set[str]) -> list[Any]:
    """Return coordinates of a depth of lists; positions lose numbers beyond the third."""
    if not isinstance(value, list):
        raise _RowError("coordinates")
    if levels:
        return [_checked(one, levels - 1, notes) for one in value]
    if any(type(number) not in (int, float) or abs(number) > _LARGEST for number in value):
        raise _RowError("a coordinate is no number or beyond all bounds")
    if len(value) < 2:
        if value:
            raise _RowError("a position has two numbers or three")
        return []
    if len(value) > 3:
        notes.add("coordinate-extra")
    if any(round(number, 10) != number for number in value[:2]):
        notes.add("precision")
    return [float(number) for number in value[:3]]


def _check_rings(kind: str, coordinates: list[Any], notes: set[str]) -> None:
    """Rings close and have four points (RFC 7946, 3.1.6); nothing says what else they meant."""
    if kind.startswith("Multi") and len(coordinates) == 1:
        notes.add("single-part")
    if not kind.endswith("Polygon"):
        return
    for polygon in [coordinates] if kind == "Polygon" else coordinates:
        for number, ring in enumerate(polygon):
            if ring:
                _check_ring(ring, notes, inner=number > 0)


def _check_ring(ring: list[list[float]], notes: set[str], *, inner: bool) -> None:
    if len(ring) < 4:
        raise _RowError("a ring has fewer than four points")
    if ring[0] != ring[-1]:
        raise _RowError("a ring is not closed")
    if len({len(point) for point in ring}) > 1:
        notes.add("height-partly")
    if bool(shapely.is_ccw(shapely.LinearRing([point[:2] for point in ring]))) is inner:
        notes.add("ring-direction")


def _check_values(properties: object) -> None:
    """Bound depth and size of property values, which are counted and not recursed into."""
    if not isinstance(properties, dict):
        raise _RowError("properties")
    level: list[Any] = list(properties.values())
    depth = 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise refusal("too-deep")
        if any(type(one) is int and one.bit_length() > _MAX_BITS for one in level):
            raise _RowError("a number of hundreds of digits")
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]


def _wrong_box(box: Any) -> bool:  # noqa: ANN401 - JSON
    if box is None:
        return False
    numbers = isinstance(box, list) and len(box) in (4, 6)
    if not numbers or any(type(one) not in (int, float) for one in box):
        return True
    half = len(box) // 2
    west, south, east, north = box[0], box[1], box[half], box[half + 1]
    return bool(
        south > north or abs(south) > 90 or abs(north) > 90 or (west > east and west <= 180)
    )


def _outside(box: list[float] | None, geometry: shapely.Geometry | None) -> bool:
    if box is None or geometry is None or geometry.is_empty or box[0] > box[len(box) // 2]:
        return False
    half = len(box) // 2
    stated = shapely.box(box[0], box[1], box[half], box[half + 1]).buffer(_BOX_SLACK)
    return not stated.covers(shapely.box(*geometry.bounds))
