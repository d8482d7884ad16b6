"""A snapshot derived by changes equals one that is built anew."""

import numpy as np
import pandas as pd
import pytest
import shapely
from edits import added, changes, deleted, edited, project
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.changes import Change
from layers.errors import RevisionNotFoundError
from layers.plan import default_folder, read_plan
from layers.query import ALL, FeatureQuery
from layers.snapshot import Snapshot
from layers.statistics import RULES, statistics
from layers.store.geopackage import GeoPackageStore
from layers.timeline import Timeline

XINGLONG = shapely.box(117.02, 36.58, 117.09, 36.64)


@pytest.fixture
def store():
    made = GeoPackageStore.in_memory(read_plan(default_folder()))
    yield made
    made.close()


def warm(snapshot):
    """Make everything that a table makes when it is first asked."""
    for table in snapshot.tables.values():
        table.encoded, table.tree, table.ids  # noqa: B018
        table.select(FeatureQuery(text="片区"))


def ordered(ledger):
    rows = ledger.assign(zone_id=ledger["zone_id"].fillna(""))
    columns = ["feature_id", "zone_id", "basis"]
    return rows.sort_values(columns).reset_index(drop=True)[[*columns, "share", "measure", "unit"]]


def assert_same(one, other):
    assert (one.revision, one.fingerprint) == (other.revision, other.fingerprint)
    for name, table in one.tables.items():
        wanted = other.tables[name]
        assert table.features == wanted.features
        assert table.encoded == wanted.encoded
        assert (table.sequences == wanted.sequences).all()
        assert table.ids == wanted.ids
        for facet, values in wanted.facets.items():
            for value, positions in values.items():
                assert table.facets[facet][value].tolist() == positions.tolist(), (facet, value)
        found = table.tree.query(XINGLONG, predicate="intersects")
        assert found.tolist() == wanted.tree.query(XINGLONG, predicate="intersects").tolist()
        text = FeatureQuery(text="项目")
        assert table.select(text).tolist() == wanted.select(text).tolist()
    for partition, ledger in one.ledgers.items():
        pd.testing.assert_frame_equal(ordered(ledger), ordered(other.ledgers[partition]))
    for rule in RULES:
        assert statistics(one, ALL, "zones", rule) == statistics(other, ALL, "zones", rule)


ids = st.sampled_from(["P-a", "P-b", "P-c", "P-sdu-park", "P-xl-roads"])
positions = st.one_of(
    st.just((None, None)),
    st.tuples(st.floats(116.9, 117.2), st.floats(36.4, 36.7)),
)
edits = st.lists(
    st.tuples(
        ids, st.sampled_from(["put", "delete"]), positions, st.sampled_from(["建设", "储备"])
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=8, deadline=None)  # each builds a dozen snapshots
@given(edits)
def test_a_derived_snapshot_equals_one_built_anew_at_every_revision(edits):
    store = GeoPackageStore.in_memory(read_plan(default_folder()))
    timeline = Timeline(store)
    warm(timeline.current())
    built = {1: timeline.current()}
    for feature_id, kind, (lon, lat), stage in edits:
        known = {f["id"]: f for f in store.load().layers["projects"]}
        before = known.get(feature_id)
        if kind == "delete" and before is None:
            continue
        after = project(feature_id, lon, lat, stage=stage) if kind == "put" else None
        if before != after:
            store.apply(changes(Change("projects", feature_id, before, after)))
            built[store.head()] = Snapshot.build(store.load())
    for revision in reversed(built):
        assert_same(timeline.of(revision), built[revision])
    assert_same(Timeline(store).of(1), built[1])
    store.close()


def test_a_zone_that_changes_joins_everything_anew_in_the_same_revision(store):
    timeline = Timeline(store)
    before = timeline.current()
    zones = {f["id"]: f for f in store.load().layers["zones"]}
    south = zones["Z-S"]
    grown = shapely.union_all(before.table("zones").geometries)
    after = south | {"geometry": shapely.geometry.mapping(grown)}
    from layers.features import conform_feature

    moved = conform_feature("zones", after | {"properties": after["properties"] | {"rank": 0}})
    store.apply(changes(Change("zones", "Z-S", south, moved)))
    now = timeline.current()
    assert_same(now, Snapshot.build(store.load()))
    counts = {
        r["id"]: r["projects"]["count"] for r in statistics(now, ALL, "zones", "main")["rows"]
    }
    assert counts == {"Z-N": 0, "Z-C": 0, "Z-S": 78}
    assert_same(timeline.of(1), before)


def test_the_map_as_it_was_knows_nothing_of_later(store):
    timeline = Timeline(store)
    first = project("P-new")
    store.apply(changes(added(first)))
    store.apply(changes(edited(first, stage="建成")))
    store.apply(changes(deleted(edited(first, stage="建成").after)))
    stages = [
        [f["properties"]["stage"] for f in timeline.of(n).table("projects").features[301:]]
        for n in (1, 2, 3, 4)
    ]
    assert stages == [[], ["储备"], ["建成"], []]
    with pytest.raises(RevisionNotFoundError):
        timeline.of(9)


def test_an_edit_shares_what_it_leaves_alone(store):
    timeline = Timeline(store)
    before = timeline.current()
    store.apply(changes(added(project("P-new"))))
    after = timeline.current()
    assert after.tables["areas"] is before.tables["areas"]
    assert after.table("projects").features[0] is before.table("projects").features[0]


def test_thousands_of_edits_do_not_wear_the_index_out():
    from layers.spatial_index import SpatialIndex

    rng = np.random.default_rng(1)
    sequences = np.arange(500, dtype=np.int64)
    points = shapely.points(rng.uniform(0, 1, (500, 2)))
    index = SpatialIndex.build(sequences, points)
    box = shapely.box(0.2, 0.2, 0.6, 0.6)
    for number in range(3_000):
        points = points.copy()
        points[number % 500] = shapely.Point(rng.uniform(0, 1, 2))
        index = index.changed(sequences, points, [number % 500])
    expected = np.flatnonzero(shapely.intersects(points, box))
    assert index.query(box, "intersects").tolist() == expected.tolist()
