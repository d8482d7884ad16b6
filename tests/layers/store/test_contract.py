"""What every store does, whatever it is made of."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from edits import added, changes, deleted, edited, project

from layers.changes import Change
from layers.errors import (
    FeatureExistsError,
    InvalidFeatureError,
    RevisionNotFoundError,
    StaleFeatureError,
)
from layers.features import conform_feature


def features(store, collection_id="projects"):
    return {feature["id"]: feature for feature in store.load().layers[collection_id]}


def test_a_new_store_holds_the_plan_without_loss_and_in_order(store, plan):
    loaded = store.load()
    assert loaded.revision == store.head() == 1
    assert loaded.indicators == plan.indicators
    for name, expected in plan.layers.items():
        assert [f["id"] for f in loaded.layers[name]] == [f["id"] for f in expected]
        for found, wanted in zip(loaded.layers[name], expected, strict=True):
            assert found == conform_feature(name, wanted)


def test_a_change_makes_a_revision_with_author_reason_and_time(store):
    start = datetime.now(UTC)
    revision, [stored] = store.apply(changes(added(project("P-new"))))
    assert (revision.number, revision.author, revision.reason) == (2, "张工", "周例会")
    assert start <= revision.at <= datetime.now(UTC)
    assert stored.sequence == 302
    assert store.head() == 2
    assert store.revision(2) == revision
    assert features(store)["P-new"] == project("P-new")


def test_an_edit_of_what_has_changed_meanwhile_is_refused_and_nothing_is_stored(store):
    first = project("P-new")
    store.apply(changes(added(first)))
    store.apply(changes(edited(first, stage="建设")))
    with pytest.raises(StaleFeatureError):
        store.apply(changes(added(project("P-other")), edited(first, stage="建成")))
    assert store.head() == 3
    assert "P-other" not in features(store)
    assert features(store)["P-new"]["properties"]["stage"] == "建设"


def test_an_expected_revision_is_held_to(store):
    store.apply(changes(added(project("P-new"))), expected_revision=1)
    with pytest.raises(StaleFeatureError):
        store.apply(changes(added(project("P-other"))), expected_revision=1)
    assert store.head() == 2


def test_an_id_that_is_taken_is_refused(store):
    store.apply(changes(added(project("P-new"))))
    with pytest.raises(FeatureExistsError):
        store.apply(changes(added(project("P-new", 117.1))))


def test_a_change_of_what_does_not_exist_is_refused(store):
    with pytest.raises(StaleFeatureError):
        store.apply(changes(deleted(project("P-never"))))


def test_a_feature_named_twice_is_refused(store):
    with pytest.raises(InvalidFeatureError):
        store.apply(changes(added(project("P-new")), added(project("P-new"))))


def test_a_deleted_feature_that_comes_back_has_its_place_again(store):
    [one, two] = project("P-one"), project("P-two")
    store.apply(changes(added(one), added(two)))
    store.apply(changes(deleted(one)))
    assert "P-one" not in features(store)
    _, [back] = store.apply(changes(added(one)))
    assert back.sequence == 302
    assert [f["id"] for f in store.load().layers["projects"]][-2:] == ["P-one", "P-two"]


def test_the_history_of_a_feature_tells_every_change_newest_first(store):
    first = project("P-new")
    store.apply(changes(added(first), reason="新增"))
    store.apply(changes(edited(first, stage="建设"), reason="开工"))
    [later, earlier] = store.history("projects", "P-new")
    assert (later.revision.reason, earlier.revision.reason) == ("开工", "新增")
    assert later.change.before == earlier.change.after == first
    assert later.change.after["properties"]["stage"] == "建设"
    assert store.history("projects", "P-never") == []


def test_revisions_are_listed_newest_first_and_page_by_number(store):
    for number in range(5):
        store.apply(changes(added(project(f"P-{number}"))))
    assert [r.number for r in store.revisions(limit=3)] == [6, 5, 4]
    assert [r.number for r in store.revisions(limit=3, before=4)] == [3, 2, 1]
    assert [c.feature_id for c in store.changes_of(3)] == ["P-1"]


def test_a_moment_has_the_revision_that_held_then(store):
    revision, _ = store.apply(changes(added(project("P-new"))))
    assert store.revision_at(revision.at).number == 2
    assert store.revision_at(revision.at - timedelta(microseconds=1)).number == 1
    with pytest.raises(RevisionNotFoundError):
        store.revision_at(datetime(2021, 6, 16, tzinfo=UTC))
    with pytest.raises(RevisionNotFoundError):
        store.revision(3)
    with pytest.raises(RevisionNotFoundError):
        store.changes_of(0)


def test_net_changes_lead_forward_and_back_with_each_feature_once(store):
    first, gone = project("P-first"), project("P-gone")
    store.apply(changes(added(first), added(gone)))
    store.apply(changes(edited(first, stage="建设")))
    store.apply(changes(edited(edited(first, stage="建设").after, stage="建成"), deleted(gone)))
    [forward] = store.net_changes(1, 4)
    assert (forward.before, forward.after["properties"]["stage"]) == (None, "建成")
    [back] = store.net_changes(4, 1)
    assert back == forward.inverse()
    assert {c.feature_id for c in store.net_changes(2, 4)} == {"P-first", "P-gone"}
    assert store.net_changes(4, 4) == ()


def test_properties_that_the_schema_does_not_name_are_kept(store):
    odd = project("P-odd", 所属街道="舜耕街道", 投资={"万元": 1200.5}, 标签=["a", 1, None])
    store.apply(changes(added(odd)))
    assert features(store)["P-odd"] == odd


def test_hostile_text_is_kept_as_written(store):
    text = "'; DROP TABLE projects; -- {{7*7}} </script> ${1} ` \\x3c \u2028 😀"
    odd = project(f"P-{text}", name=text, note=text)
    store.apply(changes(added(odd)))
    assert features(store)[f"P-{text}"] == odd


def test_a_digest_chains_every_revision_to_the_one_before(store):
    one, _ = store.apply(changes(added(project("P-one"))))
    two, _ = store.apply(changes(added(project("P-two"))))
    assert len({store.revision(1).digest, one.digest, two.digest}) == 3
    assert store.load().fingerprint == two.digest[:12]


def test_sixteen_writers_at_once_lose_nothing(store):
    def work(worker):
        for number in range(10):
            store.apply(changes(added(project(f"P-{worker}-{number}"))))

    threads = [Thread(target=work, args=(worker,)) for worker in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.head() == 161
    assert len(features(store)) == 301 + 160
    assert [r.number for r in store.revisions(limit=1000)] == list(range(161, 0, -1))


def test_other_collections_are_changed_in_the_same_revision(store):
    zone = features(store, "zones")["Z-S"]
    named = zone | {"properties": zone["properties"] | {"note": "现场核对"}}
    store.apply(changes(Change("zones", "Z-S", zone, named), added(project("P-new"))))
    assert store.head() == 2
    assert features(store, "zones")["Z-S"]["properties"]["note"] == "现场核对"
