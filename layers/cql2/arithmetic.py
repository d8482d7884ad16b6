"""Arithmetic of a filter, in double precision.

The standard leaves to the server what a quotient by zero is; here it is null, as is every result
that is not finite, so that such a feature is not selected.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from layers.cql2.values import Operand, Value, expect


def arithmetic(name: str, compute: Callable[[Any, Any], Any]) -> Callable[..., Value]:
    """Return the evaluation of an arithmetic operator (/req/arithmetic/arithmetic)."""

    def evaluate(arguments: Sequence[Operand]) -> Value:
        left, right = (expect(argument, name, "integer", "number") for argument in arguments)
        with np.errstate(all="ignore"):  # what is not finite is told by ``known``
            numbers = np.asarray(
                compute(left.values.astype(np.float64), right.values.astype(np.float64))
            )
        return Value("number", numbers, left.known & right.known & np.isfinite(numbers))

    return evaluate


def whole_quotient(left: Any, right: Any) -> Any:  # noqa: ANN401 - array in, array out
    """Return the quotient cut towards zero, as DIV is in SQL."""
    return np.trunc(np.divide(left, right))
