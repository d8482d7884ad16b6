import numpy as np
import pytest
import shapely
from hypothesis import given
from strategies import polygons

from geo import overlay
from geo.errors import OverlayError


@given(polygons, polygons)
def test_the_parts_of_a_split_add_up_to_the_whole(polygon, piece):
    inside, outside = overlay.split(polygon, np.array([piece]))
    assert inside[0].area + outside.area == pytest.approx(polygon.area, rel=1e-6)


def test_a_split_that_does_not_add_up_is_refused():
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    box = shapely.Polygon([(0, 0), (2, 0), (2, 2), (0, 2)])
    overlapping = np.array([box, box])
    with pytest.raises(OverlayError):
        overlay.split(shapely.box(0.2, 0.2, 0.8, 0.8), overlapping)
    with pytest.raises(OverlayError):
        overlay.split(bow_tie, np.array([box]))
