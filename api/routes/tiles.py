"""Vector tiles of each collection (OGC API – Tiles Part 1; Two Dimensional Tile Matrix Set 2.0)."""

import json
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.caching import kept, tag
from api.dependencies import WorkspaceDep
from api.links import HTML, JSON, SCHEME_REL, Link, link, own_links, root_of
from api.negotiation import RESOURCE, Offers, negotiated
from api.openapi import described_as
from api.pages import resource_page
from api.parameters import CollectionParameters, PageParameters, TileParameters
from geo.bbox import BBox
from geo.tiling import MATRIX_SETS, TILE_PIXELS, TileMatrix, TileMatrixSet, matrix_set_of
from layers.render.tiles import CATEGORY_COLUMNS, MEDIA_TYPE, tile
from layers.table import FeatureTable

router = APIRouter(tags=["tiles"])

_TILE: Offers = {"mvt": (MEDIA_TYPE, "application/x-protobuf", "application/octet-stream")}
_TITLE = "瓦片矩阵集 Tile matrix sets"
PageQuery = Annotated[PageParameters, Query()]
CollectionQuery = Annotated[CollectionParameters, Query()]


@router.get("/tileMatrixSets", response_class=Response, responses=described_as(JSON, HTML))
def list_matrix_sets(request: Request, parameters: PageQuery) -> Response:
    """Return the tile matrix sets in which tiles are cut."""
    listed = [
        {
            "id": one.id,
            "title": one.title,
            "uri": one.uri,
            "crs": one.crs_uri,
            "links": [link(request, f"/tileMatrixSets/{one.id}", "self", JSON, one.title)],
        }
        for one in MATRIX_SETS.values()
    ]
    return _answer(request, parameters.f, _TITLE, {"tileMatrixSets": listed})


@router.get(
    "/tileMatrixSets/{matrix_set_id}", response_class=Response, responses=described_as(JSON, HTML)
)
def show_matrix_set(matrix_set_id: str, request: Request, parameters: PageQuery) -> Response:
    """Return a tile matrix set with all of its levels (17-083r4, clause 6.4.1)."""
    one = matrix_set_of(matrix_set_id)
    described = {
        "id": one.id,
        "title": one.title,
        "uri": one.uri,
        "crs": one.crs_uri,
        "orderedAxes": list(one.ordered_axes),
        "wellKnownScaleSet": one.well_known_scale_set,
        "tileMatrices": [_level(one, matrix) for matrix in one.matrices()],
    }
    return _answer(request, parameters.f, one.title, described)


@router.get(
    "/collections/{collection_id}/tiles",
    response_class=Response,
    responses=described_as(JSON, HTML),
)
def list_tilesets(
    collection_id: str, request: Request, workspace: WorkspaceDep, parameters: CollectionQuery
) -> Response:
    """Return the tile sets of a collection, one for each tile matrix set."""
    table = parameters.snapshot(workspace).table(collection_id)
    title = f"{table.collection.title} {table.collection.title_en}"
    answer = {
        "links": own_links(request, JSON, title),
        "tilesets": [_tileset(request, table, one) for one in MATRIX_SETS.values()],
    }
    return _answer(request, parameters.f, title, answer)


@router.get(
    "/collections/{collection_id}/tiles/{matrix_set_id}",
    response_class=Response,
    responses=described_as(JSON, HTML),
)
def show_tileset(
    collection_id: str,
    matrix_set_id: str,
    request: Request,
    workspace: WorkspaceDep,
    parameters: CollectionQuery,
) -> Response:
    """Return a tile set: its layer, its limits, and the template of its tiles' addresses."""
    table = parameters.snapshot(workspace).table(collection_id)
    one = matrix_set_of(matrix_set_id)
    described = _tileset(request, table, one) | _contents(table, one)
    return _answer(request, parameters.f, described["title"], described)


@router.get(
    "/collections/{collection_id}/tiles/{matrix_set_id}/{zoom}/{row}/{col}",
    response_class=Response,
    responses={
        **described_as(MEDIA_TYPE),
        204: {"description": "Nothing of the collection lies in the tile"},
    },
)
def show_tile(  # noqa: PLR0913 - the address of a tile has five parts
    collection_id: str,
    matrix_set_id: str,
    zoom: int,
    row: int,
    col: int,
    request: Request,
    workspace: WorkspaceDep,
    parameters: Annotated[TileParameters, Query()],
) -> Response:
    """Return a vector tile with the features that answer the query; 204 where there is none."""
    negotiated(request, parameters.chosen, _TILE)
    snapshot = parameters.snapshot(workspace)
    table = snapshot.table(collection_id)
    one = matrix_set_of(matrix_set_id)
    one.tile(zoom, row, col)  # out of range is an error before anything is asked
    query = parameters.query(table)
    answer = kept(
        request,
        tag(request, snapshot, "mvt"),
        lambda: tile(table, one, zoom, row, col, table.select(query)),
        media_type=MEDIA_TYPE,
    )
    if not answer.body and answer.status_code == HTTPStatus.OK:
        return Response(status_code=HTTPStatus.NO_CONTENT, headers={"ETag": answer.headers["ETag"]})
    return answer


def _answer(request: Request, chosen: str | None, title: str, value: dict[str, Any]) -> Response:
    form = negotiated(request, chosen, RESOURCE)
    if form == "html":
        body = resource_page(request, title, value)
    else:
        body = json.dumps(value, ensure_ascii=False).encode()
    return Response(body, media_type=RESOURCE[form][0], headers={"Vary": "Accept"})


def _level(one: TileMatrixSet, matrix: TileMatrix) -> dict[str, Any]:
    return {
        "id": str(matrix.zoom),
        "scaleDenominator": matrix.scale_denominator,
        "cellSize": matrix.cell_size,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [one.west, one.north],
        "tileWidth": TILE_PIXELS,
        "tileHeight": TILE_PIXELS,
        "matrixWidth": matrix.width,
        "matrixHeight": matrix.height,
    }


def _tileset(request: Request, table: FeatureTable, one: TileMatrixSet) -> dict[str, Any]:
    path = f"/collections/{table.collection.id}/tiles/{one.id}"
    template: Link = {
        "href": f"{root_of(request)}{path}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}",
        "rel": "item",
        "type": MEDIA_TYPE,
        "title": "瓦片 Tile",
        "templated": True,
    }
    return {
        "title": f"{table.collection.title} {table.collection.title_en} · {one.title}",
        "dataType": "vector",
        "crs": one.crs_uri,
        "tileMatrixSetURI": one.uri,
        "links": [
            link(request, path, "self", JSON, "瓦片集 Tile set"),
            link(request, f"/tileMatrixSets/{one.id}", SCHEME_REL, JSON, one.title),
            template,
        ],
    }


def _contents(table: FeatureTable, one: TileMatrixSet) -> dict[str, Any]:
    """Return the layer in a tile set, and where its tiles have something in them."""
    names = (*CATEGORY_COLUMNS.get(table.collection.id, ()), "id")
    layer = {
        "id": table.collection.id,
        "title": table.collection.title,
        "dataType": "vector",
        "propertiesSchema": {
            "type": "object",
            "properties": {name: {"type": "string"} for name in names},
        },
    }
    extent = table.extent()
    if extent is None:
        return {"layers": [layer]}
    west, south, east, north = extent
    return {
        "layers": [layer],
        "boundingBox": {
            "lowerLeft": [west, south],
            "upperRight": [east, north],
            "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        },
        "tileMatrixSetLimits": [
            {
                "tileMatrix": str(limits.zoom),
                "minTileRow": limits.min_row,
                "maxTileRow": limits.max_row,
                "minTileCol": limits.min_col,
                "maxTileCol": limits.max_col,
            }
            for limits in one.limits(BBox(*extent))
        ],
    }
