"""What the page needs besides its files: its configuration, and its data when it stands alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from geo.bbox import BBox
from layers.model import (
    AREA_KINDS,
    CATEGORIES,
    LOCATION_KINDS,
    PLAN_STATUSES,
    PROJECT_KINDS,
    STAGES,
    Term,
)
from layers.query import ALL, FeatureQuery
from layers.render.folium_map import PageParts, parts, single_file, zone_map
from layers.render.symbology import STAGE_MARKS, ZONE_KEYS
from layers.snapshot import Snapshot
from layers.statistics import statistics

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Basemap:
    """A base map that the page reaches through our server."""

    attribution: str
    max_zoom: int


def page_parts(snapshot: Snapshot) -> PageParts:
    """Return what Folium made of the map of a snapshot's district."""
    extent = snapshot.table("district").extent() or (-180.0, -90.0, 180.0, 90.0)
    return _parts(BBox(*extent))


@lru_cache(maxsize=8)
def _parts(extent: BBox) -> PageParts:
    return parts(zone_map(extent))


def page_config(
    snapshot: Snapshot,
    *,
    lang: str = "zh",
    select: str | None = None,
    basemap: Basemap | None = None,
) -> Record:
    """Return what the page is told: revision, code lists, marks, language, first selection."""
    return {
        "revision": snapshot.revision,
        "lang": lang,
        "select": select,
        "basemap": None
        if basemap is None
        else {
            "url": "/basemap/{z}/{x}/{y}",
            "attribution": basemap.attribution,
            "maxZoom": basemap.max_zoom,
        },
        "zoneKeys": dict(ZONE_KEYS),
        "stages": [_term(stage) | _mark(stage.id) for stage in STAGES],
        "categories": _terms(CATEGORIES),
        "projectKinds": _terms(PROJECT_KINDS),
        "planStatuses": _terms(PLAN_STATUSES),
        "locationKinds": _terms(LOCATION_KINDS),
        "areaKinds": _terms(AREA_KINDS),
    }


def page_data(snapshot: Snapshot, query: FeatureQuery = ALL) -> Mapping[str, Any]:
    """Return the answers that the page asks for, by path, with only the projects of a query."""
    answers: Record = {
        f"/collections/{name}/items?limit=10000": _collection(snapshot, name, ALL)
        for name in ("district", "zones", "areas")
    }
    projects = _collection(snapshot, "projects", query)
    answers["/collections/projects/items?limit=10000"] = projects
    answers["/statistics?by=zones"] = statistics(snapshot, query, "zones", "main")
    answers["/statistics?by=areas&rule=touching"] = statistics(snapshot, query, "areas", "touching")
    return answers


def standalone_page(
    snapshot: Snapshot, query: FeatureQuery, *, selected: str | None, lang: str
) -> str:
    """Return the page as one HTML file that asks no server."""
    config = page_config(snapshot, lang=lang, select=selected)
    return single_file(page_parts(snapshot), config, page_data(snapshot, query))


def _collection(snapshot: Snapshot, name: str, query: FeatureQuery) -> Record:
    table = snapshot.table(name)
    found: Sequence[np.intp] = list(table.select(query))
    return {
        "type": "FeatureCollection",
        "features": [table.features[position] for position in found],
    }


def _mark(stage_id: str) -> Record:
    mark = STAGE_MARKS[stage_id]
    return {"key": mark.key, "shape": mark.shape}


def _term(term: Term) -> Record:
    return {"id": term.id, "name": term.name, "name_en": term.name_en}


def _terms(terms: Sequence[Term]) -> list[Record]:
    return [_term(term) for term in terms]
