"""A process that commits edits to a store and says each number that was acknowledged.

Run as ``python writing_process.py TARGET NAME``; it goes on until it is killed. With a third
word no file may grow beyond so many bytes, as on a full disk; it ends with the error's code.
"""

import itertools
import os
import subprocess
import sys
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parent


def pair(name, number):
    """The ids of the two features of one edit."""
    return f"P-{name}-{number}-a", f"P-{name}-{number}-b"


def write_forever(target, name):
    from edits import added, changes, project

    from layers.store import open_store

    store = open_store(target)
    for number in itertools.count():
        parts = [added(project(feature_id)) for feature_id in pair(name, number)]
        revision, _ = store.apply(changes(*parts, author=name, reason=str(number)))
        print(revision.number, number, flush=True)  # noqa: T201


def write_until_full(target, name, limit):
    import resource
    import signal

    from layers.errors import StoreError

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    try:
        write_forever(target, name)
    except StoreError as error:
        sys.exit(error.code)


def started(*command, errors=False):
    """A process with the project's and the tests' modules, its lines in a pipe."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(TESTS.parent), str(TESTS)))}
    return subprocess.Popen(
        [sys.executable, *command],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if errors else None,
        text=True,
    )


def killed_while_writing(target, name, *, after_s):
    """Start a writer, kill it ``after_s`` seconds after its first edit; what it acknowledged.

    Each line is the number of a revision and the number of the edit in it.
    """
    process = started(__file__, str(target), name)
    with process.stdout as lines:
        first = lines.readline()
        time.sleep(after_s)
        process.kill()
        rest = lines.read()
    process.wait()
    return acknowledged_in(first + rest)


def acknowledged_in(said):
    """The revisions and edits in what a writer said; a line that a kill cut off is none."""
    lines = [line.split() for line in said.splitlines(keepends=True) if line.endswith("\n")]
    return [(int(revision), int(number)) for revision, number in lines]


def lost(store, name, acknowledged):
    """Which acknowledged revisions are not in the store, and which edits are there by half."""
    present = {feature["id"] for feature in store.load().layers["projects"]}
    missing = [
        revision
        for revision, number in acknowledged
        if (store.revision(revision).author, store.revision(revision).reason) != (name, str(number))
        or not present.issuperset(pair(name, number))
    ]
    own = [feature_id for feature_id in present if feature_id.startswith(f"P-{name}-")]
    halves = len(own) % 2 or any(
        not present.issuperset(pair(name, feature_id.split("-")[-2])) for feature_id in own
    )
    return missing, bool(halves)


if __name__ == "__main__":
    (write_until_full if len(sys.argv) > 3 else write_forever)(*sys.argv[1:])
