"""The commands of ``onemap store``: what they do, print and return."""

import json
from contextlib import closing

import pytest
from click.testing import CliRunner
from edits import added, changes, project
from postgis_server import PASSWORD
from sqlalchemy import text

from api.cli import main
from layers.plan import default_folder, read_plan
from layers.store import open_store
from layers.store.geopackage import GeoPackageStore


def run(*arguments):
    return CliRunner().invoke(main, ["store", *map(str, arguments)])


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "district.gpkg"
    GeoPackageStore.create(path, read_plan(default_folder()))
    with closing(open_store(path)) as store:
        store.apply(changes(added(project("P-new"))))
    return path


def figures(target):
    return json.loads(run("info", target, "--json").output)


def test_info_says_what_a_store_holds(file):
    found = figures(file)
    assert (found["revision"], found["author"], found["features"]["projects"]) == (2, "张工", 302)
    lines = dict(line.split(None, 1) for line in run("info", file).output.splitlines())
    assert (lines["revision"], lines["projects"], lines["kind"]) == ("2", "302", "sqlite")


def test_a_backup_is_restored_with_the_same_digest(file, tmp_path):
    answer = run("backup", file, tmp_path / "backup.gpkg")
    assert (answer.exit_code, answer.stdout) == (0, f"已备份 backed up to {tmp_path}/backup.gpkg\n")
    assert run("restore", tmp_path / "backup.gpkg", tmp_path / "restored.gpkg").exit_code == 0
    assert figures(tmp_path / "restored.gpkg") == figures(file)


def test_a_store_moves_to_a_database_and_back(file, tmp_path, database):
    answer = run("copy", file, database)
    assert answer.exit_code == 0
    assert PASSWORD not in answer.output
    assert run("verify", database).exit_code == 0
    assert run("copy", database, tmp_path / "back.gpkg").exit_code == 0
    assert figures(tmp_path / "back.gpkg") == figures(file)


def test_a_taken_place_ends_with_one_clear_line(file):
    answer = run("copy", file, file)
    assert answer.exit_code == 1
    assert answer.stderr.count("\n") == 1
    assert "nothing is written over" in answer.stderr


def test_verify_names_what_is_wrong_and_ends_with_one(file):
    sound = run("verify", file)
    assert (sound.exit_code, sound.output) == (0, "完好 sound\n")
    with closing(open_store(file)) as store, store.writing() as connection:
        connection.execute(text("UPDATE projects SET name = '改写' WHERE id = 'P-new'"))
    answer = run("verify", file, "--json")
    assert answer.exit_code == 1
    assert [row["place"] for row in json.loads(answer.output)] == ["projects/P-new"]
    assert "projects/P-new" in run("verify", file).output


def test_an_older_store_is_upgraded(file):
    with closing(open_store(file)) as store, store.writing() as connection:
        for name in ("onemap_token", "onemap_audit"):
            connection.execute(text(f"DROP TABLE {name}"))
        connection.execute(text("UPDATE onemap_version SET version_num = '0001'"))
    refused = run("info", file)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "onemap store upgrade" in refused.stderr
    assert run("upgrade", file).exit_code == 0
    assert figures(file)["revision"] == 2


def test_a_role_is_granted_in_a_database_only(file, database):
    assert run("grant-reader", file, "planners").exit_code == 2
    run("copy", file, database)
    answer = run("grant-reader", database, "nobody-of-this-name")
    assert answer.exit_code == 1
    assert "CREATE ROLE" in answer.stderr


@pytest.mark.parametrize(
    "arguments", [("info",), ("copy", "only-one"), ("restore", "absent.gpkg", "x.gpkg"), ("none",)]
)
def test_wrong_usage_ends_with_two(arguments):
    assert run(*arguments).exit_code == 2


def test_an_absent_store_is_not_made(tmp_path):
    for arguments in (("info", "a.gpkg"), ("verify", "a.gpkg"), ("upgrade", "a.gpkg")):
        assert run(arguments[0], tmp_path / arguments[1]).exit_code == 1
    assert list(tmp_path.iterdir()) == []
