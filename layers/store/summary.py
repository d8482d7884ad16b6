"""What a store is and holds, in a few figures."""

from typing import Any

from sqlalchemy import func, select

from layers.store import migration
from layers.store.sql import SqlStore
from layers.store.tables import CHANGES, FEATURES, OUTSIDE, REVISIONS


def summary(store: SqlStore) -> dict[str, Any]:
    """Return version, last revision and counts of a store, at one committed state.

    ``found_outside`` counts what other programs had written into it and was put right.
    """
    count = select(func.count())
    with store.reading() as connection:
        counts = {
            table.name: connection.execute(count.select_from(table)).scalar_one()
            for table in (*FEATURES.values(), CHANGES, OUTSIDE)
        }
        last = connection.execute(
            select(REVISIONS).order_by(REVISIONS.c.number.desc()).limit(1)
        ).one()
        return {
            "kind": connection.dialect.name,
            "version": migration.version(connection),
            "revision": last.number,
            "at": last.at.isoformat(timespec="seconds"),
            "author": last.author,
            "digest": last.digest,
            "features": {name: counts[name] for name in FEATURES},
            "changes": counts[CHANGES.name],
            "found_outside": counts[OUTSIDE.name],
        }
