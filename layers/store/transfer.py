"""Move a whole store, history and all, into an empty one; back up and restore."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, func, insert, select

from layers.errors import StoreDamagedError, StoreNotEmptyError, StoreUnavailableError
from layers.store.creation import Appends
from layers.store.opening import open_store, place_of
from layers.store.sql import SqlStore
from layers.store.tables import metadata
from layers.store.verifying import verify

Progress = Callable[[int, int], None]
"""Is told how many rows are moved, of how many."""

_CHUNK = 1_000


def copy(source: SqlStore, target: str | Path, progress: Progress | None = None) -> None:
    """Make a store of all that another holds at one committed revision, whole or not at all.

    What other programs wrote into the source is put right first. Both have equal digests then.

    Raises
    ------
    StoreNotEmptyError
        If the target is not empty; nothing is written over.
    StoreUnavailableError
        If the target cannot be made.
    StoreDamagedError
        If the source is damaged.
    """
    source.load()
    with source.reading() as reading:

        def move(_: Appends, writing: Connection) -> None:
            _move(reading, writing, progress)

        if not place_of(target).build(move):
            raise StoreNotEmptyError(
                "there is a store or a file already; name a new one, nothing is written over",
                "目标已存在，不会覆盖；请指定新的文件或空数据库",
            )


def backup(source: SqlStore, path: str | Path, progress: Progress | None = None) -> None:
    """Copy a store into a new file, which appears when it is whole; the store may be in use.

    Raises
    ------
    StoreNotEmptyError
        If the file is there.
    StoreUnavailableError
        If it cannot be written, or the name is no file's.
    StoreDamagedError
        If the source is damaged.
    """
    if "://" in str(path) or Path(path).is_dir():
        raise StoreUnavailableError(
            "a backup is a file; name a new one, for example backup.gpkg",
            "备份应为文件；请指定新的文件名，例如 backup.gpkg",
        )
    copy(source, path, progress)


def restore(path: Path, target: str | Path, progress: Progress | None = None) -> None:
    """Make a store from a backup whose digests are right.

    Raises
    ------
    StoreNotEmptyError
        If the target is not empty.
    StoreUnavailableError
        If the backup cannot be opened or the target cannot be made.
    StoreDamagedError
        If the backup is damaged.
    """
    store = open_store(path)
    try:
        problems = verify(store)
        if problems:
            raise StoreDamagedError(
                f"the backup is damaged ({problems[0].place}: {problems[0].message}); "
                "restore another",
                f"备份已损坏（{problems[0].place}：{problems[0].message_zh}），请使用其他备份",
            )
        copy(store, target, progress)
    finally:
        store.close()


def _move(reading: Connection, writing: Connection, progress: Progress | None) -> None:
    tables = metadata.sorted_tables
    count = select(func.count())
    total = sum(reading.execute(count.select_from(table)).scalar_one() for table in tables)
    done = 0
    for table in tables:
        query = select(table).execution_options(yield_per=_CHUNK)
        with reading.execute(query) as rows:
            for chunk in rows.mappings().partitions():
                writing.execute(insert(table), [dict(row) for row in chunk])
                done += len(chunk)
                if progress is not None:
                    progress(done, total)
