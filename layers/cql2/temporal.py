"""Temporal functions between instants and intervals, both ends included.

Definitions: OGC 21-065r2, clause 7.10, after the Time Ontology in OWL. There a date and a
timestamp do not compare, and the functions of intervals take no instants; both are refused.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.cql2.errors import InvalidFilterError
from layers.cql2.nodes import Kind
from layers.cql2.values import Operand, Span, Value, expect, single, truth

_FROM_EVER = single("timestamp", np.datetime64(-(2**63) + 1, "us"))  # one below is NaT
_FOR_EVER = single("timestamp", np.datetime64(2**63 - 1, "us"))


@dataclass(frozen=True, slots=True, eq=False)
class _Time:
    """A start and an end per feature; ``kind`` is null if both ends are open."""

    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    known: NDArray[np.bool_]
    kind: Kind | None


Relation = Callable[[_Time, _Time], Any]

ANY_TIME: Mapping[str, Relation] = MappingProxyType(
    {
        "t_after": lambda a, b: a.start > b.end,
        "t_before": lambda a, b: a.end < b.start,
        "t_disjoint": lambda a, b: (a.end < b.start) | (a.start > b.end),
        "t_equals": lambda a, b: (a.start == b.start) & (a.end == b.end),
        "t_intersects": lambda a, b: (a.end >= b.start) & (a.start <= b.end),
    }
)
"""Functions of instants and intervals."""

INTERVALS: Mapping[str, Relation] = MappingProxyType(
    {
        "t_contains": lambda a, b: (a.start < b.start) & (a.end > b.end),
        "t_during": lambda a, b: (a.start > b.start) & (a.end < b.end),
        "t_finishedBy": lambda a, b: (a.start < b.start) & (a.end == b.end),
        "t_finishes": lambda a, b: (a.start > b.start) & (a.end == b.end),
        "t_meets": lambda a, b: a.end == b.start,
        "t_metBy": lambda a, b: a.start == b.end,
        "t_overlappedBy": lambda a, b: (a.start > b.start) & (a.start < b.end) & (a.end > b.end),
        "t_overlaps": lambda a, b: (a.start < b.start) & (a.end > b.start) & (a.end < b.end),
        "t_startedBy": lambda a, b: (a.start == b.start) & (a.end > b.end),
        "t_starts": lambda a, b: (a.start == b.start) & (a.end < b.end),
    }
)
"""Functions of intervals only."""


def temporal(name: str) -> Callable[[Sequence[Operand]], Value]:
    """Return the evaluation of a temporal function."""
    relate = ANY_TIME.get(name) or INTERVALS[name]

    def evaluate(arguments: Sequence[Operand]) -> Value:
        if name in INTERVALS and not all(isinstance(a, Span) for a in arguments):
            raise InvalidFilterError(
                f"{name.upper()} takes two intervals: INTERVAL(start, end)",
                f"{name.upper()} 需要两个区间：INTERVAL(开始, 结束)",
            )
        left, right = (_time(argument, name.upper()) for argument in arguments)
        _one_kind(left.kind, right.kind)
        return truth(relate(left, right), left.known & right.known)

    return evaluate


def _time(operand: Operand, name: str) -> _Time:
    if not isinstance(operand, Span):
        value = expect(operand, name, "date", "timestamp")
        return _Time(value.values, value.values, value.known, value.kind)
    start, end = operand.start or _FROM_EVER, operand.end or _FOR_EVER
    kinds = [end.kind if end else None for end in (operand.start, operand.end)]
    return _Time(start.values, end.values, start.known & end.known, _one_kind(*kinds))


def _one_kind(left: Kind | None, right: Kind | None) -> Kind | None:
    if left and right and left != right:
        raise InvalidFilterError(
            "a date and a timestamp do not compare; write both in one of the two",
            "日期与时刻不能混用；请统一写成其中一种",
        )
    return left or right
