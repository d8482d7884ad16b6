"""Indicators and tables that are carried over without geometry."""

from pathlib import Path
from typing import Any

from layers.build.sources import Sources

_PARTS = ("table1", "text_indicators", "contradictions")


def build_indicators(facts: Sources) -> dict[str, list[Any]]:
    """Return table 1, the figures in the text, and the plan's contradictions."""
    return {part: facts.indicators[part] for part in _PARTS}


def copy_table(source: Path, out: Path) -> Path:
    """Write a table with line feeds as line ends and return its path."""
    target = out / source.name
    rows = source.read_text(encoding="utf-8").splitlines()
    target.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return target
