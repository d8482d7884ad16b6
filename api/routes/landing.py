"""The landing page for programs, what the server conforms to, its definition and its health."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.conformance import PROOFS
from api.dependencies import WorkspaceDep
from api.links import (
    CONFORMANCE_REL,
    DATA_REL,
    GEOJSON,
    HTML,
    JSON,
    SCHEMES_REL,
    link,
    own_links,
    root_of,
)
from api.negotiation import RESOURCE, Offers, negotiated
from api.openapi import OPENAPI_JSON, as_openapi_30, described_as, with_queryables
from api.pages import definition_page, resource_page
from api.parameters import PageParameters

router = APIRouter(tags=["landing"])

_DEFINITION: Offers = {"json": (OPENAPI_JSON.partition(";")[0], JSON), "html": (HTML,)}
_VARY = {"Vary": "Accept"}


def landing(request: Request, workspace: WorkspaceDep) -> dict[str, Any]:
    """Return what this server offers, as OGC API – Features, clause 7.2 has it."""
    paths = (
        ("/?f=json", "self", JSON, "本页 This document"),
        ("/?f=html", "alternate", HTML, "地图 The map"),
        ("/api?f=json", "service-desc", OPENAPI_JSON, "接口定义 API definition"),
        ("/api?f=html", "service-doc", HTML, "接口说明 API documentation"),
        ("/conformance", "conformance", JSON, "符合的标准 Conformance"),
        ("/conformance", CONFORMANCE_REL, JSON, "符合的标准 Conformance"),
        ("/collections", "data", JSON, "图层 Collections"),
        ("/collections", DATA_REL, JSON, "图层 Collections"),
        ("/tileMatrixSets", SCHEMES_REL, JSON, "瓦片矩阵集 Tile matrix sets"),
        ("/statistics", "related", JSON, "统计 Statistics"),
        ("/findings", "related", JSON, "核对结果 Findings"),
    )
    items = [
        link(
            request,
            f"/collections/{name}/items",
            "items",
            GEOJSON,
            table.collection.title,
        )
        for name, table in workspace.snapshot().tables.items()
    ]
    return {
        "title": "市中一张图 onemap",
        "description": "济南市市中区规划一张图：功能分区、规划地名与规划项目",
        "revision": workspace.snapshot().revision,
        "links": [*(link(request, *path) for path in paths), *items],
    }


@router.get("/conformance", response_class=Response, responses=described_as(JSON, HTML))
def show_conformance(request: Request, parameters: Annotated[PageParameters, Query()]) -> Response:
    """Return the conformance classes of the standards that this server fulfils."""
    form = negotiated(request, parameters.f, RESOURCE)
    links = own_links(request, JSON, "符合的标准 Conformance")
    answer = {"links": links, "conformsTo": list(PROOFS)}
    if form == "html":
        body = resource_page(request, "符合的标准 Conformance", answer)
        return Response(body, media_type=HTML, headers=_VARY)
    return Response(json.dumps(answer, ensure_ascii=False), media_type=JSON, headers=_VARY)


@router.get(
    "/api",
    response_class=Response,
    responses=described_as(OPENAPI_JSON.partition(";")[0], HTML),
)
def show_definition(
    request: Request, workspace: WorkspaceDep, parameters: Annotated[PageParameters, Query()]
) -> Response:
    """Return the definition of every route, as OpenAPI 3.0 or as a page."""
    form = negotiated(request, parameters.f, _DEFINITION)
    routes = as_openapi_30(request.app.openapi()) | {"servers": [{"url": root_of(request)}]}
    definition = with_queryables(routes, workspace.snapshot().tables)
    if form == "html":
        return Response(definition_page(request, definition), media_type=HTML, headers=_VARY)
    body = json.dumps(definition, ensure_ascii=False)
    return Response(body, media_type=OPENAPI_JSON, headers=_VARY)


@router.get("/health")
def health(workspace: WorkspaceDep) -> dict[str, Any]:
    """Return that the server answers, and from which data."""
    snapshot = workspace.snapshot()
    return {
        "status": "ok",
        "revision": snapshot.revision,
        "fingerprint": snapshot.fingerprint,
        "collections": {name: len(table.features) for name, table in snapshot.tables.items()},
    }
