"""The repair of a layer's geometries, as a proposal.

The layer that came stays as it was until the planner has said yes to every change of area above
0.1 %.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import shapely

from geo.errors import InvalidGeometryError
from geo.repair import repair
from layers.ingest.base import Finding, RawLayer
from layers.ingest.geometry_findings import Geometries, fault_place
from layers.ingest.wording import finding

ASK_ABOVE = 0.001
"""The relative change of area by a repair above which the planner is asked."""


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
        place=fault_place(before),
        area_before=float(before.area),
        area_after=float(after.area),
        area_share=float(share),
        repairs=repairs,
    )
