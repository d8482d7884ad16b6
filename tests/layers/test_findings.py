def found(workspace, kind):
    return {f["feature_id"]: f for f in workspace.findings() if f["kind"] == kind}


def test_the_project_that_the_plan_puts_in_two_zones_shows_both_and_the_join(workspace):
    [plan, geometry] = found(workspace, "zone_conflict")["P-newfin"]["sides"]
    assert plan["places"] == ["Z-N", "Z-C"]
    assert geometry["places"] == ["Z-C"]


def test_the_join_agrees_with_the_plan_wherever_the_plan_gives_a_zone_or_says_so(workspace):
    disagree = found(workspace, "zone_disagrees")
    assert set(disagree) == {"P-baotu-expand"}
    stated = 0
    for feature in workspace.select("projects"):
        known = feature["properties"]
        if known["plan_zone"] and feature["geometry"] and feature["id"] not in disagree:
            shares = {zone["id"]: zone["share"] for zone in known["zones"]}
            assert max(shares, key=shares.get) == known["plan_zone"], feature["id"]
            stated += 1
    assert stated == 60  # of 65 with a zone, 4 have no geometry and 1 disagrees


def test_what_lies_outside_the_boundary_is_listed(workspace):
    assert set(found(workspace, "outside_district")) == {"P-baotu-expand", "A-baotu-park"}


def test_a_point_that_may_lie_on_the_other_side_of_the_boundary_is_listed(workspace):
    near = found(workspace, "near_boundary")
    geometry = near["A-zhongshan-park"]["sides"][1]
    assert geometry["distance_m"] < geometry["uncertainty_m"] == 500


def test_a_site_beside_its_place_is_listed_with_the_distance(workspace):
    beside = found(workspace, "place_disagrees")
    assert set(beside) == {"P-sdu-park"}
    assert 0 < beside["P-sdu-park"]["sides"][1]["distance_m"] < 50


def test_every_contradiction_of_the_plan_is_there_with_its_figures(workspace):
    contradictions = [f for f in workspace.findings() if f["kind"] == "plan_contradiction"]
    assert len(contradictions) == 32
    [gdp] = [f for f in contradictions if f["id"] == "K01"]
    assert [side["value"] for side in gdp["sides"]] == [1500, 1486.1]
    assert all(side["cite"]["chapter"] for side in gdp["sides"])
