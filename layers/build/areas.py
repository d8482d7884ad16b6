"""The named areas of the plan, with a schematic shape where the layout has one."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import shapely

from geo.layout import clip_to, on_grid, scale_to_area, union
from layers.build.geojson import BuiltFeature
from layers.build.sources import PLAN_SOURCE, Control, Record, Sources, cites
from layers.build.zones import ZoneLayout
from layers.errors import PlanDataError

Shapes = dict[str, shapely.Geometry]


def build_areas(facts: Sources, layout: ZoneLayout) -> list[BuiltFeature]:
    """Return every named area; one without control geometry has a null geometry."""
    shapes = _shapes(facts, layout)
    return [
        BuiltFeature(
            area["id"],
            _properties(area, facts.controls.get(area["id"])),
            shapes.get(area["id"]),
        )
        for area in facts.areas
    ]


def _shapes(facts: Sources, layout: ZoneLayout) -> Shapes:
    shapes = dict(layout.shapes)
    controls = [c for c in facts.controls.values() if c.method in _METHODS]
    # A union needs the shapes that it joins, so it comes last.
    for control in sorted(controls, key=lambda c: c.method == "union"):
        shapes[control.id] = _METHODS[control.method](control, shapes)
    return shapes


def _drawn_geometry(control: Control) -> shapely.Geometry:
    if control.geometry is None:
        raise PlanDataError(f"control geometry {control.id} has no coordinates")
    return control.geometry


def _scaled(control: Control, shapes: Shapes) -> shapely.Geometry:
    clip = shapes[control.properties["clip_to"]]
    target_m2 = control.properties["target_km2"] * 1e6
    return scale_to_area(_drawn_geometry(control), clip, target_m2)


def _drawn(control: Control, shapes: Shapes) -> shapely.Geometry:
    clip = control.properties["clip_to"]
    geometry = _drawn_geometry(control)
    return clip_to(geometry, shapes[clip]) if clip else on_grid(geometry)


def _union(control: Control, shapes: Shapes) -> shapely.Geometry:
    return union([shapes[part] for part in control.properties["of"]])


_METHODS: Mapping[str, Callable[[Control, Shapes], shapely.Geometry]] = MappingProxyType(
    {
        "scale": _scaled,
        "drawn": _drawn,
        "line": _drawn,
        "point": _drawn,
        "union": _union,
    }
)


def _properties(area: Record, control: Control | None) -> Record:
    cite, also = cites(area)
    known = control.properties if control else {}
    return {
        "name": area["name"],
        "name_en": area["name_en"],
        "aliases": area["aliases"],
        "kind": area["type"],
        "plan_zone": area["zone"],
        "plan_zone_basis": area["zone_basis"],
        "parent": area["parent"],
        "also_parents": area.get("also_parents", []),
        "in_district": area["in_district"],
        "stated_km2": area["total_land_km2"],
        "stated_construction_km2": area["construction_land_km2"],
        "stated_is_approx": area["area_is_approx"],
        "extent": area["extent"],
        "extent_en": area["extent_en"],
        "positioning": area["positioning"],
        "positioning_en": area["positioning_en"],
        "note": area["note"],
        "cite": cite,
        "also_cites": also,
        "method": known.get("method"),
        "quality": "schematic" if control else None,
        "uncertainty_m": known.get("uncertainty_m"),
        "source": f"{PLAN_SOURCE}；图形按规划文字示意绘制" if control else PLAN_SOURCE,
        "basis": known.get("basis"),
    }
