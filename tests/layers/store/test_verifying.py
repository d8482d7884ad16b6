"""Damage is found and named with its place."""

import sqlite3
from contextlib import closing

import pytest
from edits import added, changes, deleted, edited, project
from sqlalchemy import text

from layers.errors import StoreDamagedError
from layers.store import open_store
from layers.store.geopackage import GeoPackageStore
from layers.store.verifying import verify


@pytest.fixture
def lived(store):
    one = project("P-one")
    store.apply(changes(added(one), added(project("P-two"))))
    store.apply(changes(edited(one, stage="建设"), deleted(project("P-two"))))
    store.apply(changes(added(project("P-three"))))
    return store


def places(store):
    return [problem.place for problem in verify(store)]


def test_a_sound_store_has_no_problem(lived):
    assert verify(lived) == ()


DAMAGE = {
    "a byte of a change": (
        """UPDATE onemap_change SET "after" = replace("after", '建设', '建没')"""
        " WHERE revision = 3",
        ["revision 3", "projects/P-one"],
    ),
    "a change that is no JSON": (
        'UPDATE onemap_change SET "before" = substr("before", 2)'
        " WHERE revision = 3 AND id = 'P-two'",
        ["revision 3, change 1, projects/P-two"] * 2,
    ),
    "a change that is gone": (
        "DELETE FROM onemap_change WHERE revision = 2 AND ordinal = 0",
        ["revision 2", "revision 2", "revision 3, change 0, projects/P-one"],
    ),
    "who made a revision": (
        "UPDATE onemap_revision SET author = '李工' WHERE number = 3",
        ["revision 3"],
    ),
    "when a revision was made": (
        "UPDATE onemap_revision SET at = replace(at, '+00:00', '+08:00') WHERE number = 3",
        ["revision 3"],
    ),
    "a time that is none": (
        "UPDATE onemap_revision SET at = 'yesterday' WHERE number = 3",
        ["revision 3"],
    ),
    "a digest": (
        "UPDATE onemap_revision SET digest = 'f0' || substr(digest, 3) WHERE number = 2",
        ["revision 2", "revision 3"],
    ),
    "the ledger": (
        "UPDATE onemap_feature SET digest = NULL WHERE id = 'P-three'",
        ["projects/P-three", "projects/P-three"],
    ),
    "a row of the features": (
        "UPDATE projects SET stage = '建成' WHERE id = 'P-one'",
        ["projects/P-one"],
    ),
    "a row that nobody committed": (
        "INSERT INTO projects (fid, id, name, category, kind, stage)"
        " VALUES (9999, 'P-own', 'x', 'x', 'x', 'x')",
        ["projects/P-own"],
    ),
    "a row that is gone": ("DELETE FROM projects WHERE id = 'P-three'", ["projects/P-three"]),
    "the indicators": (
        "UPDATE onemap_document SET content = replace(content, '2025', '2026')",
        ["revision 1"],
    ),
    "no indicators": ("DELETE FROM onemap_document", ["revision 1", "database"]),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_what_is_damaged_is_named(lived, name):
    statement, expected = DAMAGE[name]
    with lived.writing() as connection:
        assert connection.execute(text(statement)).rowcount >= 1
    assert places(lived) == expected


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_deleted_revision_is_named(lived, number):
    with lived.writing() as connection:
        connection.execute(text(f"DELETE FROM onemap_change WHERE revision = {number}"))
        connection.execute(text(f"DELETE FROM onemap_revision WHERE number = {number}"))
    found = places(lived)
    # The last one leaves no gap; the features that it made tell.
    assert found[0] == (f"revision {number}" if number < 4 else "projects/P-three")


@pytest.fixture
def file(plan, tmp_path):
    path = tmp_path / "onemap.gpkg"
    GeoPackageStore.create(path, plan)
    with closing(open_store(path)) as store:
        store.apply(changes(added(project("P-one", note="一个没有别处的词"))))
    return path


def test_a_flipped_byte_of_the_file_is_named(file):
    content = bytearray(file.read_bytes())
    words = "一个没有别处的词".encode()
    places_of_words = [at for at in range(len(content)) if content.startswith(words, at)]
    assert len(places_of_words) == 2  # in the features and in the log
    for at in places_of_words:
        damaged = bytearray(content)
        damaged[at] ^= 0x80  # no longer UTF-8 either
        file.write_bytes(damaged)
        with closing(open_store(file)) as store:
            found = places(store)
        assert found in (["projects/P-one"], ["revision 2", "projects/P-one"])


def test_a_damaged_page_is_found_at_the_start(file):
    content = bytearray(file.read_bytes())
    size = int.from_bytes(content[16:18], "big")
    for page in range(4, len(content) // size, 8):
        content[page * size : page * size + 200] = b"\x5a" * 200
    file.write_bytes(content)
    with pytest.raises(StoreDamagedError, match="restore a backup"):
        open_store(file)


def test_a_spatial_index_that_lost_a_row_is_named(file):
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DELETE FROM rtree_projects_geom WHERE id = 302")
        connection.commit()
    with closing(open_store(file)) as store:
        [problem] = verify(store)
    assert problem.place == "database"
    assert "rtree_projects_geom" in problem.message
