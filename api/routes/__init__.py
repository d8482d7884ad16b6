"""The routes, one module a resource."""

from fastapi import APIRouter

from api.routes import basemap, collections, landing, page, statistics

ROUTERS: tuple[APIRouter, ...] = (
    landing.router,
    page.router,
    collections.router,
    statistics.router,
    basemap.router,
)
"""Every router, in the order in which paths are tried."""
