"""Write GeoJSON and JSON so that the same facts give the same bytes."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely

_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class BuiltFeature:
    """A feature on its way into a data file."""

    id: str
    properties: dict[str, Any]
    geometry: shapely.Geometry | None


def write_collection(path: Path, features: Iterable[BuiltFeature]) -> Path:
    """Write an RFC 7946 FeatureCollection, one feature a line, and return its path.

    Coordinates have nine decimals, the precision grid of the layout; outer rings run
    counter-clockwise (clause 3.1.6).
    """
    lines = ",\n".join(_encode(_feature(feature)) for feature in features)
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8")
    return path


def write_json(path: Path, value: dict[str, list[Any]]) -> Path:
    """Write an object of lists, one entry a line, and return its path."""
    parts = [
        f"{_encode(key)}:[\n" + ",\n".join(_encode(entry) for entry in entries) + "\n]"
        for key, entries in value.items()
    ]
    path.write_text("{" + ",\n".join(parts) + "}\n", encoding="utf-8")
    return path


def _feature(feature: BuiltFeature) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": feature.id,
        "properties": {"id": feature.id, **feature.properties},
        "geometry": _geometry(feature.geometry),
    }


def _geometry(geometry: shapely.Geometry | None) -> Any:  # noqa: ANN401
    if geometry is None:
        return None
    oriented = shapely.orient_polygons(shapely.normalize(geometry))
    return _rounded(shapely.geometry.mapping(oriented))


def _rounded(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, float):
        return round(value, _DECIMALS)
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(part) for part in value]
    return value


def _encode(value: Any) -> str:  # noqa: ANN401
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
