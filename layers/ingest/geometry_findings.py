"""What is wrong or remarkable with the geometries of a layer, and their repair.

Checks look at the layer as it is, in its own units. Repair is a proposal: the layer stays as it
was until the planner has said yes to every change of area above 0.1 %.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from geo.errors import InvalidGeometryError
from geo.repair import repair
from layers.ingest.base import Finding, RawLayer
from layers.ingest.reference import system
from layers.ingest.wording import finding

ASK_ABOVE = 0.001
"""The relative change of area by a repair above which the planner is asked."""
MAX_PAIRWISE = 50_000
_MAX_LISTED = 200
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
    for row, shape in zip(rows, shapes, strict=True):
        found.extend(_of_one(int(row), shape, slack))
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


def _of_one(row: int, shape: shapely.Geometry, slack: float) -> Iterator[Finding]:
    if shape.geom_type == "GeometryCollection":
        kinds = sorted({part.geom_type for part in shape.geoms})
        yield finding("collection", row=row, kinds=kinds)
        if "GeometryCollection" in kinds:
            yield finding("collection-nested", row=row)
    dimension = shapely.get_dimensions(shape)
    # the area of a figure eight is nought as well: the hull tells it from a line
    if dimension == 2 and shape.convex_hull.area <= slack * shape.length:
        yield finding("zero-area", row=row)
        return
    if dimension == 1 and shape.length == 0:
        yield finding("zero-length", row=row)
    if not shape.is_valid:
        yield finding("invalid", row=row, place=_fault_place(shape), reason=_reason(shape))
    yield from _vertices(row, shape, slack)


def _reason(shape: shapely.Geometry) -> str:
    return str(shapely.is_valid_reason(shape)).partition("[")[0].strip()


def _fault_place(shape: shapely.Geometry) -> tuple[float, float] | None:
    """Return where a geometry is invalid, as GEOS writes it: ``Self-intersection[x y]``."""
    _, bracket, rest = str(shapely.is_valid_reason(shape)).partition("[")
    numbers = rest.rstrip("]").split()
    return (float(numbers[0]), float(numbers[1])) if bracket and len(numbers) > 1 else None


def _vertices(row: int, shape: shapely.Geometry, slack: float) -> Iterator[Finding]:
    """Find a repeated point and an outline that turns back on itself, the first of each."""
    for ring in _lines(shape):
        points = shapely.get_coordinates(ring)
        steps = np.diff(points, axis=0)
        lengths = np.hypot(*steps.T)
        short = lengths <= slack
        if short.any() and len(points) > 2:
            yield finding("point-twice", row=row, place=_place(points[int(short.argmax())]))
        steps, lengths = steps[~short], lengths[~short]
        kept = points[1:][~short]
        if len(steps) < 2 or shapely.get_dimensions(shape) != 2:
            continue
        directions = steps / lengths[:, None]
        turns = (directions * np.roll(directions, -1, axis=0)).sum(axis=1)
        if (turns < _SPIKE_COS).any():
            yield finding("spike", row=row, place=_place(kept[int(turns.argmin())]))


def _lines(shape: shapely.Geometry) -> Geometries:
    parts = shapely.get_parts(shape)
    if shapely.get_dimensions(shape) == 2:
        polygons = [part for part in parts if part.geom_type == "Polygon"]
        rings: Geometries = shapely.get_rings(np.asarray(polygons, dtype=object))
        return rings
    lines: Geometries = parts[shapely.get_dimensions(parts) == 1]
    return lines


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
    chosen &= shapely.get_type_id(shapes) != shapely.GeometryType.GEOMETRYCOLLECTION
    rows, shapes = rows[chosen], shapes[chosen]
    if len(shapes) < 2:
        return
    if len(shapes) > MAX_PAIRWISE:
        yield finding("checks-left-out", polygons=len(shapes))
        return
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = left < right
    left, right = left[pairs], right[pairs]
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
    if len(left):
        yield from _gaps(shapes)


def _gaps(shapes: Geometries) -> Iterator[Finding]:
    for part in shapely.get_parts(shapely.union_all(shapes)):
        for ring in shapely.get_rings(part)[1:]:
            hole = shapely.Polygon(ring)
            own = shapely.STRtree(shapely.polygons(_own_holes(shapes)))
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


def repaired(layer: RawLayer, *, working_on: Callable[[int], None] | None = None) -> RawLayer:
    """Return the layer with its invalid geometries made valid; each change is a finding.

    GEOS cannot be interrupted: run this in :mod:`layers.ingest.sandbox` where a deadline is
    needed. ``working_on`` is told the row before it is tried. A row that cannot be repaired
    keeps its geometry and is refused.
    """
    frame = layer.frame.copy()
    shapes: Geometries = np.asarray(frame.geometry.array, dtype=object)
    wrong = ~shapely.is_missing(shapes) & ~shapely.is_valid(shapes)
    found: list[Finding] = []
    for at in np.flatnonzero(wrong):
        row = int(frame.index[at])
        if working_on:
            working_on(row)
        try:
            fixed = repair(shapes[at])
        except InvalidGeometryError as error:
            found.append(finding("repair-failed", row=row, reason=error.message))
            continue
        found.append(_change(row, shapes[at], fixed.geometry, list(fixed.repairs)))
        shapes[at] = fixed.geometry
    frame = frame.set_geometry(list(shapes))
    return replace(layer, frame=frame, findings=(*layer.findings, *found))


def _change(
    row: int, before: shapely.Geometry, after: shapely.Geometry, repairs: list[str]
) -> Finding:
    """Say how the area changed; that of a figure eight is nought, and any change asks."""
    change = abs(after.area - before.area)
    share = change / before.area if before.area else float(change > 0)
    return finding(
        "repaired-area" if share > ASK_ABOVE else "repaired",
        row=row,
        place=_fault_place(before),
        area_before=float(before.area),
        area_after=float(after.area),
        area_share=float(share),
        repairs=repairs,
    )
