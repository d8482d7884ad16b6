"""Collections, and what their features look like and can be asked by.

OGC API – Features Parts 1, 2, 3 and 5.
"""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.caching import kept, tag
from api.dependencies import WorkspaceDep
from api.links import (
    GEOJSON,
    HTML,
    JSON,
    QUERYABLES_REL,
    SCHEMA_REL,
    TILESETS_REL,
    Link,
    link,
    own_links,
    root_of,
)
from api.negotiation import RESOURCE, Offers, negotiated
from api.openapi import described_as
from api.pages import collection_page, collections_page, resource_page
from api.parameters import CollectionParameters
from api.schemas import SCHEMA_JSON, feature_schema, geojson_schema, queryables_schema
from geo.crs import CRS84, OFFERED, STORAGE_CRS, reference_system
from layers.snapshot import Snapshot
from layers.table import FeatureTable

router = APIRouter(prefix="/collections", tags=["collections"])

Document = dict[str, Any]
Page = Callable[[Request, Document], bytes]
CollectionQuery = Annotated[CollectionParameters, Query()]

_SCHEMAS: Offers = {"json": (SCHEMA_JSON, JSON), "html": (HTML,)}


@router.get("", response_class=Response, responses=described_as(JSON, HTML))
def list_collections(
    request: Request, workspace: WorkspaceDep, parameters: CollectionQuery
) -> Response:
    """Return every collection with its extent, filters and code lists."""
    snapshot = parameters.snapshot(workspace)

    def make() -> Document:
        return {
            "revision": snapshot.revision,
            "links": own_links(request, JSON, "图层 Collections"),
            "crs": [system.uri for system in OFFERED],
            "collections": [_describe(request, table) for table in snapshot.tables.values()],
        }

    return _answer(request, parameters, snapshot, make, collections_page)


@router.get("/{collection_id}", response_class=Response, responses=described_as(JSON, HTML))
def describe_collection(
    collection_id: str, request: Request, workspace: WorkspaceDep, parameters: CollectionQuery
) -> Response:
    """Return one collection with its extent, filters and code lists."""
    snapshot = parameters.snapshot(workspace)
    table = snapshot.table(collection_id)

    def make() -> Document:
        return {**_describe(request, table), "revision": snapshot.revision}

    return _answer(request, parameters, snapshot, make, collection_page)


@router.get(
    "/{collection_id}/queryables",
    response_class=Response,
    responses=described_as(SCHEMA_JSON, HTML),
)
def show_queryables(
    collection_id: str, request: Request, workspace: WorkspaceDep, parameters: CollectionQuery
) -> Response:
    """Return the properties that a filter may ask for, as JSON Schema."""
    snapshot = parameters.snapshot(workspace)
    table = snapshot.table(collection_id)
    address = f"{root_of(request)}/collections/{table.collection.id}/queryables"
    make = partial(queryables_schema, table, address)
    return _answer(request, parameters, snapshot, make, _schema_page, _SCHEMAS)


@router.get(
    "/{collection_id}/schema", response_class=Response, responses=described_as(SCHEMA_JSON, HTML)
)
def show_schema(
    collection_id: str, request: Request, workspace: WorkspaceDep, parameters: CollectionQuery
) -> Response:
    """Return the properties of the features, as JSON Schema."""
    snapshot = parameters.snapshot(workspace)
    table = snapshot.table(collection_id)
    address = f"{root_of(request)}/collections/{table.collection.id}/schema"
    make = partial(feature_schema, table, address)
    return _answer(request, parameters, snapshot, make, _schema_page, _SCHEMAS)


@router.get(
    "/{collection_id}/schema/geojson",
    response_class=Response,
    responses=described_as(SCHEMA_JSON, HTML),
)
def show_geojson_schema(
    collection_id: str, request: Request, workspace: WorkspaceDep, parameters: CollectionQuery
) -> Response:
    """Return what a whole feature is as GeoJSON, as JSON Schema."""
    snapshot = parameters.snapshot(workspace)
    table = snapshot.table(collection_id)
    address = f"{root_of(request)}/collections/{table.collection.id}/schema/geojson"
    make = partial(geojson_schema, table, address)
    return _answer(request, parameters, snapshot, make, _schema_page, _SCHEMAS)


def _answer(
    request: Request,
    parameters: CollectionParameters,
    snapshot: Snapshot,
    make: Callable[[], Document],
    page: Page,
    offers: Offers = RESOURCE,
) -> Response:
    """Return a document as JSON or as a page, under the entity tag of its revision."""
    form = negotiated(request, parameters.f, offers)
    etag = tag(request, snapshot, form)
    writers = {
        "json": lambda: json.dumps(make(), ensure_ascii=False).encode(),
        "html": lambda: page(request, make()),
    }
    return kept(request, etag, writers[form], media_type=offers[form][0])


def _schema_page(request: Request, schema: Mapping[str, Any]) -> bytes:
    return resource_page(request, f"{schema['title']} {schema['title_en']}", schema)


def _describe(request: Request, table: FeatureTable) -> Document:
    collection = table.collection
    extent = table.extent()
    spatial = {"bbox": [list(extent)], "crs": CRS84.uri} if extent else None
    return {
        "id": collection.id,
        "title": collection.title,
        "title_en": collection.title_en,
        "description": collection.description,
        "itemType": "feature",
        "crs": [system.uri for system in OFFERED],
        "storageCrs": reference_system(STORAGE_CRS).uri,
        "extent": {"spatial": spatial} if spatial else {},
        "count": len(table.features),
        "with_geometry": sum(geometry is not None for geometry in table.geometries),
        "filters": ["bbox", "q", *collection.filters],
        "codes": {
            name: [{"id": term.id, "name": term.name, "name_en": term.name_en} for term in terms]
            for name, terms in collection.codes.items()
        },
        "links": _links(request, table),
    }


def _links(request: Request, table: FeatureTable) -> list[Link]:
    collection = table.collection
    path = f"/collections/{collection.id}"
    return [
        link(request, f"{path}?f=json", "self", JSON, f"{collection.title} JSON"),
        link(request, f"{path}?f=html", "alternate", HTML, f"{collection.title} HTML"),
        link(request, f"{path}/items", "items", GEOJSON, "要素 Features"),
        link(request, f"{path}/items?f=html", "items", HTML, "要素列表 Features as a page"),
        link(request, f"{path}/queryables", QUERYABLES_REL, SCHEMA_JSON, "可查询属性 Queryables"),
        link(request, f"{path}/schema", SCHEMA_REL, SCHEMA_JSON, "属性 Schema"),
        link(request, f"{path}/schema/geojson", "describedby", SCHEMA_JSON, "要素 Feature"),
        link(request, f"{path}/tiles", TILESETS_REL, JSON, "矢量瓦片 Vector tiles"),
    ]
