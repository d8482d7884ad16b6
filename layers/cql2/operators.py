"""All that a filter may call, by its name in the JSON encoding; nothing else is evaluated."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from layers.cql2.arithmetic import arithmetic, whole_quotient
from layers.cql2.arrays import array, overlap
from layers.cql2.comparison import all_of, any_of, between, comparison, is_in, is_null, none_of
from layers.cql2.spatial import RELATIONS, spatial
from layers.cql2.temporal import ANY_TIME, INTERVALS, temporal
from layers.cql2.texts import case_folded, like, without_accents
from layers.cql2.values import Operand, Value


@dataclass(frozen=True, slots=True)
class Operator:
    """An evaluation and how many arguments it takes; ``more`` of them if it joins any number."""

    evaluate: Callable[[Sequence[Operand]], Value]
    arity: int = 2
    more: bool = False

    def takes(self, count: int) -> bool:
        """Tell whether it takes so many arguments."""
        return count == self.arity or (self.more and count > self.arity)


_COMPARISONS = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "%": np.fmod,  # the sign of the dividend, as in SQL
    "div": whole_quotient,
    "^": np.power,
}
_ARRAYS = {
    "a_equals": operator.eq,
    "a_contains": operator.ge,
    "a_containedBy": operator.le,
    "a_overlaps": overlap,
}

OPERATORS: Mapping[str, Operator] = MappingProxyType(
    {
        "and": Operator(all_of, more=True),
        "or": Operator(any_of, more=True),
        "not": Operator(none_of, arity=1),
        **{name: Operator(comparison(name, step)) for name, step in _COMPARISONS.items()},
        "isNull": Operator(is_null, arity=1),
        "like": Operator(like),
        "between": Operator(between, arity=3),
        "in": Operator(is_in),
        "casei": Operator(case_folded, arity=1),
        "accenti": Operator(without_accents, arity=1),
        **{name: Operator(arithmetic(name, step)) for name, step in _ARITHMETIC.items()},
        **{name: Operator(spatial(name)) for name in RELATIONS},
        **{name: Operator(temporal(name)) for name in (*ANY_TIME, *INTERVALS)},
        **{name: Operator(array(name, step)) for name, step in _ARRAYS.items()},
    }
)
