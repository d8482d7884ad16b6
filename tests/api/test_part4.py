"""OGC API - Features Part 4 (draft), and QGIS's own way of editing by it."""

import pytest
from http_edits import ITEMS, NEW, bearer

EPSG_4548 = "http://www.opengis.net/def/crs/EPSG/0/4548"
SITE = "P-sdu-park"
# What QGIS sends (its OAPIF provider): no If-Match, its own media types, "Content-Crs" where the
# layer is not in CRS84.
GEOJSON = {"Content-Type": "application/geo+json"}
MERGE = {"Content-Type": "application/merge-patch+json"}


@pytest.fixture
def qgis(gate):
    return bearer(gate.issue("QGIS", "editor", may_skip_lock=True)[1])


@pytest.mark.parametrize(
    ("path", "methods"),
    [(ITEMS, {"POST"}), (f"{ITEMS}/{SITE}", {"PUT", "PATCH", "DELETE"})],
    ids=["/req/create-replace-delete/insert-options", "/req/create-replace-delete/options"],
)
def test_what_may_be_done_is_told_before_it_is_tried(door, path, methods):
    answer = door.options(path)
    assert answer.status_code == 204
    assert methods <= {name.strip() for name in answer.headers["allow"].split(",")}


def test_qgis_adds_moves_renames_and_deletes_a_feature(door, qgis):
    added = door.post(ITEMS, json={k: v for k, v in NEW.items() if k != "id"}, headers=qgis)
    assert added.status_code == 201
    path = added.headers["location"]
    feature = door.get(path).json()
    moved = {"type": "Point", "coordinates": [117.01, 36.61]}
    put = door.put(path, json=feature | {"geometry": moved}, headers=qgis | GEOJSON)
    assert put.status_code == 200
    renamed = {"properties": {"name": "试验学校乙"}}
    assert door.patch(path, json=renamed, headers=qgis | MERGE).status_code == 200
    after = door.get(path).json()
    assert (after["geometry"], after["properties"]["name"]) == (moved, "试验学校乙")
    assert door.delete(path, headers=qgis).status_code == 204
    assert door.get(path).status_code == 404


def test_a_feature_is_sent_in_another_system_in_its_axis_order(door, qgis):
    northing_easting = {"type": "Point", "coordinates": [4052000.0, 500000.0]}
    headers = qgis | {"Content-Crs": f"<{EPSG_4548}>"}
    added = door.post(ITEMS, json=NEW | {"geometry": northing_easting}, headers=headers)
    lon, lat = added.json()["geometry"]["coordinates"]
    assert (lon, lat) == (pytest.approx(117.0, abs=1e-9), pytest.approx(36.6, abs=0.01))
    again = door.get(f"{ITEMS}/P-new", params={"crs": EPSG_4548})
    assert again.json()["geometry"]["coordinates"] == pytest.approx([4052000.0, 500000.0], abs=1e-4)


def test_a_shape_that_comes_back_as_it_was_read_in_metres_was_not_moved(door, qgis):
    read = door.get(f"{ITEMS}/{SITE}", params={"crs": EPSG_4548}).json()
    headers = qgis | {"Content-Crs": f"<{EPSG_4548}>"}
    read["properties"]["note"] = "核对"
    after = door.put(f"{ITEMS}/{SITE}", json=read, headers=headers).json()
    assert after["properties"]["quality"] == "schematic"
    assert (
        after["geometry"] == door.get(f"{ITEMS}/{SITE}", params={"revision": 1}).json()["geometry"]
    )


def test_a_system_that_is_not_offered_is_refused(door, qgis):
    headers = qgis | {"Content-Crs": "<http://www.opengis.net/def/crs/EPSG/0/9999>"}
    answer = door.post(ITEMS, json=NEW, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown-crs")
