"""Overlays that are checked: the parts must add up to the whole.

GEOS overlays can be badly wrong on valid input, so |A| = sum |A and Bi| + |A - union(B)| is
checked for every answer. On failure the overlay is done again on coarser precision grids, and
refused if none of them closes.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import OverlayError

TOLERANCE = 1e-6
"""Largest relative gap between the parts and the whole."""

_GRIDS: tuple[float | None, ...] = (None, 1e-10, 1e-9, 1e-8)


def split(
    geometry: shapely.Geometry, pieces: NDArray[np.object_]
) -> tuple[NDArray[np.object_], shapely.Geometry]:
    """Return the parts of a polygon or line inside each disjoint piece, and the rest outside.

    A stretch of line along an edge that two pieces share goes to the piece that comes first.

    Raises
    ------
    OverlayError
        If the parts do not add up to the whole within :data:`TOLERANCE` on any grid.
    """
    for grid in _GRIDS:
        try:
            inside, outside = _split_once(geometry, pieces, grid)
        except shapely.errors.GEOSException:
            continue
        if _closes(geometry, inside, outside):
            return inside, outside
    raise OverlayError(
        "the overlay of a geometry with the zones does not add up; repair the geometry",
        "几何与分区叠加后各部分之和与整体不符，请先修复几何",
    )


def _split_once(
    geometry: shapely.Geometry, pieces: NDArray[np.object_], grid: float | None
) -> tuple[NDArray[np.object_], shapely.Geometry]:
    if shapely.get_dimensions(geometry) == 1:
        return _split_line(geometry, pieces, grid)
    inside = shapely.intersection(geometry, pieces, grid_size=grid)
    whole = shapely.union_all(pieces, grid_size=grid)
    return inside, shapely.difference(geometry, whole, grid_size=grid)


def _split_line(
    line: shapely.Geometry, pieces: NDArray[np.object_], grid: float | None
) -> tuple[NDArray[np.object_], shapely.Geometry]:
    """Split a line piece by piece, so that a stretch along a shared edge counts once."""
    inside = np.empty(len(pieces), dtype=object)
    rest = line
    for position, piece in enumerate(pieces):
        inside[position] = shapely.intersection(rest, piece, grid_size=grid)
        rest = shapely.difference(rest, piece, grid_size=grid)
    return inside, rest


def _closes(
    geometry: shapely.Geometry,
    inside: NDArray[np.object_],
    outside: shapely.Geometry,
) -> bool:
    size = shapely.area if shapely.get_dimensions(geometry) == 2 else shapely.length
    whole = float(size(geometry))
    gap = abs(whole - float(size(inside).sum()) - float(size(outside)))
    return gap <= TOLERANCE * whole
