"""What a file declares as its reference system: taken as text, checked, never fetched."""

import re
from collections.abc import Callable
from functools import lru_cache

import pyproj
import pyproj.exceptions

from layers.ingest.refusals import refusal

MAX_DEFINITION = 20_000
_MAX_BRACKETS = 64
_EPSG = re.compile(
    r"(?:urn:ogc:def:crs:|https?://www\.opengis\.net/def/crs/)?EPSG(?:::|:|/[\w.]+/|:[\w.]+:)(\d+)",
    re.IGNORECASE,
)
_CRS84 = re.compile(
    r"(?:urn:ogc:def:crs:|https?://www\.opengis\.net/def/crs/)?(?:OGC)?[:/][\w.]*[:/]?CRS84|CRS84",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"^\s*(\w+:)?//|^\s*(https?|ftp|file|/vsi)|^\s*[./\\~]", re.IGNORECASE)
_WKT = re.compile(r"^\s*[A-Za-z_]{3,20}\s*\[")

Find = Callable[..., None]


def geojson_crs(document: object, largest: float, find: Find) -> str | None:
    """Return the system of a GeoJSON text: the old member ``crs``, else degrees (RFC 7946, 4).

    ``largest`` is the largest coordinate; what is no degree does not stand in the default.
    """
    if not isinstance(document, dict) or "crs" not in document:
        if largest > 360:
            find("crs-missing", largest=largest)
            return None
        return "OGC:CRS84"
    member = document["crs"]
    if member is None:
        find("crs-null")
        return None
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        raise refusal("crs-elsewhere" if properties else "crs-unknown")
    return code_of(name)


def code_of(name: str) -> str:
    """Return the short form (``EPSG:4490``) of a system's name, URN or OGC address.

    Raises
    ------
    ImportRefusedError
        If it points elsewhere or is not in the register.
    """
    if _CRS84.fullmatch(name.strip()):
        return "OGC:CRS84"
    found = _EPSG.fullmatch(name.strip())
    if found is None:
        raise refusal("crs-elsewhere" if _ELSEWHERE.match(name) else "crs-unknown")
    code = f"EPSG:{found.group(1)}"
    if system(code) is None:
        raise refusal("crs-unknown")
    return code


def projection_file_crs(text: str, find: Find) -> str | None:
    """Return what a .prj file declares, as text, null if nothing.

    Raises
    ------
    ImportRefusedError
        If it points elsewhere, is no definition at all, or is too long or nested too deep.
    """
    text = text.strip("\ufeff \r\n\t\0")
    if not text:
        find("crs-missing")
        return None
    if _EPSG.fullmatch(text):
        find("crs-vague")
        return code_of(text)
    if _ELSEWHERE.match(text):
        raise refusal("crs-elsewhere", ".prj")
    if len(text) > MAX_DEFINITION or _depth(text) > _MAX_BRACKETS or not _WKT.match(text):
        raise refusal("crs-unreadable", ".prj")
    known = system(text)
    if known is None or text.upper().startswith(("LOCAL_CS", "ENGCRS")):
        raise refusal("crs-unknown", ".prj")
    if known.to_epsg(min_confidence=70) is None:
        find("crs-vague")
    return text


@lru_cache(maxsize=64)
def system(text: str) -> pyproj.CRS | None:
    """Return the reference system of a code or definition, null if there is none."""
    try:
        return pyproj.CRS(text)
    except pyproj.exceptions.CRSError:
        return None


def _depth(text: str) -> int:
    deepest = depth = 0
    for letter in text:
        depth += (letter in "[(") - (letter in "])")
        deepest = max(deepest, depth)
    return deepest
