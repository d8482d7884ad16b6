import numpy as np
import pytest

from layers.render.mvt import Column, Kind, Paths, encode, value_message

NO_COLUMNS: dict[str, Column] = {}


def paths(kind, *runs):
    xy = np.array([place for run in runs for place in run], dtype=np.int32)
    sizes = np.array([len(run) for run in runs])
    return Paths(kind, xy, sizes, np.zeros(len(runs), dtype=np.int32))


# The examples of the specification 2.1, clause 4.3.5.
@pytest.mark.parametrize(
    ("shape", "integers"),
    [
        (paths(Kind.POINT, [(25, 17)]), [9, 50, 34]),
        (paths(Kind.POINT, [(5, 7), (3, 2)]), [17, 10, 14, 3, 9]),
        (paths(Kind.LINE, [(2, 2), (2, 10), (10, 10)]), [9, 4, 4, 18, 0, 16, 16, 0]),
        (
            paths(Kind.LINE, [(2, 2), (2, 10), (10, 10)], [(1, 1), (3, 5)]),
            [9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8],
        ),
        (paths(Kind.POLYGON, [(3, 6), (8, 12), (20, 34)]), [9, 6, 12, 18, 10, 12, 24, 44, 15]),
        (
            paths(
                Kind.POLYGON,
                [(0, 0), (10, 0), (10, 10), (0, 10)],
                [(11, 11), (20, 11), (20, 20), (11, 20)],
                [(13, 13), (13, 17), (17, 17), (17, 13)],
            ),
            [
                *(9, 0, 0, 26, 20, 0, 0, 20, 19, 0, 15),
                *(9, 22, 2, 26, 18, 0, 0, 18, 17, 0, 15),
                *(9, 4, 13, 26, 0, 8, 8, 0, 0, 7, 15),
            ],
        ),
    ],
    ids=["point", "points", "line", "lines", "polygon", "polygons"],
)
def test_geometry_is_written_as_in_the_specification(shape, integers):
    feature = bytes([0x08, 7, 0x12, 0, 0x18, shape.kind, 0x22, len(integers), *integers])
    layer = bytes([0x0A, 1, ord("a"), 0x12, len(feature), *feature, 0x28, 128, 32, 0x78, 2])
    tile = encode("a", 4096, [shape], np.array([7]), NO_COLUMNS)
    assert tile == bytes([0x1A, len(layer), *layer])


def test_a_value_is_written_once_and_only_if_a_feature_has_it():
    shape = Paths(
        Kind.POINT,
        np.zeros((3, 2), dtype=np.int32),
        np.ones(3, dtype=np.int32),
        np.array([0, 1, 3]),
    )
    messages = np.array([value_message(text) for text in ("甲", "乙", "丙")], dtype=object)
    column = Column(np.array([2, 2, 1, -1]), messages)
    tile = encode("a", 4096, [shape], np.arange(4), {"stage": column})
    assert tile.count("丙".encode()) == 1
    assert "乙".encode() not in tile
    # Tags of the two that are known, none of the third.
    assert tile.count(bytes([0x12, 2, 0, 0])) == 2
    assert tile.count(bytes([0x08, 3, 0x12, 0])) == 1


def test_nothing_is_written_for_no_shapes():
    empty = Paths(Kind.LINE, np.zeros((0, 2), dtype=np.int32), np.array([]), np.array([]))
    assert encode("a", 4096, [empty], np.arange(4), NO_COLUMNS) == b""
