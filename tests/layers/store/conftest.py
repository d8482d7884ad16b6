"""The stores, each made anew with the plan as its first revision."""

import pytest

from layers.plan import default_folder, read_plan
from layers.store.geopackage import GeoPackageStore
from layers.store.postgis import PostgisStore


@pytest.fixture(scope="session")
def plan():
    return read_plan(default_folder())


def in_memory(request, plan):
    return GeoPackageStore.in_memory(plan)


def geopackage(request, plan):
    path = request.getfixturevalue("tmp_path") / "store" / "onemap.gpkg"
    GeoPackageStore.create(path, plan)
    return GeoPackageStore.open(path)


def postgis(request, plan):
    address = request.getfixturevalue("database")
    PostgisStore.create(address, plan)
    return PostgisStore.open(address)


MAKERS = {"memory": in_memory, "geopackage": geopackage, "postgis": postgis}


@pytest.fixture(params=sorted(MAKERS))
def store(request, plan):
    """One suite, every store."""
    made = MAKERS[request.param](request, plan)
    yield made
    made.close()
