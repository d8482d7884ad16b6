"""Tests that bear the name of the requirement that they prove."""

from collections.abc import Callable
from typing import Any

import pytest

Check = Callable[[Any], None]


class Requirements:
    """The checks of a test module by the requirement's id, in the order of the module."""

    def __init__(self) -> None:
        self._checks: list[tuple[str, Check]] = []

    def __call__(self, *names: str) -> Callable[[Check], Check]:
        """Return a decorator that enters a check under the ids that it proves."""

        def enter(check: Check) -> Check:
            self._checks.append((" ".join(names), check))
            return check

        return enter

    def cases(self) -> pytest.MarkDecorator:
        """Return the mark that runs every check once, under the ids of its requirements."""
        cases = [pytest.param(check, id=names) for names, check in self._checks]
        return pytest.mark.parametrize("check", cases)
