"""The HTTP application, put together from its parts."""

import mimetypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.staticfiles import StaticFiles

from api.errors import install_handlers
from api.head import HeadAsGet
from api.routes import ROUTERS
from api.security import SecurityHeaders
from api.settings import Settings
from layers.render.assets import asset_folder
from layers.workspace import Workspace

_WORTH_PACKING = 1_000  # bytes
_PACKING = 5  # half the time of the highest level, a twentieth more bytes
WEB_FOLDER = Path(__file__).resolve().parent / "web"

# Not in every system's table, and `nosniff` makes a browser refuse what is named wrongly.
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")


def create_app(settings: Settings | None = None, workspace: Workspace | None = None) -> FastAPI:
    """Return the application over a workspace (default: that of the settings' store).

    Raises
    ------
    StoreError
        If the store cannot be opened or made.
    PlanDataError
        If it has to be made and the plan's files cannot be read.
    """
    settings = settings or Settings()
    own = workspace is None
    workspace = workspace or Workspace.connect(settings.store, facts=settings.data)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        if own:
            workspace.close()

    app = FastAPI(
        title="市中一张图 onemap",
        version="0.1.0",
        openapi_url=None,  # served at /api with the media type of a definition
        docs_url=None,  # FastAPI's pages load scripts from another host
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.settings = settings
    app.state.workspace = workspace
    app.add_middleware(GZipMiddleware, minimum_size=_WORTH_PACKING, compresslevel=_PACKING)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(HeadAsGet)
    install_handlers(app)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/web", StaticFiles(directory=WEB_FOLDER), name="web")
    app.mount("/assets", StaticFiles(directory=asset_folder()), name="assets")
    return app
