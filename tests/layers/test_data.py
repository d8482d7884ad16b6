"""The committed files of data/, held to the facts and to their builder."""

import csv
import json
from collections import Counter

import numpy as np
import pytest
import shapely

from geo.measure import geodesic_area_m2
from layers.build import build
from layers.model import AREA_KINDS, CATEGORIES, PLAN_STATUSES, PROJECT_KINDS, STAGES


def geometries(table):
    return dict(zip(table.ids, table.geometries, strict=True))


def properties(table):
    return {feature["id"]: feature["properties"] for feature in table.features}


@pytest.fixture(scope="module")
def zones(workspace):
    return workspace.snapshot().table("zones")


@pytest.fixture(scope="module")
def areas(workspace):
    return workspace.snapshot().table("areas")


@pytest.fixture(scope="module")
def projects(workspace):
    return workspace.snapshot().table("projects")


@pytest.fixture(scope="module")
def district(workspace):
    return workspace.snapshot().table("district").geometries[0]


def test_building_again_gives_the_committed_files_byte_for_byte(data_folder, tmp_path):
    for path in build(data_folder / "sources", tmp_path):
        assert path.read_bytes() == (data_folder / path.name).read_bytes(), path.name


def test_the_zones_have_their_shares_of_the_district(zones, district):
    found = geodesic_area_m2(zones.geometries)
    whole = geodesic_area_m2([district])[0]
    shares = np.array([10, 130, 140]) / 280
    assert zones.ids == ("Z-N", "Z-C", "Z-S")
    assert found == pytest.approx(shares * whole, rel=5e-4)
    assert found / 1e6 == pytest.approx([10.114, 131.484, 141.598], abs=0.001)


def test_the_zones_are_valid_do_not_overlap_and_together_are_the_district(zones, district):
    shapes = zones.geometries
    assert shapely.is_valid(shapes).all()
    for one in range(3):
        for other in range(one):
            shared = shapely.intersection(shapes[one], shapes[other])
            assert geodesic_area_m2([shared])[0] < 1
    rest = shapely.symmetric_difference(shapely.union_all(shapes), district)
    assert geodesic_area_m2([rest])[0] < 1
    assert shapely.coverage_is_valid(shapes)


def test_no_zone_has_a_part_under_half_a_square_kilometre(zones):
    parts = shapely.get_parts(zones.geometries)
    assert (geodesic_area_m2(parts) >= 500_000).all()


def test_each_zone_says_its_structure_by_areas_that_exist(zones, areas):
    structures = {i: p["structure"] for i, p in properties(zones).items()}
    assert [s["name"] for s in structures.values()] == [
        "一埠一圈一广场",
        "一带一城一智谷",
        "一河两峪",
    ]
    slots = [slot["area_id"] for s in structures.values() for slot in s["slots"]]
    assert len(slots) == 9
    assert set(slots) <= set(areas.ids)


def test_coordinates_stand_on_the_grid_and_rings_run_counter_clockwise(workspace):
    for name in ("district", "zones", "areas", "projects"):
        table = workspace.snapshot().table(name)
        placed = table.geometries[~shapely.is_missing(table.geometries)]
        assert shapely.is_valid(placed).all()
        xy = shapely.get_coordinates(placed)
        assert np.abs(xy - np.round(xy, 9)).max() == 0
        for part in shapely.get_parts(placed):
            if part.geom_type == "Polygon":
                assert part.exterior.is_ccw


def test_of_ninety_one_areas_fifty_seven_have_a_shape(areas):
    assert len(areas.ids) == 91
    methods = Counter(p["method"] for p in properties(areas).values())
    assert methods[None] == 34
    assert set(methods) == {None, "scale", "drawn", "union", "line", "point"}
    for area_id, geometry in geometries(areas).items():
        assert (geometry is None) == (properties(areas)[area_id]["method"] is None)


def test_scaled_areas_meet_the_stated_area(areas):
    scaled = {i: p for i, p in properties(areas).items() if p["method"] == "scale"}
    assert len(scaled) == 6
    for area_id, known in scaled.items():
        measured = geodesic_area_m2([geometries(areas)[area_id]])[0] / 1e6
        assert measured == pytest.approx(known["stated_km2"], rel=5e-3)


def test_areas_that_the_plan_puts_in_a_zone_lie_in_it(areas, zones):
    shapes = geometries(zones)
    for area_id, known in properties(areas).items():
        geometry = geometries(areas)[area_id]
        if known["method"] in ("scale", "drawn", "union") and known["plan_zone"]:
            outside = geometry.difference(shapes[known["plan_zone"]])
            assert geodesic_area_m2([outside])[0] < 10, area_id


def test_the_southern_new_city_lies_in_the_central_zone(areas):
    city = properties(areas)["A-south-newcity"]
    assert [zone["id"] for zone in city["zones"]] == ["Z-C"]


def test_parents_and_places_exist(areas, projects):
    for known in properties(areas).values():
        assert {known["parent"], *known["also_parents"]} - {None} <= set(areas.ids)
    for known in properties(projects).values():
        assert set(known["place_ids"]) <= set(areas.ids)
        assert known["parent"] is None or known["parent"] in projects.ids


def test_all_projects_are_there_with_known_codes(projects):
    assert len(projects.ids) == len(set(projects.ids)) == 301
    codes = {
        "category": CATEGORIES,
        "kind": PROJECT_KINDS,
        "plan_status": PLAN_STATUSES,
        "stage": STAGES,
    }
    for known in properties(projects).values():
        for column, terms in codes.items():
            assert known[column] in {term.id for term in terms}
        assert known["stage_basis"] == "derived"
        assert known["cite"]["chapter"] > 0


def test_the_kinds_of_areas_have_names(areas):
    assert {p["kind"] for p in properties(areas).values()} == {term.id for term in AREA_KINDS}


def test_stages_follow_from_the_verbs_of_the_plan(projects):
    pairs = Counter((p["plan_status"], p["stage"]) for p in properties(projects).values())
    assert pairs == {
        ("built", "建成"): 66,
        ("under_way", "建设"): 55,
        ("to_start", "预备"): 15,
        ("planned_to_promote", "储备"): 149,
        ("proposed", "储备"): 16,
    }


def test_nothing_is_invented(projects):
    for known in properties(projects).values():
        assert not {"investment", "owner", "start", "end", "year"} & known.keys()


def test_how_projects_are_located(projects):
    kinds = Counter(p["location_kind"] for p in properties(projects).values())
    assert kinds["site"] == 5
    assert kinds["by_place"] == 74
    assert kinds["district_wide"] + kinds["unplaced"] == 222
    for project_id, known in properties(projects).items():
        placed = geometries(projects)[project_id] is not None
        assert placed == (known["location_kind"] in ("site", "by_place"))
        assert placed == (known["uncertainty_m"] is not None) == (known["quality"] == "schematic")


def test_a_project_in_several_places_has_the_ground_of_all(projects, areas):
    belt = geometries(projects)["P-belt-parks"]
    places = properties(projects)["P-belt-parks"]["place_ids"]
    whole = shapely.union_all([geometries(areas)[place] for place in places])
    assert geodesic_area_m2([belt.symmetric_difference(whole)])[0] < 10


def test_no_sentence_of_the_plan_is_carried(data_folder):
    for path in data_folder.rglob("*.*json"):
        assert '"quote"' not in path.read_text(encoding="utf-8"), path.name


def test_indicators_and_contradictions_are_complete(data_folder):
    indicators = json.loads((data_folder / "indicators.json").read_text(encoding="utf-8"))
    assert len(indicators["table1"]) == 23
    assert len(indicators["contradictions"]) == 32


def test_streets_and_communities_fit_together(data_folder):
    def rows(name):
        return list(csv.DictReader((data_folder / name).read_text(encoding="utf-8").splitlines()))

    streets, communities = rows("streets.csv"), rows("communities.csv")
    assert (len(streets), len(communities)) == (17, 216)
    assert {row["street_code"] for row in communities} <= {row["code"] for row in streets}
    assert sum(bool(row["lon"]) for row in streets) == 13
