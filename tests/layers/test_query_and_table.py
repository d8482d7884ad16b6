import pytest
from inventory import UNDER_CONSTRUCTION_IN_THE_CENTRE

from geo.bbox import BBox
from layers.errors import CollectionNotFoundError, FeatureNotFoundError, InvalidQueryError
from layers.query import FeatureQuery

XINGLONG = BBox(117.01, 36.57, 117.09, 36.60)


def ids(workspace, collection="projects", **query):
    filters = {name: (value,) for name, value in query.pop("filters", {}).items()}
    found = workspace.select(collection, FeatureQuery(filters=filters, **query))
    return [feature["id"] for feature in found]


PLACED_IN_XINGLONG_BY_THE_PLAN = {"P-sdu-park", "P-belt-parks", "P-xl-roads", "P-joint-inst"}
ALONG_THE_BELT_THROUGH_XINGLONG = {
    "P-erhuannan-e",  # on 二环南路
    "P-jp-park",  # on the belt
    "P-jinan-cc",
    "P-zk5g",
    "P-natsci",
}


def test_the_projects_under_construction_in_the_central_zone_are_those_of_the_plan(workspace):
    found = ids(workspace, filters={"zone": "Z-C", "stage": "建设"})
    assert set(found) == UNDER_CONSTRUCTION_IN_THE_CENTRE


def test_the_projects_of_xinglong_are_those_of_the_plan_and_those_along_the_belt(workspace):
    found = ids(workspace, filters={"area": "A-xinglong"})
    assert set(found) == PLACED_IN_XINGLONG_BY_THE_PLAN | ALONG_THE_BELT_THROUGH_XINGLONG


def test_a_project_without_geometry_is_found_by_the_plans_word(workspace):
    found = {f["id"]: f["properties"] for f in workspace.select("projects")}
    assert "P-hillparks" in ids(workspace, filters={"zone": "Z-C"})
    assert found["P-hillparks"]["zone_basis"] == "plan"
    assert ids(workspace, filters={"area": "A-leshan"}) == ["P-leshan"]
    assert found["P-leshan"]["area_basis"] == "plan"
    assert found["P-5g"]["zone_basis"] is None


def test_a_place_inside_a_larger_one_is_found_by_the_larger_ones_name(workspace):
    places = {f["id"]: f["properties"]["areas"] for f in workspace.select("projects")}
    [stated] = places["P-xingji-eco"]
    assert stated == {"id": "A-xingji-river", "share": None, "basis": "plan"}


def test_a_site_beside_the_drawing_of_its_place_is_still_in_it(workspace):
    [park] = [f for f in workspace.select("projects") if f["id"] == "P-sdu-park"]
    bases = {place["id"]: place["basis"] for place in park["properties"]["areas"]}
    assert bases["A-xinglong"] == "plan"


def test_several_values_of_one_filter_are_alternatives(workspace):
    either = FeatureQuery(filters={"zone": ("Z-N", "Z-S")})
    found = {f["id"] for f in workspace.select("projects", either)}
    assert found == {
        *ids(workspace, filters={"zone": "Z-N"}),
        *ids(workspace, filters={"zone": "Z-S"}),
    }


def test_a_box_selects_what_intersects_it_and_nothing_without_geometry(workspace):
    found = ids(workspace, bbox=XINGLONG)
    assert "P-xl-roads" in found
    assert "P-hillparks" not in found
    assert "P-laoshangbu2" not in found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("兴隆片区市政", "P-xl-roads"),
        ("SHANDONG university", "P-sdu-park"),
        ("ｂｉｍ 产业园", "P-bim-park"),
        ("P-newfin2", "P-newfin2"),
    ],
)
def test_text_is_found_in_names_of_both_languages_whatever_its_case_and_width(
    workspace, text, expected
):
    assert expected in ids(workspace, text=text)


def test_an_area_is_found_by_its_alias(workspace):
    assert ids(workspace, "areas", text="百年商埠") == ["A-laoshangbu"]


def test_a_filter_or_value_that_does_not_exist_is_refused_with_what_is_allowed(workspace):
    with pytest.raises(InvalidQueryError) as refused:
        ids(workspace, filters={"zone": "Z-X"})
    assert refused.value.parameter == "zone"
    assert refused.value.allowed == ("Z-N", "Z-C", "Z-S")
    with pytest.raises(InvalidQueryError) as refused:
        ids(workspace, "zones", filters={"stage": "建设"})
    assert refused.value.parameter == "stage"


def test_what_does_not_exist_is_not_found(workspace):
    with pytest.raises(CollectionNotFoundError):
        ids(workspace, "nothing")
    with pytest.raises(FeatureNotFoundError):
        workspace.snapshot().table("zones").position("Z-X")


def test_the_frame_holds_every_feature_in_4490(workspace):
    frame = workspace.snapshot().table("projects").frame
    assert len(frame) == 301
    assert frame.crs.to_epsg() == 4490
    assert frame.geometry.notna().sum() == 79
