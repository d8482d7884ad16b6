"""Prove that a store holds what was committed: digests, log, features and pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, String, select, type_coerce

from layers.changes import Change, ChangeSet, chain_digest
from layers.errors import StoreDamagedError, StoreUnavailableError
from layers.features import geometry_of
from layers.store import loading
from layers.store.creation import root_digest
from layers.store.loading import NO_FEATURE, digest_of
from layers.store.sql import SqlStore
from layers.store.tables import CHANGES, DOCUMENTS, LEDGER, REVISIONS

_CHUNK = 1_000
_REVISIONS = select(
    *(column for column in REVISIONS.c if column.name != "at"),
    type_coerce(REVISIONS.c.at, String).label("moment"),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it was committed, and where."""

    place: str
    message: str
    message_zh: str


@dataclass(frozen=True, slots=True)
class _State:
    """What the log says of a feature: its place in the order, and its digest."""

    fid: int
    digest: str | None


_Log = dict[tuple[str, str], _State]


def verify(store: SqlStore) -> tuple[Problem, ...]:
    """Return every problem of a store; none if all of it is as it was committed.

    The chain of digests is computed anew from the documents and the log, the log is replayed and
    its end compared with the ledger and the features; geometries are checked, and in a file the
    pages and the spatial indexes. One committed state is looked at; the store may be in use.
    """
    found: list[Problem] = []
    try:
        with store.reading() as connection:
            found += (
                Problem("database", said, f"自检：{said}") for said in store.faults(connection)
            )
            log: _Log = {}
            found += _log_problems(connection, log)
            found += _ledger_problems(connection, log)
            found += _feature_problems(connection)
    except (StoreUnavailableError, StoreDamagedError) as error:
        found.append(Problem("database", error.message, error.message_zh))
    return tuple(found)


def _log_problems(connection: Connection, log: _Log) -> Iterator[Problem]:
    revisions = {row.number: row for row in connection.execute(_REVISIONS)}
    with_changes = connection.execute(select(CHANGES.c.revision).distinct()).scalars()
    numbers = sorted(revisions.keys() | set(with_changes))
    indicators = select(DOCUMENTS.c.content).where(DOCUMENTS.c.name == "indicators")
    # Null where it is not known what a revision chains to: the one before it is missing.
    chained: str | None = root_digest(connection.execute(indicators).scalar_one_or_none())
    last = 0
    for number, changes in _by_revision(connection, numbers):
        if number != last + 1:
            yield Problem(f"revision {last + 1}", "is missing", "缺失")
            chained = None
        found = revisions.get(number)
        if found is None:
            yield Problem(f"revision {number}", "is missing, its changes are there", "缺失")
        else:
            yield from _revision_problems(found, changes, chained)
        yield from _replay(number, changes, log)
        chained, last = None if found is None else found.digest, number


def _by_revision(
    connection: Connection, numbers: Sequence[int]
) -> Iterator[tuple[int, Sequence[Row[Any]]]]:
    """Return the changes of each revision, read in chunks."""
    query = select(CHANGES).order_by(CHANGES.c.revision, CHANGES.c.ordinal)
    with connection.execute(query.execution_options(yield_per=_CHUNK)) as rows:
        groups = groupby(rows, key=lambda row: row.revision)
        group = next(groups, None)
        for number in numbers:
            if group is None or group[0] != number:
                yield number, ()
            else:
                yield number, list(group[1])
                group = next(groups, None)


def _revision_problems(
    found: Any,  # noqa: ANN401
    changes: Sequence[Row[Any]],
    chained: str | None,
) -> Iterator[Problem]:
    place = f"revision {found.number}"
    if found.change_count != len(changes):
        yield Problem(
            place,
            f"has {len(changes)} of {found.change_count} changes",
            f"应有 {found.change_count} 项更改，实有 {len(changes)} 项",
        )
    unreadable = NO_FEATURE in {
        digest_of(side) for row in changes for side in (row.before, row.after)
    }
    if chained is None or unreadable:
        return
    try:
        at = datetime.fromisoformat(found.moment)
    except ValueError:
        yield Problem(place, "has no time that can be read", "时间无法读取")
        return
    sides = (Change(row.collection, row.id, row.before, row.after, row.fid) for row in changes)
    if chain_digest(chained, ChangeSet((), found.author, found.reason), at, sides) != found.digest:
        yield Problem(
            place, "or what it chains to is not what was committed", "或其前一修订与提交时不一致"
        )


def _replay(number: int, changes: Sequence[Row[Any]], log: _Log) -> Iterator[Problem]:
    """Return where a change does not follow from those before it, and take it into the log."""
    for row in changes:
        place = f"revision {number}, change {row.ordinal}, {row.collection}/{row.id}"
        before, after = digest_of(row.before), digest_of(row.after)
        if NO_FEATURE in (before, after):
            yield Problem(place, "cannot be read", "无法读取")
        known = log.get((row.collection, row.id), _State(row.fid, None))
        if (known.fid, known.digest) != (row.fid, before):
            yield Problem(
                place, "starts from what was not there before it", "更改前的内容与此前的记录不一致"
            )
        log[row.collection, row.id] = _State(row.fid, after)


def _ledger_problems(connection: Connection, log: _Log) -> Iterator[Problem]:
    rows = connection.execute(select(LEDGER)).all()
    ledger = {(row.collection, row.id): _State(row.fid, row.digest) for row in rows}
    for key in sorted(log.keys() | ledger.keys()):
        if log.get(key) != ledger.get(key):
            yield Problem(
                "/".join(key), "the ledger is not where the log ends", "总账与日志的末尾不一致"
            )


def _feature_problems(connection: Connection) -> Iterator[Problem]:
    plan, foreign = loading.read(connection)
    for item in foreign:
        place = f"{item.collection_id}/{item.feature_id}"
        if item.found is None:
            yield Problem(place, "is gone from its table", "已从表中消失")
        else:
            yield Problem(place, "was written by another program", "被其他程序改写")
    for collection_id, features in plan.layers.items():
        for feature in features:
            geometry = geometry_of(feature)
            if geometry is not None and not geometry.is_valid:
                yield Problem(
                    f"{collection_id}/{feature['id']}", "geometry is not valid", "几何无效"
                )
