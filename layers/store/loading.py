"""Read what is stored, and put back what another program wrote over.

Every feature's digest stands in the ledger, so a row that another program has changed, added or
deleted is seen. What was committed stands in the log: it is written back, and what was found is
kept beside it for the operator.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from layers.changes import Feature, feature_digest
from layers.errors import StoreDamagedError
from layers.features import conform_feature
from layers.plan import Plan
from layers.store.rows import feature_of, row_of
from layers.store.tables import CHANGES, DOCUMENTS, FEATURES, LEDGER, OUTSIDE, REVISIONS

NO_FEATURE = ""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A feature whose row is not what was committed; ``found`` is null if it is gone."""

    collection_id: str
    feature_id: str
    fid: int
    found: Feature | None


def read(connection: Connection) -> tuple[Plan, tuple[Foreign, ...]]:
    """Return the plan at the last revision and the rows that are not as committed."""
    last = connection.execute(
        select(REVISIONS.c.number, REVISIONS.c.digest).order_by(REVISIONS.c.number.desc()).limit(1)
    ).one_or_none()
    if last is None:
        raise _damaged("the revisions are", "修订记录")
    layers: dict[str, list[dict[str, Any]]] = {}
    sequences: dict[str, tuple[int, ...]] = {}
    foreign: list[Foreign] = []
    for collection_id in FEATURES:
        rows = list(_rows(connection, collection_id))
        foreign += _foreign(connection, collection_id, rows)
        layers[collection_id] = [feature for _, feature in rows]
        sequences[collection_id] = tuple(fid for fid, _ in rows)
    plan = Plan(layers, _indicators(connection), last.digest[:12], sequences, last.number)
    return plan, tuple(foreign)


def restore(connection: Connection, at: datetime) -> tuple[Foreign, ...]:
    """Write back what was committed wherever a row differs, keep what was found, return it.

    Raises
    ------
    StoreDamagedError
        If the log does not hold the committed feature.
    """
    _, foreign = read(connection)
    for item in foreign:
        table = FEATURES[item.collection_id]
        committed = _committed(connection, item)
        connection.execute(delete(table).where(table.c.fid == item.fid))
        if committed is not None:
            connection.execute(insert(table), [row_of(item.collection_id, item.fid, committed)])
        kept = {"collection": item.collection_id, "id": item.feature_id, "found": item.found}
        connection.execute(insert(OUTSIDE), [kept | {"at": at}])
    return foreign


def digest_of(feature: Any) -> str | None:  # noqa: ANN401
    """Return the digest of what a log or a row holds, that of no feature if it is none.

    What another program wrote need not be a feature.
    """
    if feature is None or (
        isinstance(feature, dict) and {"properties", "geometry"} <= feature.keys()
    ):
        return feature_digest(feature)
    return NO_FEATURE


def _rows(connection: Connection, collection_id: str) -> Iterator[tuple[int, dict[str, Any]]]:
    table = FEATURES[collection_id]
    for row in connection.execute(select(table).order_by(table.c.fid)).mappings():
        yield row["fid"], feature_of(collection_id, row)


def _foreign(
    connection: Connection, collection_id: str, rows: list[tuple[int, dict[str, Any]]]
) -> Iterator[Foreign]:
    query = select(LEDGER).where(LEDGER.c.collection == collection_id, LEDGER.c.digest.is_not(None))
    known = {row.fid: (row.id, row.digest) for row in connection.execute(query)}
    for fid, feature in rows:
        feature_id, digest = known.pop(fid, (str(feature["id"]), None))
        if feature["id"] != feature_id or feature_digest(feature) != digest:
            yield Foreign(collection_id, feature_id, fid, feature)
    for fid, (feature_id, _) in known.items():
        yield Foreign(collection_id, feature_id, fid, None)


def _indicators(connection: Connection) -> dict[str, Any]:
    query = select(DOCUMENTS.c.content).where(DOCUMENTS.c.name == "indicators")
    found = connection.execute(query).scalar_one_or_none()
    if not isinstance(found, dict):
        raise _damaged("the indicators are", "指标")
    return found


def _damaged(what: str, what_zh: str) -> StoreDamagedError:
    return StoreDamagedError(
        f"{what} missing or damaged; restore a backup", f"{what_zh}缺失或已损坏，请从备份恢复"
    )


def _committed(connection: Connection, item: Foreign) -> Feature | None:
    """Return the feature as it was last committed under this place, null if there is none."""
    row = connection.execute(
        select(CHANGES.c.after, LEDGER.c.digest)
        .join(LEDGER, (LEDGER.c.collection == CHANGES.c.collection) & (LEDGER.c.id == CHANGES.c.id))
        .where(CHANGES.c.collection == item.collection_id, CHANGES.c.fid == item.fid)
        .order_by(CHANGES.c.revision.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    if digest_of(row.after) != row.digest:
        raise StoreDamagedError(
            f"{item.collection_id}/{item.feature_id} is damaged in the features and in the log; "
            "restore a backup",
            f"{item.collection_id}/{item.feature_id} 的数据与日志均已损坏，请从备份恢复",
        )
    return None if row.after is None else conform_feature(item.collection_id, row.after)
