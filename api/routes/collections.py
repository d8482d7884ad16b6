"""The collections, their items and single features (OGC API – Features Part 1)."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.conditions import feature_tag
from api.dependencies import WorkspaceDep
from api.links import GEOJSON, JSON, Link, link, paging_links
from api.parameters import ItemsParameters, ReadParameters
from layers.snapshot import Snapshot
from layers.table import FeatureTable

router = APIRouter(prefix="/collections", tags=["collections"])

_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


@router.get("")
def list_collections(
    request: Request,
    workspace: WorkspaceDep,
    parameters: Annotated[ReadParameters, Query()],
) -> dict[str, Any]:
    """Return every collection with its extent, filters and code lists."""
    snapshot = parameters.snapshot(workspace)
    return {
        "revision": snapshot.revision,
        "links": [link(request, "/collections", "self", JSON, "图层 Collections")],
        "collections": [_describe(request, table) for table in snapshot.tables.values()],
    }


@router.get("/{collection_id}")
def describe_collection(
    collection_id: str,
    request: Request,
    workspace: WorkspaceDep,
    parameters: Annotated[ReadParameters, Query()],
) -> dict[str, Any]:
    """Return one collection with its extent, filters and code lists."""
    snapshot = parameters.snapshot(workspace)
    described = _describe(request, snapshot.table(collection_id))
    return described | {"revision": snapshot.revision}


@router.get("/{collection_id}/items", response_class=Response)
def list_items(
    collection_id: str,
    request: Request,
    workspace: WorkspaceDep,
    parameters: Annotated[ItemsParameters, Query()],
) -> Response:
    """Return the features that answer the query, as GeoJSON (RFC 7946)."""
    snapshot = parameters.snapshot(workspace)
    table = snapshot.table(collection_id)
    found = table.select(parameters.query())
    start, limit = parameters.offset, parameters.limit
    shown = found[start : start + limit]
    links = paging_links(request, offset=start, limit=limit, matched=len(found))
    head = {
        "type": "FeatureCollection",
        "revision": snapshot.revision,
        "timeStamp": datetime.now(UTC).isoformat(timespec="seconds"),
        "numberMatched": len(found),
        "numberReturned": len(shown),
        "links": [*links, _collection_link(request, table)],
    }
    features = b",".join(table.encoded[position] for position in shown)
    return _geojson(_opened(head) + b',"features":[' + features + b"]}", snapshot)


@router.get("/{collection_id}/items/{feature_id}", response_class=Response)
def show_item(
    collection_id: str,
    feature_id: str,
    request: Request,
    workspace: WorkspaceDep,
    parameters: Annotated[ReadParameters, Query()],
) -> Response:
    """Return one feature."""
    snapshot = parameters.snapshot(workspace)
    table = snapshot.table(collection_id)
    position = table.position(feature_id)
    own: Link = {
        "href": str(request.url),
        "rel": "self",
        "type": GEOJSON,
        "title": "本要素 This feature",
    }
    tail = {
        "revision": snapshot.revision,
        "links": [own, _collection_link(request, table)],
    }
    encoded = table.encoded[position]
    body = encoded[:-1] + b"," + _opened(tail)[1:] + b"}"
    # The tag is that of the feature, so that an edit elsewhere does not make it stale.
    headers = {"ETag": feature_tag(snapshot.stored(collection_id, feature_id))}
    return Response(body, media_type=GEOJSON, headers=headers | {"Cache-Control": "no-cache"})


def _opened(value: dict[str, Any]) -> bytes:
    """Return a JSON object without its closing brace, for encoded features to follow."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text[:-1].encode()


def _geojson(body: bytes, snapshot: Snapshot) -> Response:
    etag = f'W/"{snapshot.revision}-{snapshot.fingerprint}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    return Response(body, media_type=GEOJSON, headers=headers)


def _collection_link(request: Request, table: FeatureTable) -> Link:
    collection = table.collection
    path = f"/collections/{collection.id}"
    return link(request, path, "collection", JSON, collection.title)


def _describe(request: Request, table: FeatureTable) -> dict[str, Any]:
    collection = table.collection
    path = f"/collections/{collection.id}"
    extent = table.extent()
    spatial = {"bbox": [list(extent)], "crs": _CRS84} if extent else None
    return {
        "id": collection.id,
        "title": collection.title,
        "title_en": collection.title_en,
        "description": collection.description,
        "itemType": "feature",
        "crs": [_CRS84],
        "extent": {"spatial": spatial} if spatial else {},
        "count": len(table.features),
        "with_geometry": sum(geometry is not None for geometry in table.geometries),
        "filters": ["bbox", "q", *collection.filters],
        "codes": {
            name: [{"id": term.id, "name": term.name, "name_en": term.name_en} for term in terms]
            for name, terms in collection.codes.items()
        },
        "links": [
            link(request, path, "self", JSON, collection.title),
            link(request, f"{path}/items", "items", GEOJSON, collection.title),
        ],
    }
