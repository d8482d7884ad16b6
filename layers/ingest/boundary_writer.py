"""Plots to the text of boundary points: what :mod:`layers.ingest.boundary_points` reads."""

from collections.abc import Iterator, Mapping

import geopandas as gpd
import pandas as pd

from layers.errors import InvalidFeatureError
from layers.ingest.boundary_points import ATTRIBUTES, PLOT_FIELDS
from layers.ingest.plot_rings import Coordinates, plot_rings

_BREAKS = (
    ",",
    "，",
    "\n",
    "\r",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x1d",
    "\x1e",
    "\x85",
    "\u2028",
    "\u2029",
)
_MIN_DIGITS, _MAX_DIGITS = 3, 6
"""Decimals of a coordinate in metres: a millimetre at least."""


def written(plots: gpd.GeoDataFrame, attributes: Mapping[str, str] = ATTRIBUTES) -> str:
    """Return the text of plots whose coordinates are easting, northing in metres.

    The frame has the columns of :data:`PLOT_FIELDS` as far as they are known; 点数 is counted,
    图形属性 follows the geometry. Points are numbered through a plot; a ring is closed by its
    first number. Save it in GB 18030, which the surveyors' programs expect.

    Raises
    ------
    InvalidFeatureError
        If a text holds a comma or line break, which the format cannot carry, or a geometry is
        missing, empty or a mixed collection.
    """
    lines = ["[属性描述]", *(f"{key}={_attribute(value)}" for key, value in attributes.items())]
    lines.append("[地块坐标]")
    digits = _digits(attributes.get("精度", ""))
    for _, plot in plots.iterrows():
        lines += _plot(plot, digits)
    return "\r\n".join(lines) + "\r\n"


def _plot(plot: pd.Series, digits: int) -> Iterator[str]:
    geometry = plot["geometry"]
    if geometry is None or geometry.is_empty or geometry.geom_type == "GeometryCollection":
        raise InvalidFeatureError(
            "boundary points need points, lines or polygons of one kind",
            "界址点文件只能写入同一类型的点、线或面",
            field="geometry",
        )
    kind, rings = plot_rings(geometry)
    count = str(sum(len(ring) for ring in rings))
    stated = {name: _text(name, plot.get(name)) for name in PLOT_FIELDS}
    stated |= {"点数": count, "图形属性": kind}
    yield ",".join([*stated.values(), "@"])
    number = 1
    for ring, places in enumerate(rings, 1):
        yield from _ring(ring, places, number, digits)
        number += len(places) - _is_closed(places)


def _ring(ring: int, places: Coordinates, first: int, digits: int) -> Iterator[str]:
    last = len(places) - 1
    closed = _is_closed(places)
    for at, (easting, northing) in enumerate(places):
        number = first if closed and at == last else first + at
        yield f"J{number},{ring},{northing:.{digits}f},{easting:.{digits}f}"


def _is_closed(places: Coordinates) -> bool:
    return len(places) > 1 and bool((places[0] == places[-1]).all())


def _digits(precision: str) -> int:
    decimals = len(precision.partition(".")[2]) if precision.replace(".", "").isdecimal() else 0
    return min(max(decimals, _MIN_DIGITS), _MAX_DIGITS)


def _attribute(value: str) -> str:
    if len(value.splitlines()) > 1:
        raise _not_carried("attributes")
    return value


def _text(name: str, value: object) -> str:
    if value is None or value != value:
        return ""
    text = str(value)
    if text != text.strip() or any(sign in text for sign in _BREAKS):
        raise _not_carried(name)
    return text


def _not_carried(name: str) -> InvalidFeatureError:
    return InvalidFeatureError(
        "boundary points cannot carry commas, line breaks or outer spaces in a text; take them out",
        "界址点文件的文字中不能含逗号、换行或首尾空格，请修改",
        field=name,
    )
