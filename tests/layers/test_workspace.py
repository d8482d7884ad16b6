import html
import json
import re
import shutil

import pytest

from geo.bbox import BBox
from layers.errors import CollectionNotFoundError, InvalidQueryError, PlanDataError
from layers.query import FeatureQuery
from layers.workspace import Workspace

XINGLONG = FeatureQuery(filters={"area": ("A-xinglong",)})
PROJECTS = "/collections/projects/items?limit=10000"


def block(page, name):
    text = re.search(rf'<script type="application/json" id="onemap-{name}">(.*?)</script>', page)
    return json.loads(text[1])


@pytest.fixture
def copy(data_folder, tmp_path):
    """A folder with the plan's files, to be changed."""
    for path in data_folder.glob("*.*"):
        shutil.copy(path, tmp_path)
    return tmp_path


def test_without_a_folder_it_is_the_plan_that_comes_with_onemap(workspace):
    opened = Workspace.open()
    assert list(opened.select("projects")) == list(workspace.select("projects"))
    assert len(list(opened.select("projects"))) == 301


def test_the_files_of_a_folder_are_what_is_shown_and_told_from_the_plans_own(workspace, copy):
    path = copy / "zones.geojson"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("北部核心区", "北区"), encoding="utf-8")
    opened = Workspace.open(copy)
    assert opened.statistics()["rows"][0]["name"] == "北区"
    assert opened.snapshot().fingerprint != workspace.snapshot().fingerprint


def test_a_folder_without_the_plans_files_is_refused_in_both_languages(tmp_path):
    with pytest.raises(PlanDataError, match=r"district\.geojson cannot be read") as refused:
        Workspace.open(tmp_path)
    assert "无法读取 district.geojson" in refused.value.message_zh


def test_a_selection_has_the_features_that_the_query_means_and_no_others(workspace):
    found = [feature["id"] for feature in workspace.select("projects", XINGLONG)]
    expected = [
        feature["id"]
        for feature in workspace.select("projects")
        if "A-xinglong" in {place["id"] for place in feature["properties"]["areas"]}
    ]
    assert found == expected
    assert 0 < len(found) < 301


def test_a_box_selects_what_intersects_it(workspace):
    box = BBox(117.00, 36.57, 117.08, 36.61)
    found = {feature["id"] for feature in workspace.select("areas", FeatureQuery(bbox=box))}
    assert "A-xinglong" in found
    assert "A-laoshangbu" not in found


def test_a_collection_that_is_not_there_is_refused(workspace):
    with pytest.raises(CollectionNotFoundError, match="use one of district, zones"):
        workspace.select("parcels")


def test_a_filter_that_a_collection_does_not_have_is_refused(workspace):
    with pytest.raises(InvalidQueryError):
        list(workspace.select("zones", FeatureQuery(filters={"stage": ("建设",)})))


def test_statistics_of_a_selection_count_only_it(workspace):
    answer = workspace.statistics("stages", "main", XINGLONG)
    assert answer["total"]["projects"]["count"] == len(list(workspace.select("projects", XINGLONG)))


def test_findings_name_features_that_are_there(workspace):
    for finding in workspace.findings():
        if "feature_id" in finding:
            table = workspace.snapshot().table(finding["collection"])
            assert finding["feature_id"] in table.ids


def test_a_map_holds_the_selected_projects_and_every_zone(workspace):
    page = workspace.map(XINGLONG, selected="areas/A-xinglong", lang="en").text
    data, config = block(page, "data"), block(page, "config")
    expected = [feature["id"] for feature in workspace.select("projects", XINGLONG)]
    assert [feature["id"] for feature in data[PROJECTS]["features"]] == expected
    assert len(data["/collections/zones/items?limit=10000"]["features"]) == 3
    assert (config["select"], config["lang"]) == ("areas/A-xinglong", "en")


def test_the_statistics_inside_a_map_are_those_of_its_projects(workspace):
    data = block(workspace.map(XINGLONG).text, "data")
    assert data["/statistics?by=zones"] == workspace.statistics("zones", "main", XINGLONG)


def test_a_notebook_shows_the_map_in_a_frame_of_its_own(workspace):
    shown = workspace.map()
    frame = re.fullmatch(r'<iframe srcdoc="([^"]*)" [^<>]*></iframe>', shown._repr_html_())
    assert html.unescape(frame[1]) == shown.text


def test_a_saved_map_is_the_page_as_utf_8(workspace, tmp_path):
    shown = workspace.map()
    path = shown.save(tmp_path / "地图.html")
    assert path.read_bytes().decode("utf-8") == shown.text


def test_a_name_that_looks_like_markup_stays_text_in_the_map(copy):
    hostile = '</script><script>alert(1)</script>"{{7*7}}'
    path = copy / "projects.geojson"
    plan = json.loads(path.read_text(encoding="utf-8"))
    plan["features"][0]["properties"]["name"] = hostile
    path.write_text(json.dumps(plan), encoding="utf-8")
    page = Workspace.open(copy).map().text
    assert hostile not in page
    assert block(page, "data")[PROJECTS]["features"][0]["properties"]["name"] == hostile
