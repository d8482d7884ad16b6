"""Counts and areas by zone, named area, category and stage, as sums over the ledger.

Every answer closes: by zone, category and stage, the rows plus ``outside`` plus ``unplaced``
are the total, under the rules ``main`` and ``proportional``. Rows by named area overlap, and
under ``touching`` a project may stand in several rows; then ``partition`` is false and the
total counts each project once.
"""

from collections.abc import Callable, Mapping, Sequence
from math import fsum
from types import MappingProxyType
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
import shapely

from geo.measure import geodesic_area_m2, hectares, mu, planar_area_m2
from layers.joining import touching
from layers.model import CATEGORIES, PROJECT_KINDS, STAGES, Term
from layers.query import FeatureQuery
from layers.snapshot import Snapshot
from layers.table import FeatureTable

By = Literal["zones", "areas", "categories", "stages"]
Rule = Literal["main", "proportional", "touching"]
BY: tuple[By, ...] = get_args(By)
RULES: tuple[Rule, ...] = get_args(Rule)

Record = dict[str, Any]
_Weights = pd.DataFrame  # feature_id, zone_id (null = outside), weight

_BREAKDOWNS: Mapping[str, tuple[Term, ...]] = MappingProxyType(
    {"category": CATEGORIES, "stage": STAGES, "kind": PROJECT_KINDS}
)
_TIE = 1e-9


def statistics(snapshot: Snapshot, query: FeatureQuery, by: By, rule: Rule) -> Record:
    """Return the answer of ``/statistics`` for the projects that a query selects.

    Areas are those of the zones or named areas, whatever projects are selected. ``main``
    counts a project where its largest share lies (ties: the lowest rank; among named areas,
    which nest, every one that holds the largest share), ``proportional`` counts its shares,
    ``touching`` counts it wherever it has more than 1 m² or 1 m, or is a point.
    ``by_plan_only`` of a row counts projects that only the plan's words put there; no geometry
    says so, and they stand in ``unplaced`` or in the rows of their other places.
    """
    chosen = _chosen(snapshot, query)
    ledger = snapshot.ledgers["area" if by == "areas" else "zone"]
    ledger = ledger[ledger["feature_id"].isin(chosen.index)]
    weights = _RULES[rule](ledger, by)
    unplaced = chosen[~chosen["placed"]]
    outside = weights[weights["zone_id"].isna()]
    return {
        "by": by,
        "rule": rule,
        "revision": snapshot.revision,
        "partition": by != "areas" and rule != "touching",
        "rows": _ROWS[by](snapshot, chosen, weights[weights["zone_id"].notna()]),
        "outside": {"projects": _projects(chosen, outside)},
        "unplaced": {"projects": _projects(unplaced, _ones(unplaced))},
        "total": {
            "area": _total_area(snapshot, by),
            "projects": _projects(chosen, _ones(chosen)),
        },
    }


def area_block(
    geodesic_m2: float | None, planar_m2: float | None, stated_km2: float | None
) -> Record:
    """Return an area three ways: geodesic on GRS80, planar in EPSG:4548, as the plan states it.

    ``ha`` and ``mu`` are the geodesic figure in hectares and mu; the difference is geodesic
    minus stated. What is not known is null.
    """
    both = geodesic_m2 is not None and stated_km2 is not None
    gap = (geodesic_m2 or 0.0) / 1e6 - (stated_km2 or 0.0) if both else None
    return {
        "geodesic_m2": geodesic_m2,
        "planar_m2": planar_m2,
        "stated_km2": stated_km2,
        "ha": None if geodesic_m2 is None else hectares(geodesic_m2),
        "mu": None if geodesic_m2 is None else mu(geodesic_m2),
        "difference_km2": gap,
        "difference_percent": None if gap is None else gap / (stated_km2 or 1.0) * 100,
    }


def _chosen(snapshot: Snapshot, query: FeatureQuery) -> pd.DataFrame:
    """Return the selected projects, one row an id: category, stage, kind, placed, zones, areas."""
    table = snapshot.table("projects")
    rows = [table.features[position] for position in table.select(query)]
    columns = [*_BREAKDOWNS, "zones", "areas"]
    records = [
        {name: row["properties"][name] for name in columns}
        | {"placed": row["geometry"] is not None}
        for row in rows
    ]
    index = pd.Index([row["id"] for row in rows], name="feature_id")
    found = pd.DataFrame(records, index=index, columns=[*columns, "placed"])
    return found.astype({"placed": bool})


def _main(ledger: pd.DataFrame, by: By) -> _Weights:
    largest = ledger.groupby("feature_id")["share"].transform("max")
    rows = ledger[ledger["share"] >= largest - _TIE]
    if by != "areas":
        # The ledger stands in rank order with the outside last: the first row wins a tie.
        rows = rows.drop_duplicates("feature_id")
    else:
        inside = rows.loc[rows["zone_id"].notna(), "feature_id"]
        rows = rows[rows["zone_id"].notna() | ~rows["feature_id"].isin(inside)]
    return rows[["feature_id", "zone_id"]].assign(weight=1)


def _proportional(ledger: pd.DataFrame, _by: By) -> _Weights:
    rows: _Weights = ledger[["feature_id", "zone_id"]].assign(weight=ledger["share"])
    return rows


def _touching(ledger: pd.DataFrame, _by: By) -> _Weights:
    return touching(ledger)[["feature_id", "zone_id"]].assign(weight=1)


_RULES: Mapping[Rule, Callable[[pd.DataFrame, By], _Weights]] = MappingProxyType(
    {"main": _main, "proportional": _proportional, "touching": _touching}
)


def _place_rows(collection_id: str) -> Callable[..., list[Record]]:
    """Return the function that makes one row for each feature of zones or areas."""

    def rows(snapshot: Snapshot, chosen: pd.DataFrame, inside: _Weights) -> list[Record]:
        table = snapshot.table(collection_id)
        by_place = dict(iter(inside.groupby("zone_id")))
        none = inside.iloc[:0]
        return [
            _place_row(
                feature["properties"],
                chosen,
                by_place.get(feature["id"], none),
                collection_id,
            )
            for feature in table.features
        ]

    return rows


def _place_row(
    place: Mapping[str, Any], chosen: pd.DataFrame, weights: _Weights, column: str
) -> Record:
    by_plan = [
        any(p["id"] == place["id"] and p["share"] is None for p in places)
        for places in chosen[column]
    ]
    return {
        "id": place["id"],
        "name": place["name"],
        "name_en": place["name_en"],
        "area": area_block(place["area_geodesic_m2"], place["area_planar_m2"], place["stated_km2"]),
        "length_m": place["length_m"],
        "projects": _projects(chosen, weights),
        "by_plan_only": sum(by_plan),
    }


def _term_rows(column: str) -> Callable[..., list[Record]]:
    """Return the function that makes one row for each value of a code list."""

    def rows(_snapshot: Snapshot, chosen: pd.DataFrame, inside: _Weights) -> list[Record]:
        # Under `touching` a project may lie in two zones; it is one project of its category.
        kind = "max" if (inside["weight"] == 1).all() else "sum"
        once = inside.groupby("feature_id", as_index=False, sort=False)["weight"].agg(kind)
        value = chosen[column].reindex(once["feature_id"]).to_numpy()
        return [
            {
                "id": term.id,
                "name": term.name,
                "name_en": term.name_en,
                "area": None,
                "projects": _projects(chosen, once[value == term.id]),
            }
            for term in _BREAKDOWNS[column]
        ]

    return rows


_ROWS: Mapping[By, Callable[..., list[Record]]] = MappingProxyType(
    {
        "zones": _place_rows("zones"),
        "areas": _place_rows("areas"),
        "categories": _term_rows("category"),
        "stages": _term_rows("stage"),
    }
)


def _ones(chosen: pd.DataFrame) -> _Weights:
    return pd.DataFrame({"feature_id": chosen.index, "zone_id": None, "weight": 1})


def _projects(chosen: pd.DataFrame, weights: _Weights) -> Record:
    """Return the count of projects and its breakdowns; every term stands there, zero included."""
    answer: Record = {"count": _sum(weights["weight"])}
    for column, terms in _BREAKDOWNS.items():
        value = chosen[column].reindex(weights["feature_id"]).to_numpy()
        answer[f"by_{column}"] = {
            term.id: _sum(weights.loc[value == term.id, "weight"]) for term in terms
        }
    return answer


def _sum(weights: "pd.Series[Any]") -> int | float:
    """Return an exact sum: a whole number where all weights are whole."""
    if weights.dtype.kind == "i":
        return int(weights.sum())
    return fsum(weights)


def _total_area(snapshot: Snapshot, by: By) -> Record:
    """Return the zones' summed area, or for named areas the ground that they cover once."""
    if by == "areas":
        return _covered(snapshot.table("areas"))
    zones = [feature["properties"] for feature in snapshot.table("zones").features]
    return area_block(*(_total(zones, column) for column in _AREA_COLUMNS))


_AREA_COLUMNS = ("area_geodesic_m2", "area_planar_m2", "stated_km2")


def _total(places: Sequence[Mapping[str, Any]], column: str) -> float | None:
    values = [place[column] for place in places]
    return None if None in values else fsum(values)


def _covered(areas: FeatureTable) -> Record:
    polygons = areas.geometries[shapely.get_dimensions(areas.geometries) == 2]
    whole = np.array([shapely.union_all(polygons)], dtype=object)
    return area_block(
        round(float(geodesic_area_m2(whole)[0]), 3),
        round(float(planar_area_m2(whole)[0]), 3),
        None,
    )
