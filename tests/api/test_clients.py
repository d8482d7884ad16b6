"""Clients that others wrote read everything: GDAL (as in QGIS) and OWSLib, over a real port.

GDAL runs in a process of its own: it holds the interpreter while it waits for an answer that the
server of this process has to give.
"""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from urllib.parse import parse_qs

import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from owslib.ogcapi.features import Features
from serving import running

from api.caching import tag
from api.routes import items
from api.settings import Settings
from geo.crs import STORAGE_CRS, to_crs
from layers.features import geometry_of
from layers.model import CATALOGUE

pytestmark = pytest.mark.slow
NAMES = [collection.id for collection in CATALOGUE]
TIMEOUT_S = 60
BOX = (116.97, 36.63, 117.02, 36.68)


@pytest.fixture(scope="module")
def workspace(kept_workspace):
    return kept_workspace


@pytest.fixture(scope="module")
def address(workspace):
    with running(Settings(), workspace) as address:
        yield address


@pytest.fixture
def asked(monkeypatch):
    """The queries for items that reach the server."""
    queries = []

    def heard(request, *given):
        queries.append(request.url.query)
        return tag(request, *given)

    monkeypatch.setattr(items, "tag", heard)
    return queries


@pytest.fixture(scope="module")
def gdal():
    """Call a function of pyogrio in a process of its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield lambda call, *given, **named: pool.submit(call, *given, **named).result(TIMEOUT_S)


@pytest.fixture(scope="module")
def owslib(address):
    # Without Accept, and so with */*, the landing page is the map.
    return Features(f"{address}/", headers={"Accept": "application/json"})


def stored(workspace, name):
    table = workspace.snapshot().table(name)
    return dict(zip(table.ids, table.geometries, strict=True))


def same_place(ours, theirs, tolerance=0.0):
    if ours is None or theirs is None:
        return ours is theirs
    here, there = shapely.get_coordinates(ours), shapely.get_coordinates(theirs)
    return here.shape == there.shape and bool((np.abs(here - there) <= tolerance).all())


def test_gdal_lists_every_collection(gdal, address):
    assert [name for name, _ in gdal(pyogrio.list_layers, f"OAPIF:{address}")] == NAMES


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("page", [7, 1000])
def test_gdal_reads_every_feature_where_it_is_stored(gdal, address, workspace, name, page):
    frame = gdal(pyogrio.read_dataframe, f"OAPIF:{address}", layer=name, PAGE_SIZE=page)
    ours = stored(workspace, name)
    assert frame.crs.to_epsg() == 4490
    assert list(frame["id"]) == list(ours)
    assert all(map(same_place, ours.values(), frame.geometry))
    names = {f["id"]: f["properties"]["name"] for f in workspace.select(name)}
    assert dict(zip(frame["id"], frame["name"], strict=True)) == names


def copied(address, name, path):
    """Copy a collection into a GeoPackage by GDAL, as ogr2ogr does, and read that."""
    frame = pyogrio.read_dataframe(f"OAPIF:{address}", layer=name)
    pyogrio.write_dataframe(frame, path, layer=name, driver="GPKG")
    return pyogrio.read_dataframe(path, layer=name)


@pytest.mark.parametrize("name", NAMES)
def test_gdals_full_copy_equals_ours_feature_by_feature(gdal, address, workspace, tmp_path, name):
    frame = gdal(copied, address, name, tmp_path / "copy.gpkg")
    rows = {row["id"]: row for row in frame.to_dict("records")}
    kinds = (str, int, float, bool)  # lists and objects have no type of a GeoPackage's
    for feature in workspace.select(name):
        row = rows.pop(feature["id"])
        assert same_place(geometry_of(feature), row["geometry"])
        for key, value in feature["properties"].items():
            if isinstance(value, kinds):
                assert row[key] == value, (feature["id"], key)
            elif value is None and key in row:
                assert pd.isna(row[key]), (feature["id"], key)
    assert rows == {}


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4548", "EPSG:4527", "EPSG:3857"])
def test_gdal_turns_every_system_back_to_east_and_north(gdal, address, workspace, crs):
    frame = gdal(pyogrio.read_dataframe, f"OAPIF:{address}/collections/areas", CRS=crs)
    assert frame.crs.to_string() == crs
    ours = np.array(list(stored(workspace, "areas").values()), dtype=object)
    moved = to_crs(ours, source=STORAGE_CRS, target=crs)
    assert all(same_place(*pair, 1e-4) for pair in zip(moved, frame.geometry, strict=True))


@pytest.mark.parametrize("crs", [STORAGE_CRS, "EPSG:4548"])
def test_gdal_asks_for_a_box_in_the_system_that_it_reads_in(gdal, address, workspace, crs):
    box = np.array([shapely.box(*BOX)])
    bounds = to_crs(box, source=STORAGE_CRS, target=crs)[0].bounds
    layer = f"OAPIF:{address}/collections/projects"
    frame = gdal(pyogrio.read_dataframe, layer, CRS=crs, bbox=bounds)
    inside = {
        name for name, g in stored(workspace, "projects").items() if g and g.intersects(box[0])
    }
    assert inside <= set(frame["id"])
    if crs == STORAGE_CRS:
        assert set(frame["id"]) == inside


def test_gdal_lets_the_server_filter_by_the_queryables_of_the_definition(
    gdal, address, workspace, asked
):
    layer = f"OAPIF:{address}/collections/projects"
    where = "stage = '建设' AND plan_status = 'under_way'"
    frame = gdal(pyogrio.read_dataframe, layer, where=where)
    every = {f["id"]: f["properties"] for f in workspace.select("projects")}
    expected = {"stage": "建设", "plan_status": "under_way"}
    assert list(frame["id"]) == [i for i, p in every.items() if expected.items() <= p.items()]
    sent = parse_qs(asked[-1])
    assert (sent["stage"], sent["plan_status"]) == (["建设"], ["under_way"])


def test_gdal_finds_the_tiles_and_reads_them(gdal, address, workspace):
    source = f"OGCAPI:{address}/collections/zones"
    layers = [name for name, _ in gdal(pyogrio.list_layers, source)]
    assert layers[:13] == [f"Zoom level {zoom}" for zoom in range(13)]
    frame = gdal(pyogrio.read_dataframe, source, layer="Zoom level 12", API="TILES")
    assert set(frame["id"]) == set(stored(workspace, "zones"))
    west, south, east, north = workspace.snapshot().table("zones").extent()
    assert np.abs(frame.total_bounds - (west, south, east, north)).max() < 1e-4


def test_owslib_reads_landing_page_definition_conformance_and_collections(owslib):
    assert owslib.response["title"].startswith("市中一张图")
    assert owslib.api()["openapi"] == "3.0.3"
    core = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"
    assert core in owslib.conformance()["conformsTo"]
    assert owslib.feature_collections() == NAMES
    assert owslib.collection("projects")["title"] == "规划项目"
    assert "stage" in owslib.collection_queryables("projects")["properties"]


def test_owslib_asks_by_box_filter_order_and_page(owslib, workspace):
    found = owslib.collection_items("projects", bbox=BOX, limit=1000)
    inside = {
        name
        for name, shape in stored(workspace, "projects").items()
        if shape and shape.intersects(shapely.box(*BOX))
    }
    assert {f["id"] for f in found["features"]} == inside
    text = owslib.collection_items("projects", filter="stage='建设' AND count > 1")
    tree = '{"op":"and","args":[{"op":"=","args":[{"property":"stage"},"建设"]},'
    tree += '{"op":">","args":[{"property":"count"},1]}]}'
    same = owslib.collection_items("projects", filter=tree, **{"filter-lang": "cql2-json"})
    assert text["features"] == same["features"]
    page = owslib.collection_items("projects", sortby=("name", "desc"), limit=5, offset=5)
    assert page["numberReturned"] == 5
    assert owslib.collection_item("zones", "Z-C")["id"] == "Z-C"
