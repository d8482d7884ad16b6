"""Boundary points (界址点) as land surveyors exchange them, read and written.

The text of 勘测定界 (TD/T 1008-2007, annex on the exchange of boundary points): a section
``[属性描述]`` of ``key=value`` lines, a section ``[地块坐标]`` with, for each plot, a line of nine
fields ending in ``@`` and a line ``J1,ring,X,Y`` for each point. X is the northing, Y the easting
with the zone before it. In a frame coordinates stand as easting, northing, the zone kept.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from layers.ingest.base import RawLayer, ReadOptions
from layers.ingest.plot_rings import plot_geometry
from layers.ingest.text_encoding import decode
from layers.ingest.text_wording import Notes, refusal

PLOT_FIELDS: tuple[str, ...] = (
    "点数",
    "面积",
    "地块编号",
    "地块名称",
    "图形属性",
    "图幅号",
    "用途",
    "地类编码",
)
"""The fields of a plot's head in their order, without the closing ``@``."""

ATTRIBUTES: Mapping[str, str] = MappingProxyType(
    {
        "格式版本号": "1.01版本",
        "坐标系": "2000国家大地坐标系",
        "几度分带": "3",
        "投影类型": "高斯克吕格",
        "计量单位": "米",
        "带号": "39",
        "精度": "0.001",
        "转换参数": ",,,,,,",
    }
)
"""What a file says of itself where it is written for Jinan: CGCS2000, 3-degree zone 39."""

_ATTRIBUTES_HEAD = "[属性描述]"
_PLOTS_HEAD = "[地块坐标]"
_CRS_KEYS = ("坐标系", "投影类型", "几度分带", "带号", "计量单位")
_POINT = re.compile(r"\s*[A-Za-z]*\d+\s*,\s*\d+\s*,")
_AREA_TOLERANCE = 0.01
_MAX_NORTHING = 1e7  # from the equator to the pole


@dataclass(slots=True)
class _Plot:
    """A plot as its lines have it: where it begins, its fields, its points as (ring, X, Y)."""

    line: int
    fields: dict[str, str | None]
    numbers: list[str] = field(default_factory=list)
    points: list[tuple[int, float, float]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BoundaryPoints:
    """The attributes and plots of a file; the frame is indexed by the line of a plot's head."""

    attributes: Mapping[str, str]
    plots: gpd.GeoDataFrame


class BoundaryPointReader:
    """Files of boundary points."""

    suffixes: ClassVar[tuple[str, ...]] = (".txt",)

    def sublayers(self, path: Path) -> list[str]:
        """Return the one layer that such a file has, named as the file."""
        return [path.stem]

    def read(self, path: Path, sublayer: str | None, options: ReadOptions) -> RawLayer:
        """Return the plots of a file.

        Raises
        ------
        ImportRefusedError
            If the file is no such text, has no such layer or has no plot that can be read.
        """
        if sublayer not in {None, path.stem}:
            raise refusal("no-sublayer")
        text, verdict = decode(path.read_bytes(), chosen=options.encoding)
        notes = Notes()
        content = parse(text, notes)
        return RawLayer(
            path.stem,
            content.plots,
            _declared_crs(content.attributes),
            verdict.encoding,
            (*verdict.findings, *notes.all()),
        )


def parse(text: str, notes: Notes) -> BoundaryPoints:
    """Return the attributes and plots of a text; every oddity is added to the notes.

    Raises
    ------
    ImportRefusedError
        If it is no such text (cause ``format-mismatch``) or has no plot (``no-plots``).
    """
    if _PLOTS_HEAD not in text:
        raise refusal("empty-file" if not text.strip() else "format-mismatch")
    attributes, plots = _sections(text, notes)
    if any(attributes.get(key) for key in _CRS_KEYS):
        notes.add("attributes", attributes=attributes)
    else:
        notes.add("attributes-missing")
    turned = _easting_first(plots, notes)
    rows, geometries = [], []
    for plot in plots:
        coordinates = np.array([point[1:] for point in plot.points]).reshape(-1, 2)
        rings = np.array([point[0] for point in plot.points])
        places = coordinates if turned else coordinates[:, ::-1]
        whole = plot.line not in notes.refused
        kind = plot.fields["图形属性"] or ""
        geometries.append(plot_geometry(kind, rings, places, plot.line, notes) if whole else None)
        rows.append(_fields(plot, notes))
    if not plots or notes.refused >= {plot.line for plot in plots}:
        raise refusal("no-plots")
    frame = gpd.GeoDataFrame(
        {name: [row[name] for row in rows] for name in PLOT_FIELDS[1:]},
        geometry=geometries,
        index=[plot.line for plot in plots],
    )
    _check(frame, attributes, notes)
    return BoundaryPoints(attributes, frame)


def _sections(text: str, notes: Notes) -> tuple[dict[str, str], list[_Plot]]:
    attributes: dict[str, str] = {}
    plots: list[_Plot] = []
    section = ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.replace("\x00", "").strip()
        if line != raw.strip():
            notes.add("nul", row=number)
        if line.startswith("[") and line.endswith("]"):
            section = line
        elif section == _PLOTS_HEAD and line:
            _plot_line(number, line, plots, notes)
        elif section == _ATTRIBUTES_HEAD and "=" in line:
            key, _, value = line.partition("=")
            attributes[key.strip()] = value.strip()
        elif line:
            notes.add("line-unknown", row=number)
    return attributes, plots


def _plot_line(number: int, line: str, plots: list[_Plot], notes: Notes) -> None:
    head = line.endswith("@")
    if not head and "，" in line:
        notes.add("wide-commas", row=plots[-1].line if plots else number, line=number)
        line = line.replace("，", ",")
    parts = [part.strip() for part in line.split(",")]
    if head or (len(parts) >= len(PLOT_FIELDS) and parts[0].isdecimal()):
        plots.append(_head(number, parts, notes))
    elif not plots or not _POINT.match(line):
        if plots and len(parts) > 1:
            notes.add("point-wrong", row=plots[-1].line, line=number)
        else:
            notes.add("line-unknown", row=number)
    else:
        _point(number, parts, plots[-1], notes)


def _head(number: int, parts: list[str], notes: Notes) -> _Plot:
    if parts[-1] == "@":
        parts = parts[:-1]
    else:
        notes.add("plot-mark", row=number)
    if len(parts) != len(PLOT_FIELDS):
        notes.add("plot-header", row=number, fields=len(parts) + 1)
    padded = [*parts, *[""] * len(PLOT_FIELDS)]
    return _Plot(number, {name: padded[at] or None for at, name in enumerate(PLOT_FIELDS)})


def _point(number: int, parts: list[str], plot: _Plot, notes: Notes) -> None:
    try:
        ring, first, second = int(parts[1]), float(parts[2]), float(parts[3])
    except (ValueError, IndexError):
        notes.add("point-wrong", row=plot.line, line=number)
        return
    if not np.isfinite([first, second]).all():
        notes.add("point-wrong", row=plot.line, line=number)
        return
    if any(parts[4:]):
        notes.add("point-extra", row=plot.line, line=number)
    plot.numbers.append(parts[0])
    plot.points.append((ring, first, second))


def _easting_first(plots: list[_Plot], notes: Notes) -> bool:
    """Whether the file has the easting first, found out by magnitude.

    An easting with its zone is over 10,000,000 m, where no northing is; one without lies between
    100,000 and 900,000 m, where northings of China (from 1,800,000 m) are not.
    """
    values = np.array([point[1:] for plot in plots for point in plot.points]).reshape(-1, 2)
    if not len(values):
        return False
    first, second = (_axis(values[:, at]) for at in (0, 1))
    if {first, second} != {"east", "north"}:
        notes.add("axis-unsure")
        return False
    if first == "east":
        notes.add("axis-turned")
    return first == "east"


def _axis(values: NDArray[np.float64]) -> str:
    low, high = float(values.min()), float(values.max())
    if low > _MAX_NORTHING or (low > 1e5 and high < 9e5):
        return "east"
    return "north" if low > 1.8e6 and high < 6.2e6 else ""


def _fields(plot: _Plot, notes: Notes) -> dict[str, str | float | None]:
    stated = plot.fields["点数"]
    closings = len({ring for ring, _, _ in plot.points})
    if stated is None or stated not in {str(len(plot.points)), str(len(plot.points) - closings)}:
        notes.add("point-count", row=plot.line, stated=stated, read=len(plot.points))
    if not _consecutive(plot.numbers):
        notes.add("point-numbers", row=plot.line)
    row: dict[str, str | float | None] = {name: plot.fields[name] for name in PLOT_FIELDS[1:]}
    try:
        row["面积"] = float(plot.fields["面积"] or "nan")
    except ValueError:
        notes.add("area-differs", row=plot.line)
    if row["面积"] != row["面积"]:  # a NaN: no area is stated
        row["面积"] = None
    return row


def _consecutive(numbers: list[str]) -> bool:
    """Whether new numbers count up by one; one that came before closes a ring."""
    last, seen = 0, set()
    for number in (int(re.sub(r"\D", "", name)) for name in numbers):
        if number not in seen and number != last + 1:
            return False
        last = max(last, number)
        seen.add(number)
    return True


def _check(plots: gpd.GeoDataFrame, attributes: Mapping[str, str], notes: Notes) -> None:
    unit = attributes.get("计量单位", "米")
    if unit not in {"米", "m", "M", ""}:
        notes.add("unit-differs")
    zone = attributes.get("带号", "").strip()
    eastings = shapely.get_coordinates(plots.geometry.array)[:, 0]
    if zone.isdecimal() and len(eastings):
        prefix = int(eastings.min() // 1e6)
        if prefix != int(zone):
            notes.add("zone-differs" if prefix else "zone-missing", stated=int(zone), found=prefix)
    numbers = plots["地块编号"]
    for line in plots.index[numbers.duplicated() & numbers.notna()]:
        notes.add("plot-twice", row=int(line))
    for line, stated, shape in zip(plots.index, plots["面积"], plots.geometry, strict=True):
        hectares = shape.area / 1e4 if shape is not None else 0.0
        if (
            isinstance(stated, float)
            and hectares
            and not (abs(stated - hectares) <= max(_AREA_TOLERANCE * hectares, 1e-4))
        ):
            notes.add("area-differs", row=int(line), stated=stated, hectares=round(hectares, 4))


def _declared_crs(attributes: Mapping[str, str]) -> str | None:
    stated = [f"{key}={attributes[key]}" for key in _CRS_KEYS if attributes.get(key)]
    return "; ".join(stated) or None
