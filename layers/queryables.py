"""What a collection can be asked by: the kind and the column of each queryable.

Each property with a plain value is a queryable under its own name: those of the schema, those
that a snapshot derives, and those that came with somebody's own file. So are the zones and areas
(``zone``, ``area``: sets of ids) and the geometry. A property that the features of a table do not
have, since it is not for everybody, is none.
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
from layers.schema import SCHEMAS, Field, FieldKind

Column = pd.Series | NDArray[Any]
Fields = Mapping[str, Field]
"""The properties of a table by their names, in the order of its features."""

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


def fields(collection: Collection, features: Sequence[Mapping[str, Any]]) -> Fields:
    """Return every property of a table: by the schema, derived, and of the features' own."""
    listed = (*SCHEMAS[collection.id], *DERIVED_FIELDS[collection.id])
    known = {one.name: one for one in listed}
    own: dict[str, set[FieldKind]] = {}
    for feature in features:
        properties = feature["properties"]
        for name in sorted(properties.keys() - known.keys()):
            kinds = own.setdefault(name, set())
            if properties[name] is not None:
                kinds.add(_OWN_KINDS.get(type(properties[name]), "json"))
    return known | {name: Field(name, _joint(kinds), name, name) for name, kinds in own.items()}


def queryables(known: Fields) -> Fields:
    """Return the properties that a table can be asked by, without the geometry."""
    plain = {name: one for name, one in known.items() if one.kind != "json" and name != GEOMETRY}
    return plain | {name: one for name, one in _ASKED_FOR.items() if PLACES[name] in known}


def kinds(known: Fields) -> Mapping[str, Kind]:
    """Return the kind of each queryable, as filters take it, geometry included."""
    plain = {name: _kind(one) for name, one in queryables(known).items()}
    return {GEOMETRY: "geometry", **plain}


def sortables(known: Fields) -> tuple[str, ...]:
    """Return the queryables that features can be put in order by."""
    return tuple(name for name, one in queryables(known).items() if one.kind != "strings")


def _joint(kinds: set[FieldKind]) -> FieldKind:
    """Return the kind of a column whose values are of some kinds."""
    if kinds == {"integer", "number"}:
        return "number"
    return kinds.pop() if len(kinds) == 1 else "json"


_OWN_KINDS: Mapping[type, FieldKind] = MappingProxyType(
    {str: "string", int: "integer", float: "number", bool: "boolean"}
)


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

    fields: Fields
    features: Sequence[Mapping[str, Any]]
    geometries: NDArray[np.object_]
    _made: dict[str, Column] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Column:
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(kinds(self.fields))

    def __len__(self) -> int:
        return len(kinds(self.fields))

    def _make(self, name: str) -> Column:
        if name == GEOMETRY:
            return self.geometries
        kind = queryables(self.fields)[name].kind
        cells = np.empty(len(self.features), dtype=object)
        cells[:] = [_cell(name, feature["properties"]) for feature in self.features]
        if kind == "number":  # once, not in each filter; whole numbers are exact up to 2^53
            return np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64)
        return cells


def _cell(name: str, properties: Mapping[str, Any]) -> object:
    """Return what a feature has of a queryable; several values as a set."""
    if name in PLACES:
        return frozenset(place["id"] for place in properties.get(PLACES[name], ()))
    value = properties.get(name)
    return frozenset(value) if isinstance(value, list) else value
