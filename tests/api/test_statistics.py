import pytest

COUNTS = {"count", "by_category", "by_stage", "by_kind"}


def test_the_default_is_zones_by_main_share(client):
    answer = client.get("/statistics").json()
    assert (answer["by"], answer["rule"], answer["revision"]) == ("zones", "main", 1)
    assert [row["id"] for row in answer["rows"]] == ["Z-N", "Z-C", "Z-S"]
    assert [row["projects"]["count"] for row in answer["rows"]] == [34, 40, 4]


@pytest.mark.parametrize("by", ["zones", "areas", "categories", "stages"])
@pytest.mark.parametrize("rule", ["main", "proportional", "touching"])
def test_projects_always_have_the_same_form(client, by, rule):
    answer = client.get("/statistics", params={"by": by, "rule": rule}).json()
    blocks = [*answer["rows"], answer["outside"], answer["unplaced"], answer["total"]]
    shapes = {
        (frozenset(p := block["projects"]), tuple(p["by_stage"]), tuple(p["by_category"]))
        for block in blocks
    }
    assert len(shapes) == 1
    assert next(iter(shapes))[0] == COUNTS


def test_filters_narrow_what_is_counted_and_not_the_areas(client):
    whole = client.get("/statistics").json()
    part = client.get("/statistics", params={"stage": "建设", "zone": "Z-C"}).json()
    assert part["total"]["projects"]["count"] == 13
    assert part["rows"][1]["projects"]["by_stage"]["建设"] == 13
    assert [row["area"] for row in part["rows"]] == [row["area"] for row in whole["rows"]]


def test_findings_are_listed_with_their_count(client):
    answer = client.get("/findings").json()
    assert answer["count"] == len(answer["findings"]) > 32
    assert {f["kind"] for f in answer["findings"]} == {
        "zone_conflict",
        "zone_disagrees",
        "outside_district",
        "near_boundary",
        "place_disagrees",
        "plan_contradiction",
    }


def test_health_says_which_data_are_served(client, workspace):
    answer = client.get("/health").json()
    assert answer["status"] == "ok"
    assert answer["fingerprint"] == workspace.snapshot().fingerprint
    assert answer["collections"]["projects"] == 301
