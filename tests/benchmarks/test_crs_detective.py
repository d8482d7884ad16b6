import time

import pytest
from crs_set import all_layers, table, tally

pytestmark = pytest.mark.benchmark


def test_the_whole_set_of_layers_in_any_reference_system(capsys):
    started = time.perf_counter()
    counts = tally(all_layers())
    took_ms = (time.perf_counter() - started) / counts.total() * 1_000
    told = sum(count for key, count in counts.items() if key[1] == "told")
    right = sum(count for key, count in counts.items() if key[2] == "right")
    with capsys.disabled():
        print(  # noqa: T201 - figures are what a benchmark is for
            f"\n{table(counts)}\nright of those that can be told: {right / told:.2%};"
            f" {took_ms:.1f} ms a layer"
        )
    assert right >= 0.95 * told
    assert not [key for key in counts if key[2] == "wrong"]
