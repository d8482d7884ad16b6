"""The page: one Folium map whose scripts and styles are files of this server."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from api.access import CallerDep
from api.dependencies import SettingsDep, WorkspaceDep
from api.links import HTML, JSON
from api.negotiation import Offers, negotiated
from api.openapi import described_as
from api.parameters import LandingParameters
from api.routes.landing import landing
from api.settings import Settings
from layers.render.folium_map import live_page
from layers.render.page import Basemap, page_config, page_parts
from layers.render.symbology import stylesheet

router = APIRouter(tags=["page"])

_LANDING: Offers = {"html": (HTML,), "json": (JSON,)}
"""A bare ``*/*`` gets the map."""
_NO_CACHE = {"Cache-Control": "no-cache"}


@router.get("/", response_class=HTMLResponse, responses=described_as(HTML, JSON))
def show_page(
    request: Request,
    workspace: WorkspaceDep,
    settings: SettingsDep,
    caller: CallerDep,
    parameters: Annotated[LandingParameters, Query()],
) -> Response:
    """Return the map for a browser, the landing page as JSON for a program."""
    headers = _NO_CACHE | {"Vary": "Accept"}
    if negotiated(request, parameters.f, _LANDING) == "json":
        return JSONResponse(landing(request, workspace), headers=headers)
    snapshot = workspace.snapshot()
    config = page_config(snapshot, lang=parameters.lang or "zh", basemap=_basemap(settings))
    config["caller"] = {"name": caller.name, "role": caller.role}
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
