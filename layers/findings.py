"""Where the plan and the map, or the plan and itself, do not say the same."""

from collections.abc import Iterator, Mapping
from typing import Any

import shapely

from geo.measure import geodesic_length_m
from layers.snapshot import Snapshot
from layers.table import FeatureTable

Record = dict[str, Any]


def findings(snapshot: Snapshot) -> list[Record]:
    """Return every disagreement, each with both sides and where they stand.

    ``zone_conflict``: the plan puts a project in two zones. ``zone_disagrees``: the plan's zone
    is not the one in which the geometry mainly lies. ``outside_district``: the geometry lies
    outside the boundary that we have. ``near_boundary``: a point lies closer to that boundary
    than it is known, so it may be on the other side. ``place_disagrees``: a site lies beside
    the shape of the place that the plan names for it. ``plan_contradiction``: two figures or
    statements of the plan that do not agree.
    """
    return [
        *_joined(snapshot, "projects"),
        *_joined(snapshot, "areas"),
        *_near_boundary(snapshot, "projects"),
        *_near_boundary(snapshot, "areas"),
        *_beside_their_place(snapshot),
        *_contradictions(snapshot.indicators),
    ]


def _joined(snapshot: Snapshot, collection_id: str) -> Iterator[Record]:
    for feature, _ in _with_geometry(snapshot.table(collection_id)):
        properties = feature["properties"]
        main = _main_zone(properties)
        measured = [main] if main else []
        basis = properties["plan_zone_basis"] or ""
        stated = [properties["plan_zone"]] if properties["plan_zone"] else []
        if basis.startswith("conflict"):
            stated = basis.removeprefix("conflict").strip().split("/")
            yield _finding("zone_conflict", collection_id, properties, stated, measured)
        elif stated and stated != measured:
            yield _finding("zone_disagrees", collection_id, properties, stated, measured)
        if main is None and not _only_reference(properties):
            yield _finding("outside_district", collection_id, properties, stated, measured)


def _main_zone(properties: Mapping[str, Any]) -> str | None:
    """Return the zone that holds the largest share, or null if the outside does."""
    shares = [(zone["share"], zone["id"]) for zone in properties["zones"]]
    if not shares:
        return None
    outside = 1.0 - sum(share for share, _ in shares)
    share, zone_id = max(shares, key=lambda pair: pair[0])
    return zone_id if share >= outside else None


def _only_reference(properties: Mapping[str, Any]) -> bool:
    return properties.get("in_district") is False


def _near_boundary(snapshot: Snapshot, collection_id: str) -> Iterator[Record]:
    boundary = snapshot.table("district").geometries[0].boundary
    for feature, geometry in _with_geometry(snapshot.table(collection_id)):
        properties = feature["properties"]
        if geometry.geom_type != "Point" or not properties["zones"]:
            continue
        distance_m = _distance_m(geometry, boundary)
        if distance_m < (properties["uncertainty_m"] or 0):
            zones = [zone["id"] for zone in properties["zones"]]
            yield _finding("near_boundary", collection_id, properties, zones, zones, distance_m)


def _beside_their_place(snapshot: Snapshot) -> Iterator[Record]:
    areas = snapshot.table("areas")
    for feature, geometry in _with_geometry(snapshot.table("projects")):
        properties = feature["properties"]
        for place in properties["areas"]:
            if place["basis"] == "geometry" or place["share"] is None:
                continue
            shape = areas.geometries[areas.position(place["id"])]
            found = [p["id"] for p in properties["areas"] if p["basis"] == "geometry"]
            yield _finding(
                "place_disagrees",
                "projects",
                properties,
                [place["id"]],
                found,
                _distance_m(geometry, shape),
            )


def _with_geometry(
    table: FeatureTable,
) -> Iterator[tuple[Mapping[str, Any], shapely.Geometry]]:
    for feature, geometry in zip(table.features, table.geometries, strict=True):
        if geometry is not None:
            yield feature, geometry


def _distance_m(one: shapely.Geometry, other: shapely.Geometry) -> float:
    line = shapely.shortest_line(one, other)
    return round(float(geodesic_length_m([line])[0]), 1)


def _finding(
    kind: str,
    collection_id: str,
    properties: Mapping[str, Any],
    stated: list[str],
    measured: list[str],
    distance_m: float | None = None,
) -> Record:
    return {
        "id": f"{kind}:{properties['id']}",
        "kind": kind,
        "collection": collection_id,
        "feature_id": properties["id"],
        "name": properties["name"],
        "sides": [
            {"source": "plan", "places": stated, "cite": properties["cite"]},
            {
                "source": "geometry",
                "places": measured,
                "quality": properties["quality"],
                "uncertainty_m": properties["uncertainty_m"],
                "distance_m": distance_m,
            },
        ],
        "note": properties["note"],
    }


def _contradictions(indicators: Mapping[str, Any]) -> Iterator[Record]:
    entries = {
        entry["id"]: entry for part in ("table1", "text_indicators") for entry in indicators[part]
    }
    for contradiction in indicators["contradictions"]:
        yield {
            "id": contradiction["id"],
            "kind": "plan_contradiction",
            "topic": contradiction["topic"],
            "severity": contradiction["severity"],
            "note": contradiction["description"],
            "sides": [
                {"source": "plan", "ref": ref} | _figure(entries.get(ref))
                for ref in contradiction["refs"]
            ],
        }


def _figure(entry: Mapping[str, Any] | None) -> Record:
    if entry is None:
        return {}
    value = entry.get("value", entry.get("target_2025"))
    return {
        "name": entry["name"],
        "value": value,
        "unit": entry["unit"],
        "cite": entry["cite"],
    }
