"""What the text that a file gives as its reference system means: a code, WKT, or words.

Only codes, WKT and known words are read. Nothing is looked up, fetched or opened, and the text is
never repeated in a message.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pyproj
from pyproj.exceptions import CRSError

from geo.errors import UnknownCrsError
from geo.gauss_kruger import BEIJING_1954, CGCS2000, XIAN_1980, Grid
from layers.errors import ImportRefusedError
from layers.ingest.crs_systems import (
    BY_CODE,
    SYSTEMS,
    WEB_MERCATOR,
    CrsSystem,
    foreign_system,
)

_LONGEST = 16_384  # characters; the WKT of a compound system with all its remarks has some 5,000
_DEEPEST = 32  # brackets; that WKT has ten
_EQUIVALENT = 70  # PROJ: the same numbers under another name

_UNTURNED = {
    "Latitude of natural origin": 0.0,
    "Scale factor at natural origin": 1.0,
    "False northing": 0.0,
}

_CODE = re.compile(
    r"(?:epsg:{1,2}|urn:ogc:def:crs:epsg:[\d.]*:|https?://www\.opengis\.net/def/crs/epsg/[\d.]+/)?"
    r"(\d{4,6})",
    re.IGNORECASE,
)
_CRS84 = re.compile(r"(?:.*[:/])?crs84h?", re.IGNORECASE)
_WKT = re.compile(r"\s*[A-Z_0-9]{5,20}\s*[\[(]", re.IGNORECASE)
_NO_CRS = re.compile(r"[<>\\\x00-\x08]|://|^\s*[/~]|\.\./")


@dataclass(frozen=True, slots=True)
class DeclaredCrs:
    """The systems that a text may mean; none if it is a system that is not understood.

    ``in_words`` says that it is neither code nor WKT, so that several may be meant.
    """

    systems: tuple[CrsSystem, ...]
    in_words: bool = False

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the systems."""
        return frozenset(system.code for system in self.systems)

    @property
    def tells_the_meridian(self) -> bool:
        """Whether the systems without prefix among them all have one meridian."""
        plain = [system.base for system in self.systems if system.without_prefix]
        return len({grid.meridian for grid in plain if isinstance(grid, Grid)}) == 1


def read_crs_text(text: str | None) -> DeclaredCrs | None:
    """Return what a text declares, null if it is missing or blank.

    Raises
    ------
    ImportRefusedError
        If the text is no reference system (an address, a path, markup, broken WKT; cause
        ``crs-text``), a code that the EPSG register does not have (``crs-unknown``), or a local
        engineering system, which only control points can tie to the map (``crs-local``).
    """
    stripped = (text or "").strip().strip("\ufeff\x00").strip()
    if not stripped:
        return None
    if _CRS84.fullmatch(stripped):
        return DeclaredCrs((BY_CODE["OGC:CRS84"],))
    if code := _CODE.fullmatch(stripped):
        return _registered(int(code[1]))
    if len(stripped) > _LONGEST:
        raise _refusal()
    if _WKT.match(stripped):
        return _from_wkt(stripped)
    if _NO_CRS.search(stripped):
        raise _refusal()
    return _from_words(stripped)


def _registered(number: int) -> DeclaredCrs:
    if system := BY_CODE.get(f"EPSG:{number}"):
        return DeclaredCrs((system,))
    try:
        crs = pyproj.CRS.from_epsg(number)
    except CRSError as error:
        raise ImportRefusedError(
            "the file names a reference system that the EPSG register does not have; state the"
            " system of its coordinates",
            "文件声明的坐标系代码不存在于 EPSG 登记库；请指定其坐标系",
            cause="crs-unknown",
            place="crs",
        ) from error
    return _understood(crs)


def _from_wkt(text: str) -> DeclaredCrs:
    if _depth(text) > _DEEPEST:
        raise _refusal()
    try:
        crs = pyproj.CRS.from_wkt(text)
    except CRSError as error:
        raise _refusal() from error
    if crs.is_engineering:
        raise ImportRefusedError(
            "the coordinates are in a local engineering system, which nothing ties to the map;"
            " transform the file with the office's control points first",
            "坐标属于地方工程坐标系，无法与地图对应；请先用控制点转换",
            cause="crs-local",
            place="crs",
        )
    return _understood(crs)


def _depth(text: str) -> int:
    depth = deepest = 0
    for character in text:
        depth += (character in "[(") - (character in "])")
        deepest = max(deepest, depth)
    return deepest


def _understood(crs: pyproj.CRS) -> DeclaredCrs:
    flat = crs.sub_crs_list[0] if crs.is_compound else crs
    flat = flat.source_crs if flat.is_bound and flat.source_crs else flat
    flat = flat.to_2d() if len(flat.axis_info) > 2 else flat
    number = flat.to_epsg(min_confidence=_EQUIVALENT)
    found = BY_CODE.get(f"EPSG:{number}") or _grid_of(flat) or _web_mercator(flat)
    if found is None and number is not None:
        try:
            found = foreign_system(number, flat.name[:80])
        except UnknownCrsError:  # a datum without a way: known, but nothing that can be taken
            return DeclaredCrs(())
    return DeclaredCrs((found,) if found else ())


def _grid_of(crs: pyproj.CRS) -> CrsSystem | None:
    """Return the grid with the parameters of a system; one on WGS 84 is that on CGCS2000.

    Under a name of its own, or with its axes turned round, a grid has no code for PROJ.
    """
    operation = crs.coordinate_operation
    if operation is None or operation.method_name != "Transverse Mercator":
        return None
    if crs.geodetic_crs is None or any(axis.unit_conversion_factor != 1 for axis in crs.axis_info):
        return None
    datum = BY_CODE.get(f"EPSG:{crs.geodetic_crs.to_epsg(min_confidence=_EQUIVALENT)}")
    found = {part.name: float(part.value) for part in operation.params}
    for system in SYSTEMS:
        if isinstance(system.base, Grid) and datum and system.datum is datum.datum:
            turned = {
                "Longitude of natural origin": float(system.base.meridian),
                "False easting": system.base.false_easting_m,
            }
            if found == _UNTURNED | turned:
                return system
    return None


def _web_mercator(crs: pyproj.CRS) -> CrsSystem | None:
    operation = crs.coordinate_operation
    spherical = operation is not None and "Pseudo" in operation.method_name
    return BY_CODE[WEB_MERCATOR] if spherical else None


def _refusal() -> ImportRefusedError:
    return ImportRefusedError(
        "what the file gives as its reference system is none: an EPSG code, WKT or the name of a"
        " system was wanted; state the system of its coordinates",
        "文件中的坐标系说明无法识别（应为 EPSG 代码、WKT 或坐标系名称）；请指定其坐标系",
        cause="crs-text",
        place="crs",
    )


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_DATUM_WORDS: tuple[tuple[re.Pattern[str], Callable[[CrsSystem], bool]], ...] = (
    (
        _words(r"cgcs\s*_?2000|2000\s*(?:国家)?大地|国家\s*2000|2000\s*坐标|china.{0,10}2000"),
        lambda system: system.datum is CGCS2000,
    ),
    (
        _words(r"西安\s*(?:19)?80|(?:19)?80\s*西安|xi'?an[\s_]*(?:19)?80"),
        lambda system: system.datum is XIAN_1980,
    ),
    (
        _words(
            r"(?<!新)北京\s*(?:19)?54|(?:19)?54\s*北京"
            r"|(?<!new )(?<!new_)(?<!new)beijing[\s_]*(?:19)?54"
        ),
        lambda system: system.datum is BEIJING_1954,
    ),
    (
        _words(r"wgs[\s_-]*(?:19)?84"),
        lambda system: system.datum is CGCS2000 or system.code == WEB_MERCATOR,
    ),
    (_words(r"gcj[\s_-]*0?2(?!\d)|火星|高德|腾讯|gaode|amap"), lambda s: s.code == "GCJ-02"),
    (_words(r"bd[\s_-]*0?9(?!\d)|百度|baidu"), lambda s: s.code == "BD-09"),
    (_words(r"墨卡托|mercator"), lambda s: s.code == WEB_MERCATOR),
)
_WIDTH = _words(r"(?<!\d)([36])\s*[-_]?\s*(?:度|deg)")
_ZONE_NUMBER = r"(1[3-9]|2[0-35-9]|3\d|4[0-5])"  # 13 to 23 of 6 degrees, 25 to 45 of 3
_ZONE = _words(
    rf"(?<!\d){_ZONE_NUMBER}\s*(?:号|度)?带(?!号)|(?:zone|带号)[\s_:：]*{_ZONE_NUMBER}(?!\d)"
)
_MERIDIAN = _words(r"(?:中央经线|中央子午线|cm)[\s_:：为]*(\d{2,3})(?!\d)")


def _from_words(text: str) -> DeclaredCrs:
    datums = [fits for pattern, fits in _DATUM_WORDS if pattern.search(text)]
    grids = _grid_words(text)
    if not datums and grids is None:
        return DeclaredCrs((), in_words=True)
    wanted: list[Callable[[CrsSystem], bool]] = [*datums, *([grids] if grids else [])]
    systems = tuple(system for system in SYSTEMS if all(fits(system) for fits in wanted))
    return DeclaredCrs(systems, in_words=True)


def _grid_words(text: str) -> Callable[[CrsSystem], bool] | None:
    """Return which grids the width, zone and meridian in a text leave, null without any."""
    width, meridian, zone = (_number(part, text) for part in (_WIDTH, _MERIDIAN, _ZONE))
    if width is None and meridian is None and zone is None:
        return None
    of_zone = {
        system.base.meridian
        for system in SYSTEMS
        if isinstance(system.base, Grid) and zone is not None and system.base.zone == zone
    }

    def fits(system: CrsSystem) -> bool:
        grid = system.base
        if not isinstance(grid, Grid):
            return False
        return (
            (width in (None, grid.width) or grid.zone is None)  # plain ones are of both widths
            and (meridian is None or grid.meridian == meridian)
            and (zone is None or (grid.meridian in of_zone and grid.zone in (None, zone)))
        )

    return fits


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return int(next(group for group in found.groups() if group)) if found else None
