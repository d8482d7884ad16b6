"""What a collection can be asked by: the kind and the column of each queryable.

Each property of the schema with a plain value is a queryable under its own name, and so are what
a snapshot derives from it, the zones and areas (``zone``, ``area``: sets of ids) and the geometry.
Every function takes the properties that the asker may see, null for all: what may not be seen
can be asked for no more than what does not exist.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.cql2 import Kind
from layers.errors import InvalidQueryError
from layers.model import Collection
from layers.schema import SCHEMAS, Field

Column = pd.Series | NDArray[Any]
Fields = frozenset[str] | None
"""The properties that may be seen; null for all."""

GEOMETRY = "geometry"
PLACES: Mapping[str, str] = MappingProxyType({"zone": "zones", "area": "areas"})
"""The property whose ids a queryable holds."""

_AREA = (
    Field("area_geodesic_m2", "number", "椭球面积（平方米）", "Geodesic area in m²"),
    Field("area_planar_m2", "number", "平面面积（平方米，EPSG:4548）", "Planar area in m²"),
    Field("length_m", "number", "长度（米）", "Length in metres"),
    Field("label_point", "json", "注记点（经度、纬度）", "Label point, longitude and latitude"),
)
_ZONES = (
    Field("zones", "json", "所在分区及份额", "Zones with shares"),
    Field("zone_basis", "string", "分区判定依据", "Basis of the zones"),
)
_AREAS = (
    Field("areas", "json", "所在地名及份额", "Named areas with shares"),
    Field("area_basis", "string", "地名判定依据", "Basis of the named areas"),
)
DERIVED_FIELDS: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "district": _AREA,
        "zones": _AREA,
        "areas": (*_ZONES, *_AREA),
        "projects": (*_ZONES, *_AREAS, *_AREA),
        "streets": (*_ZONES, *_AREA),
    }
)
"""The properties that a snapshot computes for each collection (layers.schema.DERIVED)."""

_ASKED_FOR: Mapping[str, Field] = MappingProxyType(
    {
        "zone": Field("zone", "strings", "所在分区编号", "Ids of the zones that it lies in"),
        "area": Field("area", "strings", "所在地名编号", "Ids of the named areas that it lies in"),
    }
)


def fields(collection: Collection, visible: Fields = None) -> Mapping[str, Field]:
    """Return every property of a collection that may be seen, in the order of its features."""
    listed = (*SCHEMAS[collection.id], *DERIVED_FIELDS[collection.id])
    return {one.name: one for one in listed if visible is None or one.name in visible}


def queryables(collection: Collection, visible: Fields = None) -> Mapping[str, Field]:
    """Return the properties that a collection can be asked by, without the geometry."""
    seen = fields(collection, visible)
    plain = {name: one for name, one in seen.items() if one.kind != "json"}
    places = {name: one for name, one in _ASKED_FOR.items() if PLACES[name] in seen}
    return plain | places


def kinds(collection: Collection, visible: Fields = None) -> Mapping[str, Kind]:
    """Return the kind of each queryable, as filters take it, geometry included."""
    plain = {name: _kind(one) for name, one in queryables(collection, visible).items()}
    return {GEOMETRY: "geometry", **plain}


def sortables(collection: Collection, visible: Fields = None) -> tuple[str, ...]:
    """Return the queryables that features can be put in order by."""
    return tuple(n for n, one in queryables(collection, visible).items() if one.kind != "strings")


def value_for(name: str, text: str, kind: str) -> str | float | bool:
    """Return the value that a query parameter of a queryable's name stands for.

    Raises
    ------
    InvalidQueryError
        If it is none of its kind.
    """
    if kind in ("string", "strings"):
        return text
    if not _PATTERNS[kind].fullmatch(text):
        raise InvalidQueryError(
            f"{name} takes a value of the kind {kind}",
            f"参数 {name} 的类型应为 {kind}",
            parameter=name,
            allowed=("true", "false") if kind == "boolean" else (),
        )
    return text == "true" if kind == "boolean" else float(text)


_PATTERNS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "boolean": re.compile("true|false"),
        "integer": re.compile(r"-?[0-9]{1,16}"),
        "number": re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,32})?([eE][-+]?[0-9]{1,2})?"),
    }
)


def _kind(one: Field) -> Kind:
    if one.kind == "json":
        raise ValueError("a nested property is not a queryable")
    return one.kind


@dataclass(frozen=True, slots=True, eq=False)
class Columns(Mapping[str, Column]):
    """The columns of a table, each made when it is first asked for and kept."""

    collection: Collection
    features: Sequence[Mapping[str, Any]]
    geometries: NDArray[np.object_]
    _made: dict[str, Column] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Column:
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(kinds(self.collection))

    def __len__(self) -> int:
        return len(kinds(self.collection))

    def _make(self, name: str) -> Column:
        if name == GEOMETRY:
            return self.geometries
        kind = queryables(self.collection)[name].kind
        cells = np.empty(len(self.features), dtype=object)
        cells[:] = [_cell(name, feature["properties"]) for feature in self.features]
        if kind == "number":  # once, not in each filter; whole numbers are exact up to 2^53
            return np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64)
        return cells


def _cell(name: str, properties: Mapping[str, Any]) -> object:
    if name in PLACES:
        return [place["id"] for place in properties.get(PLACES[name], ())]
    return properties.get(name)
