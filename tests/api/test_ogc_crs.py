"""OGC API – Features Part 2 (18-058r1): reference systems, and their order of coordinates."""

from functools import cache

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from requirements import Requirements

requirement = Requirements()
ITEMS = "/collections/projects/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
OFFERED = [CRS84, *(f"{EPSG}{number}" for number in (4490, 4326, 4548, 4527, 3857))]


def get(client, path, **parameters):
    answer = client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer


def shapes(client, **parameters):
    features = get(client, ITEMS, limit=1000, **parameters).json()["features"]
    return {
        f["id"]: shapely.geometry.shape(f["geometry"])
        for f in features
        if f["geometry"] is not None
    }


@cache
def by_definition(uri):
    """Take stored coordinates to a system by pyproj alone, in the order of the definition."""
    authority = "OGC:CRS84" if uri == CRS84 else f"EPSG:{uri.rpartition('/')[2]}"
    change = Transformer.from_crs("EPSG:4490", authority, always_xy=False)

    def move(xy):
        return np.column_stack(change.transform(xy[:, 1], xy[:, 0]))

    return lambda geometry: shapely.transform(geometry, move)


@requirement("/req/crs/crs-uri", "/req/crs/fc-md-crs-list", "/req/crs/fc-md-crs-list-global")
def every_collection_lists_its_systems(client):
    page = get(client, "/collections").json()
    assert page["crs"] == OFFERED
    for one in page["collections"]:
        assert one["crs"] == OFFERED


@requirement("/req/crs/fc-md-storageCrs-valid-value", "/req/crs/fc-md-storageCrs")
def the_stored_system_is_one_of_them(client):
    for one in get(client, "/collections").json()["collections"]:
        assert one["storageCrs"] == f"{EPSG}4490"
        assert one["storageCrs"] in one["crs"]


@requirement("/req/crs/fc-bbox-crs-definition", "/req/crs/fc-bbox-crs-valid-value")
def a_system_that_is_not_offered_is_refused_for_a_box(client):
    for name in ("EPSG:2384", f"{EPSG}4214", "nonsense", "", f"{EPSG}4490 "):
        answer = client.get(ITEMS, params={"bbox": "1,2,3,4", "bbox-crs": name})
        assert answer.status_code == 400
        assert answer.json()["parameter"] == "bbox-crs"
        assert answer.json()["allowed"] == OFFERED


@requirement("/req/crs/fc-bbox-crs-action")
def the_same_box_in_every_system_selects_the_same(client):
    expected = set(shapes(client, bbox="116.95,36.6,117.01,36.66"))
    assert expected
    corners = shapely.LineString([(116.95, 36.6), (117.01, 36.66)])
    for uri in OFFERED[:3]:
        text = ",".join(map(str, shapely.get_coordinates(by_definition(uri)(corners)).ravel()))
        assert set(shapes(client, **{"bbox": text, "bbox-crs": uri})) == expected


@requirement("/req/crs/fc-bbox-crs-default-value")
def a_box_without_a_system_is_longitude_first(client):
    assert shapes(client, bbox="116.9,36.4,117.1,36.7")
    assert not shapes(client, bbox="36.4,-80,36.7,80")


@requirement("/req/crs/fc-crs-definition", "/req/crs/fc-crs-valid-value")
def a_system_that_is_not_offered_is_refused(client):
    for path in (ITEMS, f"{ITEMS}/P-sdu-park"):
        answer = client.get(path, params={"crs": f"{EPSG}2384"})
        assert answer.status_code == 400
        assert answer.json()["parameter"] == "crs"


@requirement("/req/crs/fc-crs-action", "/req/crs/fc-crs-default-value")
def coordinates_are_those_of_the_definition_in_its_order(client):
    stored = shapes(client)
    assert stored == shapes(client, crs=CRS84)
    for uri in OFFERED:
        expected = {name: by_definition(uri)(shape) for name, shape in stored.items()}
        written = shapes(client, crs=uri)
        assert written.keys() == expected.keys()
        for name, shape in written.items():
            near = shapely.get_coordinates(shape) - shapely.get_coordinates(expected[name])
            assert np.abs(near).max() <= 1e-4, (uri, name)


@requirement("/req/crs/ogc-crs-header", "/req/crs/ogc-crs-header-value")
def the_header_names_the_system(client):
    for path in (ITEMS, f"{ITEMS}/P-sdu-park"):
        assert get(client, path).headers["content-crs"] == f"<{CRS84}>"
        for uri in OFFERED:
            assert get(client, path, crs=uri).headers["content-crs"] == f"<{uri}>"


@requirement.cases()
def test_requirement(check, client):
    check(client)


@pytest.mark.parametrize(
    ("crs", "first", "second"),
    [
        ("EPSG:4490", 36.590346, 117.042801),
        ("EPSG:4326", 36.590346, 117.042801),
        ("OGC:CRS84", 117.042801, 36.590346),
        ("EPSG:4548", 4051050.94, 503830.09),
        ("EPSG:4527", 4051050.94, 39503830.09),
        ("EPSG:3857", 13029144.96, 4382159.06),
    ],
)
def test_xinglong_stands_where_a_surveyor_expects_it(client, crs, first, second):
    [feature] = get(client, "/collections/areas/items", id="A-xinglong", crs=crs).json()["features"]
    centre = shapely.geometry.shape(feature["geometry"]).centroid
    tolerance = 1e-6 if first < 1000 else 0.5  # a centroid is not that of the other system
    assert abs(centre.x - first) < tolerance
    assert abs(centre.y - second) < tolerance


@pytest.mark.parametrize(
    "name", [f"{EPSG}4548", "urn:ogc:def:crs:EPSG::4548", "EPSG:4548"], ids=["uri", "urn", "short"]
)
def test_a_system_has_three_names_and_the_header_the_official_one(client, name):
    assert get(client, ITEMS, crs=name).headers["content-crs"] == f"<{EPSG}4548>"


@pytest.mark.parametrize("uri", OFFERED[3:])
def test_a_box_in_metres_misses_nothing_that_lies_in_it(client, uri):
    place = by_definition(uri)
    stored = shapes(client)
    for shape in list(stored.values())[::6]:
        low_a, low_b, high_a, high_b = place(shape).bounds
        box = f"{low_a:.4f},{low_b:.4f},{high_a:.4f},{high_b:.4f}"
        found = set(shapes(client, **{"bbox": box, "bbox-crs": uri}))
        inside = {
            n for n, s in stored.items() if shapely.box(*place(shape).bounds).covers(place(s))
        }
        assert inside <= found


@pytest.mark.parametrize(
    "box",
    [
        "0,0,-1,1",
        "0,1,1,0",
        "1e300,1e300,1e301,1e301",
        "nan,0,1,1",
        "inf,0,inf,1",
        "1,2,3",
        "1,2,3,4,5",
        "a,b,c,d",
        "",
    ],
)
def test_what_is_no_box_in_metres_is_refused(client, box):
    answer = client.get(ITEMS, params={"bbox": box, "bbox-crs": "EPSG:4548"})
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "bbox"


@pytest.mark.parametrize("box", ["117,36.7,116,36.4", "200,0,210,1", "0,-91,1,0", "nan,1,2,3"])
def test_what_is_no_box_on_the_globe_is_refused(client, box):
    answer = client.get(ITEMS, params={"bbox": box})
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "bbox"


numbers = st.floats(allow_nan=True, allow_infinity=True)


@given(st.tuples(numbers, numbers, numbers, numbers), st.sampled_from(OFFERED))
def test_no_box_whatever_its_numbers_makes_the_server_fail(client, box, uri):
    text = ",".join(map(repr, box))
    answer = client.get(ITEMS, params={"bbox": text, "bbox-crs": uri, "limit": 1})
    assert answer.status_code in (200, 400)
