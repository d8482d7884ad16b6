"""Mapbox Vector Tile 2.1, written with arrays: many features cost what one does.

A layer is a protocol buffers message in which nearly everything is an unsigned integer of
variable length. The integers of all features are laid out as one array, in the order of the
file, and written in one go.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.integer[Any]]

_VERSION = 2
_MOVE_TO, _LINE_TO, _CLOSE_PATH = 1, 2, 15  # the last with its count, which is always 1


class Kind(IntEnum):
    """What a feature of a tile is made of, numbered as in the specification (clause 4.3.4)."""

    POINT = 1
    LINE = 2
    POLYGON = 3


@dataclass(frozen=True, slots=True)
class Paths:
    """Shapes of one kind on the grid of a tile, as one run of vertices.

    A path is the points of a feature, one line, or one ring: exterior rings with a positive
    area in x to the east and y to the south, each followed by its holes with a negative one
    (clause 4.3.4.4), without the vertex that closes them.

    ``sizes`` is the number of vertices of each path, ``owners`` the feature that it belongs to;
    the paths of a feature stand together.
    """

    kind: Kind
    xy: Integers
    sizes: Integers
    owners: Integers


@dataclass(frozen=True, slots=True)
class Column:
    """A text property of features: for each the place of its value, -1 where it is unknown.

    ``messages`` are the values as :func:`value_message` writes them.
    """

    codes: Integers
    messages: NDArray[np.object_]


def value_message(text: str) -> bytes:
    """Return a text as an entry of a layer's table of values (clause 4.1)."""
    return _field(4, _field(1, text.encode()))


def encode(
    name: str,
    extent: int,
    shapes: Sequence[Paths],
    ids: Integers,
    columns: Mapping[str, Column],
) -> bytes:
    """Return a tile of one layer, or nothing if there is no shape.

    ``ids`` are the numeric ids, none negative, and like the codes of ``columns`` stand where
    the owners of the shapes point. A feature that has shapes of several kinds becomes several
    of the same id, as a tile knows no mixed geometry. A value that is unknown is left out,
    since a tile has no null.
    """
    shapes = [paths for paths in shapes if len(paths.owners)]
    if not shapes:
        return b""
    drawn = [_commands(paths) for paths in shapes]
    geometry = np.concatenate([integers for integers, _ in drawn])
    counts = np.concatenate([count for _, count in drawn])
    owners = np.concatenate([_features(paths)[0] for paths in shapes])
    kinds = np.repeat([paths.kind for paths in shapes], [len(count) for _, count in drawn])
    tags, values = _tags(owners, columns)
    layer = (
        _field(1, name.encode()),
        _messages((ids[owners], kinds), tags, geometry, counts),
        *(_field(3, key.encode()) for key in columns),
        values,
        bytes((5 << 3, *_varint(extent), 15 << 3, _VERSION)),
    )
    return b"".join((bytes((3 << 3 | 2, *_varint(sum(map(len, layer))))), *layer))


def _features(paths: Paths) -> tuple[Integers, Integers]:
    """Return the features of paths and where the paths of each begin."""
    starts = np.flatnonzero(np.diff(paths.owners, prepend=-1))
    return paths.owners[starts], starts


def _commands(paths: Paths) -> tuple[Integers, Integers]:
    """Return the geometry of all features as integers (clause 4.3), and how many each has."""
    first = np.cumsum(paths.sizes) - paths.sizes
    _, starts = _features(paths)
    moved = np.diff(paths.xy, axis=0, prepend=np.zeros((1, 2), dtype=np.int32))
    # The pen is at the corner where a feature begins, and stays where it is between its paths.
    moved[first[starts]] = paths.xy[first[starts]]
    zigzag = ((moved << 1) ^ (moved >> 31)).ravel()
    where, commands = _pen(paths, first * 2)
    per_path = paths.sizes * 2 + len(commands) // len(first)
    return np.insert(zigzag, where, commands), np.add.reduceat(per_path, starts)


def _pen(paths: Paths, first: Integers) -> tuple[Integers, Integers]:
    """Return the commands, path by path, and before which integer each stands."""
    sizes = paths.sizes
    if paths.kind is Kind.POINT:
        return first, sizes << 3 | _MOVE_TO
    move = np.full_like(sizes, 1 << 3 | _MOVE_TO)
    where, commands = [first, first + 2], [move, (sizes - 1) << 3 | _LINE_TO]
    if paths.kind is Kind.POLYGON:
        where.append(first + sizes * 2)
        commands.append(np.full_like(sizes, _CLOSE_PATH))
    return np.column_stack(where).ravel(), np.column_stack(commands).ravel()


def _tags(owners: Integers, columns: Mapping[str, Column]) -> tuple[list[Integers], bytes]:
    """Return the places of keys and values of all features, and the table of values.

    The table holds each value once, and only those that are used. A place is -1 where the
    value is unknown.
    """
    tags, table, size = list[Integers](), list[bytes](), 0
    for key, column in enumerate(columns.values()):
        codes = column.codes[owners]
        known = codes >= 0
        used, places = np.unique(codes, return_inverse=True)
        unknown = np.count_nonzero(used < 0)
        tags += [
            np.where(known, place, -1).astype(np.int32)
            for place in (key, places + (size - unknown))
        ]
        table += column.messages[used[unknown:]].tolist()
        size = len(table)
    return tags, b"".join(table)


def _messages(
    known: tuple[Integers, Integers], tags: Sequence[Integers], geometry: Integers, counts: Integers
) -> bytes:
    """Return the features of a layer (clause 4.2): id 1, tags 2, type 3, geometry 4."""
    ids, kinds = known
    body, lengths = _varints([geometry])
    drawn = np.add.reduceat(lengths, np.cumsum(counts) - counts)
    tagged = sum((_lengths(tag) for tag in tags), start=np.zeros_like(drawn))
    inner = (0x08, ids, 0x12, tagged, *tags, 0x18, kinds, 0x22, drawn)
    rest = 5 + _lengths(ids) + _lengths(tagged) + tagged + _lengths(drawn) + drawn
    head, sizes = _varints([np.broadcast_to(column, ids.shape) for column in (0x12, rest, *inner)])
    # Head and geometry of the features by turns.
    turns = np.repeat(np.tile([True, False], len(ids)), np.column_stack((sizes, drawn)).ravel())
    written = np.empty(len(turns), dtype=np.uint8)
    written[turns], written[~turns] = head, body
    return written.tobytes()


def _field(number: int, payload: bytes) -> bytes:
    """Return a field of bytes: its number with wire type 2, its length, itself."""
    return bytes((number << 3 | 2, *_varint(len(payload)))) + payload


def _varint(number: int) -> Iterator[int]:
    while number > 0x7F:
        yield number & 0x7F | 0x80
        number >>= 7
    yield number


def _lengths(integers: Integers) -> Integers:
    """Return how many bytes each integer takes, seven bits to a byte; none if it is negative."""
    lengths = (integers >= 0).astype(np.int32)
    for bits in range(7, int(integers.max()).bit_length(), 7):
        lengths += integers >= (1 << bits)
    return lengths


def _varints(columns: Sequence[Integers]) -> tuple[NDArray[np.uint8], Integers]:
    """Return rows of integers as base 128 varints, and how many bytes each row takes.

    A varint has the lowest seven bits first, and the highest bit of a byte says that more
    follow. A negative integer is left out.
    """
    digits = [
        (column, bits)
        for column in columns
        for bits in range(0, max(int(column.max()).bit_length(), 1), 7)
    ]
    shape = (len(digits), len(columns[0]))
    written, kept = np.empty(shape, dtype=np.uint8), np.empty(shape, dtype=bool)
    for place, (column, bits) in enumerate(digits):
        rest = column >> bits if bits else column
        more = (rest >= 0x80).astype(np.uint8) << 7
        np.bitwise_or(rest & 0x7F, more, out=written[place], casting="unsafe")
        np.greater_equal(rest, 1 if bits else 0, out=kept[place])
    return np.compress(kept.T.ravel(), written.T.ravel()), kept.sum(axis=0, dtype=np.int32)
