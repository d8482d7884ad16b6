"""Join features to the zones and named areas of the plan, and measure them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.measure import geodesic_area_m2, geodesic_length_m, planar_area_m2
from geo.membership import Shapes, membership, overlapping_membership
from layers.plan import Features

Partition = Literal["zone", "area"]
PARTITIONS: tuple[Partition, ...] = ("zone", "area")

BY_ZONE = ("areas", "projects", "streets")
"""The collections whose features are joined to the zones; projects are joined to areas too."""

TOUCH_THRESHOLD = 1.0
"""A polygon or line touches a zone in which it has more than 1 m² or 1 m."""

Ledgers = Mapping[Partition, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Places:
    """What features are joined to: the zones and the named areas, with the areas' parents."""

    zones: Shapes
    areas: Shapes
    parents: Mapping[str, str | None]
    mapped: frozenset[str]

    @classmethod
    def of(
        cls,
        zones: Features,
        areas: Features,
        geometries: Mapping[str, NDArray[np.object_]],
    ) -> Self:
        """Return the places of a plan."""
        return cls(
            zones=_shapes(zones, geometries["zones"]),
            areas=_shapes(areas, geometries["areas"]),
            parents={area["id"]: area["properties"]["parent"] for area in areas},
            mapped=frozenset(area["id"] for area in areas if area["geometry"] is not None),
        )


@dataclass(frozen=True, slots=True)
class Joined:
    """Features with what was derived for them, and their rows of the ledgers."""

    features: Features
    ledgers: Ledgers


def join(
    collection_id: str, features: Features, geometries: NDArray[np.object_], places: Places
) -> Joined:
    """Return the features of a collection joined to the places and measured."""
    ledgers: dict[Partition, pd.DataFrame] = {}
    joined = features
    shapes = _shapes(features, geometries)
    if collection_id in BY_ZONE:
        ledgers["zone"] = membership(shapes, places.zones).assign(basis="geometry")
        stated = [_stated_zones(feature) for feature in features]
        joined = _joined(joined, "zone", ledgers["zone"], stated)
    if collection_id == "projects":
        by_area = overlapping_membership(shapes, places.areas)
        ledgers["area"] = _with_stated_sites(by_area, features, places)
        stated = [_stated_areas(feature, places) for feature in features]
        joined = _joined(joined, "area", ledgers["area"], stated)
    measured = [
        feature | {"properties": feature["properties"] | measures}
        for feature, measures in zip(joined, _measures(geometries), strict=True)
    ]
    return Joined(measured, ledgers)


def touching(ledger: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a ledger in which a feature touches a zone, or the outside.

    More than 1 m² or 1 m, or a point. A feature too small for that anywhere keeps its largest
    row, so that none is lost.
    """
    large = (ledger["unit"] == "1") | (ledger["measure"] > TOUCH_THRESHOLD)
    lost = ~ledger["feature_id"].isin(ledger.loc[large, "feature_id"])
    largest = ledger.groupby("feature_id")["share"].transform("max")
    return ledger[large | (lost & (ledger["share"] == largest))]


def _shapes(features: Features, geometries: NDArray[np.object_]) -> Shapes:
    return Shapes(
        tuple(feature["id"] for feature in features),
        geometries,
        tuple(float(feature["properties"].get("rank", 0)) for feature in features),
    )


def _joined(
    features: Features,
    partition: Partition,
    ledger: pd.DataFrame,
    stated: Sequence[Sequence[str]],
) -> Features:
    """Return the features with the zones or areas that they touch, and on what basis.

    The geometry decides; what the plan states fills in where there is no geometry to ask: of
    the feature, or of the stated area.
    """
    found = _places_of(touching(ledger).dropna(subset=["zone_id"]))
    joined = []
    for feature, names in zip(features, stated, strict=True):
        places = found.get(feature["id"], [])
        places += [{"id": name, "share": None, "basis": "plan"} for name in names]
        placed = feature["geometry"] is not None
        basis = "geometry" if placed else "plan" if places else None
        extra = {f"{partition}s": places, f"{partition}_basis": basis}
        joined.append(feature | {"properties": feature["properties"] | extra})
    return joined


def _places_of(rows: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a ledger by feature, as its properties hold them."""
    found: dict[str, list[dict[str, Any]]] = {}
    columns = (rows[name] for name in ("feature_id", "zone_id", "share", "basis"))
    for feature_id, zone_id, share, basis in zip(*columns, strict=True):
        place = {"id": zone_id, "share": round(share, 9), "basis": basis}
        found.setdefault(feature_id, []).append(place)
    return found


def _stated_zones(feature: Mapping[str, Any]) -> list[str]:
    zone = feature["properties"].get("plan_zone")
    return [zone] if zone and feature["geometry"] is None else []


def _stated_areas(project: Mapping[str, Any], places: Places) -> list[str]:
    """Return the areas that only the plan's words can put a project in.

    All stated places, and what holds them, of a project without geometry; of the others those
    places that have no geometry of their own.
    """
    return [
        name
        for name in _with_parents(project["properties"]["place_ids"] or (), places.parents)
        if project["geometry"] is None or name not in places.mapped
    ]


def _with_parents(names: Sequence[str], parents: Mapping[str, str | None]) -> list[str]:
    open_names, found = list(names), dict[str, None]()
    while open_names:
        name = open_names.pop(0)
        if name not in parents or name in found:
            continue
        found[name] = None
        parent = parents[name]
        open_names += [parent] if parent else []
    return list(found)


def _with_stated_sites(ledger: pd.DataFrame, projects: Features, places: Places) -> pd.DataFrame:
    """Return the ledger with a row for each mapped place in which the plan puts a site.

    A site of known address can lie some metres beside the schematic shape of the place that
    the plan names for it. The plan's word about its own place then counts, and the
    disagreement is a finding; a drawing with hundreds of metres of uncertainty cannot overrule
    it.
    """
    stated = pd.DataFrame(
        [
            (project["id"], place, 1.0, 1.0, "1")
            for project in projects
            if project["properties"]["location_kind"] == "site"
            for place in project["properties"]["place_ids"] or ()
            if place in places.mapped
        ],
        columns=list(ledger.columns[:5]),
    ).astype(ledger.dtypes.to_dict())
    joined = pd.concat(
        [ledger.assign(basis="geometry"), stated.assign(basis="plan")],
        ignore_index=True,
    ).drop_duplicates(["feature_id", "zone_id"])
    inside = joined.loc[joined["zone_id"].notna(), "feature_id"]
    points_in_no_area = (joined["unit"] == "1") & joined["zone_id"].isna()
    kept: pd.DataFrame = joined[
        ~(points_in_no_area & (joined["share"] == 1) & joined["feature_id"].isin(inside))
    ]
    return kept


def _measures(geometries: NDArray[np.object_]) -> list[dict[str, Any]]:
    """Return area, length and a position for a marker or label, null where they do not apply."""
    dimensions = shapely.get_dimensions(geometries)
    geodesic, planar = geodesic_area_m2(geometries), planar_area_m2(geometries)
    length = geodesic_length_m(geometries)
    return [
        {
            "area_geodesic_m2": round(float(geodesic[i]), 3) if d == 2 else None,
            "area_planar_m2": round(float(planar[i]), 3) if d == 2 else None,
            "length_m": round(float(length[i]), 3) if d == 1 else None,
            "label_point": _label_point(geometries[i]),
        }
        for i, d in enumerate(dimensions)
    ]


def _label_point(geometry: shapely.Geometry | None) -> list[float] | None:
    if geometry is None:
        return None
    point = shapely.point_on_surface(geometry)
    return [round(point.x, 6), round(point.y, 6)]
