import weakref

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import lines, points, polygons
from tile_reader import around, read, single, table_of

from geo.bbox import BBox
from geo.errors import TileOutOfRangeError
from geo.tiling import BUFFER, EXTENT, MATRIX_SETS, WEB_MERCATOR_QUAD
from layers.render.tiles import CATEGORY_COLUMNS, tile

WINDOW = (-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
matrix_sets = st.sampled_from(tuple(MATRIX_SETS.values()))
stages = st.sampled_from(["储备", "建成", "<b>&\"'`${", None])


def pieces(found, cells=0):
    """What stands in tiles, cut to them and ``cells`` around, as places on the level's grid."""
    window = shapely.box(-cells, -cells, EXTENT + cells, EXTENT + cells)
    return [
        shapely.transform(
            shapely.intersection(geometry, window),
            lambda xy, a=address: xy + np.array([a.col, a.row]) * EXTENT,
        )
        for address, frame in found.items()
        for geometry in frame.geometry
    ]


def whole(table, matrix_set, zoom):
    """The shapes of a table on the grid of a whole level."""
    return shapely.transform(
        matrix_set.project(table.geometries), matrix_set.tile(zoom, 0, 0).local
    )


@settings(deadline=None)
@given(st.lists(st.tuples(points, stages), min_size=1, max_size=30), matrix_sets)
def test_points_come_back_with_ids_properties_and_places(rows, matrix_set):
    shapes, names = zip(*rows, strict=True)
    table = table_of(shapes, properties=[{"stage": name} for name in names])
    limits = matrix_set.limits(BBox(*table.extent()))[6]
    address = matrix_set.tile(6, limits.min_row, limits.min_col)
    data = tile(table, matrix_set, 6, address.row, address.col)
    frame = read(data)
    assert frame.attrs["name"] == "projects"
    assert [f"F-{number}" for number in frame["mvt_id"]] == list(frame["id"])
    stage = frame["stage"] if "stage" in frame else [None] * len(frame)
    assert [None if s != s else s for s in stage] == [names[i] for i in frame["mvt_id"]]
    expected = address.local(shapely.get_coordinates(matrix_set.project(table.geometries)))
    shown = shapely.get_coordinates(frame.geometry.to_numpy())
    assert np.abs(shown - expected[frame["mvt_id"]]).max() <= 0.5 + 1e-6
    inside = ((expected > -BUFFER) & (expected < EXTENT + BUFFER)).all(axis=1)
    assert set(np.flatnonzero(inside)) <= set(frame["mvt_id"])


@settings(deadline=None)
@given(st.lists(points, min_size=1, max_size=20), matrix_sets, st.integers(8, 12))
def test_every_point_is_in_exactly_one_tile_of_a_level_and_in_the_buffers_beside(
    shapes, matrix_set, zoom
):
    table = table_of(shapes)
    seen = np.zeros(len(shapes), dtype=int)
    for frame in around(table, matrix_set, zoom).values():
        xy = shapely.get_coordinates(frame.geometry.to_numpy())
        np.add.at(seen, frame["mvt_id"][((xy >= 0) & (xy < EXTENT)).all(axis=1)], 1)
        assert ((xy >= -BUFFER) & (xy <= EXTENT + BUFFER)).all()
    assert (seen == 1).all()


@settings(deadline=None)
@given(polygons, matrix_sets, st.integers(6, 11))
def test_the_pieces_of_a_polygon_make_the_polygon_again(shape, matrix_set, zoom):
    table = table_of([shape])
    found = around(table, matrix_set, zoom)
    joined = shapely.union_all(pieces(found), grid_size=1e-3)
    [original] = whole(table, matrix_set, zoom)
    # Simplified by a cell and rounded to the grid, an edge moves by less than two cells.
    edge = shapely.buffer(original.boundary, 2)
    assert shapely.difference(shapely.symmetric_difference(joined, original), edge).area < 1e-3
    assert all(frame.geometry.is_valid.all() for frame in found.values())


@settings(deadline=None)
@given(lines, matrix_sets, st.integers(6, 11))
def test_the_pieces_of_a_line_make_the_line_again(shape, matrix_set, zoom):
    table = table_of([shape])
    joined = shapely.union_all(pieces(around(table, matrix_set, zoom), cells=2))
    [original] = whole(table, matrix_set, zoom)
    assert shapely.difference(joined, shapely.buffer(original, 2.1)).length < 1e-3
    if original.length > 4:
        assert shapely.difference(original, shapely.buffer(joined, 2.1)).length < 1e-3


def test_a_line_keeps_its_direction_through_its_own_crossing():
    loop = shapely.LineString([(117.0, 36.6), (117.02, 36.62), (117.02, 36.6), (117.0, 36.62)])
    frame, expected = single(loop)
    [shown] = frame.geometry
    assert shapely.get_coordinates(shown) == pytest.approx(
        shapely.get_coordinates(expected), abs=0.5
    )


def test_a_hole_and_an_island_in_it_keep_their_area():
    box = shapely.box(117.0, 36.6, 117.1, 36.68)
    hole, island = (
        shapely.box(117.02, 36.62, 117.08, 36.66),
        shapely.box(117.04, 36.63, 117.06, 36.65),
    )
    frame, expected = single(shapely.union(shapely.difference(box, hole), island))
    [shown] = frame.geometry
    assert shown.geom_type == "MultiPolygon"
    assert len(shown.geoms) == 2
    visible = shapely.clip_by_rect(expected, *WINDOW)
    assert shown.area == pytest.approx(visible.area, rel=1e-3)


@pytest.mark.parametrize(
    "shape",
    [
        shapely.Polygon([(117, 36.6), (117.1, 36.7), (117.1, 36.6), (117, 36.7)]),
        shapely.GeometryCollection(
            [shapely.box(117, 36.6, 117.06, 36.66), shapely.box(117.03, 36.63, 117.09, 36.69)]
        ),
    ],
    ids=["a bow tie", "a collection whose polygons overlap"],
)
def test_what_is_not_valid_is_drawn_all_the_same(shape):
    frame, expected = single(shape)
    assert frame.geometry.is_valid.all()
    assert frame.geometry.area.sum() > 0.1 * shapely.envelope(expected).area


def test_a_collection_of_several_kinds_becomes_features_of_one_id():
    mixed = shapely.GeometryCollection(
        [
            shapely.Point(117, 36.6),
            shapely.LineString([(117, 36.6), (117.05, 36.62)]),
            shapely.GeometryCollection([shapely.box(117, 36.6, 117.05, 36.65)]),
        ]
    )
    frame, _ = single(mixed)
    assert list(frame.geometry.geom_type) == ["Polygon", "LineString", "Point"]
    assert list(frame["id"]) == ["F-0"] * 3
    assert list(frame["mvt_id"]) == [0] * 3


def test_several_points_and_lines_of_one_feature_stay_one_feature():
    shape = shapely.MultiPoint([(117.0, 36.6), (117.01, 36.61), (117.02, 36.6)])
    frame, expected = single(shape)
    [shown] = frame.geometry
    assert shapely.hausdorff_distance(shown, expected) < 1
    shape = shapely.MultiLineString(
        [[(117, 36.6), (117.02, 36.6)], [(117, 36.61), (117.02, 36.62)]]
    )
    frame, expected = single(shape)
    [shown] = frame.geometry
    assert shapely.hausdorff_distance(shown, expected) < 1


def integers(data):
    """The varints in bytes, one after another."""
    value = shift = 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield value
            value = shift = 0


def signed_areas(commands):
    """Twice the area of each ring by the surveyor's formula, from a polygon's commands."""
    commands, pen, areas = iter(commands), np.zeros(2, dtype=int), []
    for command in commands:
        if command & 7 == 1:
            ring = []
        for _ in range(command >> 3 if command & 7 < 7 else 0):
            pen = pen + [(n >> 1) ^ -(n & 1) for n in (next(commands), next(commands))]
            ring.append(pen)
        if command & 7 == 7:
            x, y = np.array(ring).T
            areas.append(int((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()))
    return areas


@pytest.mark.parametrize("turned", [False, True])
def test_outer_rings_have_a_positive_area_and_holes_a_negative_one(turned):
    shell = shapely.box(117.0, 36.6, 117.01, 36.61).exterior
    hole = shapely.box(117.004, 36.604, 117.006, 36.606).exterior
    polygon = shapely.orient_polygons(shapely.Polygon(shell, [hole]), exterior_cw=turned)
    data = tile(table_of([polygon]), WEB_MERCATOR_QUAD, 11, 799, 1689)
    # Type 3, then the geometry: two rings of a move, three lines and a close.
    start = data.index(bytes([0x18, 3, 0x22])) + 4
    outer, inner = signed_areas(integers(data[start : start + data[start - 1]]))
    assert outer > 0 > inner


def test_an_empty_point_among_others_is_passed_over():
    shape = shapely.multipoints([shapely.Point(117, 36.6), shapely.Point()])
    data = tile(table_of([shape]), WEB_MERCATOR_QUAD, 0, 0, 0)
    assert list(read(data).geometry.geom_type) == ["Point"]


def test_what_is_smaller_than_a_cell_vanishes_unless_it_is_a_point():
    speck = shapely.box(117.03, 36.63, 117.0300001, 36.6300001)
    dash = shapely.LineString([(117.03, 36.63), (117.0300001, 36.63)])
    table = table_of([speck, dash, shapely.Point(117.03, 36.63)])
    [frame] = around(table, WEB_MERCATOR_QUAD, 4).values()
    assert list(frame["id"]) == ["F-2"]


def test_a_tile_without_anything_is_empty():
    table = table_of([shapely.Point(117, 36.6), None, shapely.Point()])
    assert tile(table, WEB_MERCATOR_QUAD, 12, 0, 0) == b""
    assert tile(table_of([None]), WEB_MERCATOR_QUAD, 0, 0, 0) == b""
    assert tile(table_of([]), WEB_MERCATOR_QUAD, 0, 0, 0) == b""


def test_a_tile_holds_only_the_positions_asked_for():
    table = table_of([shapely.Point(117 + i / 100, 36.6) for i in range(5)])
    data = tile(table, WEB_MERCATOR_QUAD, 0, 0, 0, np.array([3, 1]))
    assert list(read(data)["id"]) == ["F-1", "F-3"]
    assert tile(table, WEB_MERCATOR_QUAD, 0, 0, 0, np.array([], dtype=np.intp)) == b""


def test_a_tile_that_does_not_exist_is_refused(workspace):
    with pytest.raises(TileOutOfRangeError):
        tile(workspace.snapshot().table("zones"), WEB_MERCATOR_QUAD, 3, 8, 0)


def test_ids_are_text_of_any_script_and_length():
    names = ["项目—𬒔", "x" * 5000, "'; DROP TABLE", "a\nb"]
    table = table_of([shapely.Point(117, 36.6)] * 4, ids=names)
    assert list(read(tile(table, WEB_MERCATOR_QUAD, 3, 3, 6))["id"]) == names


def test_many_features_take_numbers_of_several_bytes():
    rng = np.random.default_rng(1)
    shapes = shapely.points(rng.uniform(116.9, 117.1, 20_000), rng.uniform(36.5, 36.7, 20_000))
    kinds = [f"k{i % 300}" for i in range(20_000)]
    table = table_of(shapes, properties=[{"kind": kind} for kind in kinds], first=2**40)
    frame = read(tile(table, WEB_MERCATOR_QUAD, 5, 12, 26))
    assert list(frame["mvt_id"]) == list(range(2**40, 2**40 + 20_000))
    assert list(frame["kind"]) == kinds


def test_a_collection_has_the_categories_that_colour_it_and_no_more(workspace):
    tables = workspace.snapshot().tables
    for name, table in tables.items():
        address = WEB_MERCATOR_QUAD.limits(BBox(*table.extent()))[8]
        frame = read(tile(table, WEB_MERCATOR_QUAD, 8, address.min_row, address.min_col))
        columns = {*CATEGORY_COLUMNS.get(name, ()), "id"}
        assert set(frame.columns) == columns | {"mvt_id", "geometry"}
        for number, *found in frame[["mvt_id", *sorted(columns)]].itertuples(index=False):
            position = int(np.flatnonzero(table.sequences == number)[0])
            stored = table.features[position]["properties"] | {"id": table.ids[position]}
            assert found == [stored[column] for column in sorted(columns)]


@pytest.mark.parametrize("matrix_set", MATRIX_SETS.values(), ids=MATRIX_SETS)
@pytest.mark.parametrize("zoom", [9, 12])
def test_all_that_the_plan_has_a_place_for_is_on_its_tiles(workspace, matrix_set, zoom):
    for table in workspace.snapshot().tables.values():
        found = around(table, matrix_set, zoom)
        drawn = {name for frame in found.values() for name in frame["id"]}
        placed = [table.ids[i] for i, g in enumerate(table.geometries) if g is not None]
        assert drawn == set(placed)
        assert all(frame.geometry.is_valid.all() for frame in found.values())


def test_what_is_kept_of_a_table_goes_with_it():
    table = table_of([shapely.Point(117, 36.6)])
    tile(table, WEB_MERCATOR_QUAD, 0, 0, 0)
    watched = weakref.ref(table)
    del table
    assert watched() is None
