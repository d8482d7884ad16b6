"""What is wrong or remarkable with the geometries of a layer, as it is and in its own units."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from layers.ingest.base import Finding, RawLayer
from layers.ingest.reference import system
from layers.ingest.wording import finding

_COLLECTION = shapely.GeometryType.GEOMETRYCOLLECTION
MAX_PAIRWISE = 50_000
_MAX_LISTED = 200
_CHUNK = 64
_MAX_PAIRS = 200_000
_MAX_CROSSINGS = 4_000_000  # of the edges of two polygons; two combs cross everywhere
_SPIKE_COS = -0.9999  # the outline turns back by more than 179 degrees
_DEGREE_SLACK = 1e-9  # a tenth of a millimetre
_METRE_SLACK = 1e-4
_GAP_SHARE = 1e-3  # a hole of the union that is narrower than this share of its length

Geometries = NDArray[np.object_]


def geometry_findings(layer: RawLayer) -> tuple[Finding, ...]:
    """Return findings on the geometries of a layer: by row, then between rows, then on all.

    A place is in the coordinates of the file.
    """
    rows = np.asarray(layer.frame.index)
    shapes: Geometries = np.asarray(layer.frame.geometry.array, dtype=object)
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    rows, shapes = rows[there], shapes[there]
    slack = _slack(layer.crs, shapes)
    found: list[Finding] = []
    found.extend(_of_each(rows, shapes, slack))
    found.extend(_vertices(rows, shapes, slack))
    found.extend(_degrees(layer.crs, rows, shapes))
    found.extend(_duplicates(rows, shapes))
    found.extend(_between(rows, shapes, slack))
    found.extend(_of_all(shapes))
    return _shortened(found)


def _slack(crs: str | None, shapes: Geometries) -> float:
    known = system(crs) if crs else None
    if known is None:
        largest = np.abs(shapely.total_bounds(shapes)).max(initial=0.0) if len(shapes) else 0.0
        return _DEGREE_SLACK if largest <= 360 else _METRE_SLACK
    return _DEGREE_SLACK if known.is_geographic else _METRE_SLACK


def _of_each(rows: NDArray[Any], shapes: Geometries, slack: float) -> Iterator[Finding]:
    dimensions = shapely.get_dimensions(shapes)
    for at in np.flatnonzero(shapely.get_type_id(shapes) == _COLLECTION):
        kinds = sorted({part.geom_type for part in shapes[at].geoms})
        yield finding("collection", row=int(rows[at]), kinds=kinds)
        if "GeometryCollection" in kinds:
            yield finding("collection-nested", row=int(rows[at]))
    # the area of a figure eight is nought as well: the hull tells it from a line
    hulls = shapely.area(shapely.convex_hull(shapes))
    flat = (dimensions == 2) & (hulls <= slack * shapely.length(shapes))
    for at in np.flatnonzero(flat):
        yield finding("zero-area", row=int(rows[at]))
    for at in np.flatnonzero((dimensions == 1) & (shapely.length(shapes) == 0)):
        yield finding("zero-length", row=int(rows[at]))
    for at in np.flatnonzero(~shapely.is_valid(shapes) & ~flat & (dimensions == 2)):
        place, reason = fault_place(shapes[at]), _reason(shapes[at])
        yield finding("invalid", row=int(rows[at]), place=place, reason=reason)


def _reason(shape: shapely.Geometry) -> str:
    return str(shapely.is_valid_reason(shape)).partition("[")[0].strip()


def fault_place(shape: shapely.Geometry) -> tuple[float, float] | None:
    """Return where a geometry is invalid, as GEOS writes it: ``Self-intersection[x y]``."""
    _, bracket, rest = str(shapely.is_valid_reason(shape)).partition("[")
    numbers = rest.rstrip("]").split()
    return (float(numbers[0]), float(numbers[1])) if bracket and len(numbers) > 1 else None


def _vertices(rows: NDArray[Any], shapes: Geometries, slack: float) -> Iterator[Finding]:
    """Find repeated points and outlines that turn back on themselves, the first of each row."""
    lines, owners, rings = _lines(shapes)
    points, line_of = shapely.get_coordinates(lines, return_index=True)
    if len(points) < 2:
        return
    steps, ends, at = np.diff(points, axis=0), points[1:], line_of[1:]
    lengths = np.hypot(*steps.T)
    inside = line_of[:-1] == at
    yield from _firsts("point-twice", inside & (lengths <= slack), ends, rows[owners[at]])
    real = inside & (lengths > slack)
    directions, ends, at = steps[real] / lengths[real][:, None], ends[real], at[real]
    following = _following(at)
    turns = (directions * directions[following]).sum(axis=1)
    back = (turns < _SPIKE_COS) & rings[at]
    yield from _firsts("spike", back, ends, rows[owners[at]])


def _following(line_of: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the place of the next step of the same ring; after its last comes its first."""
    places = np.arange(len(line_of))
    change = line_of[1:] != line_of[:-1]
    first = np.maximum.accumulate(np.where(np.r_[True, change][: len(places)], places, 0))
    last = np.r_[change, True][: len(places)]
    return np.where(last, first, places + 1)


def _firsts(
    code: str, found: NDArray[np.bool_], ends: NDArray[np.float64], rows: NDArray[Any]
) -> Iterator[Finding]:
    hits = np.flatnonzero(found)
    for row, at in zip(*np.unique(rows[hits], return_index=True), strict=True):
        yield finding(code, row=int(row), place=_place(ends[hits[at]]))


def _lines(shapes: Geometries) -> tuple[Geometries, NDArray[np.int64], NDArray[np.bool_]]:
    """Return rings and lines, the shape that each is of, and whether it is a ring."""
    parts, owners = shapely.get_parts(shapes, return_index=True)
    rings, part_of = shapely.get_rings(parts, return_index=True)
    single = (shapely.get_dimensions(parts) == 1) & (shapely.get_type_id(parts) != _COLLECTION)
    return (
        np.concatenate([rings, parts[single]]),
        np.concatenate([owners[part_of], owners[single]]),
        np.arange(len(rings) + int(single.sum())) < len(rings),
    )


def _degrees(crs: str | None, rows: NDArray[Any], shapes: Geometries) -> Iterator[Finding]:
    known: pyproj.CRS | None = system(crs) if crs else None
    if known is None or not known.is_geographic or not len(shapes):
        return
    bounds = np.nan_to_num(shapely.bounds(shapes), nan=np.inf)
    widest = np.abs(bounds[:, [0, 2]]).max(axis=1)
    highest = np.abs(bounds[:, [1, 3]]).max(axis=1)
    for at in np.flatnonzero((widest > 360) | (highest > 90 + _DEGREE_SLACK)):
        yield finding("coordinate-no-degrees", row=int(rows[at]), place=_place(bounds[at]))
    beyond = (widest > 180 + _DEGREE_SLACK) | (bounds[:, 2] - bounds[:, 0] > 180)
    for at in np.flatnonzero(beyond & (widest <= 360) & (highest <= 90)):
        yield finding("coordinate-beyond-180", row=int(rows[at]), place=_place(bounds[at]))


def _duplicates(rows: NDArray[Any], shapes: Geometries) -> Iterator[Finding]:
    first: dict[bytes, int] = {}
    normal = shapely.to_wkb(shapely.normalize(shapes)) if len(shapes) else []
    for row, key in zip(rows, normal, strict=True):
        if key in first:
            yield finding("duplicate", row=int(row), other=first[key])
        first.setdefault(key, int(row))


def _between(rows: NDArray[Any], shapes: Geometries, slack: float) -> Iterator[Finding]:
    """Find overlaps of polygons and narrow holes between them."""
    chosen = (shapely.get_dimensions(shapes) == 2) & shapely.is_valid(shapes)
    chosen &= shapely.get_type_id(shapes) != _COLLECTION
    rows, shapes = rows[chosen], shapes[chosen]
    if len(shapes) < 2:
        return
    if len(shapes) > MAX_PAIRWISE:
        yield finding("checks-left-out", polygons=len(shapes))
        return
    left, right, whole = _pairs(shapes)
    if not whole:
        yield finding("checks-left-out", polygons=len(shapes))
    shared = shapely.intersection(shapes[left], shapes[right])
    smaller = np.minimum(shapely.area(shapes[left]), shapely.area(shapes[right]))
    real = (shapely.area(shared) > slack * shapely.length(shared)) & (smaller > 0)
    for at in np.flatnonzero(real):
        yield finding(
            "overlap",
            row=int(rows[right[at]]),
            place=_place(shapely.get_coordinates(shared[at].representative_point())[0]),
            other=int(rows[left[at]]),
            share=round(float(shapely.area(shared[at]) / smaller[at]), 9),
        )
    if len(left) and whole:
        yield from _gaps(shapes)


def _pairs(shapes: Geometries) -> tuple[NDArray[np.int64], NDArray[np.int64], bool]:
    """Return the pairs of polygons that meet, and whether these are all.

    Left out are pairs of shapes of thousands of vertices, which may cross everywhere, and all
    beyond a number that no layer of parcels has.
    """
    tree = shapely.STRtree(shapes)
    counts = shapely.get_num_coordinates(shapes)
    found: list[NDArray[np.int64]] = []
    total, whole = 0, True
    for start in range(0, len(shapes), _CHUNK):
        left, right = tree.query(shapes[start : start + _CHUNK])
        left = left + start
        pairs = np.vstack([left, right])[:, left < right]
        light = counts[pairs[0]] * counts[pairs[1]] <= _MAX_CROSSINGS
        whole &= bool(light.all())
        found.append(pairs[:, light])
        total += found[-1].shape[1]
        if total > _MAX_PAIRS:
            whole = False
            break
    left, right = np.hstack(found)[:, :_MAX_PAIRS]
    meet = shapely.intersects(shapes[left], shapes[right])
    return left[meet], right[meet], whole


def _gaps(shapes: Geometries) -> Iterator[Finding]:
    own = shapely.STRtree(shapely.polygons(_own_holes(shapes)))
    for part in shapely.get_parts(shapely.union_all(shapes)):
        for ring in shapely.get_rings(part)[1:]:
            hole = shapely.Polygon(ring)
            if hole.area > _GAP_SHARE * hole.length**2 or len(own.query(hole, "contains")):
                continue
            place = shapely.get_coordinates(hole.representative_point())[0]
            yield finding("gap", place=_place(place), area=float(hole.area))


def _own_holes(shapes: Geometries) -> Geometries:
    rings: list[Any] = []
    for part in shapely.get_parts(shapes):
        rings.extend(shapely.get_rings(part)[1:])
    return np.asarray(rings, dtype=object)


def _of_all(shapes: Geometries) -> Iterator[Finding]:
    dimensions = {int(one) for one in shapely.get_dimensions(shapes)}
    if len(dimensions) > 1:
        yield finding("kinds-mixed", dimensions=sorted(dimensions))
    for code, has in (("height", shapely.has_z), ("measure", shapely.has_m)):
        count = int(has(shapes).sum())
        if count:
            yield finding(code, count=count)


def _place(numbers: NDArray[np.float64]) -> tuple[float, float]:
    return float(numbers[0]), float(numbers[1])


def _shortened(found: list[Finding]) -> tuple[Finding, ...]:
    """Keep the first findings of a code and count the others."""
    by_code: dict[str, list[Finding]] = defaultdict(list)
    for one in found:
        by_code[one.code].append(one)
    kept: list[Finding] = []
    for code, some in by_code.items():
        kept.extend(some[:_MAX_LISTED])
        if len(some) > _MAX_LISTED:
            kept.append(finding(code, more=len(some) - _MAX_LISTED))
    return tuple(kept)
