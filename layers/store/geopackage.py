"""The embedded store: one GeoPackage file by SQLite in WAL mode.

An acknowledged commit is on the disk (``synchronous=FULL``). Other processes may read the file
at any time, QGIS among them. **GDAL must never open it inside a process that holds it**: closing
a file there drops the process's locks, and with them commits.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool, StaticPool

from layers.changes import Revision
from layers.errors import StoreDamagedError, StoreUnavailableError
from layers.plan import Plan
from layers.store import geopackage_tables, migration
from layers.store.blob import register_functions
from layers.store.creation import fill
from layers.store.sql import SqlStore

_WAIT_S = 30.0
_READERS = 16


class GeoPackageStore(SqlStore):
    """A store in a GeoPackage file, or in memory where there is no path."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._one_writer = threading.RLock()
        super().__init__(_engine(path))
        self._probe = None if path is None else _connect(path)
        self._probe_lock = threading.Lock()

    @classmethod
    def create(cls, path: Path, plan: Plan) -> None:
        """Make a store with a plan as its first revision: the whole file, or none.

        Raises
        ------
        StoreUnavailableError
            If the file cannot be written.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        building = path.with_name(f".{path.name}.{os.getpid()}")
        building.unlink(missing_ok=True)
        try:
            store = cls(building)
            store._fill(plan)
            store.close()
            building.replace(path)
            _sync_folder(path.parent)
        finally:
            building.unlink(missing_ok=True)

    @classmethod
    def open(cls, path: Path) -> "GeoPackageStore":
        """Return the store of a file, after a check of its pages.

        Raises
        ------
        StoreUnavailableError
            If it cannot be opened, or is of another version.
        StoreDamagedError
            If the file is damaged, or no store of ours.
        """
        store = cls(path)
        try:
            store._check()
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def in_memory(cls, plan: Plan) -> "GeoPackageStore":
        """Return a store that lives as long as this value."""
        store = cls(None)
        store._fill(plan)
        return store

    def head(self) -> int:
        """Return the number of the last committed revision."""
        if self._probe is None:
            with self.reading() as connection:
                return int(connection.exec_driver_sql(_HEAD).scalar_one())
        with self._probe_lock:
            return int(self._probe.execute(_HEAD).fetchone()[0])

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one committed state throughout."""
        # In memory there is one connection, so that readers wait for each other.
        guard = self._one_writer if self._path is None else nullcontext()
        with guard, super().reading() as connection:
            yield connection

    def close(self) -> None:
        """Let go of the file; what was written is moved from its log into it."""
        if self._probe is not None:
            self._probe.close()
        super().close()

    @contextmanager
    def _writer(self) -> Iterator[Connection]:
        with self._one_writer, self._engine.connect() as connection:
            writing = connection.execution_options(writing=True)
            with writing.begin():
                yield writing

    def _on_commit(self, connection: Connection, revision: Revision) -> None:
        geopackage_tables.touch(connection, revision.at)

    def _fill(self, plan: Plan) -> None:
        with self.writing() as connection:
            migration.upgrade(connection)
            fill(self, connection, plan)
            geopackage_tables.describe(connection)

    def _check(self) -> None:
        with self.reading() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
            if found != "ok":
                raise StoreDamagedError(
                    f"{self._path} is damaged ({found}); restore a backup",
                    f"{self._path} 已损坏（{found}），请从备份恢复",
                )
            migration.check(connection)


_HEAD = "SELECT coalesce(max(number), 0) FROM onemap_revision"


def _engine(path: Path | None) -> Engine:
    pool = StaticPool if path is None else QueuePool
    sizes = {} if path is None else {"pool_size": _READERS, "max_overflow": -1}
    engine = create_engine(
        "sqlite+pysqlite://", creator=lambda: _connect(path), poolclass=pool, **sizes
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _connect(path: Path | None) -> sqlite3.Connection:
    """Return a connection on which every transaction is begun by us."""
    try:
        where = ":memory:" if path is None else f"file:{quote(str(path))}"
        connection = sqlite3.connect(
            where, uri=path is not None, timeout=_WAIT_S, check_same_thread=False
        )
        connection.isolation_level = None
        # trusted_schema stays on: the triggers of a spatial index call functions of ours.
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.DatabaseError as error:
        raise _not_opened(path, error) from error
    register_functions(connection)
    return connection


def _not_opened(path: Path | None, error: sqlite3.DatabaseError) -> Exception:
    if type(error) is sqlite3.DatabaseError:  # "file is not a database"
        return StoreDamagedError(
            f"{path} is no database; name another file, or restore a backup",
            f"{path} 不是数据库文件；请指定其他文件，或从备份恢复",
        )
    return StoreUnavailableError(
        f"{path} cannot be opened ({error}); check the folder and its rights",
        f"无法打开 {path}（{error}）；请检查文件夹及权限",
    )


def _sync_folder(folder: Path) -> None:
    """Make a rename durable; Windows has no such call and needs none."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
