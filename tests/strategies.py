"""Strategies for shapes near Jinan."""

import numpy as np
import shapely
from hypothesis import strategies as st

LON = st.floats(116.8, 117.2).map(lambda v: round(v, 6))
LAT = st.floats(36.4, 36.8).map(lambda v: round(v, 6))
points = st.builds(shapely.Point, LON, LAT)


@st.composite
def boxes(draw):
    """A box of 100 m to 20 km a side."""
    west, south = draw(LON), draw(LAT)
    return shapely.box(
        west, south, west + draw(st.floats(0.001, 0.2)), south + draw(st.floats(0.001, 0.2))
    )


@st.composite
def stars(draw):
    """A polygon that is not convex, around a centre."""
    centre = np.array([draw(LON), draw(LAT)])
    radii = np.array(draw(st.lists(st.floats(0.005, 0.08), min_size=5, max_size=14)))
    angles = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    ring = centre + radii[:, None] * np.column_stack([np.cos(angles), np.sin(angles)])
    return shapely.Polygon(ring)


lines = st.lists(st.tuples(LON, LAT), min_size=2, max_size=6, unique=True).map(shapely.LineString)
polygons = st.one_of(boxes(), stars())
