"""A store moves whole, history and all, and a backup is whole or absent."""

import os
import threading
from contextlib import closing

import pytest
from edits import added, changes, deleted, edited, project
from sqlalchemy import select, update

from layers.changes import Change
from layers.errors import StoreDamagedError, StoreNotEmptyError, StoreUnavailableError
from layers.store import open_store
from layers.store.geopackage import GeoPackageStore
from layers.store.tables import AUDIT, FEATURES, OUTSIDE, TOKENS, metadata
from layers.store.transfer import backup, copy, restore
from layers.store.verifying import verify

TARGETS = ("geopackage", "postgis")


@pytest.fixture(params=TARGETS)
def target(request, tmp_path):
    """Where nothing is yet."""
    if request.param == "geopackage":
        return tmp_path / "copy" / "onemap.gpkg"
    return request.getfixturevalue("other_database")


@pytest.fixture
def lived(store):
    """A store with a history: edits, a deletion, a find of another program's writing."""
    one, two = project("P-one", 所属街道="舜耕街道", 投资={"万元": 1200.5}), project("P-two", None)
    store.apply(changes(added(one), added(two)))
    store.apply(changes(edited(one, stage="建设"), deleted(two), reason="开工 '; --"))
    store.apply(changes(added(project("P-three", 117.123456789012345, 36.6))))
    write_behind(store, "P-one")
    store.load()
    return store


def write_behind(store, feature_id):
    """Write as another program would: into the typed table alone."""
    table = FEATURES["projects"]
    with store.writing() as connection:
        connection.execute(update(table).where(table.c.id == feature_id).values(name="改写"))


def rows_of(store):
    with store.reading() as connection:
        return {
            table.name: [
                tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in metadata.sorted_tables
        }


def test_a_copy_holds_everything_and_goes_on_alike(lived, target):
    copy(lived, target)
    with closing(open_store(target)) as other:
        assert rows_of(other) == rows_of(lived)
        assert len(rows_of(other)["onemap_outside"]) == 1
        assert verify(other) == ()
        assert other.load() == lived.load()
        for number in range(1, lived.head() + 1):
            assert other.revision(number) == lived.revision(number)
        revision, [change] = other.apply(changes(added(project("P-next"))))
        assert (revision.number, change.sequence) == (5, 305)
        write_behind(other, "P-next")
        assert other.load().revision == 5
        with other.reading() as connection:
            assert len(connection.execute(select(OUTSIDE)).all()) == 2


def test_a_copy_says_how_far_it_is(lived, target):
    said = []
    copy(lived, target, lambda done, total: said.append((done, total)))
    assert said[-1][0] == said[-1][1] == sum(len(rows) for rows in rows_of(lived).values())
    assert [done for done, _ in said] == sorted({done for done, _ in said})


def test_a_collection_that_was_emptied_moves_as_well(store, target):
    zones = store.load().layers["zones"]
    store.apply(changes(*(Change("zones", zone["id"], zone, None) for zone in zones)))
    copy(store, target)
    with closing(open_store(target)) as other:
        assert other.load().layers["zones"] == []
        assert verify(other) == ()


def test_tokens_and_the_audit_log_move_as_well(lived, target):
    token = {"id": "t1", "name": "李工", "role": "editor", "digest": "0" * 64}
    token |= {"created": lived.revision(1).at, "may_skip_lock": False}
    with lived.writing() as connection:
        connection.execute(TOKENS.insert(), [token])
    copy(lived, target)
    with closing(open_store(target)) as other, other.reading() as connection:
        assert [row.name for row in connection.execute(select(TOKENS))] == ["李工"]
        assert len(connection.execute(select(AUDIT)).all()) == 4


def test_nothing_is_written_over(lived, target, plan):
    open_store(target, lambda: plan).close()
    with pytest.raises(StoreNotEmptyError):
        copy(lived, target)
    with closing(open_store(target)) as other:
        assert other.head() == 1


def test_a_copy_that_is_interrupted_leaves_nothing(lived, target, plan):
    def stop(done, total):
        if done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy(lived, target, stop)
    with pytest.raises((StoreUnavailableError, StoreDamagedError)):
        open_store(target)
    copy(lived, target)
    with closing(open_store(target)) as other:
        assert other.head() == lived.head()


def test_a_backup_that_is_interrupted_leaves_no_file(lived, tmp_path):
    def stop(done, total):
        raise KeyboardInterrupt

    (tmp_path / "backups").mkdir()
    with pytest.raises(KeyboardInterrupt):
        backup(lived, tmp_path / "backups" / "one.gpkg", stop)
    assert os.listdir(tmp_path / "backups") == []


def test_a_backup_taken_while_others_write_is_one_committed_revision(store, tmp_path):
    stop = threading.Event()

    def write():
        number = 0
        while not stop.is_set():
            parts = [added(project(f"P-{number}-{half}")) for half in "ab"]
            store.apply(changes(*parts))
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for turn in range(3):
            backup(store, tmp_path / f"{turn}.gpkg")
    finally:
        stop.set()
        writer.join()
    heads = []
    for turn in range(3):
        restored = tmp_path / f"restored-{turn}.gpkg"
        restore(tmp_path / f"{turn}.gpkg", restored)
        with closing(open_store(restored)) as back:
            plan = back.load()
            heads.append(plan.revision)
            assert len(plan.layers["projects"]) == 301 + 2 * (plan.revision - 1)
            assert back.revision(plan.revision) == store.revision(plan.revision)
    assert heads == sorted(heads)
    assert store.head() > heads[0]


def test_a_backup_never_takes_the_place_of_a_file(lived, tmp_path):
    (tmp_path / "kept.gpkg").write_text("notes")
    with pytest.raises(StoreNotEmptyError):
        backup(lived, tmp_path / "kept.gpkg")
    assert (tmp_path / "kept.gpkg").read_text() == "notes"
    for no_file in (tmp_path, "postgresql://onemap@127.0.0.1/district"):
        with pytest.raises(StoreUnavailableError, match="a backup is a file"):
            backup(lived, no_file)


def test_a_backup_is_restored_into_either_kind_of_store(lived, tmp_path, target):
    backup(lived, tmp_path / "backup.gpkg")
    restore(tmp_path / "backup.gpkg", target)
    with closing(open_store(target)) as back:
        assert rows_of(back) == rows_of(lived)


def test_a_damaged_backup_is_not_restored(plan, tmp_path):
    path = tmp_path / "backup.gpkg"
    GeoPackageStore.create(path, plan)
    content = path.read_bytes()
    place = content.rindex("兴隆".encode())
    path.write_bytes(content[:place] + b"X" + content[place + 1 :])
    with pytest.raises(StoreDamagedError):
        restore(path, tmp_path / "restored.gpkg")
    assert not (tmp_path / "restored.gpkg").exists()


def test_a_backup_that_is_absent_is_an_error_of_ours(tmp_path):
    with pytest.raises(StoreUnavailableError):
        restore(tmp_path / "absent.gpkg", tmp_path / "restored.gpkg")
    assert os.listdir(tmp_path) == []
