"""Edits over HTTP: locks, roles, reasons, history."""

import pytest
from fastapi.testclient import TestClient
from http_edits import ITEMS, NEW, POINT, bearer, code
from pydantic import SecretStr

from api.app import create_app
from api.settings import Settings


def test_a_feature_is_added_read_and_told_in_the_history(door, editor):
    added = door.post(ITEMS, json=NEW, headers=editor, params={"reason": "专题会"})
    assert added.status_code == 201
    assert added.headers["location"] == f"{ITEMS}/P-new"
    assert added.json()["properties"]["zones"] == [{"id": "Z-C", "share": 1.0, "basis": "geometry"}]
    read = door.get(f"{ITEMS}/P-new")
    assert read.headers["etag"] == added.headers["etag"]
    assert read.json()["revision"] == 2
    known = read.json()["properties"]
    assert (known["location_kind"], known["quality"]) == ("site", "imported")
    assert (known["stage_basis"], known["uncertainty_m"]) == ("edited", None)
    [entry] = door.get(f"{ITEMS}/P-new/history").json()["history"]
    assert (entry["author"], entry["reason"], entry["before"]) == ("李工", "专题会", None)


def test_a_feature_without_an_id_is_given_one(door, editor):
    answer = door.post(ITEMS, json={k: v for k, v in NEW.items() if k != "id"}, headers=editor)
    assert answer.json()["id"].startswith("P-")
    assert door.get(answer.headers["location"]).status_code == 200


def test_an_id_that_is_taken_is_a_conflict(door, editor):
    assert door.post(ITEMS, json=NEW, headers=editor).status_code == 201
    assert code(door.post(ITEMS, json=NEW, headers=editor), 409) == "feature-exists"


def test_an_edit_needs_the_state_that_its_author_saw(door, editor):
    tag = door.post(ITEMS, json=NEW, headers=editor).headers["etag"]
    patch = {"properties": {"stage": "建设"}}
    assert code(door.patch(f"{ITEMS}/P-new", json=patch, headers=editor), 428)
    seen = editor | {"If-Match": tag}
    changed = door.patch(f"{ITEMS}/P-new", json=patch, headers=seen)
    assert changed.json()["properties"]["stage"] == "建设"
    assert changed.json()["properties"]["stage_basis"] == "edited"
    assert code(door.patch(f"{ITEMS}/P-new", json=patch, headers=seen), 412) == "stale-feature"
    assert code(door.delete(f"{ITEMS}/P-new", headers=seen), 412) == "stale-feature"
    again = editor | {"If-Match": changed.headers["etag"]}
    assert door.delete(f"{ITEMS}/P-new", headers=again).status_code == 204
    assert code(door.get(f"{ITEMS}/P-new"), 404) == "feature-not-found"
    assert len(door.get(f"{ITEMS}/P-new/history").json()["history"]) == 3


def test_a_token_that_may_skip_the_lock_is_marked_in_the_audit_log(door, gate):
    headers = bearer(gate.issue("QGIS", "editor", may_skip_lock=True)[1])
    door.post(ITEMS, json=NEW, headers=headers)
    answer = door.patch(f"{ITEMS}/P-new", json={"properties": {"note": "x"}}, headers=headers)
    assert answer.status_code == 200
    assert gate.audit(limit=1)[0].outcome == "done without a lock"


def test_a_whole_feature_is_put_in_the_place_of_another(door, editor):
    read = door.get(f"{ITEMS}/P-sdu-park")
    feature = read.json()
    feature["properties"]["note"] = "核对"
    headers = editor | {"If-Match": read.headers["etag"]}
    answer = door.put(f"{ITEMS}/P-sdu-park", json=feature, headers=headers)
    assert answer.status_code == 200, answer.text
    [entry, _] = door.get(f"{ITEMS}/P-sdu-park/history").json()["history"]
    before, after = entry["before"]["properties"], entry["after"]["properties"]
    assert {name for name in after if after[name] != before.get(name)} == {"note"}


def test_a_shape_that_was_moved_by_hand_says_so(door, editor):
    read = door.get(f"{ITEMS}/P-sdu-park")
    headers = editor | {"If-Match": read.headers["etag"]}
    moved = door.patch(f"{ITEMS}/P-sdu-park", json={"geometry": POINT}, headers=headers).json()
    assert moved["properties"]["quality"] == "imported"
    assert moved["properties"]["uncertainty_m"] is None


def test_an_unplaced_project_that_is_given_a_place_is_counted_there(door, editor):
    unplaced = next(
        f
        for f in door.get(ITEMS, params={"limit": 500}).json()["features"]
        if f["properties"]["location_kind"] == "unplaced"
    )
    path = f"{ITEMS}/{unplaced['id']}"
    before = door.get("/statistics").json()
    headers = editor | {"If-Match": door.get(path).headers["etag"]}
    placed = door.patch(path, json={"geometry": POINT}, headers=headers).json()
    assert placed["properties"]["location_kind"] == "site"
    after = door.get("/statistics").json()
    assert after["unplaced"]["projects"]["count"] == before["unplaced"]["projects"]["count"] - 1
    assert after["total"]["projects"]["count"] == before["total"]["projects"]["count"]
    assert door.get("/statistics", params={"revision": 1}).json() == before


def test_the_map_is_read_as_it_was(door, editor):
    door.post(ITEMS, json=NEW, headers=editor)
    assert door.get(ITEMS, params={"revision": 1, "q": "试验学校甲"}).json()["numberMatched"] == 0
    at = door.get("/revisions/1").json()["at"]
    assert door.get(ITEMS, params={"at": at}).json()["revision"] == 1
    both = door.get(ITEMS, params={"at": at, "revision": 1})
    assert code(both, 400) == "invalid-parameter"
    assert code(door.get(ITEMS, params={"revision": 3}), 404) == "revision-not-found"
    early = door.get(ITEMS, params={"at": "2021-06-16T00:00:00Z"})
    assert code(early, 404) == "revision-not-found"


def test_a_revision_is_reverted_by_a_new_one_unless_changed_since(door, editor):
    tag = door.post(ITEMS, json=NEW, headers=editor).headers["etag"]
    seen = editor | {"If-Match": tag}
    door.patch(f"{ITEMS}/P-new", json={"properties": {"stage": "建设"}}, headers=seen)
    assert code(door.post("/revisions/2/revert", headers=editor), 412) == "stale-feature"
    undone = door.post("/revisions/3/revert", headers=editor)
    assert undone.json()["number"] == 4
    assert door.get(f"{ITEMS}/P-new").json()["properties"]["stage"] == "储备"
    assert door.get(f"{ITEMS}/P-new").headers["etag"] == tag
    listed = door.get("/revisions", params={"limit": 2}).json()["revisions"]
    assert [entry["number"] for entry in listed] == [4, 3]


def test_the_first_revision_is_the_plan_and_stays(door, editor):
    assert code(door.post("/revisions/1/revert", headers=editor), 422) == "invalid-feature"
    assert door.get("/health").json()["revision"] == 1


def test_a_map_without_zones_still_answers(door, editor):
    for zone in ("Z-N", "Z-C", "Z-S"):
        path = f"/collections/zones/items/{zone}"
        headers = editor | {"If-Match": door.get(path).headers["etag"]}
        assert door.delete(path, headers=headers).status_code == 204
    for by in ("zones", "areas", "categories", "stages"):
        answer = door.get("/statistics", params={"by": by}).json()
        assert answer["total"]["projects"]["count"] == 301
    assert door.get("/statistics").json()["outside"]["projects"]["count"] == 79
    for path in ("/findings", "/collections", ITEMS, "/?f=html", "/collections/zones/items"):
        assert door.get(path).status_code == 200, path
    assert door.get(ITEMS, params={"bbox": "116,36,118,37"}).json()["numberMatched"] == 79


def test_refusals_are_bounded_and_what_was_done_is_kept(door, gate, editor, monkeypatch):
    monkeypatch.setattr("layers.access.KEPT_REFUSALS", 5)
    door.post(ITEMS, json=NEW, headers=editor)
    for _ in range(20):
        door.post(ITEMS, json=NEW)
    outcomes = [entry.outcome for entry in gate.audit(limit=100)]
    assert outcomes.count("refused: token-required") == 5
    assert outcomes.count("done") == 2


def test_an_edit_that_changes_nothing_makes_no_revision(door, editor):
    tag = door.post(ITEMS, json=NEW, headers=editor).headers["etag"]
    same = door.patch(f"{ITEMS}/P-new", json={}, headers=editor | {"If-Match": tag})
    assert same.status_code == 200
    assert door.get("/health").json()["revision"] == 2


@pytest.mark.parametrize(
    ("headers", "status", "expected"),
    [
        ({}, 401, "token-required"),
        ({"Authorization": "Bearer nonsense"}, 401, "invalid-token"),
        ({"Authorization": "Bearer onemap_00_x"}, 401, "invalid-token"),
    ],
)
def test_nobody_edits_without_a_token_and_the_attempt_is_recorded(
    door, gate, headers, status, expected
):
    refused = door.post(ITEMS, json=NEW, headers=headers)
    assert code(refused, status) == expected
    assert refused.headers["www-authenticate"] == "Bearer"
    [entry, *_] = gate.audit(limit=1)
    assert (entry.who, entry.action, entry.target) == ("anonymous", "POST", ITEMS)
    assert entry.outcome == f"refused: {expected}"


def test_a_viewer_does_not_edit_and_only_an_administrator_reads_the_log(door, gate):
    viewer = bearer(gate.issue("访客", "viewer")[1])
    assert code(door.post(ITEMS, json=NEW, headers=viewer), 403) == "forbidden"
    assert code(door.get("/audit", headers=viewer), 403) == "forbidden"
    assert code(door.get("/audit"), 401) == "token-required"
    admin = bearer(gate.issue("管理员", "admin")[1])
    [entry, *_] = door.get("/audit", headers=admin).json()["entries"]
    assert (entry["who"], entry["outcome"]) == ("访客", "refused: forbidden")


def test_a_revoked_or_expired_token_opens_nothing(door, gate):
    token, secret = gate.issue("离职", "editor")
    gate.revoke(token.id)
    assert code(door.post(ITEMS, json=NEW, headers=bearer(secret)), 401) == "invalid-token"
    _, secret = gate.issue("临时", "editor", days=0)
    assert code(door.post(ITEMS, json=NEW, headers=bearer(secret)), 401) == "invalid-token"


def test_the_token_printed_at_start_opens_from_the_same_machine_only(own_plan):
    app = create_app(Settings(local_token=SecretStr("local-secret")), own_plan)
    here = TestClient(app, client=("127.0.0.1", 50_000))
    assert here.post(ITEMS, json=NEW, headers=bearer("local-secret")).status_code == 201
    there = TestClient(app, client=("10.1.2.3", 50_000))
    refused = there.post(ITEMS, json=NEW | {"id": "P-2"}, headers=bearer("local-secret"))
    assert code(refused, 401) == "invalid-token"
