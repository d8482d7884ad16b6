"""Everything at one revision, in memory, joined and measured once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import pandas as pd

from layers.changes import Change, Feature
from layers.features import geometry_of
from layers.joining import PARTITIONS, Joined, Ledgers, Partition, Places, join
from layers.model import CATALOGUE, collection_of
from layers.plan import Features, Plan, geometries_of
from layers.schema import DERIVED
from layers.table import FeatureTable

PLACES = frozenset({"zones", "areas"})
"""A change of these joins everything anew."""


@dataclass(frozen=True, slots=True, repr=False)
class Snapshot:
    """The tables, the membership ledgers and the indicators at one revision.

    ``ledgers["zone"]`` splits projects over the zones (shares sum to 1), ``ledgers["area"]``
    measures them against named areas, which nest and overlap (see geo.membership).
    """

    revision: int
    fingerprint: str
    tables: Mapping[str, FeatureTable]
    ledgers: Ledgers
    indicators: Mapping[str, Any]
    places: Places

    @classmethod
    def build(cls, plan: Plan) -> Self:
        """Return the snapshot of a plan, with every feature joined to zones and areas."""
        geometries = {name: geometries_of(rows) for name, rows in plan.layers.items()}
        places = Places.of(plan.layers["zones"], plan.layers["areas"], geometries)
        allowed = _allowed(places)
        tables: dict[str, FeatureTable] = {}
        ledgers: Ledgers = {}
        for collection in CATALOGUE:
            name = collection.id
            joined = join(name, plan.layers[name], geometries[name], places)
            sequences = np.array(plan.sequences[name], dtype=np.int64)
            tables[name] = FeatureTable.build(
                collection, joined.features, geometries[name], sequences, allowed
            )
            if name == "projects":
                ledgers = joined.ledgers
        return cls(plan.revision, plan.fingerprint, tables, ledgers, plan.indicators, places)

    def changed(self, changes: Sequence[Change], *, revision: int, fingerprint: str) -> Self:
        """Return the snapshot after changes; equal to one built anew, at a fraction of the cost.

        What the changes leave alone is shared with this snapshot. Where a zone or an area
        changes, everything is joined anew.
        """
        mine: dict[str, list[Change]] = {}
        for change in changes:
            mine.setdefault(change.collection_id, []).append(change)
        if PLACES & mine.keys():
            plan = self._plan_after(mine)
            return self.build(replace(plan, revision=revision, fingerprint=fingerprint))
        tables, ledgers = dict(self.tables), dict(self.ledgers)
        for collection_id, own in mine.items():
            joined = self._join(collection_id, own)
            tables[collection_id] = _table_after(tables[collection_id], own, joined.features)
            if collection_id == "projects":
                ids = [change.feature_id for change in own]
                ledgers = {p: _ledger_after(ledgers[p], ids, joined, p) for p in PARTITIONS}
        return replace(
            self, revision=revision, fingerprint=fingerprint, tables=tables, ledgers=ledgers
        )

    def table(self, collection_id: str) -> FeatureTable:
        """Return the table of a collection.

        Raises
        ------
        CollectionNotFoundError
            If there is no such collection.
        """
        return self.tables[collection_of(collection_id).id]

    def stored(self, collection_id: str, feature_id: str) -> Feature:
        """Return a feature as the store keeps it, without what is derived.

        Raises
        ------
        CollectionNotFoundError
            If there is no such collection.
        FeatureNotFoundError
            If it has no such feature.
        """
        table = self.table(collection_id)
        return underived(table.features[table.position(feature_id)])

    def _join(self, collection_id: str, changes: Sequence[Change]) -> Joined:
        features: Features = [dict(c.after) for c in changes if c.after is not None]
        return join(collection_id, features, geometries_of(features), self.places)

    def _plan_after(self, changes: Mapping[str, Sequence[Change]]) -> Plan:
        layers: dict[str, Features] = {}
        sequences: dict[str, tuple[int, ...]] = {}
        for name, table in self.tables.items():
            rows = dict(zip(table.sequences.tolist(), table.features, strict=True))
            kept = {sequence: underived(feature) for sequence, feature in rows.items()}
            for change in changes.get(name, ()):
                kept.pop(_sequence(change), None)
                if change.after is not None:
                    kept[_sequence(change)] = change.after
            sequences[name] = tuple(sorted(kept))
            layers[name] = [dict(kept[sequence]) for sequence in sequences[name]]
        return Plan(layers, self.indicators, self.fingerprint, sequences)


def underived(feature: Mapping[str, Any]) -> Feature:
    """Return a feature without the properties that a snapshot computes."""
    properties = {k: v for k, v in feature["properties"].items() if k not in DERIVED}
    return {**feature, "properties": properties}


def _allowed(places: Places) -> Mapping[str, Sequence[str]]:
    return {"zone": places.zones.ids, "area": places.areas.ids}


def _sequence(change: Change) -> int:
    if change.sequence is None:
        raise ValueError("a change that was not applied has no place in a snapshot")
    return change.sequence


def _table_after(table: FeatureTable, changes: Sequence[Change], joined: Features) -> FeatureTable:
    features = iter(joined)
    fresh: dict[int, Mapping[str, Any] | None] = {
        _sequence(change): None if change.after is None else next(features) for change in changes
    }
    shapes = {
        sequence: geometry_of(feature) for sequence, feature in fresh.items() if feature is not None
    }
    return table.changed(fresh, shapes)


def _ledger_after(
    ledger: pd.DataFrame, ids: Sequence[str], joined: Joined, partition: Partition
) -> pd.DataFrame:
    kept = ledger[~ledger["feature_id"].isin(ids)]
    return pd.concat([kept, joined.ledgers[partition]], ignore_index=True)
