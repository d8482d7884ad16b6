import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from strategies import lines, polygons

from geo.measure import (
    densify,
    equal_area_m2,
    geodesic_area_m2,
    geodesic_length_m,
    hectares,
    mu,
    planar_area_m2,
    planar_length_m,
)

GRS80 = pyproj.Geod(a=6378137.0, rf=298.257222101)


@given(st.integers(0, 10**9))
def test_a_hectare_is_exactly_fifteen_mu(tens):
    area_m2 = tens * 10_000.0
    assert mu(area_m2) == 15 * hectares(area_m2)


@given(polygons)
def test_geodesic_area_agrees_with_pyproj(polygon):
    expected = abs(GRS80.geometry_area_perimeter(polygon)[0])
    assert geodesic_area_m2([polygon])[0] == pytest.approx(expected, rel=1e-12)


@given(polygons)
def test_the_orientation_of_a_ring_does_not_matter(polygon):
    assert geodesic_area_m2([polygon])[0] == pytest.approx(
        geodesic_area_m2([polygon.reverse()])[0], rel=1e-12
    )


def test_a_hole_is_taken_off_whatever_way_its_ring_runs():
    outer, inner = shapely.box(117, 36.5, 117.1, 36.6), shapely.box(117.02, 36.52, 117.04, 36.54)
    expected = geodesic_area_m2([outer])[0] - geodesic_area_m2([inner])[0]
    for hole in (inner.exterior.coords, inner.exterior.coords[::-1]):
        ring = shapely.Polygon(outer.exterior, [hole])
        assert geodesic_area_m2([ring])[0] == pytest.approx(expected, rel=1e-12)


@given(lines)
def test_geodesic_length_agrees_with_pyproj(line):
    assert geodesic_length_m([line])[0] == pytest.approx(GRS80.geometry_length(line), rel=1e-12)


@given(polygons)
def test_the_planar_area_agrees_with_geos_in_4548(polygon):
    change = pyproj.Transformer.from_crs("EPSG:4490", "EPSG:4548", always_xy=True)
    x, y = change.transform(*polygon.exterior.xy)
    assert planar_area_m2([polygon])[0] == pytest.approx(
        shapely.Polygon(np.column_stack([x, y])).area, rel=1e-12
    )


@given(polygons)
def test_near_the_central_meridian_plane_and_ellipsoid_differ_by_less_than_a_thousandth(polygon):
    [dense] = densify(np.array([polygon]))
    assert planar_area_m2([dense])[0] == pytest.approx(geodesic_area_m2([dense])[0], rel=1e-3)


@given(polygons)
def test_the_equal_area_measure_is_the_geodesic_area_of_the_dense_shape(polygon):
    shape = np.array([polygon])
    geodesic = geodesic_area_m2(densify(shape))[0]
    edge_error_m2 = 0.0002 * geodesic_length_m([polygon.exterior])[0]  # 0.2 mm along the ring
    assert equal_area_m2(shape)[0] == pytest.approx(geodesic, abs=edge_error_m2)


def test_what_has_no_area_measures_zero_and_nothing_fails_on_null():
    odd = [None, shapely.Point(117, 36), shapely.LineString([(117, 36), (118, 36)])]
    assert geodesic_area_m2(odd).tolist() == [0, 0, 0]
    assert planar_area_m2(odd).tolist() == [0, 0, 0]
    assert geodesic_length_m([None, shapely.Point(1, 1), shapely.box(0, 0, 1, 1)]).tolist() == [
        0,
        0,
        0,
    ]
    assert planar_length_m(odd)[:2].tolist() == [0, 0]


def test_a_collection_is_measured_part_by_part():
    one, other = shapely.box(117, 36.5, 117.01, 36.51), shapely.box(117.02, 36.5, 117.03, 36.51)
    mixed = shapely.GeometryCollection(
        [shapely.MultiPolygon([one, other]), shapely.LineString([(117, 36), (117, 36.1)])]
    )
    assert geodesic_area_m2([mixed])[0] == pytest.approx(geodesic_area_m2([one, other]).sum())
    assert geodesic_length_m([mixed])[0] == pytest.approx(11_096, rel=1e-3)
