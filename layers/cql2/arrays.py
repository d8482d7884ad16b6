"""Array functions: arrays are compared as sets (OGC 21-065r2, /req/array-functions)."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from layers.cql2.values import Items, Operand, Value, expect, single, truth


def array(name: str, relate: Callable[[Any, Any], Any]) -> Callable[[Sequence[Operand]], Value]:
    """Return the evaluation of an array function."""
    compare = np.frompyfunc(relate, 2, 1)

    def evaluate(arguments: Sequence[Operand]) -> Value:
        left, right = (_sets(argument, name.upper()) for argument in arguments)
        return truth(compare(left.values, right.values), left.known & right.known)

    return evaluate


def overlap(left: frozenset[str], right: frozenset[str]) -> bool:
    """Tell whether two sets share an element."""
    return not left.isdisjoint(right)


def _sets(operand: Operand, name: str) -> Value:
    if not isinstance(operand, Items):
        return expect(operand, name, "strings")
    parts = [expect(item, name, "string") for item in operand.values]
    if all(part.constant for part in parts):
        return single("strings", frozenset(part.values[()] for part in parts))
    rows = np.broadcast_arrays(*(part.values for part in parts))
    sets = np.empty(len(rows[0]), dtype=object)
    sets[:] = [frozenset(row) for row in zip(*rows, strict=True)]
    known = np.logical_and.reduce(np.broadcast_arrays(*(part.known for part in parts)))
    return Value("strings", sets, known)
