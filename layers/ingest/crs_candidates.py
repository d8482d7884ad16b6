"""Each reference system that a layer's numbers allow, with where it puts them and how well."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.bbox import BBox
from geo.gauss_kruger import BEIJING_1954, XIAN_1980
from geo.measure import GEOD
from layers.ingest.crs_systems import CHINA, SYSTEMS, WEB_MERCATOR, CrsSystem, within
from layers.ingest.crs_text import DeclaredCrs

Numbers = NDArray[np.float64]

_SAMPLE = 200
_POSSIBLE_SHARE = 0.9  # a stray row at 0, 0 does not speak against a system
MARGIN_DEGREES = 0.05  # three times the farthest shift of web maps
_COVERING_FIT = 0.6  # a layer all around the map: most of it lies outside and yet it fits
_KILOMETRE_M = 1_000
_WEIGHTS = (0.5, 0.3, 0.2)  # the place, what is declared, how common it is
_UNDECLARED = _UNKNOWN_FIT = 0.5
_COMMON = {XIAN_1980: 0.6, BEIJING_1954: 0.4}
_COMMON_BY_CODE = {"GCJ-02": 0.7, "BD-09": 0.6}
_SWAPPED = 0.9


@dataclass(frozen=True, slots=True)
class CrsCandidate:
    """A system that the numbers allow.

    ``swapped`` says that northing or latitude comes first; ``fit`` is the share of the layer in
    or around the extent of the map, null where that is not known; ``extent`` is where the
    layer would lie, on an older datum to some tens of metres; ``accuracy_m`` is null where the
    change of datum decides it (:attr:`needs_shift`) or nothing is known.
    """

    system: CrsSystem
    swapped: bool
    score: float
    fit: float | None
    declared: bool
    extent: BBox
    reason: str
    reason_zh: str

    @property
    def code(self) -> str:
        """The code of the system."""
        return self.system.code

    @property
    def accuracy_m(self) -> float | None:
        """How exact the way to the map is, in metres."""
        return self.system.accuracy_m

    @property
    def needs_shift(self) -> bool:
        """Whether the planner has to give parameters or to accept tens of metres."""
        return self.system.needs_shift


def candidates_for(
    coordinates: Numbers, declared: DeclaredCrs | None, extent: BBox | None
) -> list[CrsCandidate]:
    """Return the systems that the numbers allow, the likeliest first.

    ``coordinates`` has two columns as the file has them; ``extent`` is that of the map, in
    degrees. Where one system puts the layer on the map, those that put it elsewhere are left
    out, unless the file declares one by code or definition.
    """
    found = list(_possible(_sampled(coordinates), declared, extent))
    if any(candidate.fit for candidate in found):
        exactly = declared is not None and not declared.in_words
        found = [one for one in found if one.fit or (exactly and one.declared)]
    return sorted(found, key=lambda candidate: -candidate.score)


def _sampled(coordinates: Numbers) -> Numbers:
    """Return at most two hundred finite positions, those at the edges among them."""
    xy = np.asarray(coordinates[np.isfinite(coordinates).all(axis=1)])
    if len(xy) <= _SAMPLE:
        return xy
    even = np.linspace(0, len(xy) - 1, _SAMPLE - 4).astype(int)
    edges = [*xy.argmin(axis=0), *xy.argmax(axis=0)]
    return np.asarray(xy[np.unique([*even, *edges])])


def _possible(
    xy: Numbers, declared: DeclaredCrs | None, extent: BBox | None
) -> Iterator[CrsCandidate]:
    if not len(xy):
        return
    names = declared.codes if declared else frozenset()
    foreign = [system for system in declared.systems if system.base is None] if declared else []
    for system in dict.fromkeys([*SYSTEMS, *foreign]):
        for swapped in (False, True):
            x, y = (xy[:, 1], xy[:, 0]) if swapped else (xy[:, 0], xy[:, 1])
            place = _place(system, x, y, named=system.code in names)
            if place is not None:
                yield _candidate(system, swapped, place, names, extent)


def _place(system: CrsSystem, x: Numbers, y: Numbers, *, named: bool) -> Numbers | None:
    """Return longitudes and latitudes of what the system holds, null if that is too little."""
    possible = system.has(x)
    if not _enough(possible):
        return None
    lon, lat = system.way(x, y)
    possible &= system.holds(lon, lat)
    if system.code == WEB_MERCATOR and not named:  # small numbers are metres near 0°, 0°
        possible &= within(CHINA, lon, lat)
    if not _enough(possible):
        return None
    return np.column_stack([lon[possible], lat[possible]])


def _enough(possible: NDArray[np.bool_]) -> bool:
    return int(np.count_nonzero(possible)) >= _POSSIBLE_SHARE * possible.size


def _candidate(
    system: CrsSystem,
    swapped: bool,
    place: Numbers,
    names: frozenset[str],
    extent: BBox | None,
) -> CrsCandidate:
    box = BBox(*map(float, (*place.min(axis=0), *place.max(axis=0))))
    fit = None if extent is None else _fit(place, box, extent)
    named = system.code in names
    common = _COMMON_BY_CODE.get(system.code, 1.0)
    if system.datum is not None:
        common = _COMMON.get(system.datum, 1.0)
    parts = (
        _UNKNOWN_FIT if fit is None else fit,
        float(named) if names else _UNDECLARED,
        common * (_SWAPPED if swapped else 1.0),
    )
    score = sum(weight * part for weight, part in zip(_WEIGHTS, parts, strict=True))
    reason, reason_zh = _reasons(swapped, named, fit, box, extent)
    return CrsCandidate(
        system, swapped, round(score, 3), fit, named, box, reason=reason, reason_zh=reason_zh
    )


def _fit(place: Numbers, box: BBox, extent: BBox) -> float:
    margin = max(MARGIN_DEGREES, (extent.east - extent.west) / 2, (extent.north - extent.south) / 2)
    low = (extent.west - margin, extent.south - margin)
    high = (extent.east + margin, extent.north + margin)
    share = float(((place >= low) & (place <= high)).all(axis=1).mean())
    covers = box.contains(extent.west, extent.south) and box.contains(extent.east, extent.north)
    return max(share, _COVERING_FIT) if covers else share


def _reasons(
    swapped: bool, named: bool, fit: float | None, box: BBox, extent: BBox | None
) -> tuple[str, str]:
    parts = [("the numbers allow it", "数值符合")]
    if swapped:
        parts.append(("northing or latitude comes first", "纵坐标（或纬度）在前"))
    if named:
        parts.append(("the file declares it", "与文件声明一致"))
    if fit:
        parts.append((f"{fit:.0%} lies on the map", f"{fit:.0%} 落在地图范围内"))
    elif extent is not None:
        away_km = _distance_m(box, extent) / _KILOMETRE_M
        parts.append((f"it lies {away_km:,.0f} km from the map", f"距地图约 {away_km:,.0f} 千米"))
    return "; ".join(part[0] for part in parts), "；".join(part[1] for part in parts)


def _distance_m(box: BBox, extent: BBox) -> float:
    """Return how far the two centres are from each other."""
    ends = [((b.west + b.east) / 2, (b.south + b.north) / 2) for b in (box, extent)]
    return float(GEOD.inv(*ends[0], *ends[1])[2])
