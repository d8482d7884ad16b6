"""Entity tags: what has not changed is not sent twice, and what has is."""

import pytest
from edits import added, changes, project
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from layers.plan import default_folder
from layers.workspace import Workspace

TILE = "/collections/zones/tiles/WebMercatorQuad/9/200/422"
PATHS = (
    "/collections",
    "/collections/projects",
    "/collections/projects/queryables",
    "/collections/projects/schema",
    "/collections/projects/items",
    "/collections/projects/items?crs=EPSG:4548&limit=3",
    "/statistics",
    "/statistics?by=stages",
    "/findings",
    TILE,
)


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_that_the_client_has_is_304_without_a_body(client, path):
    first = client.get(path)
    assert first.status_code == 200
    etag = first.headers["etag"]
    assert etag.startswith('W/"1-')
    for given in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        again = client.get(path, headers={"If-None-Match": given})
        assert again.status_code == 304, given
        assert again.content == b""
        assert again.headers["etag"] == etag
    assert client.get(path, headers={"If-None-Match": 'W/"0-0"'}).status_code == 200


def test_answers_to_different_questions_have_different_tags(client):
    tags = [client.get(path).headers["etag"] for path in PATHS if "?" in path]
    tags += [
        client.get("/collections/projects/items", params={"limit": n}).headers["etag"]
        for n in (1, 2, 3)
    ]
    tags += [
        client.get("/collections/projects/items", headers={"Accept": kind}).headers["etag"]
        for kind in ("text/html", "application/json")
    ]
    assert len(set(tags)) == len(tags)


def test_an_edit_makes_every_tag_stale():
    workspace = Workspace.open(default_folder())
    client = TestClient(create_app(Settings(), workspace))
    tags = {path: client.get(path).headers["etag"] for path in PATHS}
    workspace.apply(changes(added(project("P-new"))))
    for path, etag in tags.items():
        answer = client.get(path, headers={"If-None-Match": etag})
        assert answer.status_code == 200
        assert answer.headers["etag"] != etag
        past = client.get(path, params={"revision": 1}) if "?" not in path else None
        assert past is None or past.headers["etag"].startswith('W/"1-')


def test_a_single_feature_always_comes_whole_under_the_tag_of_an_edit(client):
    first = client.get("/collections/zones/items/Z-C")
    again = client.get(
        "/collections/zones/items/Z-C", headers={"If-None-Match": first.headers["etag"]}
    )
    assert not first.headers["etag"].startswith("W/")
    assert again.status_code == 200
    assert again.json() == first.json()


def test_what_is_large_is_packed_for_those_who_can_unpack(client):
    packed = client.get("/collections/projects/items", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    plain = client.get("/collections/projects/items", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert int(packed.headers["content-length"]) < len(plain.content) / 3
    assert packed.json()["features"] == plain.json()["features"]
    small = client.get("/health", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in small.headers
