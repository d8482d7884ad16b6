"""In which order features come (sortby) and what of them is written (properties, skipGeometry)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.model import STAGES

ITEMS = "/collections/projects/items"


def get(client, path, **parameters):
    answer = client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def features(client, **parameters):
    return get(client, ITEMS, limit=1000, **parameters)["features"]


def refused(client, parameter, **parameters):
    answer = client.get(ITEMS, params=parameters)
    assert answer.status_code == 400, answer.text
    assert answer.json()["parameter"] == parameter
    return answer.json()


@pytest.mark.parametrize(
    ("sortby", "key"),
    [
        ("name", lambda p: p["name"].encode("gb18030")),
        ("+count", lambda p: p["count"]),
        ("stage", lambda p: [term.id for term in STAGES].index(p["stage"])),
        ("area_geodesic_m2", lambda p: p["area_geodesic_m2"]),
        ("parent", lambda p: p["parent"] and p["parent"].encode()),
    ],
)
def test_features_are_sorted_with_nulls_last_and_ties_in_their_order(client, sortby, key):
    every = features(client)
    known = [f for f in every if key(f["properties"]) is not None]
    nulls = [f for f in every if key(f["properties"]) is None]
    up = sorted(known, key=lambda f: key(f["properties"])) + nulls
    assert [f["id"] for f in features(client, sortby=sortby)] == [f["id"] for f in up]
    down = features(client, sortby=f"-{sortby.lstrip('+')}")
    ranks = [key(f["properties"]) for f in down[: len(known)]]
    assert ranks == sorted(ranks, reverse=True)
    assert [f["id"] for f in down[len(known) :]] == [f["id"] for f in nulls]


def test_a_second_key_decides_what_the_first_leaves_open(client):
    found = features(client, sortby="stage,-name")
    order = [term.id for term in STAGES]
    pairs = [(order.index(f["properties"]["stage"]), f["properties"]["name"]) for f in found]
    by_name = sorted(pairs, key=lambda pair: pair[1].encode("gb18030"), reverse=True)
    assert pairs == sorted(by_name, key=lambda pair: pair[0])


@pytest.mark.parametrize("sortby", ["cite", "secret", "", ",", "name,name", "name;drop", "--name"])
def test_what_cannot_be_sorted_by_is_refused(client, sortby):
    refused(client, "sortby", sortby=sortby)


def test_properties_and_geometry_are_written_as_asked(client):
    [feature] = features(client, id="P-sdu-park", properties="stage, name")
    assert list(feature["properties"]) == ["name", "stage"]
    assert feature["geometry"]
    [feature] = features(client, id="P-sdu-park", skipGeometry="true")
    assert feature["geometry"] is None
    alone = get(client, f"{ITEMS}/P-sdu-park", properties="name", skipGeometry="true")
    assert alone["properties"].keys() == {"name"}
    assert alone["geometry"] is None
    allowed = refused(client, "properties", properties="name,secret")["allowed"]
    assert {"name", "zones", "cite"} <= set(allowed)


@given(
    st.lists(st.tuples(st.sampled_from(["", "+", "-"]), st.sampled_from(["name", "count", "x"])))
)
def test_no_order_makes_the_server_fail_and_each_is_an_order_of_all(client, keys):
    text = ",".join(sign + name for sign, name in keys)
    answer = client.get(ITEMS, params={"sortby": text, "limit": 1000, "skipGeometry": "true"})
    if answer.status_code == 200:
        assert len({f["id"] for f in answer.json()["features"]}) == 301
    else:
        assert answer.json()["parameter"] == "sortby"
