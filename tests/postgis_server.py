"""A PostgreSQL server of the tests' own, with PostGIS, started once and gone at the end."""

import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from pytest_postgresql.janitor import DatabaseJanitor

OWNER, PASSWORD = "onemap", "s3cret-word"
TEMPLATE = "with_postgis"
# Without fsync a killed server loses nothing, only a machine without power would.
_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
fsync = off
"""


def binaries():
    """The folder of initdb and pg_ctl whose server has PostGIS; none if there is none."""
    for control in sorted(Path("/usr/share/postgresql").glob("*/extension/postgis.control")):
        folder = Path("/usr/lib/postgresql") / control.parts[-3] / "bin"
        if (folder / "initdb").exists():
            return folder
    if shutil.which("pg_config") and shutil.which("initdb"):
        share = subprocess.check_output(["pg_config", "--sharedir"], text=True).strip()
        if (Path(share) / "extension" / "postgis.control").exists():
            return Path(shutil.which("initdb")).parent
    return None


class Server:
    """A server in a folder of its own; as root it runs as user postgres, who owns the folder."""

    def __init__(self, folder):
        self.folder, self.data, self.binaries = folder, folder / "data", binaries()
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.numbers = itertools.count()

    def run(self, program, *arguments):
        command = [*self.as_user, self.binaries / program, "-D", self.data, *arguments]
        log = self.folder / f"{program}.log"
        with log.open("a") as out:
            done = subprocess.run(command, stdout=out, stderr=out, cwd=self.folder, check=False)
        assert done.returncode == 0, log.read_text()

    def make(self):
        secret = self.folder / "secret"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        given = ("--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--locale=C")
        self.run("initdb", "--username=postgres", *given)
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write(f"{_SETTINGS}port = {self.port}\n")
        self.start()
        with self.connect("postgres") as connection:
            connection.execute(f"CREATE ROLE {OWNER} LOGIN PASSWORD '{PASSWORD}'")
            connection.execute(f"CREATE DATABASE {TEMPLATE}")
        with self.connect(TEMPLATE) as connection:
            connection.execute("CREATE EXTENSION postgis")

    def start(self):
        self.run("pg_ctl", "-w", "-l", self.folder / "server.log", "start")

    def stop(self):
        self.run("pg_ctl", "-w", "-m", "immediate", "stop")

    def connect(self, database, user="postgres"):
        return psycopg.connect(self.address(database, user), autocommit=True)

    def address(self, database, user=OWNER):
        return f"postgresql://{user}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def janitor(self, template):
        return DatabaseJanitor(
            user="postgres",
            password=PASSWORD,
            host="127.0.0.1",
            port=self.port,
            dbname=f"test_{next(self.numbers)}",
            template_dbname=template,
        )


@pytest.fixture(scope="session")
def postgis():
    """The server; skips by name where PostGIS is missing (scripts/postgis.sh installs it)."""
    if binaries() is None:
        pytest.skip("PostGIS is not installed")
    folder = Path(tempfile.mkdtemp(prefix="onemap-postgis-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    server = Server(folder)
    try:
        server.make()
        yield server
    finally:
        if (server.data / "postmaster.pid").exists():
            server.stop()
        shutil.rmtree(folder)


@contextmanager
def new_database(server):
    """The address of a fresh database with PostGIS, whose owner is no superuser."""
    with server.janitor(TEMPLATE) as janitor:
        with server.connect("postgres") as connection:
            connection.execute(f"ALTER DATABASE {janitor.dbname} OWNER TO {OWNER}")
        yield server.address(janitor.dbname)


@pytest.fixture
def database(postgis):
    """A fresh database."""
    with new_database(postgis) as address:
        yield address


@pytest.fixture
def other_database(postgis):
    """Another one, for what moves from the first."""
    with new_database(postgis) as address:
        yield address
