"""The commands of docs/operating.md do what it says, in its order."""

import re
import shlex
import socket
import time
from contextlib import closing
from pathlib import Path

import httpx2
import psycopg
import pytest
from click.testing import CliRunner
from edits import added, changes, project
from postgis_server import PASSWORD
from writing_process import started

from api.cli import main
from layers.plan import default_folder, read_plan
from layers.store import open_store
from layers.store.geopackage import GeoPackageStore

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
ADDRESS = "postgresql://onemap@127.0.0.1:5432/district"
STARTS_WITHIN_S, KNOWS_WITHIN_S = 90, 5


def blocks(kind):
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.M | re.S)


@pytest.fixture
def district(tmp_path, monkeypatch):
    """The file that the page names, in the folder where its commands are run."""
    monkeypatch.chdir(tmp_path)
    GeoPackageStore.create(tmp_path / "district.gpkg", read_plan(default_folder()))


def serve(arguments, address):
    """Start the server as the page does, edit beside it, and see every worker know of it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = started("-c", "from api.cli import main; main()", *arguments, "--port", str(port))
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            assert until(lambda: revision(client) == 1, STARTS_WITHIN_S)
            with closing(open_store(address)) as store:
                store.apply(changes(added(project("P-new"))))
            assert until(lambda: {revision(client) for _ in range(20)} == {2}, KNOWS_WITHIN_S)
    finally:
        process.terminate()
        process.communicate(timeout=30)


def revision(client):
    """The revision that a worker answers with, on a connection of its own; none if it does not."""
    try:
        answer = client.get("/health", headers={"Connection": "close"})
    except httpx2.TransportError:
        return None
    return answer.json()["revision"] if answer.status_code == 200 else None


def until(condition, within_s):
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_every_command_of_the_page_runs_in_its_order(district, database, postgis, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    address = database.replace(f":{PASSWORD}@", "@")
    role = next(sql for sql in blocks("sql") if "planners" in sql)
    with postgis.connect("postgres") as connection:
        connection.execute(role.replace("…", PASSWORD))
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    assert len(lines) >= 9
    for line in lines:
        program, *arguments = shlex.split(line.replace(ADDRESS, address))
        assert program == "onemap"
        if arguments[0] == "serve":
            serve(arguments, address)
            continue
        answer = CliRunner().invoke(main, arguments)
        assert answer.exit_code == 0, (line, answer.output)
    as_reader = psycopg.conninfo.make_conninfo(database, user="planners")
    with psycopg.connect(as_reader) as connection:
        assert connection.execute("SELECT count(*) FROM projects").fetchone() == (302,)
