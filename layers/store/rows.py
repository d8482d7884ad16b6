"""Features as rows of their typed table, and back, without loss."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from layers.changes import Feature
from layers.features import geojson_of, geometry_of
from layers.schema import SCHEMAS


def row_of(collection_id: str, fid: int, feature: Feature) -> dict[str, Any]:
    """Return the row of a feature; what the schema does not name goes into ``extra``."""
    names = [field.name for field in SCHEMAS[collection_id]]
    properties: Mapping[str, Any] = feature["properties"]
    extra = {name: value for name, value in properties.items() if name not in names}
    return {
        "fid": fid,
        "geom": geometry_of(feature),
        **{name: properties[name] for name in names},
        "extra": extra or None,
    }


def feature_of(collection_id: str, row: RowMapping) -> dict[str, Any]:
    """Return the feature of a row."""
    named = {field.name: _json(row[field.name]) for field in SCHEMAS[collection_id]}
    extra = row["extra"]
    return {
        "type": "Feature",
        "id": _json(row["id"]),
        "properties": named | (extra if isinstance(extra, dict) else {}),
        "geometry": geojson_of(row["geom"]),
    }


def _json(value: Any) -> Any:  # noqa: ANN401
    """Return a value that JSON has; bytes, which only another program writes, as hexadecimals."""
    return value.hex() if isinstance(value, bytes) else value
