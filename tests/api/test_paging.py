"""Pages that belong together: whatever is edited in between, each feature comes once."""

from urllib.parse import parse_qs, urlsplit

import pytest
from edits import added, changes, deleted, edited, project
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.settings import Settings
from layers.plan import default_folder
from layers.workspace import Workspace

ITEMS = "/collections/projects/items"


@pytest.fixture
def edited_workspace():
    return Workspace.open(default_folder())


@pytest.fixture
def reader(edited_workspace):
    return TestClient(create_app(Settings(), edited_workspace))


def follow(page):
    return next((link["href"] for link in page["links"] if link["rel"] == "next"), None)


def test_edits_between_pages_neither_hide_nor_repeat_a_feature(edited_workspace, reader):
    workspace = edited_workspace
    every = [f["id"] for f in workspace.select("projects")]
    page = reader.get(f"{ITEMS}?limit=40&sortby=-name").json()
    seen, step = [f["id"] for f in page["features"]], 0
    while follow(page):
        snapshot = workspace.snapshot()
        victim = snapshot.stored("projects", every[step * 3])
        renamed = snapshot.stored("projects", every[step * 3 + 1])
        edits = changes(
            deleted(victim), edited(renamed, name="啊"), added(project(f"P-new-{step}", name="做"))
        )
        workspace.apply(edits)
        page = reader.get(follow(page)).json()
        assert page["revision"] == 1
        assert page["numberMatched"] == 301
        seen += [f["id"] for f in page["features"]]
        step += 1
    assert step == 7
    assert sorted(seen) == sorted(every)
    now = reader.get(f"{ITEMS}?limit=1000").json()
    assert now["revision"] == 8
    assert now["numberMatched"] == 301
    assert "P-new-0" in {f["id"] for f in now["features"]}


def test_a_page_of_a_moment_leads_to_pages_of_its_revision(edited_workspace, reader):
    at = edited_workspace.store.revision(1).at.isoformat()
    edited_workspace.apply(changes(added(project("P-later"))))
    page = reader.get(ITEMS, params={"at": at, "limit": 200}).json()
    assert page["revision"] == 1
    query = parse_qs(urlsplit(follow(page)).query)
    assert query["revision"] == ["1"]
    assert "at" not in query
    second = reader.get(follow(page)).json()
    assert page["numberReturned"] + second["numberReturned"] == 301


@settings(max_examples=25)
@given(limit=st.integers(1, 400), sortby=st.sampled_from(["name", "-stage,count", "kind"]))
def test_pages_of_any_size_give_each_feature_once_and_lead_back(client, limit, sortby):
    path, seen, pages = f"{ITEMS}?limit={max(limit, 20)}&sortby={sortby}", [], 0
    while path:
        page = client.get(path).json()
        seen += [f["id"] for f in page["features"]]
        pages, path = pages + 1, follow(page)
    assert len(seen) == len(set(seen)) == 301
    back = 1
    while previous := next((x["href"] for x in page["links"] if x["rel"] == "prev"), None):
        page = client.get(previous).json()
        back += 1
    assert back == pages
