"""Sixteen editors of one number at once, over HTTP, on each store."""

import pytest
from contention import count_up
from serving import running

from api.settings import Settings
from layers.access import Gate
from layers.workspace import Workspace

TIMES = 48


@pytest.fixture(params=["geopackage", "postgis"])
def target(request, tmp_path):
    """A store by its address."""
    if request.param == "geopackage":
        return str(tmp_path / "onemap.gpkg")
    return request.getfixturevalue("database")


@pytest.mark.slow
def test_no_edit_is_lost_whoever_else_edits(target):
    workspace = Workspace.connect(target)
    _, secret = Gate(workspace.store).issue("李工", "editor")
    with running(Settings(), workspace) as address:
        count, _refused = count_up(address, secret, TIMES)
    assert count == TIMES
    assert workspace.store.head() == 2 + TIMES
    workspace.close()
