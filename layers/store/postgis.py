"""The shared store: PostGIS, for several workers and for any GIS beside them.

Writers wait for each other (a lock on the table of revisions), so that revisions have no gap;
readers wait for nobody and see one committed state (REPEATABLE READ).
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from sqlalchemy import URL, Connection, Engine, create_engine, func, inspect, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError, ProgrammingError

from layers.changes import Change, ChangeSet, Revision
from layers.errors import StoreDamagedError, StoreUnavailableError
from layers.plan import Plan
from layers.store import migration
from layers.store.creation import Filling, plan_filling
from layers.store.listening import CHANNEL, HEAD, HeadListener
from layers.store.sql import SqlStore, foreseen
from layers.store.tables import FEATURES, metadata

_DRIVER = "postgresql+psycopg"
_BUILDING = 0x6F6E656D6170  # "onemap": the lock of those who find a database empty
_WAITS = {
    "connect_timeout": 5,
    "options": "-c statement_timeout=60s -c lock_timeout=30s",
    # A server that is gone without a word is noticed after some ten seconds.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


class PostgisStore(SqlStore):
    """A store in a PostgreSQL database with PostGIS."""

    def __init__(self, url: str) -> None:
        address = _address(url)
        engine = _engine(address)
        super().__init__(
            engine,
            engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True),
        )
        self._address = address
        self._listener: HeadListener | None = None

    @classmethod
    def build(cls, url: str, filling: Filling) -> bool:
        """Make the tables with their first rows in one transaction; return false if they are there.

        Of several that do so at once one makes them, and the others wait for it.

        Raises
        ------
        StoreUnavailableError
            If the database cannot be reached, or has no PostGIS.
        StoreDamagedError
            If it holds tables of these names that are not ours.
        """
        with closing(cls(url)) as store, foreseen(), store._engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.execute(select(func.pg_advisory_xact_lock(_BUILDING)))
            if migration.version(connection) is not None:
                return False
            _refuse_others(connection)
            _need_postgis(connection)
            migration.upgrade(connection)
            filling(store, connection)
            store.complete(connection)
            return True

    @classmethod
    def create(cls, url: str, plan: Plan) -> None:
        """Make the tables with a plan as the first revision, unless they are there.

        Raises
        ------
        StoreUnavailableError
            If the database cannot be reached, or has no PostGIS.
        StoreDamagedError
            If it holds tables of these names that are not ours.
        """
        cls.build(url, plan_filling(plan))

    @classmethod
    def upgrade(cls, url: str) -> None:
        """Bring the tables of an earlier version to this one, in one transaction.

        Raises
        ------
        StoreUnavailableError
            If the database cannot be reached, or is of a later version.
        StoreDamagedError
            If it holds no store of ours.
        """
        with closing(cls(url)) as store, foreseen(), store._engine.begin() as connection:
            if migration.version(connection) is None:
                migration.check(connection)
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            migration.upgrade(connection)

    @classmethod
    def open(cls, url: str) -> "PostgisStore":
        """Return the store of a database and listen for what others commit.

        Raises
        ------
        StoreUnavailableError
            If the database cannot be reached, or is of another version.
        StoreDamagedError
            If it holds no store of ours.
        """
        store = cls(url)
        try:
            with store.reading() as connection:
                migration.check(connection)
        except BaseException:
            store.close()
            raise
        _, parameters = store._engine.dialect.create_connect_args(store._address)
        store._listener = HeadListener({**parameters, **_WAITS})
        return store

    def head(self) -> int:
        """Return the number of the last committed revision; another's is known in a second."""
        known = None if self._listener is None else self._listener.head()
        if known is not None:
            return known
        with self.reading() as connection:
            return int(connection.exec_driver_sql(HEAD).scalar_one())

    def apply(
        self, change_set: ChangeSet, *, expected_revision: int | None = None
    ) -> tuple[Revision, tuple[Change, ...]]:
        """Commit all changes in one transaction and return the revision and what was stored."""
        revision, changes = super().apply(change_set, expected_revision=expected_revision)
        if self._listener is not None:
            self._listener.advance(revision.number)
        return revision, changes

    def grant_reader(self, role: str) -> None:
        """Let a role of the database read the typed tables, and nothing else of the store.

        Raises
        ------
        StoreUnavailableError
            If there is no such role, or granting is not allowed.
        """
        name = self._engine.dialect.identifier_preparer.quote_identifier(role)
        tables = ", ".join(FEATURES)
        try:
            with self.writing() as connection:
                schema = connection.exec_driver_sql("SELECT quote_ident(current_schema())")
                connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema.scalar_one()} TO {name}")
                connection.exec_driver_sql(f"GRANT SELECT ON {tables} TO {name}")
        except StoreUnavailableError as error:
            if not isinstance(error.__cause__, ProgrammingError):
                raise
            raise StoreUnavailableError(
                "the role cannot be granted anything; make it first (CREATE ROLE … LOGIN) and "
                "connect as the owner of the tables",
                "无法授权该角色；请先建立角色（CREATE ROLE … LOGIN），并以表的所有者连接",
            ) from error

    def complete(self, connection: Connection) -> None:
        """Let numbers go on after the rows that were written with theirs."""
        for table in metadata.sorted_tables:
            column = table.autoincrement_column
            if column is not None:
                last = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
                counter = func.pg_get_serial_sequence(table.name, column.name)
                connection.execute(select(func.setval(counter, last, text("false"))))

    def faults(self, connection: Connection) -> Iterator[str]:
        """Return nothing: the pages are the server's business (pg_amcheck, data checksums)."""
        del connection
        return iter(())

    def close(self) -> None:
        """Let go of the connections and stop listening."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        super().close()

    @contextmanager
    def _writer(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            connection.exec_driver_sql("LOCK TABLE onemap_revision IN SHARE ROW EXCLUSIVE MODE")
            yield connection

    def _on_commit(
        self, connection: Connection, revision: Revision, changes: Sequence[Change]
    ) -> None:
        del changes
        connection.execute(select(func.pg_notify(CHANNEL, str(revision.number))))


def _address(url: str) -> URL:
    try:
        return make_url(url).set(drivername=_DRIVER)
    except (ArgumentError, ValueError) as error:
        raise StoreUnavailableError(
            "this is no address of a database; write postgresql://user@host:5432/database",
            "数据库地址格式不对；应为 postgresql://用户@主机:5432/数据库",
        ) from error


def _engine(address: URL) -> Engine:
    return create_engine(
        address,
        connect_args=_WAITS,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=10,
        pool_timeout=20,
    )


def _refuse_others(connection: Connection) -> None:
    taken = sorted(metadata.tables.keys() & set(inspect(connection).get_table_names()))
    if taken:
        raise StoreDamagedError(
            f"the database has a table {taken[0]} that is not onemap's; name an empty database",
            f"数据库中已有其他程序的表 {taken[0]}；请指定空数据库",
        )


def _need_postgis(connection: Connection) -> None:
    present = "SELECT count(*) FROM pg_extension WHERE extname = 'postgis'"
    if connection.exec_driver_sql(present).scalar_one():
        return
    try:
        connection.exec_driver_sql("CREATE EXTENSION postgis")
    except DBAPIError as error:
        raise StoreUnavailableError(
            "the database has no PostGIS; let its administrator run CREATE EXTENSION postgis",
            "数据库没有 PostGIS；请管理员运行 CREATE EXTENSION postgis",
        ) from error
