"""The projects of the plan, placed by their own site or by the places that the plan names."""

from typing import Any

import shapely

from geo.layout import on_grid, union
from layers.build.geojson import BuiltFeature
from layers.build.sources import PLAN_SOURCE, Record, Sources, cites
from layers.model import STAGE_OF_STATUS

_WIDE = frozenset({"district", "network"})


def build_projects(facts: Sources, areas: list[BuiltFeature]) -> list[BuiltFeature]:
    """Return every project; one without site or mapped place has a null geometry."""
    by_id = {area.id: area for area in areas}
    built = []
    for project in facts.projects:
        location = _location(project, facts.project_points, by_id)
        properties = _properties(project) | location.properties
        built.append(BuiltFeature(project["id"], properties, location.geometry))
    return built


def _location(
    project: Record, points: dict[str, Record], areas: dict[str, BuiltFeature]
) -> BuiltFeature:
    """Return where a project lies, how that is known, and how far it may be off."""
    point = points.get(project["id"])
    if point is not None:
        site = on_grid(shapely.Point(float(point["lon"]), float(point["lat"])))
        properties = _known("site", int(point["uncertainty_m"]), point["basis"])
        return BuiltFeature(project["id"], properties, site)
    places = [areas[place] for place in project["place_ids"]]
    mapped = [place for place in places if place.geometry is not None]
    if mapped:
        worst = max(place.properties["uncertainty_m"] for place in mapped)
        names = "、".join(place.properties["name"] for place in mapped)
        shape = union([place.geometry for place in mapped])
        properties = _known("by_place", worst, f"按地名：{names}")
        return BuiltFeature(project["id"], properties, shape)
    kind = "district_wide" if project["geometry_hint"] in _WIDE else "unplaced"
    return BuiltFeature(project["id"], _known(kind, None, None), None)


def _known(kind: str, uncertainty_m: int | None, basis: str | None) -> dict[str, Any]:
    return {
        "location_kind": kind,
        "quality": None if uncertainty_m is None else "schematic",
        "uncertainty_m": uncertainty_m,
        "source": PLAN_SOURCE,
        "basis": basis,
    }


def _properties(project: Record) -> Record:
    cite, also = cites(project)
    return {
        "name": project["name"],
        "name_en": project["name_en"],
        "aliases": project["aliases"],
        "category": project["category"],
        "kind": project["kind"],
        "plan_status": project["plan_status"],
        "status_verb": project["status_verb"],
        "stage": STAGE_OF_STATUS[project["plan_status"]],
        "stage_basis": "derived",
        "place_ids": project["place_ids"],
        "place_basis": project["place_basis"],
        "plan_zone": project["zone"],
        "plan_zone_basis": project["zone_basis"],
        "parent": project["parent"],
        "count": project["count"],
        "count_unit": project["count_unit"],
        "note": project["note"],
        "cite": cite,
        "also_cites": also,
    }
