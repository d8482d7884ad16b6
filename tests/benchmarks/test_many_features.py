"""Edits on 100,000 projects: a snapshot that follows costs a fraction of one made anew."""

import statistics
import time
from dataclasses import replace

import numpy as np
import pytest
from edits import changes, edited, project

from layers.plan import default_folder, read_plan
from layers.query import FeatureQuery
from layers.snapshot import Snapshot
from layers.store.geopackage import GeoPackageStore
from layers.workspace import Workspace

pytestmark = pytest.mark.benchmark
FEATURES, EDITS = 100_000, 200
PER_EDIT_AT_MOST = 0.1  # of the time of a snapshot that is made anew


def grown(plan):
    """The plan with many more projects at random places."""
    rng = np.random.default_rng(1)
    places = rng.uniform((116.85, 36.45), (117.15, 36.7), (FEATURES, 2))
    more = [dict(project(f"P-{i:06d}", lon, lat)) for i, (lon, lat) in enumerate(places.tolist())]
    rows = [*plan.layers["projects"], *more]
    sequences = {**plan.sequences, "projects": tuple(range(1, len(rows) + 1))}
    return replace(plan, layers={**plan.layers, "projects": rows}, sequences=sequences)


def test_an_edit_among_many_features_does_not_stall(tmp_path, capsys):
    path = tmp_path / "onemap.gpkg"
    GeoPackageStore.create(path, grown(read_plan(default_folder())))
    with Workspace.connect(path) as workspace:
        start = time.perf_counter()
        Snapshot.build(workspace.store.load())
        anew = time.perf_counter() - start
        workspace.snapshot().table("projects").select(FeatureQuery(text="甲"))
        applied, followed = [], []
        for number in range(EDITS):
            before = workspace.snapshot().stored("projects", f"P-{number:06d}")
            start = time.perf_counter()
            workspace.apply(changes(edited(before, stage="建设")))
            applied.append(time.perf_counter() - start)
            start = time.perf_counter()
            workspace.snapshot()
            followed.append(time.perf_counter() - start)
        start = time.perf_counter()
        first = workspace.snapshot(1)
        back = time.perf_counter() - start
    stages = {f["properties"]["stage"] for f in first.table("projects").features[-FEATURES:]}
    assert stages == {"储备"}
    with capsys.disabled():
        print(  # noqa: T201 - figures are what a benchmark is for
            f"\n{FEATURES} projects: commit {statistics.median(applied) * 1e3:.0f} ms, snapshot "
            f"after it {statistics.median(followed) * 1e3:.0f} ms, made anew {anew:.1f} s; "
            f"the map before {EDITS} edits {back * 1e3:.0f} ms"
        )
    assert statistics.median(followed) < PER_EDIT_AT_MOST * anew
