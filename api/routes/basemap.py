"""A base map through this server, if the operator configured one.

The browser asks us; we ask the one address template of the settings. Its key stays here, no
redirect is followed, and only pictures pass.
"""

from typing import Annotated

import httpx2 as httpx
from fastapi import APIRouter, Path, Response

from api.dependencies import SettingsDep
from api.errors import BasemapError

router = APIRouter(prefix="/basemap", tags=["basemap"])

_TIMEOUT_S = 10
_LARGEST_TILE = 2_000_000
_PICTURES = frozenset({"image/png", "image/jpeg", "image/webp"})


@router.get("/{z}/{x}/{y}", response_class=Response)
def show_tile(
    z: Annotated[int, Path(ge=0, le=22)],
    x: Annotated[int, Path(ge=0, lt=2**22)],
    y: Annotated[int, Path(ge=0, lt=2**22)],
    settings: SettingsDep,
) -> Response:
    """Return one tile of the configured base map (XYZ scheme, Web Mercator)."""
    if settings.basemap_url is None:
        raise BasemapError(
            "no base map is configured; the operator sets ONEMAP_BASEMAP_URL",
            "未配置底图；管理员可设置 ONEMAP_BASEMAP_URL",
        )
    url = settings.basemap_url
    for mark, value in (("{z}", z), ("{x}", x), ("{y}", y)):
        url = url.replace(mark, str(value))
    content, media_type = _fetch(url)
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(content, media_type=media_type, headers=headers)


def _fetch(url: str) -> tuple[bytes, str]:
    try:
        answer = httpx.get(url, timeout=_TIMEOUT_S, follow_redirects=False)
    except httpx.HTTPError as error:
        raise _refused() from error
    media_type = answer.headers.get("content-type", "").split(";")[0].strip()
    fits = len(answer.content) <= _LARGEST_TILE and media_type in _PICTURES
    if answer.status_code != httpx.codes.OK or not fits:
        raise _refused()
    return answer.content, media_type


def _refused() -> BasemapError:
    return BasemapError(
        "the base map's server did not send a picture; the map works without it",
        "底图服务未返回图片；没有底图时地图仍可使用",
    )
