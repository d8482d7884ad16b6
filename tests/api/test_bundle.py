"""A bundle installs onemap where there is no network at all."""

import os
import shutil
import subprocess
import sys

import pytest
from click.testing import CliRunner

from api.cli import main

NO_NETWORK = ["unshare", "--net", "--map-root-user"]


def without_network():
    """Return what cuts the network off a command: a namespace, or else a way to nowhere."""
    probe = shutil.which("unshare") and subprocess.run([*NO_NETWORK, "true"], check=False)
    return NO_NETWORK if probe and probe.returncode == 0 else []


def run(*arguments):
    return CliRunner().invoke(main, ["bundle", *map(str, arguments)])


def test_a_folder_that_is_there_is_refused_and_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    answer = run(tmp_path)
    assert (answer.exit_code, answer.stderr.count("\n")) == (1, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.slow
def test_a_bundle_installs_and_starts_with_the_network_cut(tmp_path):
    out = tmp_path / "bundle"
    answer = run(out)
    assert answer.exit_code == 0, answer.output
    assert {path.name for path in out.iterdir()} == {
        "README.txt",
        "SHA256SUMS",
        "install.cmd",
        "install.sh",
        "requirements.txt",
        "wheels",
    }
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=out, check=True)
    nowhere = "http://127.0.0.1:9"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHON": sys.executable,
        "HTTPS_PROXY": nowhere,
        "HTTP_PROXY": nowhere,
    }
    command = [*without_network(), "sh", str(out / "install.sh")]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok   assets" in done.stdout
    stats = [*without_network(), str(out / "venv/bin/onemap"), "stats", "--store", "s.gpkg"]
    told = subprocess.run(
        stats, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert told.stdout.splitlines()[-1].split()[0] == "301"
