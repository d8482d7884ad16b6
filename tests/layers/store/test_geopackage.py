"""The file: what is acknowledged stays, other programs read it, nothing of others is touched."""

import json
import os
import sqlite3
import tempfile
import threading
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import reading_process
import shapely
import writing_process
from edits import added, changes, project
from sqlalchemy import select
from writing_process import acknowledged_in, killed_while_writing, lost, started

from layers.errors import StoreDamagedError, StoreUnavailableError
from layers.features import geometry_of
from layers.schema import SCHEMAS
from layers.store import open_store
from layers.store.creation import plan_filling
from layers.store.geopackage import GeoPackageStore
from layers.store.tables import OUTSIDE
from layers.store.verifying import verify

ROUNDS = 10
NOBODY = 65534


@pytest.fixture
def file(plan, tmp_path):
    path = tmp_path / "onemap.gpkg"
    GeoPackageStore.create(path, plan)
    return path


def done(how, path):
    """What a process of another program said, after it has ended well."""
    process = started(reading_process.__file__, how, str(path))
    said, _ = process.communicate()
    assert process.returncode == 0
    return said


@contextmanager
def readers(path):
    """Other programs that open, read and close the file all the time."""
    processes = [
        started(reading_process.__file__, how, str(path)) for how in ("read-gdal", "read-sqlite")
    ]
    try:
        for process in processes:
            assert int(process.stdout.readline()) >= 301
        threads = [threading.Thread(target=process.stdout.read) for process in processes]
        for thread in threads:
            thread.start()
        yield
        assert [process.poll() for process in processes] == [None, None]
    finally:
        for process in processes:
            process.kill()
            process.wait()
        for thread in threads:
            thread.join()
        for process in processes:
            process.stdout.close()


def test_kills_lose_no_acknowledged_revision_while_other_programs_read(file):
    with readers(file):
        for turn in range(ROUNDS):
            acknowledged = killed_while_writing(file, f"w{turn}", after_s=0.02 * turn)
            assert acknowledged
            with closing(open_store(file)) as store:
                assert lost(store, f"w{turn}", acknowledged) == ([], False)
    with closing(open_store(file)) as store:
        assert verify(store) == ()
        assert store.head() == len(store.revisions(limit=100_000))


def test_another_program_reads_every_layer_whole(file, plan):
    with closing(open_store(file)) as store:
        store.apply(changes(added(project("P-new", 117.123456789012345, 36.6, count=3))))
        found = json.loads(done("describe-gdal", file))  # while the store is open
        loaded = store.load()
    assert found["warnings"] == []
    assert found["layers"] == [*reading_process.LAYERS, "onemap_revision"]
    assert found["revisions"] == ["onemap", "张工"]
    box = shapely.box(117.0, 36.6, 117.1, 36.7)
    for name, seen in found["seen"].items():
        assert seen["crs"] == "EPSG:4490"
        assert seen["fast_filter"] is True
        assert seen["fields"] == [*(field.name for field in SCHEMAS[name]), "extra"]
        features = loaded.layers[name]
        assert len(features) == len(seen["rows"])
        shapes = [geometry_of(feature) for feature in features]
        for feature, row, shape, wkb in zip(
            features, seen["rows"], shapes, seen["geometry"], strict=True
        ):
            for field in SCHEMAS[name]:
                value = feature["properties"][field.name]
                stored = row[field.name]
                if field.kind in ("json", "strings") and value is not None:
                    stored = json.loads(stored)
                assert stored == value, (feature["id"], field.name)
            assert (shape is None and wkb is None) or shapely.from_wkb(wkb).equals_exact(shape)
        assert seen["boxed"] == sorted(
            feature["id"]
            for feature, shape in zip(features, shapes, strict=True)
            if shape is not None and shape.intersects(box)
        )


def test_the_contents_of_the_file_say_what_changed_when_and_its_extent(file):
    def contents():
        with closing(sqlite3.connect(file)) as connection:
            rows = connection.execute(
                "SELECT table_name, last_change, min_x, min_y, max_x, max_y FROM gpkg_contents"
            ).fetchall()
        return {name: row for name, *row in rows}

    before = contents()
    with closing(open_store(file)) as store:
        revision, _ = store.apply(changes(added(project("P-far", 118.5, 37.5))))
    after = contents()
    assert after.pop("projects")[0][:19] == revision.at.isoformat()[:19]
    # The index keeps single precision and rounds outwards.
    assert contents()["projects"][3:] == pytest.approx([118.5, 37.5], abs=1e-5)
    assert contents()["projects"][3] >= 118.5
    before.pop("projects")
    assert after == before


def found_outside(store):
    with store.reading() as connection:
        rows = connection.execute(select(OUTSIDE).order_by(OUTSIDE.c.number)).all()
    return {row.id: row.found for row in rows}


def test_what_a_database_browser_changed_is_put_back_and_kept(file):
    with closing(open_store(file)) as store:
        ids = ("P-one", "P-two", "P-three", "P-four")
        store.apply(changes(*(added(project(feature_id)) for feature_id in ids)))
        committed = store.load()
    done("edit-sqlite", file)
    with closing(open_store(file)) as store:
        assert store.load() == committed
        found = found_outside(store)
        assert list(found) == ["P-one", "P-two", "P-three", "P-four"]
        assert found["P-one"]["properties"]["name"] == "改写"
        assert found["P-two"]["geometry"] is None
        assert found["P-three"]["properties"]["note"] == "ff"
        assert found["P-four"] is None
        store.load()
        assert len(found_outside(store)) == 4


def test_what_a_gis_pasted_is_taken_out_and_kept(file):
    with closing(open_store(file)) as store:
        committed = store.load()
    done("append-gdal", file)
    with closing(open_store(file)) as store:
        assert store.load() == committed
        assert found_outside(store)["P-pasted"]["id"] == "P-pasted"
        assert verify(store) == ()


def test_a_layer_that_a_gis_saved_over_is_named(file):
    done("overwrite-gdal", file)
    with pytest.raises(StoreDamagedError, match="projects"):
        open_store(file)


def test_files_that_are_no_store_are_refused_and_left_as_they_are(tmp_path, plan):
    with closing(sqlite3.connect(tmp_path / "database.gpkg")) as connection:
        connection.execute("CREATE TABLE projects (id)")
    (tmp_path / "empty.gpkg").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("党家 notes", encoding="utf-8")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    for path in before:
        with pytest.raises(StoreDamagedError):
            open_store(path, lambda: plan)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("name", ["x" * 5_000, "nul\x00.gpkg", "notes.txt/store.gpkg"])
def test_a_name_that_no_file_can_have_is_an_error_of_ours(tmp_path, plan, name):
    (tmp_path / "notes.txt").write_text("notes")
    with pytest.raises(StoreUnavailableError):
        open_store(f"{tmp_path}/{name}", lambda: plan)
    assert os.listdir(tmp_path) == ["notes.txt"]


def test_a_folder_holds_its_store(tmp_path, plan):
    open_store(tmp_path, lambda: plan).close()
    assert os.listdir(tmp_path) == ["onemap.gpkg"]
    with closing(open_store(tmp_path)) as store:
        assert store.head() == 1


def test_two_that_build_at_once_keep_the_first(tmp_path, plan):
    path = tmp_path / "onemap.gpkg"

    def second_comes_first(store, connection):
        GeoPackageStore.create(path.with_name("other.gpkg"), plan)
        path.with_name("other.gpkg").rename(path)
        with closing(open_store(path)) as other:
            other.apply(changes(added(project("P-acknowledged"))))
        return plan_filling(plan)(store, connection)

    assert GeoPackageStore.build(path, second_comes_first) is False
    with closing(open_store(path)) as store:
        assert store.head() == 2
    assert os.listdir(tmp_path) == ["onemap.gpkg"]


@pytest.mark.skipif(os.name != "posix", reason="the limit of a file's size is a POSIX one")
def test_a_full_disk_is_an_error_and_keeps_all_that_was_acknowledged(file):
    limit = str(file.stat().st_size + 300_000)
    process = started(writing_process.__file__, str(file), "w", limit, errors=True)
    said, errors = process.communicate()
    assert (process.returncode, errors) == (1, "store-unavailable\n")
    acknowledged = acknowledged_in(said)
    assert len(acknowledged) > 3
    with closing(open_store(file)) as store:
        assert lost(store, "w", acknowledged) == ([], False)
        assert verify(store) == ()
        assert store.head() == acknowledged[-1][0]
        store.apply(changes(added(project("P-after"))))


def test_a_store_is_not_made_by_half_on_a_full_disk(tmp_path):
    target = tmp_path / "new.gpkg"
    process = started("-c", MAKES, str(target), errors=True)
    _, errors = process.communicate()
    assert (process.returncode, errors) == (1, "store-unavailable\n")
    assert os.listdir(tmp_path) == []


MAKES = """
import resource, signal, sys
from layers.errors import StoreError
from layers.plan import default_folder, read_plan
from layers.store import open_store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    open_store(sys.argv[1], lambda: read_plan(default_folder()))
except StoreError as error:
    sys.exit(error.code)
"""


@contextmanager
def without_rights():
    """Let the process have no more rights than anybody, where it runs as root."""
    own = os.geteuid()
    if own == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(own)


@pytest.mark.skipif(os.name != "posix", reason="rights are POSIX ones")
def test_a_folder_that_cannot_be_written_is_named_and_nothing_is_lost(plan):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        GeoPackageStore.create(folder / "onemap.gpkg", plan)
        folder.chmod(0o555)
        with without_rights():
            with pytest.raises(StoreUnavailableError, match="rights"):
                open_store(folder / "new.gpkg", lambda: plan)
            with pytest.raises(StoreUnavailableError):
                open_store(folder / "sub" / "new.gpkg", lambda: plan)
            with pytest.raises(StoreUnavailableError):
                open_store(folder / "onemap.gpkg")
        folder.chmod(0o755)
        assert os.listdir(folder) == ["onemap.gpkg"]
        with closing(open_store(folder)) as store:
            assert verify(store) == ()
