"""Which of the offered media types a client is answered in (RFC 9110, clause 12.5.1)."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from fastapi import Request

from api.errors import NotAcceptableError
from api.links import GEOJSON, HTML, JSON

Offers = Mapping[str, tuple[str, ...]]
"""For each format (a value of ``f``) the media types for which it stands, the best format first."""

RESOURCE: Offers = MappingProxyType({"json": (JSON,), "html": (HTML,)})
FEATURES: Offers = MappingProxyType({"json": (GEOJSON, JSON), "html": (HTML,)})
ONLY_JSON: Offers = MappingProxyType({"json": (JSON,)})
_WEIGHT = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")


def negotiated(request: Request, chosen: str | None, offers: Offers) -> str:
    """Return the format of an answer: the one chosen by ``f``, else what Accept likes best.

    Raises
    ------
    NotAcceptableError
        If Accept allows none of the offers.
    """
    if chosen is not None:
        return chosen
    ranges = _ranges(request.headers.get("accept") or "*/*")
    ranked = {
        name: max(_quality(media_type, ranges) for media_type in media_types)
        for name, media_types in offers.items()
    }
    best = max(ranked, key=lambda name: ranked[name])
    if ranked[best] <= 0:
        types = [media_type for media_types in offers.values() for media_type in media_types]
        raise NotAcceptableError(
            f"this address answers in {', '.join(types)}; name one in Accept, or choose by f",
            f"该地址提供：{'、'.join(types)}；请在 Accept 中列出，或用参数 f 选择",
        )
    return best


def _quality(media_type: str, ranges: Mapping[str, float]) -> float:
    """Return how much a media type is wanted: the most exact range decides."""
    group = media_type.partition("/")[0]
    for name in (media_type, f"{group}/*", "*/*"):
        if name in ranges:
            return ranges[name]
    return 0.0


def _ranges(accept: str) -> Mapping[str, float]:
    """Return the weight of each media range; a part that is malformed is passed over."""
    found: dict[str, float] = {}
    for part in accept.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        weight = _weight(parameters)
        if weight is not None:
            found[name] = max(found.get(name, 0.0), weight)
    return found or {"*/*": 1.0}


def _weight(parameters: list[str]) -> float | None:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            return float(value) if _WEIGHT.fullmatch(value) else None
    return 1.0
