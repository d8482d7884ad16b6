"""The routes, one module a resource."""

from fastapi import APIRouter

from api.routes import basemap, collections, editing, landing, page, revisions, statistics

ROUTERS: tuple[APIRouter, ...] = (
    landing.router,
    page.router,
    collections.router,
    editing.router,
    revisions.router,
    statistics.router,
    basemap.router,
)
"""Every router, in the order in which paths are tried."""
