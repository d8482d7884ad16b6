import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.bbox import BBox
from geo.errors import TileMatrixSetNotFoundError, TileOutOfRangeError, TilingError
from geo.tiling import EXTENT, MATRIX_SETS, WEB_MERCATOR_QUAD, WORLD_CRS84_QUAD, matrix_set_of

SHIZHONG = BBox(116.85, 36.45, 117.15, 36.70)
matrix_sets = st.sampled_from(tuple(MATRIX_SETS.values()))
# Rounding is stated for an exact grid cell, which a float knows to 12 digits.
longitudes, latitudes = st.floats(-179.9, 179.9), st.floats(-84.9, 84.9)


@st.composite
def tiles(draw, most=24):
    """A tile of any level but the finest, so that it has children."""
    matrix_set = draw(matrix_sets)
    zoom = draw(st.integers(0, min(most, matrix_set.max_zoom) - 1))
    matrix = matrix_set.matrix(zoom)
    row = draw(st.integers(0, matrix.height - 1))
    return matrix_set.tile(zoom, row, draw(st.integers(0, matrix.width - 1)))


def slippy(lon, lat, zoom):
    """The tile of a position by the formula of the slippy map, a second source."""
    n, phi = 2**zoom, math.radians(lat)
    col = math.floor((lon + 180) / 360 * n)
    return math.floor((1 - math.asinh(math.tan(phi)) / math.pi) / 2 * n), col


# From the registry of 17-083r4: definitions of WebMercatorQuad and WorldCRS84Quad.
@pytest.mark.parametrize(
    ("name", "zoom", "scale", "cell", "width", "height"),
    [
        ("WebMercatorQuad", 0, 559082264.028717, 156543.033928041, 1, 1),
        ("WebMercatorQuad", 12, 136494.693366386, 38.2185141425881, 4096, 4096),
        ("WebMercatorQuad", 24, 33.3238997477, 0.00933069192934, 16777216, 16777216),
        ("WorldCRS84Quad", 0, 279541132.014358, 0.703125, 2, 1),
        ("WorldCRS84Quad", 2, 69885283.0035897, 0.17578125, 8, 4),
        ("WorldCRS84Quad", 23, 33.3238997476528, 8.381903171539e-08, 16777216, 8388608),
    ],
)
def test_a_level_has_the_scale_and_size_of_the_standard(name, zoom, scale, cell, width, height):
    matrix = matrix_set_of(name).matrix(zoom)
    assert matrix.scale_denominator == pytest.approx(scale, rel=1e-10)
    assert matrix.cell_size == pytest.approx(cell, rel=1e-10)
    assert (matrix.width, matrix.height) == (width, height)


def test_the_levels_are_those_of_the_registry():
    last = {name: found.matrices()[-1].zoom for name, found in MATRIX_SETS.items()}
    assert last == {"WebMercatorQuad": 24, "WorldCRS84Quad": 23}


@settings(deadline=None)  # the first transformer of a pair takes its time
@given(longitudes, latitudes, st.integers(0, 18))
def test_limits_name_the_tile_that_the_slippy_map_names(lon, lat, zoom):
    limits = WEB_MERCATOR_QUAD.limits(BBox(lon, lat, lon, lat))[zoom]
    row, col = slippy(lon, lat, zoom)
    box = WEB_MERCATOR_QUAD.tile(zoom, row, col).bbox()
    near = min(abs(lon - box.west), abs(lon - box.east), abs(lat - box.south), abs(lat - box.north))
    assert (limits.min_row, limits.min_col) == (row, col) or near < 1e-9


@settings(deadline=None)
@given(tiles())
def test_the_four_tiles_of_the_next_level_cover_a_tile_without_gap_or_overlap(tile):
    (nw, ne), (sw, se) = (
        [
            tile.matrix_set.tile(tile.zoom + 1, 2 * tile.row + down, 2 * tile.col + right).bounds
            for right in (0, 1)
        ]
        for down in (0, 1)
    )
    west, south, east, north = tile.bounds
    assert nw[0] == sw[0] == west
    assert ne[2] == se[2] == east
    assert nw[3] == ne[3] == north
    assert sw[1] == se[1] == south
    assert nw[2] == ne[0] == sw[2] == se[0]
    assert nw[1] == sw[3] == ne[1] == se[3]


@pytest.mark.parametrize("matrix_set", MATRIX_SETS.values(), ids=MATRIX_SETS)
@pytest.mark.parametrize("zoom", [0, 1, 3])
def test_the_tiles_of_a_level_cover_the_world(matrix_set, zoom):
    matrix = matrix_set.matrix(zoom)
    found = [
        matrix_set.tile(zoom, row, col).bbox()
        for row in range(matrix.height)
        for col in range(matrix.width)
    ]
    covered = shapely.union_all([shapely.box(*box.as_tuple()) for box in found], grid_size=1e-9)
    top = 90.0 if matrix_set is WORLD_CRS84_QUAD else 85.0511287798066
    world = shapely.box(-180, -top, 180, top)
    assert shapely.symmetric_difference(covered, world).area < 1e-5


@settings(deadline=None)
@given(matrix_sets, longitudes, latitudes, st.integers(0, 20))
def test_a_position_lies_in_exactly_one_tile_of_a_level(matrix_set, lon, lat, zoom):
    xy = shapely.get_coordinates(matrix_set.project(np.array([shapely.Point(lon, lat)])))
    limits = matrix_set.limits(BBox(lon, lat, lon, lat))[zoom]
    matrix = matrix_set.matrix(zoom)
    inside = []
    for row in range(max(limits.min_row - 1, 0), min(limits.max_row + 2, matrix.height)):
        for col in range(max(limits.min_col - 1, 0), min(limits.max_col + 2, matrix.width)):
            x, y = np.rint(matrix_set.tile(zoom, row, col).local(xy))[0]
            inside.append(0 <= x < EXTENT and 0 <= y < EXTENT)
    on_the_last_edge = matrix.width * EXTENT - np.rint(_column(matrix_set, xy, zoom)) < 1
    assert sum(inside) == (0 if on_the_last_edge else 1)


def _column(matrix_set, xy, zoom):
    return (xy[0, 0] - matrix_set.west) / matrix_set.tile(zoom, 0, 0).resolution


@settings(deadline=None)
@given(matrix_sets, longitudes, latitudes, st.floats(0, 0.5), st.integers(0, 13))
def test_the_limits_of_a_box_cover_it_and_no_more(matrix_set, lon, lat, size, zoom):
    box = BBox(lon - size / 6, lat - size / 6, lon, lat)
    limits = matrix_set.limits(box)[zoom]
    first = matrix_set.tile(zoom, limits.min_row, limits.min_col).bbox()
    last = matrix_set.tile(zoom, limits.max_row, limits.max_col).bbox()
    assert first.west <= box.west + 1e-9
    assert box.west <= first.east + 1e-9
    assert first.south <= box.north + 1e-9
    assert box.north <= first.north + 1e-9
    assert last.west <= box.east + 1e-9
    assert box.east <= last.east + 1e-9
    assert last.south <= box.south + 1e-9
    assert box.south <= last.north + 1e-9


def test_a_box_across_the_antimeridian_touches_both_ends_of_a_level():
    limits = WORLD_CRS84_QUAD.limits(BBox(170, -10, -170, 10))[3]
    assert (limits.min_col, limits.max_col) == (0, 15)
    assert (limits.min_row, limits.max_row) == (3, 4)


def test_a_buffer_widens_a_tile_but_not_beyond_the_globe():
    inner = WEB_MERCATOR_QUAD.tile(1, 0, 0)
    plain, wide = inner.bbox(), inner.bbox(buffer=EXTENT // 10)
    assert (plain.west, plain.north) == (wide.west, wide.north)
    assert wide.east == pytest.approx(180 * 409 / EXTENT)
    assert wide.south < plain.south


def test_local_places_run_from_the_north_western_corner_to_the_south_east():
    tile = WORLD_CRS84_QUAD.tile(10, 303, 1690)
    west, south, east, north = tile.bounds
    corners = tile.local(np.array([(west, north), (east, south)]))
    assert corners == pytest.approx(np.array([(0, 0), (EXTENT, EXTENT)]), abs=1e-6)


@pytest.mark.parametrize(
    "address", [(-1, 0, 0), (25, 0, 0), (3, 8, 0), (3, 0, 8), (3, -1, 0), (3, 0, -1)]
)
def test_a_tile_that_does_not_exist_is_refused_with_what_there_is(address):
    with pytest.raises(TileOutOfRangeError, match=r"0 to \d+") as refused:
        WEB_MERCATOR_QUAD.tile(*address)
    assert refused.value.code == "tile-out-of-range"
    assert "0 至" in refused.value.message_zh


def test_a_matrix_set_that_does_not_exist_is_refused_without_its_name():
    with pytest.raises(TileMatrixSetNotFoundError, match="WorldCRS84Quad") as refused:
        matrix_set_of("<script>")
    assert isinstance(refused.value, TilingError)
    assert "script" not in refused.value.message + refused.value.message_zh


@pytest.mark.parametrize("matrix_set", MATRIX_SETS.values(), ids=MATRIX_SETS)
def test_the_poles_stay_finite(matrix_set):
    poles = matrix_set.project(np.array([shapely.Point(0, 90), None, shapely.Point(10, -90)]))
    assert poles[1] is None
    assert np.isfinite(shapely.get_coordinates(poles)).all()
