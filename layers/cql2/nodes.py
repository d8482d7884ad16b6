"""The parts of a filter, once read: values without behaviour."""

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["string", "integer", "number", "boolean", "date", "timestamp", "strings", "geometry"]
"""What a queryable holds; ``strings`` is an array of texts, evaluated as a set."""


@dataclass(frozen=True, slots=True)
class Property:
    """A queryable by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal: a text, number, boolean, ``numpy.datetime64`` in UTC or shapely geometry."""

    kind: Kind
    value: Any


@dataclass(frozen=True, slots=True)
class Box:
    """A bounding box literal: west, south, east, north in the filter's reference system."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Interval:
    """A time between two instants, both included; null is an open end."""

    start: "Node | None"
    end: "Node | None"


@dataclass(frozen=True, slots=True)
class Array:
    """A list of values."""

    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Call:
    """An operator or function with its arguments; ``name`` is the one of the JSON encoding."""

    name: str
    arguments: tuple["Node", ...]


Node = Property | Constant | Box | Interval | Array | Call
