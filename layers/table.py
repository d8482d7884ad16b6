"""One collection in memory: a frame, its indexes and its features encoded once."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.crs import STORAGE_CRS
from layers.errors import FeatureNotFoundError, InvalidQueryError
from layers.model import Collection
from layers.move import Move
from layers.ordering import ordered
from layers.query import FeatureQuery, fold
from layers.queryables import PLACES, Columns, Fields, fields, kinds, queryables, value_for
from layers.spatial_index import SpatialIndex

Positions = NDArray[np.intp]
Facets = Mapping[str, Mapping[str, Positions]]
"""For each filter and each value that it may take, the positions that have it."""

_TEXT_COLUMNS = ("id", "name", "name_en", "aliases")


@dataclass(frozen=True, eq=False, repr=False)
class FeatureTable:
    """The features of a collection at one revision; a table equals only itself.

    ``features`` are GeoJSON features; ``geometries`` stand in the same order, null where a
    feature has none. ``sequences`` rise, and each stays with its feature for ever.
    """

    collection: Collection
    features: tuple[Mapping[str, Any], ...]
    geometries: NDArray[np.object_]
    sequences: NDArray[np.int64]
    facets: Facets

    @classmethod
    def build(
        cls,
        collection: Collection,
        features: Sequence[Mapping[str, Any]],
        geometries: NDArray[np.object_],
        sequences: NDArray[np.int64],
        places: Mapping[str, Sequence[str]],
    ) -> Self:
        """Return a table; ``places`` lists the ids of all zones and areas, by filter."""
        codes = {name: [term.id for term in terms] for name, terms in collection.codes.items()}
        allowed = {**codes, **places}
        facets = {name: _facet(name, features, allowed[name]) for name in collection.filters}
        return cls(collection, tuple(features), geometries, sequences, facets)

    def changed(
        self,
        features: Mapping[int, Mapping[str, Any] | None],
        geometries: Mapping[int, shapely.Geometry | None],
    ) -> Self:
        """Return the table after features were replaced, added or (null) taken out.

        Both are keyed by sequence. What does not change is carried over, indexes included.
        """
        move = Move.of(self.sequences, features)
        fresh = {s: feature for s, feature in features.items() if feature is not None}
        shapes = np.empty(len(move.sequences), dtype=object)
        move.fill(shapes, self.geometries, {s: geometries[s] for s in fresh})
        facets = {
            name: _facet_after(name, facet, move, fresh) for name, facet in self.facets.items()
        }
        table = type(self)(
            self.collection, move.carried(self.features, fresh), shapes, move.sequences, facets
        )
        carried = self.__dict__
        if "encoded" in carried:
            parts = {s: _encode(feature) for s, feature in fresh.items()}
            table.__dict__["encoded"] = move.carried(self.encoded, parts)
        if "_texts" in carried:
            texts = {s: _text(feature["properties"]) for s, feature in fresh.items()}
            table.__dict__["_texts"] = move.carried(self._texts, texts)
        if "tree" in carried:
            table.__dict__["tree"] = self.tree.changed(move.sequences, shapes, features)
        return table

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids, in the order of the table."""
        return tuple(str(feature["id"]) for feature in self.features)

    @cached_property
    def frame(self) -> gpd.GeoDataFrame:
        """The features as a frame in EPSG:4490 (longitude first), nested values kept."""
        rows = [dict(feature["properties"]) for feature in self.features]
        geometry = gpd.GeoSeries(self.geometries, crs=STORAGE_CRS)
        return gpd.GeoDataFrame(rows, geometry=geometry)

    @cached_property
    def encoded(self) -> tuple[bytes, ...]:
        """Each feature as compact GeoJSON in UTF-8."""
        return tuple(_encode(feature) for feature in self.features)

    def position(self, feature_id: str) -> int:
        """Return the position of a feature.

        Raises
        ------
        FeatureNotFoundError
            If the collection has no such id.
        """
        found = self._positions.get(feature_id)
        if found is None:
            raise FeatureNotFoundError(
                f"collection {self.collection.id} has no feature of this id; "
                f"list them at /collections/{self.collection.id}/items",
                f"{self.collection.title}中没有此编号；"
                f"可在 /collections/{self.collection.id}/items 查看全部",
            )
        return found

    def extent(self) -> tuple[float, float, float, float] | None:
        """Return west, south, east, north of all geometries, or null if there are none."""
        placed = self.geometries[~shapely.is_missing(self.geometries)]
        if not len(placed):
            return None
        west, south, east, north = (float(v) for v in shapely.total_bounds(placed))
        return west, south, east, north

    @cached_property
    def fields(self) -> Fields:
        """Every property that the features may have, in their order."""
        return fields(self.collection, self.features)

    @cached_property
    def columns(self) -> Columns:
        """The values of each queryable, made when they are first asked for."""
        return Columns(self.fields, self.features, self.geometries)

    def select(self, query: FeatureQuery) -> Positions:
        """Return the positions of the features that answer a query, in its order.

        Raises
        ------
        InvalidQueryError
            If the collection lacks a filter or a queryable, or a filter lacks a value.
        """
        chosen = np.ones(len(self.features), dtype=bool)
        for name, values in query.filters.items():
            chosen &= self._having(name, values)
        if query.bbox is not None:
            chosen &= self._inside(query)
        for word in query.words():
            chosen &= np.array([word in text for text in self._texts], dtype=bool)
        if query.where is not None:
            asked = kinds(self.fields)
            chosen &= query.where.mask(self.columns, asked, filter_crs=query.filter_crs())
        found = np.flatnonzero(chosen)
        if not query.sort:
            return found
        return ordered(found, query.sort, self.columns, self.collection.codes)

    @cached_property
    def _positions(self) -> Mapping[str, int]:
        return {feature_id: position for position, feature_id in enumerate(self.ids)}

    @cached_property
    def tree(self) -> SpatialIndex:
        """The geometries by their bounds, in degrees; its positions are those of the table."""
        return SpatialIndex.build(self.sequences, self.geometries)

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        return tuple(_text(feature["properties"]) for feature in self.features)

    def _having(self, name: str, values: Sequence[str]) -> NDArray[np.bool_]:
        if name not in self.facets:
            return self._equal(name, values)
        chosen = np.zeros(len(self.features), dtype=bool)
        for value in values:
            chosen[self._positions_of(name, value)] = True
        return chosen

    def _equal(self, name: str, values: Sequence[str]) -> NDArray[np.bool_]:
        """Return which features have one of some values of a queryable that has no facet."""
        asked = queryables(self.fields)
        if name not in asked:
            raise InvalidQueryError(
                f"collection {self.collection.id} has no such filter; see allowed",
                f"{self.collection.title}不支持这个筛选参数；可用参数见 allowed",
                parameter=name,
                allowed=tuple(asked),
            )
        kind = asked[name].kind
        wanted = {value_for(name, value, kind) for value in values}
        codes = [term.id for term in self.collection.codes.get(name, ())]
        if codes and not wanted.issubset(codes):
            raise self._no_value(name, codes)
        cells = self.columns[name]
        if kind == "strings":
            return np.array([not wanted.isdisjoint(cell or ()) for cell in cells], dtype=bool)
        return np.array([cell in wanted for cell in cells], dtype=bool)

    def _positions_of(self, name: str, value: str) -> Positions:
        found = self.facets[name].get(value)
        if found is None:
            raise self._no_value(name, self.facets[name])
        return found

    def _no_value(self, name: str, allowed: Iterable[str]) -> InvalidQueryError:
        return InvalidQueryError(
            f"{name} does not take this value; use one of the allowed ones",
            f"参数 {name} 没有这个取值，请使用允许的取值",
            parameter=name,
            allowed=tuple(allowed),
        )

    def _inside(self, query: FeatureQuery) -> NDArray[np.bool_]:
        chosen = np.zeros(len(self.features), dtype=bool)
        for box in query.bbox.parts() if query.bbox else ():
            shape = shapely.box(*box.as_tuple())
            chosen[self.tree.query(shape, predicate="intersects")] = True
        return chosen


def _facet(
    name: str, features: Sequence[Mapping[str, Any]], allowed: Sequence[str]
) -> Mapping[str, Positions]:
    found: dict[str, list[int]] = {value: [] for value in allowed}
    for position, feature in enumerate(features):
        for value in _values(name, feature["properties"]):
            found.setdefault(value, []).append(position)
    return {value: np.array(rows, dtype=np.intp) for value, rows in found.items()}


def _facet_after(
    name: str,
    facet: Mapping[str, Positions],
    move: Move,
    fresh: Mapping[int, Mapping[str, Any]],
) -> Mapping[str, Positions]:
    """Return a facet with the changed features left out, moved, and their values of now."""
    added: dict[str, list[int]] = {}
    for sequence, feature in fresh.items():
        for value in _values(name, feature["properties"]):
            added.setdefault(value, []).append(sequence)
    after = {value: move.positions(facet[value], added.get(value, ())) for value in facet}
    none = np.array([], dtype=np.intp)
    return after | {v: move.positions(none, rows) for v, rows in added.items() if v not in facet}


def _encode(feature: Mapping[str, Any]) -> bytes:
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":")).encode()


def _values(name: str, properties: Mapping[str, Any]) -> list[str]:
    """Return what a feature has of a filter: its zones, its areas, or a property's value."""
    if name in PLACES:
        return [place["id"] for place in properties.get(PLACES[name], [])]
    value = properties.get(name)
    return [] if value is None else [str(value)]


def _text(properties: Mapping[str, Any]) -> str:
    words: list[object] = []
    for column in _TEXT_COLUMNS:
        value = properties.get(column)
        words += value if isinstance(value, list) else [value]
    return fold("\n".join(str(word) for word in words if word))
