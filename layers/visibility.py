"""Which properties anyone may see, and a snapshot that holds no others.

What is not in the snapshot cannot be shown, filtered, sorted or counted by any door, whatever it
asks: there is one place to get this right.
"""

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal, get_args

from layers.changes import Change, Feature, canonical
from layers.errors import InvalidVisibilityError
from layers.model import collection_of
from layers.schema import DERIVED, SCHEMAS
from layers.snapshot import Snapshot
from layers.table import FeatureTable

Level = Literal["public", "internal"]
LEVELS: tuple[Level, ...] = get_args(Level)

Levels = Mapping[str, Mapping[str, Level]]
"""By collection and property; where a property is missing its default holds."""

_JOINED_BY = frozenset({"plan_zone", "plan_zone_basis", "place_ids", "parent"})


@dataclass(frozen=True, slots=True)
class Visibility:
    """What is public: by default the properties of the schema, and no others.

    A planner's own columns may hold anything, so they are internal until somebody says else.
    """

    levels: Levels = field(default_factory=dict)

    def is_public(self, collection_id: str, name: str) -> bool:
        """Tell whether anyone may see a property."""
        level = self.levels.get(collection_id, {}).get(name)
        if level is not None:
            return level == "public"
        return name in _PUBLIC[collection_id]

    def feature(self, collection_id: str, feature: Feature) -> Feature:
        """Return a feature with its public properties only; itself if there are no others."""
        properties = feature["properties"]
        shown = {n: v for n, v in properties.items() if self.is_public(collection_id, n)}
        return feature if len(shown) == len(properties) else {**feature, "properties": shown}

    def change(self, change: Change) -> Change:
        """Return a change as anyone may see it."""
        before, after = (
            None if side is None else self.feature(change.collection_id, side)
            for side in (change.before, change.after)
        )
        return replace(change, before=before, after=after)

    def with_level(self, collection_id: str, name: str, level: Level) -> "Visibility":
        """Return the visibility with one property set.

        Raises
        ------
        CollectionNotFoundError
            If there is no such collection.
        InvalidVisibilityError
            If the property has to be public: the map needs it, or is joined by it.
        """
        needed = {f.name for f in SCHEMAS[collection_of(collection_id).id] if f.required}
        if level == "internal" and name in needed | _JOINED_BY | set(DERIVED):
            raise InvalidVisibilityError(
                f"{name} has to be public: the map is drawn, joined or counted by it",
                f"{name} 必须公开：地图的绘制、关联或统计要用到它",
            )
        own = {**self.levels.get(collection_id, {}), name: level}
        return Visibility({**self.levels, collection_id: own})


_PUBLIC: Mapping[str, frozenset[str]] = MappingProxyType(
    {name: frozenset({*DERIVED, *(f.name for f in fields)}) for name, fields in SCHEMAS.items()}
)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A table, what anyone may see of it, and the sequences of which something is hidden."""

    table: FeatureTable
    shown: FeatureTable
    hiding: frozenset[int]


class PublicView:
    """Public snapshots of one visibility; of the last one only what has changed is made anew."""

    def __init__(self, visibility: Visibility) -> None:
        self.visibility = visibility
        self._last: dict[str, _Shown] = {}
        self._making = threading.Lock()

    def snapshot(self, snapshot: Snapshot) -> Snapshot:
        """Return a snapshot without what is internal; itself where nothing is."""
        with self._making:
            tables = {name: self._table(table) for name, table in snapshot.tables.items()}
        if all(tables[name] is table for name, table in snapshot.tables.items()):
            return snapshot
        return replace(snapshot, tables=tables, fingerprint=self._fingerprint(snapshot))

    def _fingerprint(self, snapshot: Snapshot) -> str:
        """Return a fingerprint of its own: what is cached for one reader is not for another."""
        text = canonical([snapshot.fingerprint, self.visibility.levels])
        return hashlib.sha256(text.encode()).hexdigest()[: len(snapshot.fingerprint)]

    def _table(self, table: FeatureTable) -> FeatureTable:
        name = table.collection.id
        last = self._last.get(name)
        if last is None or last.table is not table:
            last = self._last[name] = self._after(table, last)
        return last.shown

    def _after(self, table: FeatureTable, last: _Shown | None) -> _Shown:
        old = {} if last is None else _by_sequence(last.table)
        changed: dict[int, Feature | None] = {}
        hiding = set() if last is None else set(last.hiding)
        for sequence, feature in _by_sequence(table).items():
            if old.pop(sequence, None) is feature:
                continue
            changed[sequence] = shown = self.visibility.feature(table.collection.id, feature)
            (hiding.discard if shown is feature else hiding.add)(sequence)
        changed |= dict.fromkeys(old)
        hiding -= old.keys()
        if not hiding:
            return _Shown(table, table, frozenset())
        base = table if last is None or not last.hiding else last.shown
        shapes = dict(zip(table.sequences.tolist(), table.geometries, strict=True))
        fresh = {s: f for s, f in changed.items() if base is not table or s in hiding}
        own = {s: shapes[s] for s, f in fresh.items() if f is not None}
        return _Shown(table, base.changed(fresh, own), frozenset(hiding))


def _by_sequence(table: FeatureTable) -> dict[int, Mapping[str, Any]]:
    return dict(zip(table.sequences.tolist(), table.features, strict=True))
