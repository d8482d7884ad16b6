import pytest
import shapely
from inventory import UNDER_CONSTRUCTION_IN_THE_CENTRE

from api.parameters import MAX_LIMIT


def get(client, path, **parameters):
    answer = client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_collections_describe_themselves(client):
    found = {c["id"]: c for c in get(client, "/collections")["collections"]}
    assert list(found) == ["district", "zones", "areas", "projects", "streets"]
    assert found["projects"]["count"] == 301
    assert found["projects"]["with_geometry"] == 79
    assert found["areas"]["with_geometry"] == 57
    assert [term["id"] for term in found["projects"]["codes"]["stage"]][:4] == [
        "储备",
        "预备",
        "建设",
        "建成",
    ]
    west, south, east, north = found["zones"]["extent"]["spatial"]["bbox"][0]
    assert 116.8 < west < east < 117.2
    assert 36.4 < south < north < 36.7
    assert get(client, "/collections/zones")["title"] == "功能分区"


def test_items_are_geojson_with_counts_revision_and_links(client):
    answer = client.get("/collections/projects/items", params={"limit": 10, "offset": 20})
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["etag"].startswith('W/"1-')
    page = answer.json()
    assert page["type"] == "FeatureCollection"
    assert (page["numberMatched"], page["numberReturned"]) == (301, 10)
    assert page["revision"] == 1
    assert len(page["features"]) == 10
    for feature in page["features"]:
        assert feature["type"] == "Feature"
        assert feature["id"] == feature["properties"]["id"]
        if feature["geometry"]:
            shapely.geometry.shape(feature["geometry"])


def test_next_links_lead_through_all_features_once(client):
    path, seen = "/collections/projects/items?limit=60&kind=named", []
    while path:
        page = client.get(path).json()
        seen += [feature["id"] for feature in page["features"]]
        path = next((li["href"] for li in page["links"] if li["rel"] == "next"), None)
    assert len(seen) == len(set(seen)) == page["numberMatched"] == 147
    assert any(link["rel"] == "prev" for link in page["links"])


def test_zone_and_stage_give_the_projects_of_the_plan(client):
    page = get(client, "/collections/projects/items", zone="Z-C", stage="建设")
    assert {feature["id"] for feature in page["features"]} == UNDER_CONSTRUCTION_IN_THE_CENTRE


def test_an_area_gives_the_projects_of_the_plan_and_says_on_what_basis(client):
    page = get(client, "/collections/projects/items", area="A-xinglong")
    found = {feature["id"]: feature["properties"] for feature in page["features"]}
    assert {"P-sdu-park", "P-belt-parks", "P-xl-roads", "P-joint-inst"} <= found.keys()
    assert "P-laoshangbu2" not in found
    assert found["P-xl-roads"]["area_basis"] == "geometry"


def test_a_box_a_text_and_a_category_narrow_together(client):
    parameters = {"bbox": "116.97,36.63,117.02,36.68", "q": "改造", "category": "urban_renewal"}
    page = get(client, "/collections/projects/items", **parameters)
    names = [feature["properties"]["name"] for feature in page["features"]]
    assert names
    assert all("改造" in name for name in names)


def test_one_feature_has_its_revision_and_a_way_back(client):
    feature = get(client, "/collections/zones/items/Z-C")
    assert feature["id"] == "Z-C"
    assert feature["revision"] == 1
    assert {link["rel"] for link in feature["links"]} == {"self", "alternate", "collection"}


def test_a_limit_above_the_maximum_is_lowered(client):
    for limit in (MAX_LIMIT + 1, "9" * 30):
        assert get(client, "/collections/projects/items", limit=limit)["numberReturned"] == 301


def test_an_offset_past_the_end_is_an_empty_page(client):
    page = get(client, "/collections/projects/items", offset=1_000)
    assert page["features"] == []
    assert page["numberMatched"] == 301


@pytest.mark.parametrize("path", ["/collections/nothing", "/collections/nothing/items"])
def test_an_unknown_collection_is_not_found(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json()["code"] == "collection-not-found"


def test_an_unknown_feature_is_not_found(client):
    answer = client.get("/collections/zones/items/Z-X")
    assert answer.status_code == 404
    assert answer.json()["code"] == "feature-not-found"
