"""The rings of a plot of boundary points, to a geometry and back."""

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.ingest.text_wording import Notes

Coordinates = NDArray[np.float64]

POINT, LINE, POLYGON = "点", "线", "面"
"""What a plot's head says of its kind (图形属性)."""


def plot_geometry(
    kind: str, rings: NDArray[np.int_], places: Coordinates, row: int, notes: Notes
) -> shapely.Geometry | None:
    """Return the geometry of a plot, null where a note refuses it.

    ``rings`` numbers the ring (地块圈号) of each place. A ring inside an earlier one is a hole of
    it; one that is not, or lies in a hole, is a further part. Parts of one point are points, other
    kinds than ``点`` and ``线`` are polygons.
    """
    parts = [places[rings == ring] for ring in dict.fromkeys(rings.tolist())]
    if not parts:
        notes.add("ring-short", row=row)
        return None
    if kind == POINT:
        return _one_or_many([shapely.Point(place) for place in places], shapely.MultiPoint)
    if kind == LINE:
        if any(len(part) < 2 for part in parts):
            notes.add("ring-short", row=row)
            return None
        return _one_or_many([shapely.LineString(part) for part in parts], shapely.MultiLineString)
    closed = [_closed(part, row, notes) for part in parts]
    if any(len(np.unique(ring, axis=0)) < 3 for ring in closed):
        notes.add("ring-short", row=row)
        return None
    return _one_or_many(_polygons(closed), shapely.MultiPolygon)


def plot_rings(geometry: shapely.Geometry) -> tuple[str, list[Coordinates]]:
    """Return the kind and the rings of a geometry, holes after the ring around them.

    The inverse of :func:`plot_geometry` for valid points, lines, polygons and several of one.
    """
    parts = shapely.get_parts(geometry)
    if all(part.geom_type == "Point" for part in parts):
        return POINT, [shapely.get_coordinates(geometry)]
    if all(part.geom_type == "LineString" for part in parts):
        return LINE, [shapely.get_coordinates(part) for part in parts]
    return POLYGON, [
        shapely.get_coordinates(ring) for part in parts for ring in (part.exterior, *part.interiors)
    ]


def _one_or_many(parts: list[shapely.Geometry], many: type[shapely.Geometry]) -> shapely.Geometry:
    return parts[0] if len(parts) == 1 else many(parts)


def _closed(ring: Coordinates, row: int, notes: Notes) -> Coordinates:
    while len(ring) > 2 and (ring[-1] == ring[0]).all() and (ring[-2] == ring[0]).all():
        notes.add("ring-closed-twice", row=row)
        ring = ring[:-1]
    if len(ring) > 1 and (ring[-1] == ring[0]).all():
        return ring
    notes.add("ring-open", row=row)
    return np.vstack([ring, ring[:1]])


def _polygons(rings: list[Coordinates]) -> list[shapely.Polygon]:
    parts: list[tuple[Coordinates, list[Coordinates]]] = []
    for ring in rings:
        around = next((part for part in parts if _inside(ring, part)), None)
        if around is None:
            parts.append((ring, []))
        else:
            around[1].append(ring)
    return [shapely.Polygon(shell, holes) for shell, holes in parts]


def _inside(ring: Coordinates, part: tuple[Coordinates, list[Coordinates]]) -> bool:
    """Whether a ring lies in a part and not in a hole of it.

    Corners and middles of sides are looked up one by one, which works on invalid rings as well.
    """
    probes = shapely.points(np.vstack([ring, (ring[1:] + ring[:-1]) / 2]))
    shell, holes = part
    if not shapely.covers(shapely.Polygon(shell), probes).all():
        return False
    return not any(shapely.covers(shapely.Polygon(hole), probes).all() for hole in holes)
