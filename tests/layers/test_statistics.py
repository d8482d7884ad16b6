import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.model import CATEGORIES, STAGES
from layers.query import FeatureQuery
from layers.statistics import RULES

DISJOINT = ("zones", "categories", "stages")
queries = st.builds(
    lambda filters: FeatureQuery(filters=filters),
    st.fixed_dictionaries(
        {},
        optional={
            "stage": st.sampled_from([(term.id,) for term in STAGES]),
            "category": st.lists(st.sampled_from([term.id for term in CATEGORIES]), min_size=1).map(
                tuple
            ),
            "zone": st.sampled_from([("Z-N",), ("Z-C",), ("Z-S", "Z-C")]),
        },
    ),
)


def leaves(projects):
    """The count and every number below it, by path."""
    found = {("count",): projects["count"]}
    for name in ("by_category", "by_stage", "by_kind"):
        found |= {(name, term): n for term, n in projects[name].items()}
    return found


@given(st.sampled_from(DISJOINT), st.sampled_from(("main", "proportional")), queries)
def test_rows_plus_outside_plus_unplaced_are_the_total(workspace, by, rule, query):
    answer = workspace.statistics(by, rule, query)
    parts = [row["projects"] for row in answer["rows"]]
    parts += [answer["outside"]["projects"], answer["unplaced"]["projects"]]
    for path, total in leaves(answer["total"]["projects"]).items():
        assert math.fsum(leaves(part)[path] for part in parts) == pytest.approx(total, abs=1e-9)
    assert answer["partition"] is True


@given(st.sampled_from((*DISJOINT, "areas")), st.sampled_from(RULES), queries)
def test_breakdowns_add_up_to_their_count(workspace, by, rule, query):
    answer = workspace.statistics(by, rule, query)
    blocks = [row["projects"] for row in answer["rows"]]
    blocks += [answer[part]["projects"] for part in ("outside", "unplaced", "total")]
    for block in blocks:
        for name in ("by_category", "by_stage", "by_kind"):
            assert math.fsum(block[name].values()) == pytest.approx(block["count"], abs=1e-9)


def test_the_plan_by_zone_is_as_counted_by_hand(workspace):
    answer = workspace.statistics("zones", "main")
    assert [row["projects"]["count"] for row in answer["rows"]] == [34, 40, 4]
    assert answer["outside"]["projects"]["count"] == 1
    assert answer["unplaced"]["projects"]["count"] == 222
    assert answer["total"]["projects"]["count"] == 301
    assert answer["rows"][1]["projects"]["by_stage"]["建设"] == 13
    assert answer["rows"][1]["by_plan_only"] == 2


def test_areas_are_given_three_ways_with_their_difference(workspace):
    [north, centre, south] = workspace.statistics()["rows"]
    area = centre["area"]
    assert area["stated_km2"] == 130
    assert area["geodesic_m2"] == pytest.approx(131_484_009, abs=1)
    assert area["planar_m2"] == pytest.approx(area["geodesic_m2"], rel=1e-5)
    assert area["ha"] == area["geodesic_m2"] / 10_000
    assert area["mu"] == pytest.approx(area["ha"] * 15)
    assert area["difference_km2"] == pytest.approx(1.484, abs=0.001)
    total = workspace.statistics()["total"]["area"]
    assert total["geodesic_m2"] == pytest.approx(
        sum(row["area"]["geodesic_m2"] for row in (north, centre, south))
    )
    assert total["stated_km2"] == 280


def test_the_zones_areas_sum_to_the_districts(workspace):
    district = workspace.snapshot().table("district").features[0]["properties"]
    total = workspace.statistics()["total"]["area"]
    assert total["geodesic_m2"] == pytest.approx(district["area_geodesic_m2"], abs=1)


def test_touching_counts_a_project_in_every_zone_that_it_reaches(workspace):
    answer = workspace.statistics("zones", "touching")
    assert answer["partition"] is False
    for row in answer["rows"]:
        found = list(workspace.select("projects", FeatureQuery(filters={"zone": (row["id"],)})))
        assert len(found) == row["projects"]["count"] + row["by_plan_only"]


def test_the_rows_of_named_areas_say_that_they_overlap(workspace):
    answer = workspace.statistics("areas", "touching")
    assert answer["partition"] is False
    assert len(answer["rows"]) == 91
    placed = 301 - answer["unplaced"]["projects"]["count"]
    assert sum(row["projects"]["count"] for row in answer["rows"]) > placed
    assert answer["total"]["projects"]["count"] == 301
    for row in answer["rows"]:
        found = list(workspace.select("projects", FeatureQuery(filters={"area": (row["id"],)})))
        assert len(found) == row["projects"]["count"] + row["by_plan_only"], row["id"]


def test_the_area_total_of_named_areas_counts_shared_ground_once(workspace):
    answer = workspace.statistics("areas")
    summed = sum(row["area"]["geodesic_m2"] or 0 for row in answer["rows"])
    district = workspace.snapshot().table("district").features[0]["properties"]
    covered = answer["total"]["area"]["geodesic_m2"]
    assert 0 < covered < summed
    assert covered < district["area_geodesic_m2"]


def test_a_project_in_three_places_counts_by_thirds(workspace):
    rows = {row["id"]: row for row in workspace.statistics("areas", "proportional")["rows"]}
    assert rows["A-zhongshan-park"]["projects"]["count"] == pytest.approx(1 / 3)


def test_an_empty_selection_is_zero_everywhere(workspace):
    query = FeatureQuery(text="不存在的项目")
    for by in (*DISJOINT, "areas"):
        answer = workspace.statistics(by, "main", query)
        assert answer["total"]["projects"]["count"] == 0
        assert all(row["projects"]["count"] == 0 for row in answer["rows"])
