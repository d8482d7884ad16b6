"""How many acknowledged revisions a hundred kills lose: none, on either store."""

import statistics
import time
from contextlib import closing

import pytest
from writing_process import killed_while_writing, lost

from layers.plan import default_folder, read_plan
from layers.store import open_store
from layers.store.verifying import verify

pytestmark = pytest.mark.benchmark
ROUNDS = 100


@pytest.fixture(params=["geopackage", "postgis"])
def target(request, tmp_path):
    if request.param == "geopackage":
        return tmp_path / "onemap.gpkg"
    return request.getfixturevalue("database")


def test_a_hundred_kills_lose_nothing(target, capsys):
    open_store(target, lambda: read_plan(default_folder())).close()
    counts, missing, halves, opened_s = [], [], 0, []
    for turn in range(ROUNDS):
        acknowledged = killed_while_writing(target, f"w{turn}", after_s=0.005 * turn)
        counts.append(len(acknowledged))
        start = time.perf_counter()
        with closing(open_store(target)) as store:
            opened_s.append(time.perf_counter() - start)
            gone, half = lost(store, f"w{turn}", acknowledged)
        missing += gone
        halves += half
    with closing(open_store(target)) as store:
        problems, head = verify(store), store.head()
    with capsys.disabled():
        kind = "postgis" if str(target).startswith("postgresql") else "geopackage"
        print(  # noqa: T201
            f"\n{kind}: {ROUNDS} kills, {sum(counts)} revisions acknowledged, {len(missing)} lost, "
            f"{halves} half applied, head {head}, {len(problems)} problems, "
            f"opened after a kill in {statistics.median(opened_s):.3f} s"
        )
    assert (missing, halves, problems) == ([], 0, ())
    assert head >= 1 + sum(counts)
