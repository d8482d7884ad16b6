"""Everything at one revision, in memory, joined and measured once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.measure import geodesic_area_m2, geodesic_length_m, planar_area_m2
from geo.membership import Shapes, membership, overlapping_membership
from layers.errors import CollectionNotFoundError
from layers.model import CATALOGUE, Collection
from layers.plan import Features, Plan, geometries_of
from layers.table import FeatureTable

Partition = Literal["zone", "area"]

TOUCH_THRESHOLD = 1.0
"""A polygon or line touches a zone in which it has more than 1 m² or 1 m."""


@dataclass(frozen=True, slots=True, repr=False)
class Snapshot:
    """The tables, the membership ledgers and the indicators at one revision.

    ``ledgers["zone"]`` splits projects over the zones (shares sum to 1), ``ledgers["area"]``
    measures them against named areas, which nest and overlap (see geo.membership).
    """

    revision: int
    fingerprint: str
    tables: Mapping[str, FeatureTable]
    ledgers: Mapping[Partition, pd.DataFrame]
    indicators: Mapping[str, Any]

    @classmethod
    def build(cls, plan: Plan, *, revision: int = 1) -> Self:
        """Return the snapshot of a plan, with every project joined to zones and areas."""
        geometries = {name: geometries_of(rows) for name, rows in plan.layers.items()}
        zones = _shapes(plan.layers["zones"], geometries["zones"])
        areas = _shapes(plan.layers["areas"], geometries["areas"])
        joined = {
            name: _shapes(plan.layers[name], geometries[name])
            for name in ("areas", "projects", "streets")
        }
        by_zone = {
            name: membership(shapes, zones).assign(basis="geometry")
            for name, shapes in joined.items()
        }
        by_area = _with_stated_sites(overlapping_membership(joined["projects"], areas), plan.layers)
        layers = dict(plan.layers)
        for name, ledger in by_zone.items():
            stated = [_stated_zones(f) for f in layers[name]]
            layers[name] = _joined(layers[name], "zone", ledger, stated)
        stated_areas = _stated_areas(plan.layers)
        layers["projects"] = _joined(layers["projects"], "area", by_area, stated_areas)
        allowed: Mapping[str, Sequence[str]] = {
            name: [f["id"] for f in plan.layers[f"{name}s"]] for name in _PLACES
        }
        tables = {
            collection.id: _table(
                collection, layers[collection.id], geometries[collection.id], allowed
            )
            for collection in CATALOGUE
        }
        ledgers: Mapping[Partition, pd.DataFrame] = {
            "zone": by_zone["projects"],
            "area": by_area,
        }
        return cls(revision, plan.fingerprint, tables, ledgers, plan.indicators)

    def table(self, collection_id: str) -> FeatureTable:
        """Return the table of a collection.

        Raises
        ------
        CollectionNotFoundError
            If there is no such collection.
        """
        if collection_id not in self.tables:
            raise CollectionNotFoundError(
                f"there is no such collection; use one of {', '.join(self.tables)}",
                f"没有这个图层；可用：{'、'.join(self.tables)}",
            )
        return self.tables[collection_id]


_PLACES: tuple[Partition, ...] = ("zone", "area")


def touching(ledger: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a ledger in which a feature touches a zone, or the outside.

    More than 1 m² or 1 m, or a point. A feature too small for that anywhere keeps its largest
    row, so that none is lost.
    """
    large = (ledger["unit"] == "1") | (ledger["measure"] > TOUCH_THRESHOLD)
    lost = ~ledger["feature_id"].isin(ledger.loc[large, "feature_id"])
    largest = ledger.groupby("feature_id")["share"].transform("max")
    return ledger[large | (lost & (ledger["share"] == largest))]


def _with_stated_sites(ledger: pd.DataFrame, layers: Mapping[str, Features]) -> pd.DataFrame:
    """Return the ledger with a row for each mapped place in which the plan puts a site.

    A site of known address can lie some metres beside the schematic shape of the place that
    the plan names for it. The plan's word about its own place then counts, and the
    disagreement is a finding; a drawing with hundreds of metres of uncertainty cannot overrule
    it.
    """
    mapped = {area["id"] for area in layers["areas"] if area["geometry"] is not None}
    stated = pd.DataFrame(
        [
            (project["id"], place, 1.0, 1.0, "1")
            for project in layers["projects"]
            if project["properties"]["location_kind"] == "site"
            for place in project["properties"]["place_ids"]
            if place in mapped
        ],
        columns=list(ledger.columns[:5]),
    )
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
    rows = touching(ledger).dropna(subset=["zone_id"])
    found = dict(iter(rows.groupby("feature_id", sort=False)))
    joined = []
    for feature, names in zip(features, stated, strict=True):
        group = found.get(feature["id"])
        places = [] if group is None else _places(group)
        places += [{"id": name, "share": None, "basis": "plan"} for name in names]
        placed = feature["geometry"] is not None
        basis = "geometry" if placed else "plan" if places else None
        extra = {f"{partition}s": places, f"{partition}_basis": basis}
        joined.append(feature | {"properties": feature["properties"] | extra})
    return joined


def _places(group: pd.DataFrame) -> list[dict[str, Any]]:
    columns = (group["zone_id"], group["share"], group["basis"])
    return [
        {"id": zone_id, "share": round(share, 9), "basis": basis}
        for zone_id, share, basis in zip(*columns, strict=True)
    ]


def _stated_zones(feature: Mapping[str, Any]) -> list[str]:
    zone = feature["properties"].get("plan_zone")
    return [zone] if zone and feature["geometry"] is None else []


def _stated_areas(layers: Mapping[str, Features]) -> list[list[str]]:
    """Return for each project the areas that only the plan's words can put it in.

    All stated places, and what holds them, of a project without geometry; of the others those
    places that have no geometry of their own.
    """
    areas = {area["id"]: area for area in layers["areas"]}
    return [
        [
            name
            for name in _with_parents(project["properties"]["place_ids"], areas)
            if project["geometry"] is None or areas[name]["geometry"] is None
        ]
        for project in layers["projects"]
    ]


def _with_parents(names: Sequence[str], areas: Mapping[str, Any]) -> list[str]:
    open_names, found = list(names), dict[str, None]()
    while open_names:
        name = open_names.pop(0)
        if name not in areas or name in found:
            continue
        found[name] = None
        parent = areas[name]["properties"]["parent"]
        open_names += [parent] if parent else []
    return list(found)


def _table(
    collection: Collection,
    features: Features,
    geometries: NDArray[np.object_],
    allowed: Mapping[str, Sequence[str]],
) -> FeatureTable:
    codes = {name: [term.id for term in terms] for name, terms in collection.codes.items()}
    measured = [
        feature | {"properties": feature["properties"] | measures}
        for feature, measures in zip(features, _measures(geometries), strict=True)
    ]
    return FeatureTable.build(collection, measured, geometries, {**codes, **allowed})


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
