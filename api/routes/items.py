"""The features of a collection (OGC API – Features Parts 1, 2 and 3)."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.caching import KEPT, kept, tag
from api.conditions import feature_tag
from api.dependencies import WorkspaceDep
from api.links import GEOJSON, HTML, JSON, Link, link, own_links, paging_links
from api.negotiation import FEATURES, negotiated
from api.openapi import described_as
from api.pages import item_page, items_page
from api.parameters import ItemParameters, ItemsParameters
from geo.crs import ReferenceSystem
from layers.encoding import encode
from layers.table import FeatureTable, Positions

router = APIRouter(prefix="/collections/{collection_id}/items", tags=["items"])


@router.get("", response_class=Response, responses=described_as(GEOJSON, HTML))
def list_items(
    collection_id: str,
    request: Request,
    workspace: WorkspaceDep,
    parameters: Annotated[ItemsParameters, Query()],
) -> Response:
    """Return the features that answer the query, as GeoJSON (RFC 7946) or as a page.

    Each queryable of the collection is a parameter as well, for example plan_status=built.
    """
    snapshot = parameters.snapshot(workspace)
    table = snapshot.table(collection_id)
    form = negotiated(request, parameters.f, FEATURES)
    found = table.select(parameters.query(table))
    shown = found[parameters.offset : parameters.offset + parameters.limit]
    features = encode(table, shown, parameters.form())

    def make() -> bytes:
        head = _head(request, table, parameters, found, snapshot.revision)
        body = _opened(head) + b',"features":[' + b",".join(features) + b"]}"
        if form == "json":
            return body
        return items_page(request, table, json.loads(body))

    headers = _content_crs(parameters.system())
    etag = tag(request, snapshot, form)
    return kept(request, etag, make, media_type=FEATURES[form][0], headers=headers)


@router.get("/{feature_id}", response_class=Response, responses=described_as(GEOJSON, HTML))
def show_item(
    collection_id: str,
    feature_id: str,
    request: Request,
    workspace: WorkspaceDep,
    parameters: Annotated[ItemParameters, Query()],
) -> Response:
    """Return one feature, as GeoJSON or as a page."""
    snapshot = parameters.snapshot(workspace)
    table = snapshot.table(collection_id)
    position = table.position(feature_id)
    form = negotiated(request, parameters.f, FEATURES)
    [encoded] = encode(table, [position], parameters.form())
    own = own_links(request, GEOJSON, "本要素 This feature")
    tail = {"revision": snapshot.revision, "links": [*own, _collection_link(request, table)]}
    body = encoded[:-1] + b"," + _opened(tail)[1:] + b"}"
    headers = _content_crs(parameters.system())
    if form == "html":
        page = item_page(request, table, json.loads(body))
        etag = tag(request, snapshot, form)
        return kept(request, etag, lambda: page, media_type=HTML, headers=headers)
    # The tag is that of the stored feature, which If-Match of an edit names. What is derived from
    # zones and areas can change without it, so that no 304 is given for it.
    etag = feature_tag(snapshot.stored(collection_id, feature_id))
    return Response(body, media_type=GEOJSON, headers={**KEPT, **headers, "ETag": etag})


def _head(
    request: Request,
    table: FeatureTable,
    parameters: ItemsParameters,
    found: Positions,
    revision: int,
) -> dict[str, Any]:
    """Return all of a feature collection but its features."""
    start, limit = parameters.offset, parameters.limit
    links = [
        *own_links(request, GEOJSON, "本页 This page"),
        *paging_links(request, revision=revision, offset=start, limit=limit, matched=len(found)),
        _collection_link(request, table),
    ]
    return {
        "type": "FeatureCollection",
        "revision": revision,
        "timeStamp": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "numberMatched": len(found),
        "numberReturned": len(found[start : start + limit]),
        "links": links,
    }


def _opened(value: dict[str, Any]) -> bytes:
    """Return a JSON object without its closing brace, for encoded features to follow."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text[:-1].encode()


def _content_crs(system: ReferenceSystem) -> dict[str, str]:
    """Return the header that says in which system coordinates stand (Part 2, clause 6.3)."""
    return {"Content-Crs": f"<{system.uri}>"}


def _collection_link(request: Request, table: FeatureTable) -> Link:
    collection = table.collection
    return link(request, f"/collections/{collection.id}", "collection", JSON, collection.title)
