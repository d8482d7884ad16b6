import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings


@pytest.fixture(scope="session")
def client(workspace):
    """The whole application over the plan."""
    return TestClient(create_app(Settings(), workspace), raise_server_exceptions=False)
