"""OGC API – Features Part 3 (19-079r2), Part 5 (schemas) and CQL2 through HTTP, on the plan."""

import json

import jsonschema
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.model import CATALOGUE
from requirements import Requirements

requirement = Requirements()
ITEMS = "/collections/projects/items"
QUERYABLES = "/collections/projects/queryables"
REL = "http://www.opengis.net/def/rel/ogc/1.0/"
NAMES = [collection.id for collection in CATALOGUE]


def get(client, path, **parameters):
    answer = client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def features(client, path=ITEMS, **parameters):
    return get(client, path, limit=1000, **parameters)["features"]


def ids(client, path=ITEMS, **parameters):
    return {feature["id"] for feature in features(client, path, **parameters)}


def where(client, test):
    """Return the ids of the projects whose properties pass a test in Python."""
    return {f["id"] for f in features(client) if test(f["properties"])}


def refused(client, parameter, path=ITEMS, **parameters):
    answer = client.get(path, params=parameters)
    assert answer.status_code == 400, answer.text
    body = answer.json()
    assert body["parameter"] == parameter
    return body


@requirement("/req/queryables/queryables-link")
def each_collection_links_to_its_queryables(client):
    for name in NAMES:
        [link] = [
            link
            for link in get(client, f"/collections/{name}")["links"]
            if link["rel"] == f"{REL}queryables"
        ]
        answer = client.get(link["href"])
        assert answer.headers["content-type"] == link["type"] == "application/schema+json"


@requirement("/req/queryables/get-queryables-op", "/req/queryables/get-queryables-response-json")
def queryables_are_a_json_schema(client):
    for name in NAMES:
        schema = get(client, f"/collections/{name}/queryables")
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["type"] == "object"
        assert schema["$id"].endswith(f"/collections/{name}/queryables")
        assert schema["additionalProperties"] is False
        assert schema["properties"]["geometry"]["format"] == "geometry-any"
        for one in schema["properties"].values():
            assert one["title"]
            assert one["title_en"]
            assert "type" in one or one["format"].startswith("geometry-")


@requirement("/req/queryables-query-parameters/parameters")
def each_queryable_is_a_parameter(client):
    for name in NAMES:
        schema = get(client, f"/collections/{name}/queryables")["properties"]
        every = features(client, f"/collections/{name}/items")
        for key in schema.keys() - {"geometry", "zone", "area"}:
            value = next((f["properties"][key] for f in every if f["properties"][key]), None)
            if isinstance(value, list):
                value = value[0]
            if value is None:
                continue
            text = json.dumps(value) if isinstance(value, bool) else str(value)
            found = features(client, f"/collections/{name}/items", **{key: text})
            assert found, key
            assert all(
                value in f["properties"][key]
                if isinstance(f["properties"][key], list)
                else f["properties"][key] == value
                for f in found
            ), key


@requirement("/req/filter/filter-param", "/req/features-filter/filter-param")
def a_filter_selects(client):
    assert ids(client, filter="stage='建设'") == where(client, lambda p: p["stage"] == "建设")
    assert ids(client, filter="count > 2") == where(
        client, lambda p: p["count"] is not None and p["count"] > 2
    )


@requirement("/req/filter/filter-lang-param")
def both_languages_select_the_same(client):
    text = "stage IN ('建设','建成') AND NOT (category='transport')"
    tree = {
        "op": "and",
        "args": [
            {"op": "in", "args": [{"property": "stage"}, ["建设", "建成"]]},
            {"op": "not", "args": [{"op": "=", "args": [{"property": "category"}, "transport"]}]},
        ],
    }
    by_text = ids(client, filter=text, **{"filter-lang": "cql2-text"})
    by_json = ids(client, filter=json.dumps(tree), **{"filter-lang": "cql2-json"})
    assert by_text == by_json == ids(client, filter=text) != set()
    body = refused(client, "filter-lang", filter=text, **{"filter-lang": "cql-text"})
    assert body["allowed"] == ["cql2-text", "cql2-json"]


@requirement("/req/filter/filter-crs-wgs84", "/req/filter/filter-crs-param")
def a_filter_names_places_in_any_system(client):
    box = "POLYGON((116.95 36.6,117.01 36.6,117.01 36.66,116.95 36.66,116.95 36.6))"
    turned = "POLYGON((36.6 116.95,36.6 117.01,36.66 117.01,36.66 116.95,36.6 116.95))"
    expected = ids(client, filter=f"S_INTERSECTS(geometry,{box})")
    assert expected == ids(client, bbox="116.95,36.6,117.01,36.66") != set()
    for crs, text in (
        ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", box),
        ("http://www.opengis.net/def/crs/EPSG/0/4490", turned),
        ("EPSG:4326", turned),
    ):
        again = ids(client, filter=f"S_INTERSECTS(geometry,{text})", **{"filter-crs": crs})
        assert again == expected, crs
    near = "POLYGON((4050700 503200,4050900 503200,4050900 503300,4050700 503300,4050700 503200))"
    metric = {"filter-crs": "EPSG:4548"}
    found = ids(client, "/collections/areas/items", filter=f"S_WITHIN({near},geometry)", **metric)
    assert "A-xinglong" in found
    refused(client, "filter-crs", filter="stage='建设'", **{"filter-crs": "EPSG:2384"})


@requirement("/req/filter/mixing-expressions", "/req/features-filter/mixing-expressions")
def all_filters_hold_together(client):
    named = {"zone": "Z-C", "stage": "建设,建成", "q": "园", "bbox": "116.9,36.4,117.1,36.7"}
    text = "category='industry_park'"
    together = ids(client, filter=text, plan_status="built,under_way", **named)
    apart = [ids(client, **{name: value}) for name, value in named.items()]
    apart += [ids(client, filter=text), ids(client, plan_status="built,under_way")]
    assert together == set.intersection(*apart) != set()


@requirement("/req/filter/filter-response", "/req/features-filter/undefined-property")
def a_filter_over_what_is_not_queryable_is_refused(client):
    body = refused(client, "filter", filter="secret='x'")
    assert body["code"] == "invalid-filter"
    assert body["allowed"] == ["geometry", *get(client, QUERYABLES)["properties"].keys()][:-1]
    for text in ("", "stage=", "stage = 1", "S_INTERSECTS(stage,POINT(1 2))", "(" * 5000, "name"):
        assert refused(client, "filter", filter=text)["code"] == "invalid-filter"


@requirement("/req/schemas/schemas", "/req/returnables-and-receivables/schema-link")
def each_feature_fits_the_schema_of_its_collection(client):
    for name in NAMES:
        described = get(client, f"/collections/{name}")
        [link] = [link for link in described["links"] if link["rel"] == f"{REL}schema"]
        schema = get(client, link["href"])
        jsonschema.Draft202012Validator.check_schema(schema)
        check = jsonschema.Draft202012Validator(schema)
        for feature in features(client, f"/collections/{name}/items"):
            assert feature["properties"].keys() <= schema["properties"].keys()
            given = {k: v for k, v in feature["properties"].items() if v is not None}
            assert list(check.iter_errors(given)) == []


@requirement("/req/core-roles-features/property-roles")
def id_and_geometry_have_their_roles(client):
    for name in NAMES:
        properties = get(client, f"/collections/{name}/schema")["properties"]
        roles = {one.get("x-ogc-role"): key for key, one in properties.items()}
        assert roles["id"] == "id"
        assert roles["primary-geometry"] == "geometry"
        places = [one["x-ogc-property-seq"] for one in properties.values()]
        assert places == list(range(1, len(properties) + 1))


@requirement.cases()
def test_requirement(check, client):
    check(client)


@pytest.mark.parametrize(
    ("text", "test"),
    [
        ("name LIKE '%园%'", lambda p: "园" in p["name"]),
        ("CASEI(name_en) LIKE CASEI('%PARK%')", lambda p: "park" in (p["name_en"] or "").lower()),
        ("parent IS NULL", lambda p: p["parent"] is None),
        ("count BETWEEN 2 AND 10", lambda p: p["count"] is not None and 2 <= p["count"] <= 10),
        ("count*2 > 10 AND count < 20", lambda p: p["count"] is not None and 5 < p["count"] < 20),
        ("stage_basis = 'derived' OR stage = '建成'", lambda p: p["stage_basis"] == "derived"),
        ("A_CONTAINS(zone,('Z-S'))", lambda p: zones(p) >= {"Z-S"}),
        ("A_OVERLAPS(zone,('Z-N','Z-S'))", lambda p: bool(zones(p) & {"Z-N", "Z-S"})),
        ("A_EQUALS(zone,('Z-N'))", lambda p: zones(p) == {"Z-N"}),
        ("area_geodesic_m2 > 1000000", lambda p: (p["area_geodesic_m2"] or 0) > 1e6),
        ('"name" <> status_verb', lambda p: p["status_verb"] not in (None, p["name"])),
        ("NOT (stage IS NULL)", lambda p: p["stage"] is not None),
    ],
)
def test_a_cql2_filter_selects_what_the_same_test_in_python_does(client, text, test):
    expected = where(client, test)
    assert expected
    assert ids(client, filter=text) == expected


def zones(properties):
    return {place["id"] for place in properties["zones"]}


@pytest.mark.parametrize(
    ("name", "value"),
    [("S_DISJOINT", 79), ("S_INTERSECTS", 0)],
)
def test_a_place_outside_meets_nothing(client, name, value):
    assert len(ids(client, filter=f"{name}(geometry,POINT(0 0))")) == value


def test_statistics_and_tiles_take_the_same_filters(client):
    found = ids(client, filter="stage='建设'", plan_status="under_way")
    counted = get(client, "/statistics", filter="stage='建设' AND plan_status='under_way'")
    assert counted["total"]["projects"]["count"] == len(found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("count", "2.5"),
        ("count", "1_000"),
        ("uncertainty_m", "nan"),
        ("uncertainty_m", "far"),
        ("plan_status", "done"),
        ("location_kind", "site,nowhere"),
        ("zone", "Z-X"),
    ],
)
def test_a_value_that_is_none_of_its_kind_is_refused(client, name, value):
    refused(client, name, **{name: value})


def test_a_value_may_be_given_once(client):
    answer = client.get(ITEMS, params=[("parent", "A"), ("parent", "B")])
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "parent"


def test_an_unknown_parameter_is_refused_with_the_queryables_of_the_collection(client):
    for path in (ITEMS, "/collections/projects/tiles/WebMercatorQuad/0/0/0"):
        body = refused(client, "themes", path, themes="x")
        assert {"plan_status", "count", "bbox", "filter-lang"} <= set(body["allowed"])
        assert "theme" not in body["allowed"]


@given(st.text(max_size=80), st.sampled_from(["cql2-text", "cql2-json"]))
def test_no_filter_whatever_its_text_makes_the_server_fail(client, text, lang):
    answer = client.get(ITEMS, params={"filter": text, "filter-lang": lang, "limit": 1})
    assert answer.status_code in (200, 400)


def test_a_geometry_column_holds_what_the_features_do(client):
    [feature] = features(client, id="P-sdu-park")
    point = shapely.geometry.shape(feature["geometry"]).representative_point()
    found = ids(
        client, filter=f"S_CONTAINS(geometry,{point.wkt}) OR S_EQUALS(geometry,{point.wkt})"
    )
    assert "P-sdu-park" in found
