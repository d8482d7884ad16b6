"""What all tests share: the plan as a workspace, the application, and what a skip means."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

from layers.plan import default_folder
from layers.workspace import Workspace

# How long an example takes says more of the machine than of the code.
settings.register_profile("onemap", deadline=None)
settings.load_profile("onemap")

NO_SKIPS = os.environ.get("CI") == "true"
REFUSED = "skipped, and with CI=true a skip is a failure"
ROOT = Path(__file__).resolve().parent.parent

pytest_plugins = ("postgis_server",)


@pytest.fixture(scope="session")
def workspace() -> Workspace:
    """The plan that comes with onemap."""
    return Workspace.open(default_folder())


@pytest.fixture(scope="session")
def data_folder() -> Path:
    return ROOT / "data"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where everything has to run; the corpus may be absent."""
    report = yield
    skipped = report.skipped and not hasattr(report, "wasxfail")
    if NO_SKIPS and skipped and not item.get_closest_marker("corpus"):
        report.outcome = "failed"
        report.longrepr = f"{REFUSED}: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn the skip of a whole module into a failure as well."""
    report = yield
    if NO_SKIPS and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{REFUSED}: {report.longrepr}"
    return report
