"""What a collection's features look like, and what they can be asked by, as JSON Schema.

OGC API – Features Part 5 (schemas, roles of properties) and Part 3 (queryables).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from layers.model import Collection
from layers.queryables import GEOMETRY, queryables
from layers.schema import DERIVED, Field, FieldKind
from layers.table import FeatureTable

SCHEMA_JSON = "application/schema+json"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TYPES: Mapping[FieldKind, Mapping[str, Any]] = MappingProxyType(
    {
        "string": {"type": "string"},
        "integer": {"type": "integer"},
        "number": {"type": "number"},
        "boolean": {"type": "boolean"},
        "strings": {"type": "array", "items": {"type": "string"}},
        "json": {},
    }
)


def feature_schema(table: FeatureTable, address: str) -> dict[str, Any]:
    """Return the schema of the properties and the geometry of a collection's features.

    A property that is null stands for one that is absent, as in Part 5.
    """
    return {
        **_head(table.collection, address),
        "required": [name for name, one in table.fields.items() if one.required],
        "properties": _properties(table.collection, table.fields),
    }


def geojson_schema(table: FeatureTable, address: str) -> dict[str, Any]:
    """Return the schema of a collection's features as GeoJSON objects (RFC 7946).

    GDAL takes the types of columns from it, else it guesses from the first features. The id
    stands at the feature only: GDAL would make a second column of it.
    """
    properties = {
        name: _property(table.collection, one) for name, one in table.fields.items() if name != "id"
    }
    return {
        **_head(table.collection, address),
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "string"},
            "geometry": {"title": "图形", "title_en": "Geometry"},
            "properties": {"type": "object", "properties": properties},
        },
    }


def queryables_schema(table: FeatureTable, address: str) -> dict[str, Any]:
    """Return the queryables of a collection; there are no others."""
    return {
        **_head(table.collection, address),
        "properties": _properties(table.collection, queryables(table.fields)),
        "additionalProperties": False,
    }


def _head(collection: Collection, address: str) -> dict[str, Any]:
    return {
        "$schema": _DIALECT,
        "$id": address,
        "type": "object",
        "title": collection.title,
        "title_en": collection.title_en,
    }


def _properties(collection: Collection, seen: Mapping[str, Field]) -> dict[str, Any]:
    shape = {
        "title": "图形",
        "title_en": "Geometry",
        "format": "geometry-any",
        "x-ogc-role": "primary-geometry",
        "x-ogc-property-seq": len(seen) + 1,
    }
    every = {
        name: _property(collection, one) | {"x-ogc-property-seq": place}
        for place, (name, one) in enumerate(seen.items(), 1)
    }
    return every | {GEOMETRY: shape}


def _property(collection: Collection, one: Field) -> dict[str, Any]:
    found = {"title": one.title, "title_en": one.title_en, **_TYPES[one.kind]}
    if one.name == "id":
        found["x-ogc-role"] = "id"
    if terms := collection.codes.get(one.name):
        found["enum"] = [term.id for term in terms]
        found["x-enum-titles"] = [f"{term.name} {term.name_en}" for term in terms]
    if one.name in DERIVED:
        found["readOnly"] = True
    return found
