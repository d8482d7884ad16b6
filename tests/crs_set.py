"""A set of layers at known places in China, in every reference system, declared in every way.

What can be told is decided here by what a layer is made of, not by what the detective says. Left
out are declarations that nothing could find wrong: another datum of the same zone, or true degrees
for shifted ones.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyproj
import shapely

from geo.bbox import BBox
from geo.crs import STORAGE_CRS, transformer
from geo.gauss_kruger import BEIJING_1954, CGCS2000, DATUMS, GRIDS, XIAN_1980, Grid
from geo.offset import wgs84_to_bd09, wgs84_to_gcj02
from layers.ingest.crs_detective import CrsVerdict, find_crs
from layers.ingest.crs_systems import BY_CODE
from layers.ingest.crs_text import read_crs_text

PLACES = {
    "济南": (117.02, 36.60),
    "北京": (116.40, 39.91),
    "上海": (121.47, 31.23),
    "广州": (113.26, 23.13),
    "青岛": (120.38, 36.07),
    "喀什": (75.99, 39.47),
    "乌鲁木齐": (87.62, 43.82),
    "拉萨": (91.11, 29.65),
    "西宁": (101.78, 36.62),
    "兰州": (103.83, 36.06),
    "成都": (104.06, 30.67),
    "昆明": (102.71, 25.04),
    "南宁": (108.37, 22.82),
    "三亚": (109.51, 18.25),
    "西安": (108.94, 34.34),
    "武汉": (114.31, 30.59),
    "厦门": (118.09, 24.48),
    "哈尔滨": (126.64, 45.76),
    "漠河": (122.54, 53.42),
    "抚远": (134.30, 48.36),
}
KINDS = ("points", "lines", "polygons")
SIZES = (1, 30, 1_000)
DECLARATIONS = ("none", "code", "wkt", "words", "wrong")
_HALF_DEGREES = 0.15
_OLDER = {CGCS2000: (0.0, 0.0), XIAN_1980: (0.0012, -0.0002), BEIJING_1954: (0.0008, 0.0006)}
_WORDS = {CGCS2000: "CGCS2000", XIAN_1980: "西安80坐标系", BEIJING_1954: "1954 北京坐标系"}
_SHIFTS = {"GCJ-02": wgs84_to_gcj02, "BD-09": wgs84_to_bd09}


@dataclass(frozen=True)
class Layer:
    """A layer of the set; ``code`` is what it is in."""

    place: str
    code: str
    kind: str
    size: int
    declaration: str
    swapped: bool

    @property
    def extent(self) -> BBox:
        lon, lat = PLACES[self.place]
        half = _HALF_DEGREES
        return BBox(lon - half, lat - half, lon + half, lat + half)

    @property
    def can_be_told(self) -> bool:
        """Whether numbers, declaration and map together leave one system."""
        if self.declaration == "none":
            return self.code == "EPSG:3857"
        if self.declaration == "words":
            return not BY_CODE[self.code].without_prefix
        return self.declaration != "wrong"

    def coordinates(self) -> np.ndarray:
        xy = _projected(self.code, shapely.get_coordinates(self._geometries()))
        return xy[:, ::-1] if self.swapped else xy

    def text(self) -> str | None:
        return _DECLARED[self.declaration](self.code)

    def judged(self) -> CrsVerdict:
        return find_crs(self.coordinates(), read_crs_text(self.text()), self.extent)

    def _geometries(self) -> np.ndarray:
        seed = [*self.place.encode(), *self.code.encode(), *self.kind.encode(), self.size]
        random = np.random.default_rng(seed)
        lon, lat = PLACES[self.place]
        anchors = random.uniform(-0.9, 0.9, (self.size, 1, 2)) * _HALF_DEGREES + (lon, lat)
        if self.kind == "points":
            return shapely.points(anchors[:, 0])
        steps = random.uniform(0.0001, 0.001, (self.size, 2, 2))
        corners = np.concatenate([anchors, anchors + steps * (1, 0), anchors + steps], axis=1)
        return (shapely.linestrings if self.kind == "lines" else shapely.polygons)(corners)


def codes_at(place: str) -> list[str]:
    """Return every system that a layer at a place is drawn in."""
    lon = PLACES[place][0]
    meridians = {3: 3 * round(lon / 3), 6: 6 * int(lon // 6) + 3}
    grids = [grid.code for grid in GRIDS if grid.meridian == meridians[grid.width]]
    return [*(datum.code for datum in DATUMS), "GCJ-02", "BD-09", "EPSG:3857", *grids]


def all_layers() -> Iterator[Layer]:
    """Return the whole set."""
    for layer in _kinds_of_layer():
        for kind in KINDS:
            for size in SIZES:
                for swapped in (False, True):
                    yield Layer(*layer[:2], kind, size, layer[2], swapped)


def one_of_each() -> Iterator[Layer]:
    """Return each place, system and declaration once, kinds and sizes in turn."""
    for turn, (place, code, declaration) in enumerate(_kinds_of_layer()):
        kind, size = KINDS[turn % 3], SIZES[turn // 3 % 3]
        yield Layer(place, code, kind, size, declaration, swapped=turn % 2 == 1)


def tally(layers: Iterator[Layer]) -> Counter[tuple[str, str, str]]:
    """Return how many layers were judged how: declaration, told or asked, outcome."""
    return Counter(
        (layer.declaration, "told" if layer.can_be_told else "asked", outcome(layer))
        for layer in layers
    )


def outcome(layer: Layer) -> str:
    verdict = layer.judged()
    truth = (BY_CODE[layer.code].code, layer.swapped)
    if verdict.winner is not None:
        found = (verdict.winner.code, verdict.winner.swapped)
        return "right" if found == truth else "wrong"
    listed = truth in [(one.code, one.swapped) for one in verdict.candidates]
    return "asked" if listed else "asked without it"


def table(counts: Counter[tuple[str, str, str]]) -> str:
    """Return the tally as lines of text."""
    columns = ("right", "asked", "asked without it", "wrong")
    lines = [f"{'declared':>9} {'can be':>7}" + "".join(f"{name:>18}" for name in columns)]
    for declaration in DECLARATIONS:
        for told in ("told", "asked"):
            row = [counts[declaration, told, name] for name in columns]
            if sum(row):
                lines.append(f"{declaration:>9} {told:>7}" + "".join(f"{n:>18,}" for n in row))
    return "\n".join(lines)


def _kinds_of_layer() -> Iterator[tuple[str, str, str]]:
    for place in PLACES:
        for code in codes_at(place):
            for declaration in DECLARATIONS:
                yield place, code, declaration


def _projected(code: str, lonlat: np.ndarray) -> np.ndarray:
    lon, lat = lonlat.T
    if code in _SHIFTS:
        return np.column_stack(_SHIFTS[code](lon, lat))
    if code == "EPSG:3857":
        return np.column_stack(transformer(STORAGE_CRS, code).transform(lon, lat))
    base = _base(code)
    datum = base.datum if isinstance(base, Grid) else base
    lon, lat = lon + _OLDER[datum][0], lat + _OLDER[datum][1]
    return np.column_stack(base.projected(lon, lat) if isinstance(base, Grid) else (lon, lat))


@lru_cache
def _base(code: str):
    return next((grid for grid in GRIDS if grid.code == code), BY_CODE[code].base)


@lru_cache
def _wkt(code: str) -> str:
    return pyproj.CRS(code).to_wkt("WKT1_ESRI") if code.startswith("EPSG") else code


def _words(code: str) -> str:
    if code == "EPSG:3857":
        return "Web 墨卡托"
    return _WORDS.get(BY_CODE[code].datum, code)


def _wrong(code: str) -> str:
    """Return a system that the numbers or the map rule out."""
    base = _base(code)
    if not isinstance(base, Grid):
        return "EPSG:4548"
    others = [grid for grid in GRIDS if grid.datum is base.datum and grid.width == base.width]
    if base.zone is None:  # that of a neighbour: the layer would lie hundreds of kilometres away
        away = base.width if base.meridian < 120 else -base.width
        return next(g.code for g in others if not g.zone and g.meridian == base.meridian + away)
    return next(g.code for g in others if not g.zone and g.meridian == base.meridian)


_DECLARED = {
    "none": {}.get,
    "code": str,
    "wkt": _wkt,
    "words": _words,
    "wrong": _wrong,
}
