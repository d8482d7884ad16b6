"""What a reader gives: a layer as its file has it, with what was found out about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol

import geopandas as gpd

Severity = Literal["note", "change", "question", "refusal"]
"""A fact; something that was changed; something the planner decides; a row or file not taken."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a file that its owner has to know.

    ``code`` is stable; ``row`` is the row's number in the file, from 1, or null for the whole
    layer; ``place`` is where in the geometry, in the coordinates of the file.
    """

    code: str
    severity: Severity
    message: str
    message_zh: str
    row: int | None = None
    column: str | None = None
    place: tuple[float, float] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RawLayer:
    """A layer as its file has it: nothing transformed, repaired, renamed or dropped.

    ``frame`` has no CRS and is indexed by the row's number in the file, from 1; ``crs`` is what
    the file declares, as text, null if nothing; ``encoding`` is the one that its text was read
    in, null where the format has only one.
    """

    name: str
    frame: gpd.GeoDataFrame
    crs: str | None
    encoding: str | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the planner has decided about a file; null where the reader finds out."""

    encoding: str | None = None
    close_lines: bool = False
    """Closed lines become polygons (drawings)."""


class LayerReader(Protocol):
    """One kind of file."""

    suffixes: ClassVar[tuple[str, ...]]

    def sublayers(self, path: Path) -> list[str]:
        """Return the names of the layers in a file."""

    def read(self, path: Path, sublayer: str | None, options: ReadOptions) -> RawLayer:
        """Return a layer of a file, the first where none is named.

        Raises
        ------
        ImportRefusedError
            If the file cannot be taken; it names the cause and the place.
        """
