"""Rows on their way from a file into a layer, and what is found about them on the way."""

import json
import math
from collections import Counter
from collections.abc import Mapping
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.ingest.base import Finding, RawLayer
from layers.ingest.refusals import refusal
from layers.ingest.wording import finding

MAX_FIELDS = 256
MAX_TEXT = 65_536
MAX_VERTICES = 1_000_000
MAX_FILE_VERTICES = 10_000_000
MAX_COORDINATE = 1e9
_GEOMETRY = "geometry"
_RESERVED = frozenset({"id", "fid", "ogc_fid", "geom", "geometry", "the_geom", "revision"})
_SUSPICIOUS = frozenset("\"'`;<>{}%$\\\0()")
_SHOWN = 200  # findings of one code; the rest is counted


class Gathering:
    """Rows and findings of one layer, with the limits of a file kept on every row."""

    def __init__(self) -> None:
        self._rows: list[int] = []
        self._geometries: list[shapely.Geometry | None] = []
        self._columns: dict[str, list[Any]] = {}
        self._kinds: dict[str, set[str]] = {}
        self._findings: list[Finding] = []
        self._counts: Counter[str] = Counter()
        self._vertices = 0

    def find(self, code: str, **details: object) -> None:
        """Note a finding; of many with one code the first are kept and the rest counted."""
        self._counts[code] += 1
        if self._counts[code] <= _SHOWN:
            self._findings.append(finding(code, **cast("dict[str, Any]", details)))

    def add(
        self, row: int, geometry: shapely.Geometry | None, properties: Mapping[str, Any]
    ) -> None:
        """Add a row, unless its geometry or a value of it cannot be taken, which is noted."""
        code = self._fault(geometry)
        if code:
            self.find(code, row=row)
            return
        values = {name: self._value(row, name, value) for name, value in properties.items()}
        if any(isinstance(value, str) and len(value) > MAX_TEXT for value in values.values()):
            self.find("text-too-long", row=row)
            return
        if geometry is None:
            self.find("geometry-missing", row=row)
        for name in values.keys() - self._columns.keys():
            self._columns[name] = [None] * len(self._rows)
            if len(self._columns) > MAX_FIELDS:
                raise refusal("too-many", f"row {row}")
        self._rows.append(row)
        self._geometries.append(geometry)
        for name, column in self._columns.items():
            column.append(values.get(name))

    def layer(self, name: str, *, crs: str | None, encoding: str | None) -> RawLayer:
        """Return the rows as a layer.

        Raises
        ------
        ImportRefusedError
            If rows came and none could be taken.
        """
        if not self._rows and self._findings:
            refused = [one for one in self._findings if one.severity == "refusal"]
            if refused:
                raise refusal("no-rows", f"row {refused[0].row}: {refused[0].code}")
        data = self._frame_columns()
        self._count_the_rest()
        index = pd.Index(self._rows, dtype="int64", name="row")
        frame = gpd.GeoDataFrame(
            pd.DataFrame(data, index=index),
            geometry=gpd.GeoSeries(self._geometries, index=index),
        )
        return RawLayer(name, frame, crs, encoding, tuple(self._findings))

    def _fault(self, geometry: shapely.Geometry | None) -> str | None:
        if geometry is None:
            return None
        count = int(shapely.get_num_coordinates(geometry))
        self._vertices += count
        if count > MAX_VERTICES or self._vertices > MAX_FILE_VERTICES:
            raise refusal("too-many", f"row {len(self._rows) + 1}")
        if count == 0:
            return "geometry-empty"
        if geometry.geom_type.startswith("Multi") and any(
            part.is_empty for part in shapely.get_parts(geometry)
        ):
            return "geometry-empty"
        return coordinate_fault(geometry)

    def _value(self, row: int, name: str, value: object) -> object:
        if isinstance(value, dict | list):
            self.find("value-nested", row=row, column=name)
            value = json.dumps(value, ensure_ascii=False)
        elif isinstance(value, bytes | bytearray | memoryview):
            self.find("value-left-out", row=row, column=name)
            value = None
        elif isinstance(value, str) and "\0" in value:
            self.find("text-nul", row=row, column=name)
            value = value.replace("\0", "")
        elif isinstance(value, float) and not math.isfinite(value):
            self.find("value-not-number", row=row, column=name)
            value = str(value)
        if value is not None:
            self._kinds.setdefault(name, set()).add(type(value).__name__)
        return value

    def _frame_columns(self) -> dict[str, pd.Series]:
        index = pd.Index(self._rows, dtype="int64", name="row")
        folded: dict[str, str] = {}
        taken: dict[str, pd.Series] = {}
        for name, values in self._columns.items():
            self._note_name(name, folded)
            if len(self._kinds.get(name, ())) > 1:
                self.find("column-mixed", column=name, kinds=sorted(self._kinds[name]))
            own = name if name != _GEOMETRY else free_name(name, self._columns)
            if own != name:
                self.find("column-renamed", column=name, now=own)
            # dtype object: a number beside a text or beyond 64 bits stays as it is
            taken[own] = pd.Series(values, index=index, dtype=object)
        return taken

    def _note_name(self, name: str, folded: dict[str, str]) -> None:
        if name.casefold() in _RESERVED or _SUSPICIOUS & set(name) or not name.strip():
            self.find("column-name", column=name)
        if name.casefold() in folded:
            self.find("column-case", column=name, other=folded[name.casefold()])
        folded[name.casefold()] = name

    def _count_the_rest(self) -> None:
        for code, count in self._counts.items():
            if count > _SHOWN:
                self._findings.append(finding(code, more=count - _SHOWN))


def coordinate_fault(geometry: shapely.Geometry) -> str | None:
    """Return the code of what makes the coordinates impossible, null if nothing does."""
    values = shapely.get_coordinates(geometry, include_z=bool(geometry.has_z))
    if not np.isfinite(values[:, :2]).all() or np.isinf(values).any():
        return "coordinate-not-finite"
    if (np.abs(values[:, :2]) > MAX_COORDINATE).any():
        return "coordinate-too-large"
    return None


def free_name(name: str, taken: Mapping[str, Any]) -> str:
    """Return a name with the first number behind it that makes it free."""
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"
