"""What is internal is in no public snapshot, whatever is changed."""

import json

import pytest
from edits import added, changes, deleted, edited, project
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.access import set_visibility
from layers.changes import Change
from layers.errors import CollectionNotFoundError, InvalidVisibilityError
from layers.visibility import PublicView, Visibility
from layers.workspace import Workspace

SECRET = "机密-7f3a"


@pytest.fixture
def own():
    made = Workspace.open()
    yield made
    made.close()


def seen(workspace):
    table = workspace.public().snapshot().table("projects")
    return {f["id"]: f["properties"] for f in table.features}, b"".join(table.encoded).decode()


def test_a_column_that_the_schema_does_not_name_is_internal_until_it_is_made_public(own):
    own.apply(changes(added(project("P-new", 投资=SECRET))))
    properties, text = seen(own)
    assert "投资" not in properties["P-new"]
    assert SECRET not in text
    assert own.snapshot().stored("projects", "P-new")["properties"]["投资"] == SECRET
    set_visibility(own.store, "projects", "投资", "public", who="管理员")
    assert seen(own)[0]["P-new"]["投资"] == SECRET


def test_a_property_of_the_schema_can_be_made_internal(own):
    set_visibility(own.store, "projects", "note", "internal", who="管理员")
    properties, _ = seen(own)
    assert all("note" not in known for known in properties.values())
    assert own.visibility().is_public("areas", "note")


@pytest.mark.parametrize("name", ["id", "name", "stage", "zones", "place_ids", "plan_zone"])
def test_what_the_map_needs_cannot_be_hidden(own, name):
    with pytest.raises(InvalidVisibilityError):
        set_visibility(own.store, "projects", name, "internal", who="管理员")
    with pytest.raises(CollectionNotFoundError):
        set_visibility(own.store, "nothing", "note", "internal", who="管理员")


def test_history_and_changes_hide_it_too(own):
    first = project("P-new", 投资=SECRET)
    own.apply(changes(added(first)))
    own.apply(changes(edited(first, 投资=SECRET + "x")))
    shown = [str(own.public().history("projects", "P-new")), str(own.public().changes_of(3))]
    assert not any(SECRET in text for text in shown)
    assert SECRET in str(own.history("projects", "P-new"))


def test_what_is_cached_for_one_reader_is_not_taken_for_another(own):
    own.apply(changes(added(project("P-new", 投资=SECRET))))
    prints = {own.snapshot().fingerprint, own.public().snapshot().fingerprint}
    set_visibility(own.store, "projects", "note", "internal", who="管理员")
    assert len(prints | {own.public().snapshot().fingerprint}) == 3


def test_nothing_internal_means_the_very_same_snapshot(own):
    assert own.public().snapshot() is own.snapshot()


steps = st.lists(
    st.tuples(st.sampled_from(["P-a", "P-b", "P-sdu-park"]), st.sampled_from("shp-")),
    max_size=8,
)


@settings(max_examples=20, deadline=None)  # each opens a store
@given(steps)
def test_a_public_snapshot_that_follows_edits_equals_one_made_anew(steps):
    workspace = Workspace.open()
    view = PublicView(Visibility())
    for feature_id, kind in steps:
        known = {f["id"]: f for f in workspace.store.load().layers["projects"]}
        before = known.get(feature_id)
        extra = {"s": {"投资": SECRET}, "h": {}, "p": {"note": "x"}}
        after = None if kind == "-" else project(feature_id, **extra[kind])
        if before != after:
            workspace.apply(changes(Change("projects", feature_id, before, after)))
        followed = view.snapshot(workspace.snapshot()).table("projects")
        anew = PublicView(Visibility()).snapshot(workspace.snapshot()).table("projects")
        assert followed.features == anew.features
        assert followed.encoded == anew.encoded
        assert SECRET not in json.dumps([dict(f["properties"]) for f in followed.features])
        assert followed.ids == workspace.snapshot().table("projects").ids
    workspace.close()


def test_a_feature_that_goes_takes_what_was_hidden_with_it(own):
    hidden = project("P-new", 投资=SECRET)
    own.apply(changes(added(hidden)))
    assert "P-new" in seen(own)[0]
    own.apply(changes(deleted(hidden)))
    assert "P-new" not in seen(own)[0]
    assert own.public().snapshot() is own.snapshot()
