import pytest
from fastapi.testclient import TestClient
from http_edits import bearer

from api.app import create_app
from api.settings import Settings
from layers.access import Gate
from layers.workspace import Workspace


@pytest.fixture(scope="session")
def client(workspace):
    """The whole application over the plan."""
    return TestClient(create_app(Settings(), workspace), raise_server_exceptions=False)


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
