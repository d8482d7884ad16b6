"""What the store in PostGIS does beyond what every store does."""

import logging
import re
import threading
import time
import traceback
from contextlib import ExitStack, closing

import psycopg
import pytest
from edits import added, changes, project
from postgis_server import OWNER, PASSWORD
from writing_process import killed_while_writing, lost

from layers.errors import StoreBusyError, StoreDamagedError, StoreUnavailableError
from layers.model import CATALOGUE
from layers.store import open_store, shown

LISTENER = "onemap-listener"


def listeners():
    return [thread for thread in threading.enumerate() if thread.name == LISTENER]


def until(condition, *, within_s):
    """How long it takes until something holds, in seconds."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < within_s, "it did not happen in time"
        time.sleep(0.01)
    return time.monotonic() - start


@pytest.fixture
def shared(database, plan):
    """Two stores on one database, as two workers have them."""
    with (
        closing(open_store(database, lambda: plan)) as one,
        closing(open_store(database)) as two,
    ):
        yield one, two


def test_another_worker_knows_of_a_commit_within_a_second(shared):
    one, two = shared
    until(lambda: two.head() == 1, within_s=1)
    one.apply(changes(added(project("P-new"))))
    assert one.head() == 2
    assert until(lambda: two.head() == 2, within_s=1) < 1
    assert [change.feature_id for change in two.net_changes(1, 2)] == ["P-new"]


def test_a_head_that_is_known_can_be_read(shared):
    one, two = shared
    for number in range(2, 12):
        one.apply(changes(added(project(f"P-{number}"))))
        until(lambda wanted=number: two.head() >= wanted, within_s=1)
        assert two.revision(number).number == number


def test_workers_that_start_at_once_make_the_plan_once(database, plan):
    made = []

    def start():
        with closing(open_store(database, lambda: plan)) as store:
            made.append((store.load().revision, store.revision(1).digest))

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 6
    assert len(set(made)) == 1


def test_facts_are_not_read_where_a_store_is_there(shared, database):
    def never():
        raise AssertionError("the plan was read")

    with closing(open_store(database, never)) as store:
        assert store.head() == 1


def test_a_listener_that_lost_its_connection_listens_again(shared, database, caplog):
    one, two = shared
    with psycopg.connect(database, autocommit=True) as connection:
        gone = connection.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()[0]
    assert gone >= 2
    one.apply(changes(added(project("P-new"))))
    until(lambda: two.head() == 2, within_s=1)
    until(lambda: two._listener.head() == 2, within_s=5)
    assert PASSWORD not in caplog.text


def test_a_server_that_was_started_again_is_used_again(shared, postgis):
    one, two = shared
    one.apply(changes(added(project("P-before"))))
    postgis.stop()
    with pytest.raises(StoreUnavailableError):
        one.apply(changes(added(project("P-lost"))))
    postgis.start()
    assert one.apply(changes(added(project("P-after"))))[0].number == 3
    until(lambda: two.head() == 3, within_s=5)
    ids = {feature["id"] for feature in two.load().layers["projects"]}
    assert {"P-before", "P-after"} <= ids
    assert "P-lost" not in ids


def test_closing_ends_the_thread(database, plan):
    before = len(listeners())
    store = open_store(database, lambda: plan)
    assert len(listeners()) == before + 1
    store.close()
    assert len(listeners()) == before


def test_a_server_that_cannot_be_reached_is_named_without_the_password(database, caplog):
    caplog.set_level(logging.DEBUG)
    unreachable = re.sub(r":\d+/", ":1/", database)
    wrong = database.replace(PASSWORD, "wr0ng-word")
    for address, secret in ((unreachable, PASSWORD), (wrong, "wr0ng-word")):
        with pytest.raises(StoreUnavailableError) as caught:
            open_store(address)
        told = "".join(traceback.format_exception(caught.value)) + caplog.text
        assert secret not in told
        assert secret not in shown(address)


def test_an_address_that_is_none_is_refused():
    for address in ("postgresql://[", "postgresql://user@host:port/x", "mysql://host/x"):
        with pytest.raises(StoreUnavailableError):
            open_store(address)


def test_a_database_without_postgis_says_what_its_administrator_does(postgis, plan):
    with postgis.janitor(None) as janitor:
        with postgis.connect("postgres") as connection:
            connection.execute(f"ALTER DATABASE {janitor.dbname} OWNER TO {OWNER}")
        with pytest.raises(StoreUnavailableError, match="CREATE EXTENSION postgis"):
            open_store(postgis.address(janitor.dbname), lambda: plan)
        with closing(open_store(postgis.address(janitor.dbname, "postgres"), lambda: plan)) as made:
            assert made.head() == 1


def test_tables_of_others_are_left_alone(database, plan):
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE TABLE projects (id integer)")
        with pytest.raises(StoreDamagedError, match="projects"):
            open_store(database, lambda: plan)
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        assert {name for (name,) in tables} == {"projects", "spatial_ref_sys"}


def test_a_database_that_is_no_store_is_refused(database):
    with pytest.raises(StoreDamagedError):
        open_store(database)


def test_a_killed_writer_leaves_every_acknowledged_revision_and_no_half(database, plan):
    with closing(open_store(database, lambda: plan)) as store:
        for turn in range(3):
            acknowledged = killed_while_writing(database, f"w{turn}", after_s=0.3)
            assert acknowledged
            assert lost(store, f"w{turn}", acknowledged) == ([], False)
        numbers = [revision.number for revision in store.revisions(limit=10_000)]
        assert numbers == list(range(len(numbers), 0, -1))


def test_a_reader_may_read_the_layers_and_nothing_else(shared, database, postgis):
    one, _ = shared
    role = f'qgis "{postgis.port}'
    quoted = '"' + role.replace('"', '""') + '"'
    with postgis.connect("postgres") as connection:
        connection.execute(f"CREATE ROLE {quoted} LOGIN PASSWORD '{PASSWORD}'")
    one.grant_reader(role)
    parts = psycopg.conninfo.conninfo_to_dict(database) | {"user": role}
    with psycopg.connect(**parts, autocommit=True) as connection:
        for collection in CATALOGUE:
            [rows, srid] = connection.execute(
                f"SELECT count(*), min(ST_SRID(geom)) FROM {collection.id}"
            ).fetchone()
            assert (rows, srid) == (len(one.load().layers[collection.id]), 4490)
        refused = [
            "DELETE FROM projects",
            "INSERT INTO zones (id, name, rank) VALUES ('x', 'x', 1)",
            "UPDATE areas SET name = 'x'",
            "CREATE TABLE mine (id integer)",
            *(f"SELECT * FROM onemap_{name}" for name in ("change", "revision", "feature")),
            *(f"SELECT * FROM onemap_{name}" for name in ("token", "audit", "outside", "document")),
        ]
        for statement in refused:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
        known = connection.execute(
            "SELECT f_table_name FROM geometry_columns WHERE srid = 4490 AND type = 'GEOMETRY'"
        )
        assert {name for (name,) in known} == {collection.id for collection in CATALOGUE}


def test_a_role_that_is_not_there_is_told_to_be_made(shared):
    with pytest.raises(StoreUnavailableError, match="CREATE ROLE"):
        shared[0].grant_reader("nobody; DROP TABLE projects")


def test_a_box_is_found_by_the_spatial_index(shared, database):
    with psycopg.connect(database) as connection:
        connection.execute("SET enable_seqscan = off")
        box = "ST_MakeEnvelope(117, 36.6, 117.1, 36.7, 4490)"
        lines = connection.execute(f"EXPLAIN SELECT id FROM projects WHERE geom && {box}")
    assert any("ix_projects_geom" in line for (line,) in lines)


def test_when_every_connection_is_in_use_the_store_says_so(shared, monkeypatch):
    store, _ = shared
    monkeypatch.setattr(store._readers.pool, "_timeout", 0.1)
    with ExitStack() as others:
        for _ in range(15):
            others.enter_context(store.reading())
        with pytest.raises(StoreBusyError):
            store.revision(1)
    assert store.revision(1).number == 1
