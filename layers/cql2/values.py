"""Values of an expression for all features at once, and the three-valued logic over them.

Unknown (null) follows OGC 21-065r2, clause 6.2: a comparison with it is unknown, so is NOT
unknown, and only what is true is selected.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.cql2.errors import InvalidFilterError
from layers.cql2.nodes import Kind

Mask = NDArray[np.bool_]

FAMILIES: dict[Kind, Kind] = {"integer": "number"}
"""Kinds that compare with those of another name."""

KINDS_ZH: dict[Kind, str] = {
    "string": "文字",
    "integer": "整数",
    "number": "数值",
    "boolean": "是否",
    "date": "日期",
    "timestamp": "时刻",
    "strings": "文字列表",
    "geometry": "图形",
}


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """One value per feature, or a single one (no dimension) that holds for all.

    What ``values`` holds where ``known`` is false has no meaning, but compares without error.
    Instants are ``datetime64[us]`` in UTC, arrays of texts are frozen sets.
    """

    kind: Kind
    values: NDArray[Any]
    known: Mask

    @property
    def constant(self) -> bool:
        """Whether it is a single value."""
        return self.values.ndim == 0

    @property
    def family(self) -> Kind:
        """The kind under which it compares."""
        return FAMILIES.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class Items:
    """A list of values, as IN and the array functions take it."""

    values: tuple["Operand", ...]


@dataclass(frozen=True, slots=True)
class Span:
    """An interval of two instants, both included; null is an open end."""

    start: Value | None
    end: Value | None


Operand = Value | Items | Span


def single(kind: Kind, value: object) -> Value:
    """Return one value that holds for all features."""
    values = np.empty((), dtype=_DTYPES.get(kind, object))
    values[()] = value
    return Value(kind, values, np.asarray(True))


def truth(values: Any, known: Any) -> Value:  # noqa: ANN401 - whatever numpy gives back
    """Return a truth value per feature, false where it is not known."""
    known = np.asarray(known, dtype=bool)
    return Value("boolean", np.asarray(values, dtype=bool) & known, known)


def both(left: Value, right: Value) -> Value:
    """Return left AND right."""
    false = (left.known & ~left.values) | (right.known & ~right.values)
    return truth(left.values & right.values, (left.known & right.known) | false)


def either(left: Value, right: Value) -> Value:
    """Return left OR right."""
    true = left.values | right.values
    return truth(true, (left.known & right.known) | true)


def negated(value: Value) -> Value:
    """Return NOT value."""
    return truth(~value.values, value.known)


def fold(step: Callable[[Value, Value], Value], values: Sequence[Value]) -> Value:
    """Return all values joined from left to right."""
    first, *others = values
    for value in others:
        first = step(first, value)
    return first


def expect(operand: Operand, operator: str, *kinds: Kind) -> Value:
    """Return the operand if it is a value of one of the kinds.

    Raises
    ------
    InvalidFilterError
        If it is not.
    """
    if isinstance(operand, Value) and operand.kind in kinds:
        return operand
    raise InvalidFilterError(
        f"{operator} works on {', '.join(kinds)}; another kind came",
        f"{operator} 适用于：{'、'.join(KINDS_ZH[kind] for kind in kinds)}；类型不符",
    )


_DTYPES: dict[Kind, str] = {
    "integer": "int64",
    "number": "float64",
    "boolean": "bool",
    "date": "datetime64[us]",
    "timestamp": "datetime64[us]",
}
