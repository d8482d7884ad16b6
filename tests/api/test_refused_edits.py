"""Edits over HTTP that do not fit: geometries, properties, bodies."""

import json

import pytest
from http_edits import ITEMS, NEW, code

BOWTIE = {
    "type": "Polygon",
    "coordinates": [[[117, 36.6], [117.1, 36.7], [117.1, 36.6], [117, 36.7], [117, 36.6]]],
}


def test_an_invalid_geometry_is_refused_with_its_place_or_repaired_when_asked(door, editor):
    refused = door.post(ITEMS, json=NEW | {"geometry": BOWTIE}, headers=editor)
    assert code(refused, 422) == "invalid-feature"
    assert refused.json()["place"] == pytest.approx([117.05, 36.65])
    repaired = door.post(
        ITEMS, json=NEW | {"geometry": BOWTIE}, headers=editor, params={"repair": True}
    )
    assert repaired.status_code == 201
    assert repaired.json()["geometry"]["type"] == "MultiPolygon"


@pytest.mark.parametrize(
    ("properties", "field"),
    [
        ({"stage": "在建"}, "stage"),
        ({"name": None}, "name"),
        ({"name": 5}, "name"),
        ({"count": 1.5}, "count"),
        ({"count": 2**53}, "count"),
        ({"aliases": "x"}, "aliases"),
        ({"uncertainty_m": "x"}, "uncertainty_m"),
    ],
)
def test_a_property_of_the_wrong_kind_is_refused_by_name(door, editor, properties, field):
    body = NEW | {"properties": NEW["properties"] | properties}
    refused = door.post(ITEMS, json=body, headers=editor)
    assert code(refused, 422) == "invalid-feature"
    assert refused.json()["field"] == field
    assert door.get("/health").json()["revision"] == 1


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [500, 36]},
        {"type": "Point", "coordinates": []},
        {"type": "Nothing"},
        {"type": "Polygon", "coordinates": "x"},
        {"type": "Point", "coordinates": [None, 1]},
        7,
    ],
)
def test_a_geometry_that_is_none_is_refused(door, editor, geometry):
    refused = door.post(ITEMS, json=NEW | {"geometry": geometry}, headers=editor)
    assert code(refused, 422) == "invalid-feature"


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        (b"{", 400, "invalid-body"),
        (b"[]", 400, "invalid-body"),
        (b'{"a": NaN}', 400, "invalid-body"),
        (b'{"a": 1e999}', 400, "invalid-body"),
        (b'{"a": "\\ud800"}', 400, "invalid-body"),
        (b"\xff", 400, "invalid-body"),
        (b"[" * 200_000, 400, "invalid-body"),
        (b'{"a":' * 100 + b"1" + b"}" * 100, 400, "invalid-body"),
        (b" " * 16_000_001, 413, "body-too-large"),
        (json.dumps({"id": "P/../x", "properties": {}}).encode(), 422, "invalid-feature"),
        (json.dumps({"properties": [], "geometry": None}).encode(), 422, "invalid-feature"),
    ],
    ids=range(11),
)
def test_a_body_that_cannot_be_taken_is_refused(door, editor, body, status, expected):
    headers = editor | {"Content-Type": "application/geo+json"}
    assert code(door.post(ITEMS, content=body, headers=headers), status) == expected


def test_a_body_of_another_kind_is_refused(door, editor):
    headers = editor | {"Content-Type": "text/plain"}
    assert code(door.post(ITEMS, content=b"{}", headers=headers), 415)


def test_the_district_is_neither_added_nor_deleted_and_a_zone_needs_ground(door, editor):
    district = door.get("/collections/district/items/370103")
    headers = editor | {"If-Match": district.headers["etag"]}
    assert code(door.delete("/collections/district/items/370103", headers=headers), 422)
    assert code(door.post("/collections/district/items", json=NEW, headers=editor), 422)
    zone = door.get("/collections/zones/items/Z-S")
    headers = editor | {"If-Match": zone.headers["etag"]}
    emptied = door.patch("/collections/zones/items/Z-S", json={"geometry": None}, headers=headers)
    assert code(emptied, 422)
