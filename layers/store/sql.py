"""The store on SQL, one behaviour for SQLite and PostgreSQL."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, Row, Select, bindparam, delete, func, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from layers.changes import Change, ChangeSet, HistoryEntry, Revision, chain_digest
from layers.errors import (
    RevisionNotFoundError,
    StaleFeatureError,
    StoreBusyError,
    StoreUnavailableError,
)
from layers.plan import Plan
from layers.store import loading
from layers.store.rows import row_of
from layers.store.tables import AUDIT, CHANGES, FEATURES, LEDGER, REVISIONS
from layers.store.writing import Placed, is_storable, need_storable, placed

MAX_HISTORY = 1_000
"""The most entries of one answer of :meth:`SqlStore.history`."""


class SqlStore(ABC):
    """A store over an engine; what differs by database is in the subclasses."""

    def __init__(self, engine: Engine, readers: Engine | None = None) -> None:
        self._engine = engine
        self._readers = readers or engine

    @abstractmethod
    def head(self) -> int:
        """Return the number of the last committed revision."""

    @abstractmethod
    def _writer(self) -> AbstractContextManager[Connection]:
        """Open the one writing transaction; others wait."""

    @abstractmethod
    def _on_commit(
        self, connection: Connection, revision: Revision, changes: Sequence[Change]
    ) -> None:
        """Do what the database needs before a revision is committed."""

    @abstractmethod
    def complete(self, connection: Connection) -> None:
        """Do what the database needs after the first rows of all tables, in their transaction."""

    @abstractmethod
    def faults(self, connection: Connection) -> Iterator[str]:
        """Return what the database itself finds wrong with its pages and indexes."""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one committed state throughout."""
        with foreseen(), self._readers.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open the one writing transaction."""
        with foreseen(), self._writer() as connection:
            yield connection

    def load(self) -> Plan:
        """Return everything at the last revision, restored where others wrote into it."""
        with self.reading() as connection:
            plan, foreign = loading.read(connection)
        if not foreign:
            return plan
        with self.writing() as connection:
            loading.restore(connection, datetime.now(UTC))
            return loading.read(connection)[0]

    def apply(
        self, change_set: ChangeSet, *, expected_revision: int | None = None
    ) -> tuple[Revision, tuple[Change, ...]]:
        """Commit all changes in one transaction and return the revision and what was stored."""
        with self.writing() as connection:
            last = _last_revision(connection)
            if expected_revision is not None and expected_revision != last.number:
                raise StaleFeatureError(
                    f"the store is at revision {last.number}, not {expected_revision}; read again",
                    f"数据已到修订 {last.number}（您依据的是 {expected_revision}），请重新读取",
                )
            # The clock may have been set back; the order of revisions is the order of time.
            at = max(datetime.now(UTC), last.at)
            return self.append(connection, change_set, last, at)

    def append(
        self, connection: Connection, change_set: ChangeSet, last: Revision, at: datetime
    ) -> tuple[Revision, tuple[Change, ...]]:
        """Write a revision that follows another, in a writing transaction."""
        need_storable(change_set)
        rows = placed(connection, change_set.changes)
        changes = tuple(row.change for row in rows)
        revision = Revision(
            number=last.number + 1,
            at=at,
            author=change_set.author,
            reason=change_set.reason,
            digest=chain_digest(last.digest, change_set, at, changes),
            change_count=len(changes),
        )
        connection.execute(insert(REVISIONS), [_revision_row(revision)])
        _write(connection, revision.number, rows)
        connection.execute(insert(AUDIT), [_audit_row(revision, change_set.remark)])
        self._on_commit(connection, revision, changes)
        return revision, changes

    def net_changes(self, start: int, end: int) -> tuple[Change, ...]:
        """Return what leads from one revision to another, each feature once, either way."""
        low, high = min(start, end), max(start, end)
        with self.reading() as connection:
            firsts = connection.execute(_ends("min", low, high)).all()
            lasts = connection.execute(_ends("max", low, high)).all()
        after = {(row.collection, row.id): row.after for row in lasts}
        changes = [
            Change(row.collection, row.id, row.before, after[row.collection, row.id], row.fid)
            for row in firsts
        ]
        net = [change for change in changes if change.before != change.after]
        return tuple(net if start <= end else [change.inverse() for change in net])

    def revision(self, number: int) -> Revision:
        """Return a revision."""
        return self._one_revision(select(REVISIONS).where(REVISIONS.c.number == number))

    def revision_at(self, at: datetime) -> Revision:
        """Return the last revision that was committed at or before a moment."""
        found = select(REVISIONS).where(REVISIONS.c.at <= at)
        return self._one_revision(found.order_by(REVISIONS.c.number.desc()).limit(1))

    def revisions(self, *, limit: int, before: int | None = None) -> list[Revision]:
        """Return revisions, newest first, those below ``before`` if it is given."""
        found = select(REVISIONS).order_by(REVISIONS.c.number.desc()).limit(limit)
        if before is not None:
            found = found.where(REVISIONS.c.number < before)
        with self.reading() as connection:
            return [_revision(row) for row in connection.execute(found)]

    def changes_of(self, number: int) -> tuple[Change, ...]:
        """Return the changes of a revision, in the order in which they were applied."""
        self.revision(number)
        found = select(CHANGES).where(CHANGES.c.revision == number).order_by(CHANGES.c.ordinal)
        with self.reading() as connection:
            return tuple(_change(row) for row in connection.execute(found))

    def history(self, collection_id: str, feature_id: str) -> list[HistoryEntry]:
        """Return the last changes of a feature, newest first; none if it never existed."""
        if not is_storable(collection_id + feature_id):
            return []
        found = (
            select(CHANGES, REVISIONS)
            .join(REVISIONS, REVISIONS.c.number == CHANGES.c.revision)
            .where(CHANGES.c.collection == collection_id, CHANGES.c.id == feature_id)
            .order_by(CHANGES.c.revision.desc())
            .limit(MAX_HISTORY)
        )
        with self.reading() as connection:
            rows = connection.execute(found).all()
        return [HistoryEntry(_revision(row), _change(row)) for row in rows]

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

    def _one_revision(self, query: Select[Any]) -> Revision:
        with self.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise RevisionNotFoundError(
                "there is no such revision; list them at /revisions",
                "没有这个修订；可在 /revisions 查看全部",
            )
        return _revision(row)


@contextmanager
def foreseen() -> Iterator[None]:
    """Turn what a database says into an error of ours; addresses and values stay out of it."""
    try:
        yield
    except DBAPIError as error:
        # A connection that is lost while committing leaves open whether it was done.
        raise StoreUnavailableError(
            f"the store does not answer ({type(error.orig).__name__}); try again later, "
            "and after an edit look first whether it was stored",
            "数据存储没有响应；请稍后再试，编辑后请先查看是否已保存",
        ) from error
    except PoolTimeoutError as error:
        raise StoreBusyError(
            "every connection to the store is in use; ask again in a few seconds",
            "数据存储繁忙，请稍后再试",
        ) from error


def _last_revision(connection: Connection) -> Revision:
    query = select(REVISIONS).order_by(REVISIONS.c.number.desc()).limit(1)
    return _revision(connection.execute(query).one())


def _ends(end: Literal["min", "max"], low: int, high: int) -> Select[Any]:
    """Return the query for each feature's first or last change in (low, high]."""
    at = (func.min if end == "min" else func.max)(CHANGES.c.revision).label("at")
    span = (
        select(CHANGES.c.collection, CHANGES.c.id, at)
        .where(CHANGES.c.revision > low, CHANGES.c.revision <= high)
        .group_by(CHANGES.c.collection, CHANGES.c.id)
        .subquery()
    )
    same = (
        (CHANGES.c.collection == span.c.collection)
        & (CHANGES.c.id == span.c.id)
        & (CHANGES.c.revision == span.c.at)
    )
    return select(CHANGES).join(span, same).order_by(CHANGES.c.collection, CHANGES.c.fid)


def _write(connection: Connection, number: int, rows: Sequence[Placed]) -> None:
    for collection_id, table in FEATURES.items():
        own = [row for row in rows if row.change.collection_id == collection_id]
        gone = [{"_fid": row.fid} for row in own if row.change.before is not None]
        new = [
            row_of(collection_id, row.fid, row.change.after)
            for row in own
            if row.change.after is not None
        ]
        if gone:
            connection.execute(delete(table).where(table.c.fid == bindparam("_fid")), gone)
        if new:
            connection.execute(insert(table), new)
    known = [_key(row) for row in rows if row.is_known]
    if known:
        same = (LEDGER.c.collection == bindparam("_collection")) & (LEDGER.c.id == bindparam("_id"))
        connection.execute(delete(LEDGER).where(same), known)
    if rows:
        connection.execute(insert(LEDGER), [row.ledger() for row in rows])
        connection.execute(insert(CHANGES), [row.entry(number, i) for i, row in enumerate(rows)])


def _key(row: Placed) -> dict[str, str]:
    return {"_collection": row.change.collection_id, "_id": row.change.feature_id}


def _revision(row: Row[Any]) -> Revision:
    return Revision(row.number, row.at, row.author, row.reason, row.digest, row.change_count)


def _revision_row(revision: Revision) -> dict[str, object]:
    return {name: getattr(revision, name) for name in REVISIONS.c.keys()}  # noqa: SIM118


def _audit_row(revision: Revision, remark: str) -> dict[str, object]:
    return {
        "at": revision.at,
        "who": revision.author,
        "action": "change",
        "target": f"revision {revision.number}",
        "outcome": f"done {remark}".strip(),
    }


def _change(row: Row[Any]) -> Change:
    return Change(row.collection, row.id, row.before, row.after, row.fid)
