"""The page: one Folium map whose scripts and styles are files of this server."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from api.dependencies import SettingsDep, WorkspaceDep
from api.parameters import LandingParameters
from api.routes.landing import landing
from api.settings import Settings
from layers.render.folium_map import live_page
from layers.render.page import Basemap, page_config, page_parts
from layers.render.symbology import stylesheet

router = APIRouter(tags=["page"])

_NO_CACHE = {"Cache-Control": "no-cache"}


@router.get("/", response_class=HTMLResponse)
def show_page(
    request: Request,
    workspace: WorkspaceDep,
    settings: SettingsDep,
    parameters: Annotated[LandingParameters, Query()],
) -> Response:
    """Return the map for a browser, the landing page as JSON for a program."""
    headers = _NO_CACHE | {"Vary": "Accept"}
    if parameters.f == "json" or (
        parameters.f is None and _prefers_json(request.headers.get("accept", ""))
    ):
        return JSONResponse(landing(request, workspace), headers=headers)
    snapshot = workspace.snapshot()
    config = page_config(snapshot, lang=parameters.lang or "zh", basemap=_basemap(settings))
    return HTMLResponse(live_page(page_parts(snapshot), config), headers=headers)


@router.get("/map.js", include_in_schema=False)
def show_map_script(workspace: WorkspaceDep) -> Response:
    """Return the script that Folium wrote."""
    script = page_parts(workspace.snapshot()).script
    return Response(script, media_type="text/javascript", headers=_NO_CACHE)


@router.get("/map.css", include_in_schema=False)
def show_map_style(workspace: WorkspaceDep) -> Response:
    """Return the styles that Folium wrote."""
    style = page_parts(workspace.snapshot()).style
    return Response(style, media_type="text/css", headers=_NO_CACHE)


@router.get("/tokens.css", include_in_schema=False)
def show_tokens() -> Response:
    """Return the colours that page and exports share."""
    return Response(stylesheet(), media_type="text/css", headers=_NO_CACHE)


def _basemap(settings: Settings) -> Basemap | None:
    if settings.basemap_url is None:
        return None
    return Basemap(settings.basemap_attribution, settings.basemap_max_zoom)


def _prefers_json(accept: str) -> bool:
    """Tell whether an Accept header ranks JSON above HTML; a bare ``*/*`` gets the map."""
    ranks = {"json": 0.0, "html": 0.0}
    for part in accept.split(","):
        media_type, *parameters = (piece.strip() for piece in part.split(";"))
        kind = media_type.rpartition("/")[2].rpartition("+")[2].lower()
        if kind in ranks:
            ranks[kind] = max(ranks[kind], _quality(parameters))
    return ranks["json"] > ranks["html"]


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
