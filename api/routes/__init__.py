"""The routes, one module a resource."""

from fastapi import APIRouter

from api.routes import (
    basemap,
    collections,
    editing,
    items,
    landing,
    page,
    revisions,
    session,
    statistics,
    tiles,
)

ROUTERS: tuple[APIRouter, ...] = (
    landing.router,
    page.router,
    collections.router,
    items.router,
    tiles.router,
    editing.router,
    revisions.router,
    session.router,
    statistics.router,
    basemap.router,
)
"""Every router, in the order in which paths are tried."""
