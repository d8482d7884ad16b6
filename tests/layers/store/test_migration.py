"""The tables of a store are those that the program writes, and an older store can follow."""

from contextlib import closing

import pytest
from alembic import command
from edits import added, changes, project
from sqlalchemy import NullPool, create_engine, text

from layers.errors import StoreDamagedError, StoreUnavailableError
from layers.store import migration, open_store
from layers.store.opening import place_of
from layers.store.tables import FEATURES, metadata

KINDS = ("geopackage", "postgis")


@pytest.fixture(params=KINDS)
def target(request, tmp_path):
    """Where a store can be made: a file or a database."""
    if request.param == "geopackage":
        return tmp_path / "onemap.gpkg"
    return request.getfixturevalue("database")


def columns_of(connection):
    """Every column of our tables, as the database describes it."""
    names = sorted(metadata.tables)
    if connection.dialect.name == "sqlite":
        return {
            (name, pragma): [tuple(row) for row in connection.exec_driver_sql(sql)]
            for name in names
            for pragma in ("table_info", "foreign_key_list", "index_list")
            for sql in [f"PRAGMA {pragma}({name})"]
        }
    tables = connection.exec_driver_sql(
        "SELECT table_name, column_name, udt_name, is_nullable, character_maximum_length,"
        " regexp_replace(column_default, '.*nextval.*', 'nextval')"
        " FROM information_schema.columns WHERE table_schema = current_schema()"
    )
    indexes = connection.exec_driver_sql(
        "SELECT tablename, indexname, indexdef LIKE '%%UNIQUE%%' FROM pg_indexes"
        " WHERE schemaname = current_schema() AND indexdef NOT LIKE '%%USING gist%%'"
    )
    references = connection.exec_driver_sql(
        "SELECT conrelid::regclass::text, conname, contype FROM pg_constraint"
        " WHERE connamespace = current_schema()::regnamespace"
    )
    parts = (tables, indexes, references)
    return {tuple(row) for rows in parts for row in rows if row[0] in names}


def made_from_metadata(target):
    """The same of tables that are made without migrations."""
    if not str(target).startswith("postgresql"):
        engine = create_engine("sqlite://")
        with engine.begin() as connection:
            metadata.create_all(connection)
            found = columns_of(connection)
        engine.dispose()
        return found
    engine = create_engine(
        target.replace("postgresql", "postgresql+psycopg", 1), poolclass=NullPool
    )
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA other")
        connection.exec_driver_sql("SET search_path = other, public")
        metadata.create_all(connection, checkfirst=False)
        return columns_of(connection)


def test_the_migrations_make_the_tables_that_the_program_uses(target, plan):
    with closing(open_store(target, lambda: plan)) as store, store.reading() as connection:
        made = columns_of(connection)
    assert len(made) >= 3 * len(metadata.tables)
    assert made == made_from_metadata(target)


def test_every_layer_has_a_spatial_index_in_postgis(database, plan):
    with closing(open_store(database, lambda: plan)) as store, store.reading() as connection:
        found = connection.exec_driver_sql(
            "SELECT tablename FROM pg_indexes WHERE indexdef LIKE '%%USING gist (geom)'"
        )
        assert set(found.scalars()) == set(FEATURES)


def older_store(target, plan, monkeypatch):
    """A store as the first version made it: without the tables of later ones."""
    open_store(target, lambda: plan).close()
    with closing(open_store(target)) as store, store.writing() as connection:
        for name in ("onemap_token", "onemap_audit"):
            connection.execute(text(f"DROP TABLE {name}"))
        connection.execute(text(f"UPDATE {migration.VERSION_TABLE} SET version_num = '0001'"))


def test_an_older_store_is_refused_until_it_is_upgraded(target, plan, monkeypatch):
    older_store(target, plan, monkeypatch)
    with pytest.raises(StoreUnavailableError, match="onemap store upgrade"):
        open_store(target)
    place_of(target).upgrade()
    place_of(target).upgrade()
    with closing(open_store(target)) as store:
        assert store.load().revision == 1
        assert store.apply(changes(added(project("P-new"))))[0].number == 2


def test_an_upgrade_that_fails_leaves_the_older_store(target, plan, monkeypatch):
    older_store(target, plan, monkeypatch)

    def fail(config, revision):
        original(config, revision)
        raise OSError("the program was stopped")

    original = command.upgrade
    with monkeypatch.context() as broken:
        broken.setattr(command, "upgrade", fail)
        with pytest.raises(OSError, match="stopped"):
            place_of(target).upgrade()
    with pytest.raises(StoreUnavailableError, match="onemap store upgrade"):
        open_store(target)


def test_a_store_of_a_later_program_is_refused(target, plan):
    with closing(open_store(target, lambda: plan)) as store, store.writing() as connection:
        connection.execute(text(f"UPDATE {migration.VERSION_TABLE} SET version_num = '9999'"))
    for act in (place_of(target).open, place_of(target).upgrade):
        with pytest.raises(StoreUnavailableError, match="newer"):
            act()


def test_what_is_no_store_cannot_be_upgraded(request, tmp_path):
    (tmp_path / "notes.gpkg").write_bytes(b"")
    with pytest.raises(StoreDamagedError):
        place_of(tmp_path / "notes.gpkg").upgrade()
    with pytest.raises(StoreDamagedError):
        place_of(request.getfixturevalue("database")).upgrade()
