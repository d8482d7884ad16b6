"""The embedded store: one GeoPackage file by SQLite in WAL mode.

An acknowledged commit is on the disk (``synchronous=FULL``). Other processes may read the file
at any time, QGIS among them. **GDAL must never open it inside a process that holds it**: closing
a file there drops the process's locks, and with them commits.
"""

import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool, StaticPool

from layers.changes import Change, Revision
from layers.errors import StoreDamagedError, StoreUnavailableError
from layers.plan import Plan
from layers.store import geopackage_tables, migration
from layers.store.blob import register_functions
from layers.store.creation import Filling, plan_filling
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
        # A store that is let go of without being closed, as in a notebook, closes its files.
        weakref.finalize(self, _let_go, self._engine, self._probe)

    @classmethod
    def build(cls, path: Path, filling: Filling) -> bool:
        """Make a file with its first rows, whole or not at all; return false if one is there.

        Raises
        ------
        StoreUnavailableError
            If the file cannot be written.
        """
        try:
            return not path.exists() and cls._build(path, filling)
        except OSError as error:
            raise StoreUnavailableError(
                f"{path} cannot be made ({error.strerror}); name a folder that can be written",
                f"无法建立 {path}（{error.strerror}）；请指定可写的文件夹",
            ) from error

    @classmethod
    def _build(cls, path: Path, filling: Filling) -> bool:
        building = path.with_name(f".{path.name}.{os.getpid()}")
        path.parent.mkdir(parents=True, exist_ok=True)
        building.unlink(missing_ok=True)
        try:
            with closing(cls(building)) as store:
                store._fill(filling)
            return _placed(building, path)
        finally:
            for suffix in ("", "-wal", "-shm"):
                building.with_name(building.name + suffix).unlink(missing_ok=True)

    @classmethod
    def create(cls, path: Path, plan: Plan) -> None:
        """Make a file with a plan as its first revision, unless it is there.

        Raises
        ------
        StoreUnavailableError
            If the file cannot be written.
        """
        cls.build(path, plan_filling(plan))

    @classmethod
    def upgrade(cls, path: Path) -> None:
        """Bring a file of an earlier version to this one, in one transaction.

        Raises
        ------
        StoreUnavailableError
            If it cannot be opened, or is of a later version.
        StoreDamagedError
            If the file is no store of ours.
        """
        _refuse_others(path)
        with closing(cls(path)) as store, store.writing() as connection:
            migration.upgrade(connection)

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
        _refuse_others(path)
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
        store._fill(plan_filling(plan))
        return store

    def head(self) -> int:
        """Return the number of the last committed revision."""
        if self._probe is None:
            with self.reading() as connection:
                return int(connection.exec_driver_sql(_HEAD).scalar_one())
        try:
            with self._probe_lock:
                return int(self._probe.execute(_HEAD).fetchone()[0])
        except sqlite3.Error as error:
            raise _not_opened(self._path, error) from error

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

    def _on_commit(
        self, connection: Connection, revision: Revision, changes: Sequence[Change]
    ) -> None:
        changed = {change.collection_id for change in changes}
        geopackage_tables.touch(connection, changed, revision.at)

    def complete(self, connection: Connection) -> None:
        """Describe the tables to other programs and index their geometries."""
        geopackage_tables.describe(connection)

    def faults(self, connection: Connection) -> Iterator[str]:
        """Return what SQLite finds wrong with its pages, references and spatial indexes."""
        return geopackage_tables.faults(connection)

    def _fill(self, filling: Filling) -> None:
        with self.writing() as connection:
            migration.upgrade(connection)
            filling(self, connection)
            self.complete(connection)

    def _check(self) -> None:
        with self.reading() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
            if found != "ok":
                raise StoreDamagedError(
                    f"{self._path} is damaged ({found}); restore a backup",
                    f"{self._path} 已损坏（{found}），请从备份恢复",
                )
            migration.check(connection)


def _refuse_others(path: Path) -> None:
    """Refuse a file that is no store before anything is written to it."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True)) as connection:
            found = connection.execute(
                "SELECT 1 FROM sqlite_master WHERE name = ?", (migration.VERSION_TABLE,)
            ).fetchone()
    except sqlite3.DatabaseError as error:
        raise _not_opened(path, error) from error
    if found is None:
        raise StoreDamagedError(
            f"{path} is no onemap store; name another file",
            f"{path} 不是 onemap 的数据存储，请指定其他文件",
        )


def _placed(building: Path, path: Path) -> bool:
    """Give a file its name unless that is taken; of two that build at once the first wins."""
    try:
        path.hardlink_to(building)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        building.rename(path)
    _sync_folder(path.parent)
    return True


_HEAD = "SELECT coalesce(max(number), 0) FROM onemap_revision"


def _engine(path: Path | None) -> Engine:
    pool = StaticPool if path is None else QueuePool
    sizes = {} if path is None else {"pool_size": _READERS, "max_overflow": -1}
    engine = create_engine(
        "sqlite+pysqlite://",
        creator=lambda: _connect(path),
        poolclass=pool,
        hide_parameters=True,
        **sizes,
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _connect(path: Path | None) -> sqlite3.Connection:
    """Return a connection on which every transaction is begun by us."""
    where = ":memory:" if path is None else f"file:{quote(str(path))}"
    try:
        connection = sqlite3.connect(
            where, uri=path is not None, timeout=_WAIT_S, check_same_thread=False
        )
    except sqlite3.DatabaseError as error:
        raise _not_opened(path, error) from error
    try:
        connection.isolation_level = None
        # trusted_schema stays on: the triggers of a spatial index call functions of ours.
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.DatabaseError as error:
        connection.close()
        raise _not_opened(path, error) from error
    # What another program wrote need not be UTF-8; its feature's digest tells, at load.
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    register_functions(connection)
    return connection


def _let_go(engine: Engine, probe: sqlite3.Connection | None) -> None:
    engine.dispose()
    if probe is not None:
        probe.close()


def _not_opened(path: Path | None, error: sqlite3.Error) -> Exception:
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
