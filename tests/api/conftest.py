from contextlib import ExitStack

import pytest
from fastapi.testclient import TestClient
from http_edits import bearer
from postgis_server import new_database

from api.app import create_app
from api.settings import Settings
from layers.access import Gate
from layers.workspace import Workspace


@pytest.fixture(scope="session")
def client(workspace):
    """The whole application over the plan."""
    return TestClient(create_app(Settings(), workspace), raise_server_exceptions=False)


@pytest.fixture(scope="module", params=["geopackage", "postgis"])
def kept_workspace(request, tmp_path_factory):
    """The plan in each kind of store that lasts."""
    with ExitStack() as stack:
        if request.param == "geopackage":
            target = tmp_path_factory.mktemp("store") / "onemap.gpkg"
        else:
            target = stack.enter_context(new_database(request.getfixturevalue("postgis")))
        yield stack.enter_context(Workspace.connect(target))


@pytest.fixture
def own_plan():
    """The plan in a store of the test's own, which it may change."""
    made = Workspace.open()
    yield made
    made.close()


@pytest.fixture
def door(own_plan):
    app = create_app(Settings(), own_plan)
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture
def gate(own_plan):
    return Gate(own_plan.store)


@pytest.fixture
def editor(gate):
    """The headers of somebody who may edit."""
    return bearer(gate.issue("李工", "editor")[1])
