"""The landing page for programs, and the health of the server."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api.dependencies import WorkspaceDep
from api.links import GEOJSON, HTML, JSON, link

router = APIRouter(tags=["landing"])

OPENAPI = "application/vnd.oai.openapi+json;version=3.1"


def landing(request: Request, workspace: WorkspaceDep) -> dict[str, Any]:
    """Return what this server offers, as OGC API – Features, clause 7.2 has it."""
    paths = (
        ("/?f=json", "self", JSON, "本页 This document"),
        ("/?f=html", "alternate", HTML, "地图 The map"),
        ("/api", "service-desc", OPENAPI, "接口定义 API definition"),
        ("/collections", "data", JSON, "图层 Collections"),
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


@router.get("/api", include_in_schema=False)
def show_definition(request: Request) -> JSONResponse:
    """Return the OpenAPI definition of every route."""
    return JSONResponse(request.app.openapi(), media_type=OPENAPI)


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
