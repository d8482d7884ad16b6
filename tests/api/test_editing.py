"""Edits over HTTP: locks, roles, reasons, history, and what is refused."""

import json

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.app import create_app
from api.settings import Settings
from layers.access import Gate
from layers.workspace import Workspace

ITEMS = "/collections/projects/items"
POINT = {"type": "Point", "coordinates": [117.0, 36.6]}
NEW = {
    "type": "Feature",
    "id": "P-new",
    "properties": {
        "name": "试验学校甲",
        "category": "public_service",
        "kind": "named",
        "stage": "储备",
    },
    "geometry": POINT,
}


@pytest.fixture
def workspace():
    made = Workspace.open()
    yield made
    made.close()


@pytest.fixture
def client(workspace):
    settings = Settings(local_token=SecretStr("local-secret"))
    return TestClient(create_app(settings, workspace), raise_server_exceptions=False)


@pytest.fixture
def gate(workspace):
    return Gate(workspace.store)


@pytest.fixture
def editor(gate):
    return bearer(gate.issue("李工", "editor")[1])


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


def code(answer, status):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()["code"]


def test_a_feature_is_added_read_and_told_in_the_history(client, editor):
    added = client.post(ITEMS, json=NEW, headers=editor, params={"reason": "专题会"})
    assert added.status_code == 201
    assert added.headers["location"] == f"{ITEMS}/P-new"
    assert added.json()["properties"]["zones"] == [{"id": "Z-C", "share": 1.0, "basis": "geometry"}]
    read = client.get(f"{ITEMS}/P-new")
    assert read.headers["etag"] == added.headers["etag"]
    assert read.json()["revision"] == 2
    known = read.json()["properties"]
    assert (known["location_kind"], known["quality"]) == ("site", "imported")
    assert (known["stage_basis"], known["uncertainty_m"]) == ("edited", None)
    [entry] = client.get(f"{ITEMS}/P-new/history").json()["history"]
    assert (entry["author"], entry["reason"], entry["before"]) == ("李工", "专题会", None)


def test_a_feature_without_an_id_is_given_one(client, editor):
    answer = client.post(ITEMS, json={k: v for k, v in NEW.items() if k != "id"}, headers=editor)
    assert answer.json()["id"].startswith("P-")
    assert client.get(answer.headers["location"]).status_code == 200


def test_an_id_that_is_taken_is_a_conflict(client, editor):
    assert client.post(ITEMS, json=NEW, headers=editor).status_code == 201
    assert code(client.post(ITEMS, json=NEW, headers=editor), 409) == "feature-exists"


def test_an_edit_needs_the_state_that_its_author_saw(client, editor):
    tag = client.post(ITEMS, json=NEW, headers=editor).headers["etag"]
    patch = {"properties": {"stage": "建设"}}
    assert code(client.patch(f"{ITEMS}/P-new", json=patch, headers=editor), 428)
    seen = editor | {"If-Match": tag}
    changed = client.patch(f"{ITEMS}/P-new", json=patch, headers=seen)
    assert changed.json()["properties"]["stage"] == "建设"
    assert changed.json()["properties"]["stage_basis"] == "edited"
    assert code(client.patch(f"{ITEMS}/P-new", json=patch, headers=seen), 412) == "stale-feature"
    assert code(client.delete(f"{ITEMS}/P-new", headers=seen), 412) == "stale-feature"
    again = editor | {"If-Match": changed.headers["etag"]}
    assert client.delete(f"{ITEMS}/P-new", headers=again).status_code == 204
    assert code(client.get(f"{ITEMS}/P-new"), 404) == "feature-not-found"
    assert len(client.get(f"{ITEMS}/P-new/history").json()["history"]) == 3


def test_a_token_that_may_skip_the_lock_is_marked_in_the_audit_log(client, gate):
    headers = bearer(gate.issue("QGIS", "editor", may_skip_lock=True)[1])
    client.post(ITEMS, json=NEW, headers=headers)
    answer = client.patch(f"{ITEMS}/P-new", json={"properties": {"note": "x"}}, headers=headers)
    assert answer.status_code == 200
    assert gate.audit(limit=1)[0].outcome == "done without a lock"


def test_a_whole_feature_is_put_in_the_place_of_another(client, editor):
    read = client.get(f"{ITEMS}/P-sdu-park")
    feature = read.json()
    feature["properties"]["note"] = "核对"
    headers = editor | {"If-Match": read.headers["etag"]}
    answer = client.put(f"{ITEMS}/P-sdu-park", json=feature, headers=headers)
    assert answer.status_code == 200, answer.text
    [entry, _] = client.get(f"{ITEMS}/P-sdu-park/history").json()["history"]
    before, after = entry["before"]["properties"], entry["after"]["properties"]
    assert {name for name in after if after[name] != before.get(name)} == {"note"}


def test_a_shape_that_was_moved_by_hand_says_so(client, editor):
    read = client.get(f"{ITEMS}/P-sdu-park")
    headers = editor | {"If-Match": read.headers["etag"]}
    moved = client.patch(f"{ITEMS}/P-sdu-park", json={"geometry": POINT}, headers=headers).json()
    assert moved["properties"]["quality"] == "imported"
    assert moved["properties"]["uncertainty_m"] is None


def test_an_unplaced_project_that_is_given_a_place_is_counted_there(client, editor):
    unplaced = next(
        f
        for f in client.get(ITEMS, params={"limit": 500}).json()["features"]
        if f["properties"]["location_kind"] == "unplaced"
    )
    path = f"{ITEMS}/{unplaced['id']}"
    before = client.get("/statistics").json()
    headers = editor | {"If-Match": client.get(path).headers["etag"]}
    placed = client.patch(path, json={"geometry": POINT}, headers=headers).json()
    assert placed["properties"]["location_kind"] == "site"
    after = client.get("/statistics").json()
    assert after["unplaced"]["projects"]["count"] == before["unplaced"]["projects"]["count"] - 1
    assert after["total"]["projects"]["count"] == before["total"]["projects"]["count"]
    assert client.get("/statistics", params={"revision": 1}).json() == before


def test_the_map_is_read_as_it_was(client, editor):
    client.post(ITEMS, json=NEW, headers=editor)
    assert client.get(ITEMS, params={"revision": 1, "q": "试验学校甲"}).json()["numberMatched"] == 0
    at = client.get("/revisions/1").json()["at"]
    assert client.get(ITEMS, params={"at": at}).json()["revision"] == 1
    both = client.get(ITEMS, params={"at": at, "revision": 1})
    assert code(both, 400) == "invalid-parameter"
    assert code(client.get(ITEMS, params={"revision": 3}), 404) == "revision-not-found"
    early = client.get(ITEMS, params={"at": "2021-06-16T00:00:00Z"})
    assert code(early, 404) == "revision-not-found"


def test_a_revision_is_reverted_by_a_new_one_unless_changed_since(client, editor):
    tag = client.post(ITEMS, json=NEW, headers=editor).headers["etag"]
    seen = editor | {"If-Match": tag}
    client.patch(f"{ITEMS}/P-new", json={"properties": {"stage": "建设"}}, headers=seen)
    assert code(client.post("/revisions/2/revert", headers=editor), 412) == "stale-feature"
    undone = client.post("/revisions/3/revert", headers=editor)
    assert undone.json()["number"] == 4
    assert client.get(f"{ITEMS}/P-new").json()["properties"]["stage"] == "储备"
    assert client.get(f"{ITEMS}/P-new").headers["etag"] == tag
    listed = client.get("/revisions", params={"limit": 2}).json()["revisions"]
    assert [entry["number"] for entry in listed] == [4, 3]


def test_an_edit_that_changes_nothing_makes_no_revision(client, editor):
    tag = client.post(ITEMS, json=NEW, headers=editor).headers["etag"]
    same = client.patch(f"{ITEMS}/P-new", json={}, headers=editor | {"If-Match": tag})
    assert same.status_code == 200
    assert client.get("/health").json()["revision"] == 2


@pytest.mark.parametrize(
    ("headers", "status", "expected"),
    [
        ({}, 401, "token-required"),
        ({"Authorization": "Bearer nonsense"}, 401, "invalid-token"),
        ({"Authorization": "Bearer onemap_00_x"}, 401, "invalid-token"),
    ],
)
def test_nobody_edits_without_a_token_and_the_attempt_is_recorded(
    client, gate, headers, status, expected
):
    refused = client.post(ITEMS, json=NEW, headers=headers)
    assert code(refused, status) == expected
    assert refused.headers["www-authenticate"] == "Bearer"
    [entry, *_] = gate.audit(limit=1)
    assert (entry.who, entry.action, entry.target) == ("anonymous", "POST", ITEMS)
    assert entry.outcome == f"refused: {expected}"


def test_a_viewer_does_not_edit_and_only_an_administrator_reads_the_log(client, gate):
    viewer = bearer(gate.issue("访客", "viewer")[1])
    assert code(client.post(ITEMS, json=NEW, headers=viewer), 403) == "forbidden"
    assert code(client.get("/audit", headers=viewer), 403) == "forbidden"
    assert code(client.get("/audit"), 401) == "token-required"
    admin = bearer(gate.issue("管理员", "admin")[1])
    [entry, *_] = client.get("/audit", headers=admin).json()["entries"]
    assert (entry["who"], entry["outcome"]) == ("访客", "refused: forbidden")


def test_a_revoked_or_expired_token_opens_nothing(client, gate):
    token, secret = gate.issue("离职", "editor")
    gate.revoke(token.id)
    assert code(client.post(ITEMS, json=NEW, headers=bearer(secret)), 401) == "invalid-token"
    _, secret = gate.issue("临时", "editor", days=0)
    assert code(client.post(ITEMS, json=NEW, headers=bearer(secret)), 401) == "invalid-token"


def test_the_token_printed_at_start_opens_from_the_same_machine_only(workspace):
    app = create_app(Settings(local_token=SecretStr("local-secret")), workspace)
    here = TestClient(app, client=("127.0.0.1", 50_000))
    assert here.post(ITEMS, json=NEW, headers=bearer("local-secret")).status_code == 201
    there = TestClient(app, client=("10.1.2.3", 50_000))
    refused = there.post(ITEMS, json=NEW | {"id": "P-2"}, headers=bearer("local-secret"))
    assert code(refused, 401) == "invalid-token"


BOWTIE = {
    "type": "Polygon",
    "coordinates": [[[117, 36.6], [117.1, 36.7], [117.1, 36.6], [117, 36.7], [117, 36.6]]],
}


def test_an_invalid_geometry_is_refused_with_its_place_or_repaired_when_asked(client, editor):
    refused = client.post(ITEMS, json=NEW | {"geometry": BOWTIE}, headers=editor)
    assert code(refused, 422) == "invalid-feature"
    assert refused.json()["place"] == pytest.approx([117.05, 36.65])
    repaired = client.post(
        ITEMS, json=NEW | {"geometry": BOWTIE}, headers=editor, params={"repair": True}
    )
    assert repaired.status_code == 201
    assert repaired.json()["geometry"]["type"] == "MultiPolygon"


@pytest.mark.parametrize(
    ("properties", "field"),
    [
        ({"stage": "在建"}, "stage"),
        ({"name": None}, "name"),
        ({"name": 5}, "name"),
        ({"count": 1.5}, "count"),
        ({"count": 2**53}, "count"),
        ({"aliases": "x"}, "aliases"),
        ({"uncertainty_m": "x"}, "uncertainty_m"),
    ],
)
def test_a_property_of_the_wrong_kind_is_refused_by_name(client, editor, properties, field):
    body = NEW | {"properties": NEW["properties"] | properties}
    refused = client.post(ITEMS, json=body, headers=editor)
    assert code(refused, 422) == "invalid-feature"
    assert refused.json()["field"] == field
    assert client.get("/health").json()["revision"] == 1


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [500, 36]},
        {"type": "Point", "coordinates": []},
        {"type": "Nothing"},
        {"type": "Polygon", "coordinates": "x"},
        {"type": "Point", "coordinates": [None, 1]},
        7,
    ],
)
def test_a_geometry_that_is_none_is_refused(client, editor, geometry):
    refused = client.post(ITEMS, json=NEW | {"geometry": geometry}, headers=editor)
    assert code(refused, 422) == "invalid-feature"


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        (b"{", 400, "invalid-body"),
        (b"[]", 400, "invalid-body"),
        (b'{"a": NaN}', 400, "invalid-body"),
        (b'{"a": 1e999}', 400, "invalid-body"),
        (b'{"a": "\\ud800"}', 400, "invalid-body"),
        (b"\xff", 400, "invalid-body"),
        (b"[" * 200_000, 400, "invalid-body"),
        (b'{"a":' * 100 + b"1" + b"}" * 100, 400, "invalid-body"),
        (b" " * 16_000_001, 413, "body-too-large"),
        (json.dumps({"id": "P/../x", "properties": {}}).encode(), 422, "invalid-feature"),
        (json.dumps({"properties": [], "geometry": None}).encode(), 422, "invalid-feature"),
    ],
    ids=range(11),
)
def test_a_body_that_cannot_be_taken_is_refused(client, editor, body, status, expected):
    headers = editor | {"Content-Type": "application/geo+json"}
    assert code(client.post(ITEMS, content=body, headers=headers), status) == expected


def test_a_body_of_another_kind_is_refused(client, editor):
    headers = editor | {"Content-Type": "text/plain"}
    assert code(client.post(ITEMS, content=b"{}", headers=headers), 415)


def test_the_district_is_neither_added_nor_deleted_and_a_zone_needs_ground(client, editor):
    district = client.get("/collections/district/items/370103")
    headers = editor | {"If-Match": district.headers["etag"]}
    assert code(client.delete("/collections/district/items/370103", headers=headers), 422)
    assert code(client.post("/collections/district/items", json=NEW, headers=editor), 422)
    zone = client.get("/collections/zones/items/Z-S")
    headers = editor | {"If-Match": zone.headers["etag"]}
    emptied = client.patch("/collections/zones/items/Z-S", json={"geometry": None}, headers=headers)
    assert code(emptied, 422)
