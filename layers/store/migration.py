"""Bring the tables of a store to the version that this program writes."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from layers.errors import StoreDamagedError, StoreUnavailableError
from layers.store.tables import metadata

VERSION_TABLE = "onemap_version"
_LOCATION = "layers.store:migrations"


def upgrade(connection: Connection) -> None:
    """Run every migration that the store lacks, in the transaction that is open.

    Raises
    ------
    StoreUnavailableError
        If the store is of a later version.
    """
    found = version(connection)
    if found is not None and found not in _versions():
        raise _later(found)
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def check(connection: Connection) -> None:
    """Refuse a store that is not of this program's version.

    Raises
    ------
    StoreDamagedError
        If it is no store of onemap, or another program took a table away or changed its columns.
    StoreUnavailableError
        If it is older or newer.
    """
    versions, found = _versions(), version(connection)
    wanted = versions[0]
    if found is None:
        raise StoreDamagedError(
            "this is no onemap store; name another file or database",
            "这不是 onemap 的数据存储，请指定其他文件或数据库",
        )
    if found == wanted:
        _need_tables(connection)
        return
    if found in versions:
        raise StoreUnavailableError(
            f"the store is of version {found}, {wanted} is wanted; run `onemap store upgrade`",
            f"数据存储版本为 {found}，需要 {wanted}；请运行 onemap store upgrade",
        )
    raise _later(found)


def version(connection: Connection) -> str | None:
    """Return the version of the store's tables, null if it has none."""
    options = {"version_table": VERSION_TABLE}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def _need_tables(connection: Connection) -> None:
    for table in metadata.sorted_tables:
        try:
            connection.execute(select(table).limit(0))
        except (OperationalError, ProgrammingError) as error:
            if isinstance(error, OperationalError) and "no such" not in str(error.orig):
                raise
            raise StoreDamagedError(
                f"the table {table.name} is not there as onemap made it; restore a backup",
                f"表 {table.name} 缺失或被其他程序改动，请从备份恢复",
            ) from error


def _versions() -> list[str]:
    """Return the versions that this program knows, newest first."""
    return [step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions()]


def _later(found: str) -> StoreUnavailableError:
    return StoreUnavailableError(
        f"the store is of version {found}, which is newer than this onemap; install that one",
        f"数据存储版本 {found} 比本程序新，请升级 onemap",
    )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", _LOCATION)
    config.set_main_option("path_separator", "os")
    return config
