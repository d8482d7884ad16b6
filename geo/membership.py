"""Which share of each feature lies in which zone: the ledger that every statistic sums.

Two ledgers, one form. :func:`membership` splits features over *zones*, which count as a
partition (where two overlap, the lower rank has the ground), so shares inside and outside sum
to 1. :func:`overlapping_membership` measures features against *areas*, which nest and overlap,
so its shares do not add up and each area stands for itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.join import OUTSIDE, ZoneIndex
from geo.measure import equal_area_m2, geodesic_area_m2, geodesic_length_m
from geo.overlay import split
from geo.repair import keep_dimension

UNIT_OF_DIMENSION: tuple[str, str, str] = ("1", "m", "m2")
"""What ``measure`` counts, by dimension: points, metres, square metres."""

_DTYPES = {
    "feature_id": "str",
    "zone_id": "str",
    "share": "float64",
    "measure": "float64",
    "unit": "str",
}
_POINT = 0  # shapely's id of the type
_Row = tuple[str, str | None, float, float, str]


@dataclass(frozen=True, slots=True)
class Shapes:
    """Ids with their geometries (null allowed) and, for zones, ranks."""

    ids: tuple[str, ...]
    geometries: NDArray[np.object_]
    ranks: tuple[float, ...] = ()


def membership(features: Shapes, zones: Shapes) -> pd.DataFrame:
    """Return the ledger feature_id, zone_id, share, measure, unit of features over zones.

    ``zone_id`` is null for the share outside all zones. Shares go by area for polygons, by
    length for lines and by count for points; a feature of mixed dimension is measured by its
    highest. They sum to 1 for each feature. ``measure`` is the share of the feature's geodesic
    area (``unit`` m2), length (m) or number of points (1). Features without geometry have no
    row. The order of the inputs does not change the shares.

    Raises
    ------
    OverlayError
        If a split does not add up.
    """
    zones = _ranked(zones)
    pieces = _disjoint(zones.geometries)
    index = ZoneIndex.build(zones.ids, zones.geometries, zones.ranks)
    points, others = _apart(features)
    xy = shapely.get_coordinates(features.geometries[points])
    codes = index.assign(xy[:, 0], xy[:, 1])
    ids = np.array([*zones.ids, None], dtype=object)  # OUTSIDE is the last
    rows: list[_Row] = []
    for feature_id, whole in _named(features, others):
        dimension = int(shapely.get_dimensions(whole))
        geometry = keep_dimension(whole, dimension)
        if dimension == 0:
            shares = _point_shares(geometry, index)
        else:
            shares = _split_shares(geometry, pieces, zones.ids, dimension)
        rows.extend(_rows(feature_id, geometry, dimension, shares))
    return _in_order(features, _ledger(rows), _whole(features, points, ids[codes]))


def overlapping_membership(features: Shapes, areas: Shapes) -> pd.DataFrame:
    """Return the ledger of features over areas that may nest and overlap.

    Like :func:`membership`, but each area is measured alone, so the shares of one feature may
    sum to more than 1. The null row is the share in no area at all. A feature is measured in
    its own dimension: a line along a road area by the length they share.
    """
    rows: list[_Row] = []
    tree = shapely.STRtree(areas.geometries)
    dimensions = shapely.get_dimensions(areas.geometries)
    points, others = _apart(features)
    for feature_id, whole in _named(features, others):
        dimension = int(shapely.get_dimensions(whole))
        geometry = keep_dimension(whole, dimension)
        near = np.sort(tree.query(geometry, predicate="intersects"))
        near = near[dimensions[near] >= dimension]
        parts = [split(geometry, areas.geometries[[i]])[0][0] for i in near]
        rest = shapely.difference(geometry, shapely.union_all(areas.geometries[near]))
        sizes = _sizes(np.array([*parts, rest, geometry], dtype=object), dimension)
        found = [*(areas.ids[i] for i in near), None]
        shares = [
            (area_id, min(float(size / sizes[-1]), 1.0))
            for area_id, size in zip(found, sizes[:-1], strict=True)
            if size > 0
        ]
        rows.extend(_rows(feature_id, geometry, dimension, shares))
    inside, found_areas = tree.query(features.geometries[points], predicate="intersects")
    nowhere = np.setdiff1d(np.arange(len(points)), inside)
    ids = np.array([*areas.ids, None], dtype=object)
    owners = points[np.concatenate([inside, nowhere])]
    codes = np.concatenate([found_areas, np.full(len(nowhere), OUTSIDE)])
    order = np.lexsort((codes, owners))
    return _in_order(features, _ledger(rows), _whole(features, owners[order], ids[codes[order]]))


def _apart(features: Shapes) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the positions of single points, which are joined at once, and of all others."""
    there = ~(shapely.is_missing(features.geometries) | shapely.is_empty(features.geometries))
    single = shapely.get_type_id(features.geometries) == _POINT
    return np.flatnonzero(there & single), np.flatnonzero(there & ~single)


def _whole(
    features: Shapes, positions: NDArray[np.intp], zone_ids: NDArray[np.object_]
) -> pd.DataFrame:
    """Return the ledger of points, each of which lies in a zone as a whole."""
    ids = np.array(features.ids, dtype=object)[positions]
    rows = {"feature_id": ids, "zone_id": zone_ids, "share": 1.0, "measure": 1.0}
    return pd.DataFrame(rows | {"unit": UNIT_OF_DIMENSION[0]}).astype(_DTYPES)


def _in_order(features: Shapes, *ledgers: pd.DataFrame) -> pd.DataFrame:
    """Return ledgers as one, with the features in the order in which they came."""
    whole = pd.concat(ledgers, ignore_index=True)
    positions = {feature_id: position for position, feature_id in enumerate(features.ids)}
    order = np.argsort(whole["feature_id"].map(positions).to_numpy(), kind="stable")
    return whole.iloc[order].reset_index(drop=True)


def _ledger(rows: Sequence[_Row]) -> pd.DataFrame:
    """Return rows as a ledger of the same column types, also where there are none."""
    return pd.DataFrame.from_records(rows, columns=list(_DTYPES)).astype(_DTYPES)


def _named(features: Shapes, positions: NDArray[np.intp]) -> Iterator[tuple[str, shapely.Geometry]]:
    for position in positions:
        yield features.ids[position], features.geometries[position]


def _ranked(zones: Shapes) -> Shapes:
    """Return the zones in the order of the tie rule: lowest rank first, then id."""
    order = np.lexsort((np.asarray(zones.ids), np.asarray(zones.ranks)))
    return Shapes(
        tuple(zones.ids[i] for i in order),
        zones.geometries[order],
        tuple(zones.ranks[i] for i in order),
    )


def _disjoint(ranked: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the shapes with ground that two share left to the one that comes first."""
    pieces = np.array(ranked, dtype=object)
    for position in range(1, len(pieces)):
        before = pieces[:position]
        overlaps = before[shapely.intersects(before, pieces[position])]
        inner = [g for g in overlaps if not shapely.touches(g, pieces[position])]
        if inner:
            pieces[position] = shapely.difference(pieces[position], shapely.union_all(inner))
    return pieces


def _point_shares(geometry: shapely.Geometry, index: ZoneIndex) -> list[tuple[str | None, float]]:
    xy = shapely.get_coordinates(geometry)
    codes = index.assign(xy[:, 0], xy[:, 1])
    found, counts = np.unique(codes, return_counts=True)
    return [
        (None if code == OUTSIDE else index.ids[code], float(count) / len(codes))
        for code, count in zip(found, counts, strict=True)
    ]


def _split_shares(
    geometry: shapely.Geometry,
    pieces: NDArray[np.object_],
    zone_ids: Sequence[str],
    dimension: int,
) -> list[tuple[str | None, float]]:
    inside, outside = split(geometry, pieces)
    sizes = _sizes(np.array([*inside, outside], dtype=object), dimension)
    # The parts were checked against the whole; dividing by their own sum makes the shares
    # close to the last bit, whatever rounding the split left.
    shares = sizes / sizes.sum()
    return [
        (zone_id, float(share))
        for zone_id, share in zip([*zone_ids, None], shares, strict=True)
        if share > 0
    ]


def _sizes(geometries: NDArray[np.object_], dimension: int) -> NDArray[np.float64]:
    if dimension == 2:
        return equal_area_m2(geometries)
    if dimension == 1:
        return geodesic_length_m(geometries)
    points: NDArray[np.float64] = shapely.get_num_coordinates(geometries).astype(np.float64)
    return points


def _rows(
    feature_id: str,
    geometry: shapely.Geometry,
    dimension: int,
    shares: Sequence[tuple[str | None, float]],
) -> Iterator[_Row]:
    measures = (
        lambda: float(shapely.get_num_coordinates(geometry)),
        lambda: float(geodesic_length_m([geometry])[0]),
        lambda: float(geodesic_area_m2([geometry])[0]),
    )
    whole = measures[dimension]()
    unit = UNIT_OF_DIMENSION[dimension]
    for zone_id, share in shares:
        yield feature_id, zone_id, share, share * whole, unit
