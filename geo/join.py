"""Which zone a point lies in: one zone each, by one rule for ties."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import shapely
from numpy.typing import NDArray

OUTSIDE = -1
"""The code of a point that lies in no zone."""


@dataclass(frozen=True, slots=True)
class ZoneIndex:
    """Zones prepared for many point queries.

    The tie rule of the project: a point belongs to the zones that it *intersects* (edges
    count), and of these to the one of lowest rank, so each point is counted once.
    """

    ids: tuple[str, ...]
    geometries: NDArray[np.object_]
    order: NDArray[np.intp]

    @classmethod
    def build(
        cls,
        ids: Sequence[str],
        geometries: NDArray[np.object_],
        ranks: Sequence[float],
    ) -> Self:
        """Return an index over zones; equal ranks keep the order of their ids."""
        prepared = np.array(geometries, dtype=object)
        shapely.prepare(prepared)
        order = np.lexsort((np.asarray(ids), np.asarray(ranks)))
        return cls(tuple(ids), prepared, order)

    def assign(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return for each point the position of its zone in ``ids``, or :data:`OUTSIDE`.

        GEOS decides every point, so the answer equals ``intersects`` exactly.
        """
        codes = np.full(len(x), OUTSIDE, dtype=np.intp)
        for position in self.order:
            open_points = np.flatnonzero(codes == OUTSIDE)
            if not len(open_points):
                break
            hit = shapely.intersects_xy(self.geometries[position], x[open_points], y[open_points])
            codes[open_points[hit]] = position
        return codes
