"""Features as GeoJSON text, in the reference system and with the properties that are asked for."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geo.crs import CRS84, ReferenceSystem, written_in
from layers.errors import InvalidQueryError
from layers.features import geojson_of
from layers.table import FeatureTable


@dataclass(frozen=True, slots=True)
class Form:
    """How features are written.

    Parameters
    ----------
    crs
        The system of the coordinates, which stand in the order of its definition.
    properties
        The names of the properties to write, null for all.
    geometry
        Whether geometries are written; null stands in their place otherwise.
    """

    crs: ReferenceSystem = CRS84
    properties: frozenset[str] | None = None
    geometry: bool = True

    @property
    def whole(self) -> bool:
        """Whether this is the form in which a table keeps its features."""
        return self == _WHOLE


_WHOLE = Form()


def encode(table: FeatureTable, positions: Iterable[int], form: Form = _WHOLE) -> list[bytes]:
    """Return features as compact GeoJSON in UTF-8, one text each.

    Raises
    ------
    InvalidQueryError
        If a property is asked for that the collection does not have.
    """
    if form.whole:
        return [table.encoded[position] for position in positions]
    rows = list(positions)
    if form.properties is not None and not form.properties <= table.fields.keys():
        raise InvalidQueryError(
            "properties names one that the collection does not have; see allowed",
            "properties 中有该图层没有的属性；可用属性见 allowed",
            parameter="properties",
            allowed=tuple(table.fields),
        )
    shapes = table.geometries[rows] if form.geometry else np.full(len(rows), None)
    return [
        _text(_written(table.features[row], form.properties, shape))
        for row, shape in zip(rows, written_in(shapes, form.crs), strict=True)
    ]


def _written(
    feature: Mapping[str, Any], names: frozenset[str] | None, shape: shapely.Geometry | None
) -> Mapping[str, Any]:
    properties = feature["properties"]
    if names is not None:
        properties = {name: value for name, value in properties.items() if name in names}
    return {**feature, "properties": properties, "geometry": geojson_of(shape)}


def _text(feature: Mapping[str, Any]) -> bytes:
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":")).encode()
