"""OGC API – Tiles Part 1 (20-057) and Two Dimensional Tile Matrix Set 2.0 (17-083r4)."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from tile_reader import read

from geo.bbox import BBox
from geo.tiling import EXTENT, MATRIX_SETS
from layers.model import CATALOGUE
from requirements import Requirements

requirement = Requirements()
NAMES = [collection.id for collection in CATALOGUE]
SETS = list(MATRIX_SETS)
MVT = "application/vnd.mapbox-vector-tile"
REL = "http://www.opengis.net/def/rel/ogc/1.0/"


def get(client, path, status=200, **parameters):
    answer = client.get(path, params=parameters)
    assert answer.status_code == status, answer.text
    return answer


def link(document, rel):
    [found] = [one for one in document["links"] if one["rel"] == rel]
    return found


def whole(workspace, name, set_id, zoom):
    """The addresses of the tiles of a level in which a collection has something."""
    limits = MATRIX_SETS[set_id].limits(BBox(*workspace.snapshot().table(name).extent()))[zoom]
    return [
        f"/collections/{name}/tiles/{set_id}/{zoom}/{row}/{col}"
        for row in range(limits.min_row, limits.max_row + 1)
        for col in range(limits.min_col, limits.max_col + 1)
    ]


def ids(client, paths, **parameters):
    answers = [client.get(path, params=parameters) for path in paths]
    assert {answer.status_code for answer in answers} <= {200, 204}
    return {i for a in answers if a.status_code == 200 for i in read(a.content)["id"]}


@requirement("/req/tilesets-list/tileset-links", "/req/geodata-tilesets/tileset-links")
def each_collection_leads_to_its_tile_sets(client):
    for name in NAMES:
        described = get(client, f"/collections/{name}").json()
        listed = get(client, link(described, f"{REL}tilesets-vector")["href"]).json()
        assert [one["tileMatrixSetURI"] for one in listed["tilesets"]] == [
            MATRIX_SETS[set_id].uri for set_id in SETS
        ]


@requirement("/req/tileset/success", "/req/tileset/tileset-metadata", "/req/tileset/links")
def a_tile_set_leads_to_its_matrix_set_and_its_tiles(client, workspace):
    for name in NAMES:
        listed = get(client, f"/collections/{name}/tiles").json()
        for entry in listed["tilesets"]:
            described = get(client, link(entry, "self")["href"]).json()
            assert entry.items() <= described.items()
            assert described["dataType"] == "vector"
            assert [layer["id"] for layer in described["layers"]] == [name]
            matrix_set = get(client, link(described, f"{REL}tiling-scheme")["href"]).json()
            assert matrix_set["uri"] == described["tileMatrixSetURI"]
            template = link(described, "item")
            assert template["templated"] is True
            assert template["type"] == MVT
            limits = described["tileMatrixSetLimits"][10]
            path = template["href"].format(
                tileMatrix=limits["tileMatrix"],
                tileRow=limits["minTileRow"],
                tileCol=limits["minTileCol"],
            )
            assert client.get(path).status_code in (200, 204)


@requirement("/req/core/tc-op", "/req/core/tc-success", "/req/mvt/content")
def tiles_hold_the_features_of_the_collection(client, workspace):
    for name in NAMES:
        placed = {f["id"] for f in workspace.select(name) if f["geometry"]}
        for set_id in SETS:
            paths = whole(workspace, name, set_id, 10)
            assert ids(client, paths) == placed
            answer = next(a for path in paths if (a := client.get(path)).status_code == 200)
            assert answer.headers["content-type"] == MVT
            assert read(answer.content).attrs["name"] == name


@requirement("/req/core/tc-error")
def what_is_no_tile_is_a_problem(client):
    base = "/collections/zones/tiles"
    for path in (
        f"{base}/WebMercatorQuad/25/0/0",
        f"{base}/WebMercatorQuad/-1/0/0",
        f"{base}/WebMercatorQuad/1/2/0",
        f"{base}/WebMercatorQuad/1/0/2",
        f"{base}/WebMercatorQuad/1/0/-1",
        f"{base}/NoSuchQuad/0/0/0",
        f"{base}/NoSuchQuad",
        "/collections/none/tiles",
        "/collections/none/tiles/WebMercatorQuad/0/0/0",
        "/tileMatrixSets/NoSuchQuad",
    ):
        answer = get(client, path, 404)
        assert answer.headers["content-type"] == "application/problem+json"
    for wrong in ("a/0/0", "0/b/0", "0/0/1.5", f"0/0/{'9' * 5000}"):
        get(client, f"{base}/WebMercatorQuad/{wrong}", 400)
    get(client, f"{base}/WebMercatorQuad/0/0/0", 400, f="png")


@requirement("/rec/core/tc-empty")
def an_empty_tile_is_204(client):
    answer = get(client, "/collections/zones/tiles/WebMercatorQuad/9/0/0", 204)
    assert answer.content == b""
    assert answer.headers["etag"]


@requirement("/req/tms/tilematrixset", "/req/tms/json", "/req/tms/tilematrix")
def matrix_sets_are_those_of_the_register(client):
    listed = get(client, "/tileMatrixSets").json()["tileMatrixSets"]
    assert [one["id"] for one in listed] == SETS
    for entry in listed:
        one = get(client, link(entry, "self")["href"]).json()
        assert {one[key] == entry[key] for key in ("id", "uri", "crs")} == {True}
        assert len(one["orderedAxes"]) == 2
        for zoom, matrix in enumerate(one["tileMatrices"]):
            assert matrix["id"] == str(zoom)
            assert matrix["matrixHeight"] == 2**zoom
            assert matrix["tileWidth"] == matrix["tileHeight"] == 256
            assert matrix["cornerOfOrigin"] == "topLeft"
    [mercator, plate] = (get(client, f"/tileMatrixSets/{name}").json() for name in SETS)
    assert mercator["tileMatrices"][0]["scaleDenominator"] == pytest.approx(559082264.0287178)
    assert plate["tileMatrices"][0]["scaleDenominator"] == pytest.approx(279541132.0143589)
    assert plate["tileMatrices"][0]["pointOfOrigin"] == [-180, 90]


@pytest.mark.slow
@requirement.cases()
def test_requirement(check, client, workspace):
    check(*((client, workspace) if check.__code__.co_argcount == 2 else (client,)))


def test_the_same_filters_select_in_tiles_and_in_items(client, workspace):
    paths = whole(workspace, "projects", "WebMercatorQuad", 10)
    for query in (
        {"stage": "建设"},
        {"zone": "Z-N", "category": "urban_renewal"},
        {"filter": "A_CONTAINS(zone,('Z-C')) AND kind='named'"},
        {"plan_status": "built"},
        {"bbox": "116.97,36.63,117.02,36.68"},
        {"q": "园"},
    ):
        page = get(client, "/collections/projects/items", limit=1000, **query).json()
        placed = {f["id"] for f in page["features"] if f["geometry"]}
        assert ids(client, paths, **query) == placed != set()


def test_a_tile_is_of_the_revision_that_is_asked_for(client):
    path = "/collections/zones/tiles/WebMercatorQuad/0/0/0"
    assert get(client, path, revision=1).content == get(client, path).content
    get(client, path, 404, revision=2)


def test_a_tile_lies_where_its_address_says(client, workspace):
    table = workspace.snapshot().table("district")
    for path in whole(workspace, "district", "WebMercatorQuad", 11):
        set_id, zoom, row, col = path.split("/")[-4:]
        address = MATRIX_SETS[set_id].tile(int(zoom), int(row), int(col))
        [projected] = MATRIX_SETS[set_id].project(table.geometries)
        expected = shapely.transform(projected, address.local)
        answer = client.get(path)
        if answer.status_code == 204:
            continue
        window = shapely.box(0, 0, EXTENT, EXTENT)
        shown = shapely.intersection(shapely.union_all(read(answer.content).geometry), window)
        near = np.abs(shown.area - shapely.intersection(expected, window).area)
        assert near / EXTENT**2 < 0.002


numbers = st.integers(-(2**70), 2**70)


@given(numbers, numbers, numbers, st.sampled_from(SETS))
def test_no_address_makes_the_server_fail(client, zoom, row, col, set_id):
    answer = client.get(f"/collections/zones/tiles/{set_id}/{zoom}/{row}/{col}")
    assert answer.status_code in (200, 204, 400, 404)
