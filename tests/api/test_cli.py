import json
import shutil

import pytest
from click.testing import CliRunner

from api.cli import main


@pytest.fixture(autouse=True)
def own_store(tmp_path, monkeypatch):
    """A store of the test's own, never that of the user who runs it."""
    monkeypatch.setenv("ONEMAP_STORE", str(tmp_path / "own.gpkg"))


def run(*arguments, **environment):
    return CliRunner().invoke(main, list(arguments), env=environment)


def commands(group, *names):
    """The words of every command, those of groups included."""
    for name, command in sorted(group.commands.items()):
        yield (*names, name)
        yield from commands(command, *names, name) if hasattr(command, "commands") else ()


@pytest.mark.parametrize("words", list(commands(main)), ids=" ".join)
def test_every_command_explains_itself_with_an_example(words):
    answer = run(*words, "--help")
    assert answer.exit_code == 0
    assert "Example: onemap" in answer.output


def test_stats_close_on_the_terminal_and_as_json():
    lines = run("stats").output.splitlines()
    assert lines[-1].split()[0] == "301"
    answer = json.loads(run("stats", "--by", "stages", "--json").output)
    assert answer["by"] == "stages"
    assert "不可相加" in run("stats", "--by", "areas").output


def test_a_wrong_option_ends_with_two():
    assert run("stats", "--by", "nothing").exit_code == 2
    assert run("serve", "--port", "99999").exit_code == 2
    assert run("serve", ONEMAP_BASEMAP_URL="ftp://x").exit_code == 2


def test_data_that_cannot_be_read_end_with_one_clear_line(tmp_path):
    answer = run("stats", "--data", str(tmp_path))
    assert answer.exit_code == 1
    assert answer.stderr.count("\n") == 1
    assert "district.geojson" in answer.stderr


def test_build_data_writes_the_same_files(data_folder, tmp_path):
    answer = run("build-data", "--sources", str(data_folder / "sources"), "--out", str(tmp_path))
    assert answer.exit_code == 0
    assert len(answer.output.splitlines()) == 7
    assert (tmp_path / "zones.geojson").read_bytes() == (data_folder / "zones.geojson").read_bytes()


def test_doctor_finds_everything_in_place():
    answer = run("doctor", "--json")
    checks = {check["name"]: check for check in json.loads(answer.output)}
    assert answer.exit_code == 0
    assert all(check["ok"] for check in checks.values())
    assert list(checks) == ["python", "packages", "proj", "gdal", "data", "store", "assets"]


def test_doctor_names_what_is_wrong(data_folder, tmp_path):
    copy = shutil.copytree(data_folder, tmp_path / "data")
    (copy / "areas.geojson").write_text("{", encoding="utf-8")
    answer = run("doctor", "--data", str(copy))
    assert answer.exit_code == 1
    assert "FAIL data: areas.geojson" in answer.output


def test_a_token_is_made_once_listed_without_its_secret_and_revoked():
    made = run("token", "create", "--role", "editor", "--name", "李工", "--days", "90")
    secret = made.stdout.strip()
    assert secret.startswith("onemap_")
    [listed] = json.loads(run("token", "list", "--json").output)
    assert (listed["name"], listed["role"], listed["revoked"]) == ("李工", "editor", None)
    assert secret not in run("token", "list").output
    assert run("token", "revoke", listed["id"]).exit_code == 0
    again = run("token", "revoke", listed["id"])
    assert (again.exit_code, again.stderr.count("\n")) == (1, 1)
    assert "revoked" in run("token", "list").output


def test_a_store_without_tokens_is_served_to_this_machine_only():
    refused = run("serve", "--host", "0.0.0.0", "--port", "8899")
    assert refused.exit_code == 1
    assert "onemap token create" in refused.stderr


def test_a_property_is_made_internal_and_listed_as_such():
    assert run("field", "set", "projects", "note", "internal").exit_code == 0
    rows = json.loads(run("field", "list", "--json").output)
    levels = {(row["collection"], row["property"]): row["public"] for row in rows}
    assert levels["projects", "note"] is False
    assert levels["areas", "note"] is True
    assert "internal  projects  note" in run("field", "list").output
    refused = run("field", "set", "projects", "stage", "internal")
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
