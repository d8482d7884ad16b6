"""Comparisons, BETWEEN, IN, IS NULL and the logic that joins them."""

import operator
from collections.abc import Callable, Sequence, Set
from typing import Any

import numpy as np

from layers.cql2.errors import InvalidFilterError
from layers.cql2.nodes import Kind
from layers.cql2.values import Items, Operand, Value, both, either, expect, fold, negated, truth

_SCALARS: tuple[Kind, ...] = ("string", "integer", "number", "boolean", "date", "timestamp")


def comparison(name: str, compare: Callable[[Any, Any], Any]) -> Callable[..., Value]:
    """Return the evaluation of a comparison operator.

    Both sides have to be of one kind (/req/basic-cql2/binary-comparison-predicate, D); texts
    compare by code point.
    """

    def evaluate(arguments: Sequence[Operand]) -> Value:
        left, right = _of_one_kind(name, *arguments)
        return truth(compare(left.values, right.values), left.known & right.known)

    return evaluate


equals = comparison("=", operator.eq)
_not_below = comparison("BETWEEN", operator.ge)
_not_above = comparison("BETWEEN", operator.le)


def between(arguments: Sequence[Operand]) -> Value:
    """Return what lies between two bounds, both included."""
    value, low, high = arguments
    return both(_not_below((value, low)), _not_above((value, high)))


def is_in(arguments: Sequence[Operand]) -> Value:
    """Return what equals one value of a list."""
    value, listed = arguments
    if not isinstance(listed, Items) or not listed.values:
        raise InvalidFilterError(
            "IN takes a list of at least one value in brackets",
            "IN 后应为括号内至少一个值的列表",
        )
    pairs = [_of_one_kind("IN", value, item) for item in listed.values]
    literals = [item for _value, item in pairs if item.constant and item.known]
    wanted = {item.values.item() for item in literals}
    others = [equals(pair) for pair in pairs if pair[1] not in literals]
    return fold(either, [_is_one_of(pairs[0][0], wanted), *others])


def is_null(arguments: Sequence[Operand]) -> Value:
    """Return where a value is missing."""
    (operand,) = arguments
    if not isinstance(operand, Value):
        raise InvalidFilterError(
            "IS NULL asks of one value, no list or interval",
            "IS NULL 只能用于单个值，不能用于列表或区间",
        )
    return truth(~operand.known, True)


def all_of(arguments: Sequence[Operand]) -> Value:
    """Return what satisfies all predicates."""
    return fold(both, [expect(argument, "AND", "boolean") for argument in arguments])


def any_of(arguments: Sequence[Operand]) -> Value:
    """Return what satisfies one predicate at least."""
    return fold(either, [expect(argument, "OR", "boolean") for argument in arguments])


def none_of(arguments: Sequence[Operand]) -> Value:
    """Return what does not satisfy a predicate; unknown stays unknown."""
    return negated(expect(arguments[0], "NOT", "boolean"))


def _of_one_kind(name: str, left: Operand, right: Operand) -> tuple[Value, Value]:
    one, other = expect(left, name, *_SCALARS), expect(right, name, *_SCALARS)
    if one.family != other.family:
        raise InvalidFilterError(
            f"{name} compares two values of one kind; write dates as DATE('2026-05-01'), "
            "timestamps as TIMESTAMP('2026-05-01T00:00:00Z')",
            f"{name} 两侧类型须一致；日期写作 DATE('2026-05-01')，"
            "时刻写作 TIMESTAMP('2026-05-01T00:00:00Z')",
        )
    return one, other


def _is_one_of(value: Value, wanted: Set[object]) -> Value:
    """Return where a value is in a set: five hundred literals at the price of one."""
    found = [cell in wanted for cell in value.values.reshape(-1).tolist()]
    return truth(np.reshape(found, value.values.shape), value.known)
