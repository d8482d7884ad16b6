"""OGC API – Features Part 1 (17-069r4) and Common: core, GeoJSON, HTML.

Written after the assertions of the standard's abstract tests; it is no certificate of the OGC.
"""

import re

import shapely
from hypothesis import given
from hypothesis import strategies as st

from requirements import Requirements

requirement = Requirements()
COLLECTIONS = ("district", "zones", "areas", "projects", "streets")
COUNTS = {"district": 1, "zones": 3, "areas": 91, "projects": 301, "streets": 17}
ITEMS = "/collections/projects/items"
HTML = {"Accept": "text/html"}


def get(client, path, **parameters):
    answer = client.get(path, params=parameters, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def items(client, path=ITEMS, **parameters):
    return get(client, path, **parameters)


def refused(client, path, status=400, **parameters):
    answer = client.get(path, params=parameters)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()


def links(document, rel):
    return [link for link in document["links"] if link["rel"] == rel]


@requirement("/req/core/root-op", "/req/core/root-success", "/req/landing-page/root-success")
def landing_page(client):
    page = get(client, "/")
    for rel in ("self", "alternate", "service-desc", "service-doc", "conformance", "data"):
        assert links(page, rel), rel
    assert page["title"]
    assert page["description"]


@requirement("/req/core/api-definition-op", "/req/core/api-definition-success")
def api_definition(client):
    [link] = links(get(client, "/"), "service-desc")
    answer = client.get(link["href"])
    assert answer.status_code == 200
    assert answer.headers["content-type"] == link["type"]
    assert "paths" in answer.json()


@requirement("/req/core/conformance-op", "/req/core/conformance-success")
def conformance(client):
    listed = get(client, "/conformance")["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in listed
    assert len(set(listed)) == len(listed)


@requirement("/req/core/fc-md-op", "/req/core/fc-md-success", "/req/collections/rc-md-success")
def collections(client):
    page = get(client, "/collections")
    assert tuple(one["id"] for one in page["collections"]) == COLLECTIONS


@requirement("/req/core/fc-md-links")
def collections_link_to_themselves_in_every_format(client):
    page = get(client, "/collections")
    for rel, media_type in (("self", "application/json"), ("alternate", "text/html")):
        [link] = links(page, rel)
        assert link["type"] == media_type
        answer = client.get(link["href"])
        assert answer.headers["content-type"].startswith(media_type)


@requirement("/req/core/fc-md-items", "/req/core/fc-md-items-links")
def each_collection_links_to_its_items_in_every_format(client):
    for one in get(client, "/collections")["collections"]:
        types = {link["type"] for link in links(one, "items")}
        assert types == {"application/geo+json", "text/html"}
        for link in links(one, "items"):
            answer = client.get(link["href"], headers={"Accept": link["type"]})
            assert answer.headers["content-type"].startswith(link["type"])


@requirement("/req/core/fc-md-extent", "/req/core/fc-md-extent-multi")
def extents_hold_every_feature(client):
    for one in get(client, "/collections")["collections"]:
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        extent = shapely.box(west, south, east, north)
        for feature in items(client, f"/collections/{one['id']}/items", limit=1000)["features"]:
            if feature["geometry"]:
                assert extent.covers(shapely.geometry.shape(feature["geometry"]))


@requirement("/req/core/sfc-md-op", "/req/core/sfc-md-success")
def a_collection_says_the_same_alone_and_in_the_list(client):
    for one in get(client, "/collections")["collections"]:
        alone = get(client, f"/collections/{one['id']}")
        assert alone.pop("revision") == 1
        assert alone == one


@requirement("/req/core/fc-op", "/req/core/fc-response", "/req/geojson/content")
def items_are_a_feature_collection(client):
    for name, count in COUNTS.items():
        answer = client.get(f"/collections/{name}/items?limit=1000")
        assert answer.headers["content-type"] == "application/geo+json"
        page = answer.json()
        assert page["type"] == "FeatureCollection"
        assert len(page["features"]) == page["numberReturned"] == page["numberMatched"] == count


@requirement("/req/core/fc-bbox-definition", "/req/core/fc-bbox-response")
def a_box_selects_what_intersects_it(client):
    box = (116.97, 36.63, 117.02, 36.68)
    every = items(client, limit=1000)["features"]
    expected = {
        f["id"]
        for f in every
        if f["geometry"] and shapely.geometry.shape(f["geometry"]).intersects(shapely.box(*box))
    }
    text = ",".join(map(str, box))
    found = items(client, bbox=text, limit=1000)
    assert {f["id"] for f in found["features"]} == expected != set()
    with_heights = "116.97,36.63,-100,117.02,36.68,9000"
    assert items(client, bbox=with_heights)["numberMatched"] == len(expected)


@requirement("/req/core/fc-bbox-response-antimeridian")
def a_box_across_the_antimeridian_goes_round_the_other_side(client):
    assert items(client, bbox="170,-80,-170,80")["numberMatched"] == 0
    assert items(client, bbox="118,-80,117.9,80")["numberMatched"] == 79


@requirement("/req/core/query-param-invalid")
def invalid_values_are_refused(client):
    for name, value in {
        "bbox": "1,2,3",
        "limit": "x",
        "datetime": "yesterday",
        "crs": "EPSG:1",
        "offset": "-1",
        "skipGeometry": "perhaps",
    }.items():
        assert refused(client, ITEMS, **{name: value})["parameter"] == name


@requirement("/req/core/query-param-unknown")
def unknown_parameters_are_refused(client):
    for path in (
        "/collections",
        "/conformance",
        "/api",
        ITEMS,
        f"{ITEMS}/P-5g",
        "/collections/zones",
    ):
        assert refused(client, path, unknownQueryParameter="1")["code"] == "unknown-parameter"


@requirement("/req/core/fc-limit-definition", "/req/core/fc-limit-response-1")
def limit_bounds_a_page(client):
    for limit in (1, 2, 100, 300):
        page = items(client, limit=limit)
        assert page["numberReturned"] == len(page["features"]) == limit
    for wrong in ("0", "-1", "1.5", "", "9" * 5 + "x"):
        refused(client, ITEMS, limit=wrong)


@requirement("/req/core/fc-time-definition", "/req/core/fc-time-response")
def times_are_rfc_3339_and_every_feature_answers(client):
    for text in (
        "2026-02-12T23:20:50Z",
        "2026-02-12T23:20:50.52+08:00",
        "2026-02-12T00:00:00Z/2026-03-18T12:31:12Z",
        "2026-02-12T00:00:00Z/..",
        "../2026-03-18T12:31:12Z",
        "2026-02-12T00:00:00Z/",
        "/2026-03-18T12:31:12Z",
    ):
        assert items(client, datetime=text)["numberMatched"] == 301
    for text in (
        "",
        "/",
        "../..",
        "2026-02-12",
        "2026-13-01T00:00:00Z",
        "2026-02-12T23:20:50",
        "2026-03-18T00:00:00Z/2026-02-12T00:00:00Z",
        "2026-02-12T00:00:00Z/2026-02-12T00:00:00Z/..",
        "２０２６-02-12T00:00:00Z",
    ):
        assert refused(client, ITEMS, datetime=text)["parameter"] == "datetime"


@requirement("/req/core/fc-links", "/req/core/fc-rel-type")
def a_page_links_to_itself_its_alternate_and_its_neighbours(client):
    page = items(client, limit=100, offset=100)
    for rel in ("self", "alternate", "next", "prev", "collection"):
        [link] = links(page, rel)
        assert link["type"]
        assert client.get(link["href"]).status_code == 200
    assert not links(items(client, limit=1000), "next")
    assert not links(items(client, limit=1000), "prev")


@requirement("/req/core/fc-timeStamp")
def the_time_of_an_answer_is_an_instant(client):
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", items(client, limit=1)["timeStamp"])


@requirement("/req/core/fc-numberMatched", "/req/core/fc-numberReturned")
def counts_are_those_of_the_answer(client):
    page = items(client, zone="Z-C", limit=7)
    every = items(client, zone="Z-C", limit=1000)
    assert page["numberMatched"] == len(every["features"]) == every["numberReturned"]
    assert page["numberReturned"] == len(page["features"]) == 7
    assert items(client, offset=299, limit=7)["numberReturned"] == 2


@requirement("/req/core/f-op", "/req/core/f-success", "/req/core/f-links")
def each_feature_has_its_own_address(client):
    for name in COLLECTIONS:
        path = f"/collections/{name}/items"
        for feature in items(client, path, limit=5)["features"]:
            alone = get(client, f"{path}/{feature['id']}")
            assert {k: alone[k] for k in ("id", "properties", "geometry")} == {
                k: feature[k] for k in ("id", "properties", "geometry")
            }
            for rel in ("self", "alternate", "collection"):
                assert len(links(alone, rel)) == 1, rel


@requirement("/req/core/http", "/req/core/crs84")
def what_is_not_there_is_404_and_coordinates_are_longitude_first(client):
    for path in ("/collections/none", "/collections/none/items", f"{ITEMS}/none", "/none"):
        refused(client, path, 404)
    [feature] = items(client, "/collections/district/items")["features"]
    assert all(116 < lon < 118 for lon, _lat in feature["geometry"]["coordinates"][0])


@requirement("/req/geojson/definition", "/req/json/content", "/req/json/definition")
def everything_comes_as_json(client):
    for path in ("/", "/conformance", "/collections", "/collections/zones", "/api"):
        answer = client.get(path, headers={"Accept": "application/json"})
        assert answer.status_code == 200
        assert isinstance(answer.json(), dict)


@requirement("/req/html/definition", "/req/html/content")
def everything_comes_as_a_page_whose_links_lead_on(client):
    seen, waiting = set(), ["/conformance", "/api", "/collections", f"{ITEMS}?limit=3"]
    while waiting:
        path = waiting.pop()
        answer = client.get(path, headers=HTML)
        assert answer.status_code == 200, path
        assert answer.headers["content-type"].startswith("text/html"), path
        seen.add(path)
        inside = re.findall(r'href="http://testserver(/collections[^"?]*)"', answer.text)
        new = {link for link in inside if link.count("/") < 4}
        waiting += sorted(new - seen - set(waiting))
    assert {"/collections/projects/items", "/collections/areas/schema"} <= seen


@requirement.cases()
def test_requirement(check, client):
    check(client)


@given(st.text("0123456789-:.TtZz+/ ", max_size=50))
def test_no_time_makes_the_server_fail(client, text):
    answer = client.get(ITEMS, params={"datetime": text, "limit": 1})
    assert answer.status_code in (200, 400)


@given(st.datetimes(), st.datetimes(), st.sampled_from(["Z", "+08:00", "-00:30", "z"]))
def test_two_times_are_an_interval_where_the_first_is_not_later(client, start, end, zone):
    text = "/".join(f"{at:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + zone for at in (start, end))
    answer = client.get(ITEMS, params={"datetime": text, "limit": 1})
    fits = start.replace(microsecond=0) <= end.replace(microsecond=0)
    assert answer.status_code == (200 if fits else 400)
