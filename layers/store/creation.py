"""The first revision of a store: the plan as it came."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Connection, insert

from layers.changes import Change, ChangeSet, Revision, canonical
from layers.features import conform_feature
from layers.plan import Plan
from layers.store.tables import DOCUMENTS

AUTHOR = "onemap"
REASON = "建立数据库 created from the plan"
_BEFORE_ALL = Revision(0, datetime(1970, 1, 1, tzinfo=UTC), AUTHOR, "", "", 0)


class Appends(Protocol):
    """A store that writes a revision in a transaction that is open."""

    def append(
        self, connection: Connection, change_set: ChangeSet, last: Revision, at: datetime
    ) -> tuple[Revision, tuple[Change, ...]]:
        """Write a revision that follows another."""


Filling = Callable[[Appends, Connection], object]
"""Writes the first rows of a store into its empty tables."""


def plan_filling(plan: Plan) -> Filling:
    """Return what writes a plan as revision 1."""
    return lambda store, connection: fill(store, connection, plan)


def fill(store: Appends, connection: Connection, plan: Plan) -> Revision:
    """Write a plan as revision 1 into empty tables.

    Raises
    ------
    InvalidFeatureError
        If a feature of the plan does not fit its collection.
    """
    connection.execute(insert(DOCUMENTS), [{"name": "indicators", "content": plan.indicators}])
    changes = [
        Change(collection_id, feature["id"], None, conform_feature(collection_id, feature))
        for collection_id, features in plan.layers.items()
        for feature in features
    ]
    change_set = ChangeSet(tuple(changes), AUTHOR, REASON)
    before = replace(_BEFORE_ALL, digest=root_digest(plan.indicators))
    return store.append(connection, change_set, before, datetime.now(UTC))[0]


def root_digest(indicators: Any) -> str:  # noqa: ANN401
    """Return the digest that the first revision chains to: that of what is no feature."""
    return hashlib.sha256(canonical(indicators).encode()).hexdigest()
