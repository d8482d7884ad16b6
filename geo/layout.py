"""Schematic shapes from control geometry: calibrated cuts and scaled polygons.

A plan names zones and areas by words and sizes, not by coordinates. These functions turn a
drawn control line or polygon into a shape that has the stated size: a cut is translated north
or south until the part on its side has its share; a polygon is scaled about its centroid until
the part inside its zone has its area. Everything stands on one grid of 1e-9° (about 0.1 mm), and
the cut's vertices are inserted into the outer ring, so that the parts share their edges exactly.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.affinity import scale, translate

from geo.errors import LayoutError
from geo.measure import geodesic_area_m2

GRID_DEGREES = 1e-9
"""The precision grid of all schematic shapes."""

_STEPS = 60
_MARGIN_DEGREES = 1.0


@dataclass(frozen=True, slots=True)
class Cut:
    """A control line that cuts a zone off a district.

    Parameters
    ----------
    zone_id
        The zone that lies on ``side`` of the line.
    line
        The control line, from west to east; its ends are prolonged to the west and east.
    side
        On which side of the line the zone lies.
    share
        The zone's share of the district's area, 0 to 1.
    seed
        If given, only the connected part that holds this position belongs to the zone.
    """

    zone_id: str
    line: shapely.LineString
    side: Literal["north", "south"]
    share: float
    seed: shapely.Point | None = None


@dataclass(frozen=True, slots=True)
class Partition:
    """A district cut into zones that share their edges exactly.

    ``district`` carries the cuts' vertices in its ring; ``zones`` maps each zone to its shape;
    ``shifts`` says by how many degrees north each cut was moved.
    """

    district: shapely.Geometry
    zones: dict[str, shapely.Geometry]
    shifts: dict[str, float]


def partition(
    district: shapely.Geometry,
    cuts: Sequence[Cut],
    *,
    remainder: str,
    smallest_part_m2: float,
) -> Partition:
    """Return the district cut into zones, each cut zone with its share of the geodesic area.

    Parts smaller than ``smallest_part_m2`` go to the zone that they share the longest edge
    with, and the shares are met after that. ``remainder`` names what no cut takes.

    Raises
    ------
    LayoutError
        If no position of a cut gives its share within 0.05 %.
    """
    whole_m2 = float(geodesic_area_m2([district])[0])
    shifts = {cut.zone_id: 0.0 for cut in cuts}

    def area_with(cut: Cut, shift: float) -> float:
        zones = _zones(district, cuts, shifts | {cut.zone_id: shift}, remainder, smallest_part_m2)[
            1
        ]
        return float(geodesic_area_m2([zones[cut.zone_id]])[0])

    # Moving one cut can hand small parts to another zone, so the cuts are met twice in turn.
    for cut in (*cuts, *cuts):
        rising = cut.side == "south"
        reach = _reach(district, cut.line)
        shifts[cut.zone_id] = bisect(
            lambda shift, cut=cut: area_with(cut, shift),  # type: ignore[misc]
            cut.share * whole_m2,
            reach if rising else reach[::-1],
        )
    ring, zones = _zones(district, cuts, shifts, remainder, smallest_part_m2)
    for cut in cuts:
        _check(cut.zone_id, geodesic_area_m2([zones[cut.zone_id]])[0], cut, whole_m2)
    return Partition(ring, zones, shifts)


def scale_to_area(
    polygon: shapely.Geometry, clip: shapely.Geometry, target_m2: float
) -> shapely.Geometry:
    """Return the polygon scaled about its centroid so that its part in ``clip`` has an area.

    Raises
    ------
    LayoutError
        If no factor from 0.05 to 20 gives the area within 0.5 %.
    """
    centre = polygon.centroid

    def shaped(factor: float) -> shapely.Geometry:
        return clip_to(scale(polygon, factor, factor, origin=centre), clip)

    def area(factor: float) -> float:
        return float(geodesic_area_m2([shaped(factor)])[0])

    found = shaped(bisect(area, target_m2, (0.05, 20.0)))
    reached = float(geodesic_area_m2([found])[0])
    if abs(reached - target_m2) > 0.005 * target_m2:
        raise LayoutError(
            f"no scale gives {target_m2:.0f} m² inside the zone ({reached:.0f} m² at best); "
            "move the control polygon or correct the area"
        )
    return found


def clip_to(geometry: shapely.Geometry, clip: shapely.Geometry) -> shapely.Geometry:
    """Return the part of a geometry inside another, of the same dimension, on the grid."""
    inside = shapely.intersection(geometry, clip, grid_size=GRID_DEGREES)
    dimension = int(shapely.get_dimensions(geometry))
    parts = shapely.get_parts(inside)
    kept = parts[shapely.get_dimensions(parts) == dimension]
    return shapely.union_all(kept, grid_size=GRID_DEGREES)


def union(geometries: Sequence[shapely.Geometry]) -> shapely.Geometry:
    """Return the union of geometries, on the grid."""
    return shapely.union_all(geometries, grid_size=GRID_DEGREES)


def on_grid(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return the geometry with its coordinates on the grid, still valid."""
    return shapely.set_precision(geometry, GRID_DEGREES)


def bisect(rising: Callable[[float], float], target: float, bounds: tuple[float, float]) -> float:
    """Return where a function that rises from the first bound to the second meets a target.

    The bounds may stand in either order. At a jump the side below the target is returned; a
    target out of reach gives the nearer bound. The caller checks what was reached.
    """
    below, above = bounds
    for _ in range(_STEPS):
        middle = (below + above) / 2
        if rising(middle) <= target:
            below = middle
        else:
            above = middle
    return below


def _reach(district: shapely.Geometry, line: shapely.LineString) -> tuple[float, float]:
    """Return the shifts that take the line below and above the whole district."""
    _, south, _, north = district.bounds
    return south - line.bounds[3], north - line.bounds[1]


def _zones(
    district: shapely.Geometry,
    cuts: Sequence[Cut],
    shifts: dict[str, float],
    remainder: str,
    smallest_part_m2: float,
) -> tuple[shapely.Geometry, dict[str, shapely.Geometry]]:
    moved = [translate(cut.line, yoff=shifts[cut.zone_id]) for cut in cuts]
    faces = _faces(district, moved)
    inner = shapely.point_on_surface(faces)
    owner = np.full(len(faces), remainder, dtype=object)
    for cut, line in zip(cuts, moved, strict=True):
        mine = shapely.covers(_side(district, line, cut.side), inner)
        if cut.seed is not None:
            mine &= _same_part(faces, mine, cut.seed)
        owner[mine & (owner == remainder)] = cut.zone_id
    ids = [*(cut.zone_id for cut in cuts), remainder]
    owner = _settle_small_parts(faces, owner, ids, smallest_part_m2)
    zones = {zone_id: shapely.union_all(faces[owner == zone_id]) for zone_id in ids}
    return shapely.union_all(faces), zones


def _faces(district: shapely.Geometry, lines: Sequence[shapely.LineString]) -> NDArray[np.object_]:
    """Return the faces that the lines cut the district into, noded on the grid."""
    west, _, east, _ = district.bounds
    prolonged = [_prolong(line, west, east) for line in lines]
    noded = shapely.union_all([district.boundary, *prolonged], grid_size=GRID_DEGREES)
    faces = shapely.get_parts(shapely.polygonize([noded]))
    inside: NDArray[np.object_] = faces[shapely.covers(district, shapely.point_on_surface(faces))]
    return inside


def _prolong(line: shapely.LineString, west: float, east: float) -> shapely.LineString:
    first, *_, last = line.coords
    return shapely.LineString(
        [
            (west - _MARGIN_DEGREES, first[1]),
            *line.coords,
            (east + _MARGIN_DEGREES, last[1]),
        ]
    )


def _side(
    district: shapely.Geometry,
    line: shapely.LineString,
    side: Literal["north", "south"],
) -> shapely.Polygon:
    west, south, east, north = district.bounds
    far = north + 2 * _MARGIN_DEGREES if side == "north" else south - 2 * _MARGIN_DEGREES
    along = _prolong(line, west, east).coords
    return shapely.Polygon([*along, (along[-1][0], far), (along[0][0], far)])


def _same_part(
    faces: NDArray[np.object_], mine: NDArray[np.bool_], seed: shapely.Point
) -> NDArray[np.bool_]:
    parts = shapely.get_parts(shapely.union_all(faces[mine]))
    home = parts[shapely.intersects(parts, seed)]
    if not len(home):
        return np.zeros(len(faces), dtype=bool)
    inside: NDArray[np.bool_] = shapely.covers(home[0], shapely.point_on_surface(faces))
    return inside


def _settle_small_parts(
    faces: NDArray[np.object_],
    owner: NDArray[np.object_],
    ids: Sequence[str],
    smallest_part_m2: float,
) -> NDArray[np.object_]:
    """Return the owners with every small connected part given to its closest neighbour."""
    settled = owner.copy()
    inner = shapely.point_on_surface(faces)
    for zone_id in ids:
        for part in shapely.get_parts(shapely.union_all(faces[owner == zone_id])):
            if geodesic_area_m2([part])[0] >= smallest_part_m2:
                continue
            others = [other for other in ids if other != zone_id]
            edges = [
                shapely.intersection(
                    part.boundary, shapely.union_all(faces[owner == other]).boundary
                ).length
                for other in others
            ]
            if max(edges) > 0:
                settled[shapely.covers(part, inner)] = others[int(np.argmax(edges))]
    return settled


def _check(zone_id: str, area_m2: float, cut: Cut, whole_m2: float) -> None:
    target = cut.share * whole_m2
    if abs(area_m2 - target) > 0.0005 * target:
        raise LayoutError(
            f"no position of the cut gives {zone_id} its {target:.0f} m² "
            f"({area_m2:.0f} m² at best); move the control line or correct the share"
        )
