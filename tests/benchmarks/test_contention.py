"""A thousand edits of one number by sixteen clients, on each store: none is lost."""

import time

import pytest
from contention import EDITORS, count_up
from serving import running

from api.settings import Settings
from layers.access import Gate
from layers.workspace import Workspace

pytestmark = pytest.mark.benchmark
TIMES = 1_000


@pytest.mark.parametrize("kind", ["geopackage", "postgis"])
def test_a_thousand_edits_at_once_lose_nothing(request, tmp_path, kind, capsys):
    file = str(tmp_path / "onemap.gpkg")
    target = file if kind == "geopackage" else request.getfixturevalue("database")
    workspace = Workspace.connect(target)
    _, secret = Gate(workspace.store).issue("李工", "editor")
    start = time.monotonic()
    with running(Settings(), workspace) as address:
        count, refused = count_up(address, secret, TIMES)
    seconds = time.monotonic() - start
    workspace.close()
    with capsys.disabled():
        print(  # noqa: T201 - figures are what a benchmark is for
            f"\n{kind}: {TIMES} edits by {EDITORS} clients in {seconds:.1f} s, "
            f"{refused} refused and repeated, {TIMES - count} lost"
        )
    assert count == TIMES
