"""The page: a Folium map with our panels as an element of the same figure.

Folium and branca write text into scripts and templates without escaping it, so no text of a
feature ever passes through them: only the constants of this module do. Data reach the page as
JSON, and the screen through text nodes.

One page, three ways to open it: from the server every script and style is a file of its own
(:func:`live_page`), in a notebook and in a single file everything stands inside
(:func:`single_file`).
"""

import base64
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink, MacroElement
from folium.plugins import MarkerCluster
from folium.template import Template

from geo.bbox import BBox
from layers.errors import AssetsMissingError
from layers.render.assets import asset_folder, local_asset
from layers.render.symbology import stylesheet

BUNDLE = "onemap.bundle.js"
FONT_CSS = "noto-sans-sc/index.css"
PAGE_CSS = "onemap.css"
_MAX_ZOOM = 18
_CSS_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)['\"]?\s*\)")
_MEDIA_TYPES = {".png": "image/png", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


@dataclass(frozen=True, slots=True)
class PageParts:
    """What Folium made of a map: asset files in order, style, script and body."""

    stylesheets: tuple[str, ...]
    scripts: tuple[str, ...]
    style: str
    script: str
    body: str


class Workbench(MacroElement):
    """Our panels around the map: empty landmarks that the page's modules fill."""

    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <header id="bar"></header>
        <aside id="side"></aside>
        <aside id="panel"></aside>
        <footer id="foot"></footer>
        {% endmacro %}
        """
    )


def zone_map(extent: BBox) -> folium.Map:
    """Return the Folium map on which the page draws: no base map, no feature, fixed names."""
    centre = ((extent.south + extent.north) / 2, (extent.west + extent.east) / 2)
    # max_zoom= does not reach the map when tiles=None, and clusters need it.
    drawn = folium.Map(
        centre,
        zoom_start=12,
        tiles=None,
        zoom_control=False,
        attribution_control=False,  # a link to another host; the page credits in its last line
        maxZoom=_MAX_ZOOM,
    )
    drawn.options["zoom_snap"] = 0  # any zoom, so that the district fills the map
    drawn._id = "onemap"
    clusters = MarkerCluster(
        control=False,
        icon_create_function="(cluster) => window.onemapClusterIcon(cluster)",
        options={
            "maxClusterRadius": 44,
            "showCoverageOnHover": False,
            "spiderfyOnMaxZoom": False,
            "zoomToBoundsOnClick": False,
        },
    )
    clusters._id = "onemap"
    clusters.add_to(drawn)
    Workbench().add_to(drawn)  # type: ignore[no-untyped-call]
    drawn.fit_bounds([[extent.south, extent.west], [extent.north, extent.east]])
    return drawn


def parts(drawn: folium.Map) -> PageParts:
    """Return what Folium made of a map, with every asset as a file of ours.

    Raises
    ------
    LookupError
        If Folium asks for an asset that we do not install.
    """
    figure = cast("Figure", drawn.get_root())
    figure.render()
    head = list(figure.header._children.values())
    collected = _Inline()
    for child in head:
        if not isinstance(child, JavascriptLink | CssLink):
            collected.feed(child.render())
    return PageParts(
        stylesheets=_assets(head, CssLink),
        scripts=_assets(head, JavascriptLink),
        style="\n".join(collected.styles),
        script="\n".join(child.render() for child in _children(figure.script)),
        body="\n".join(child.render() for child in _children(figure.html)),
    )


def live_page(page: PageParts, config: Mapping[str, Any]) -> str:
    """Return the page of the server: links to files only, no inline script or style."""
    styles = [f"/assets/{name}" for name in (*page.stylesheets, FONT_CSS)]
    styles += ["/map.css", "/tokens.css", "/web/page.css"]
    head = [f'<link rel="stylesheet" href="{href}">' for href in styles]
    scripts = [f'<script src="/assets/{name}"></script>' for name in page.scripts]
    scripts += [
        '<script src="/map.js"></script>',
        '<script type="module" src="/web/main.js"></script>',
    ]
    return _document(head, [page.body, data_block("onemap-config", config), *scripts])


def single_file(page: PageParts, config: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """Return the page as one file that asks no server: assets, modules and data inside.

    The font is not packed in (it would weigh ten times the rest); the system's Chinese font
    stands in for it.

    Raises
    ------
    AssetsMissingError
        If a script or style was not installed.
    """
    folder = asset_folder()
    styles = [_inline_css(folder / name) for name in page.stylesheets]
    styles += [page.style, stylesheet(), _text(folder / PAGE_CSS)]
    scripts = [_text(folder / name) for name in page.scripts]
    scripts += [page.script, _text(folder / BUNDLE)]
    blocks = [data_block("onemap-config", config), data_block("onemap-data", data)]
    body = [page.body, *blocks, *(f"<script>{_safe_js(s)}</script>" for s in scripts)]
    return _document([f"<style>{style}</style>" for style in styles], body)


def data_block(element_id: str, value: Mapping[str, Any]) -> str:
    """Return JSON for the page in a block that no parser takes for markup or script."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return f'<script type="application/json" id="{element_id}">{text}</script>'


def _document(head: Iterable[str], body: Iterable[str]) -> str:
    lines = (
        "<!doctype html>",
        '<html lang="zh-CN">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        "<title>市中一张图</title>",
        '<link rel="icon" href="data:,">',
        *head,
        "</head>",
        "<body>",
        "<noscript>市中一张图需要浏览器允许 JavaScript。 onemap needs JavaScript.</noscript>",
        *body,
        "</body>",
        "</html>",
    )
    return "\n".join(lines) + "\n"


class _Inline(HTMLParser):
    """Collects the text of style elements; Folium's other head markup is ours to write."""

    def __init__(self) -> None:
        super().__init__()
        self.styles: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._in_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        del tag
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.styles.append(data)


def _children(element: Element) -> list[Element]:
    return list(element._children.values())


def _assets(head: Iterable[Element], kind: type[JavascriptLink] | type[CssLink]) -> tuple[str, ...]:
    names = [local_asset(child.url) for child in head if isinstance(child, kind)]
    return tuple(name for name in names if name is not None)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise AssetsMissingError(
            f"{path.name} is not installed; run `make setup`",
            f"缺少页面文件 {path.name}；请运行 make setup",
        ) from error


def _safe_js(script: str) -> str:
    return script.replace("</script", "<\\/script")


def _inline_css(path: Path) -> str:
    """Return a style sheet with its pictures inside."""

    def replace(match: re.Match[str]) -> str:
        name = match.group(1).split("?")[0].split("#")[0]
        target = path.parent / name
        if name.startswith("data:") or not target.is_file():
            return match.group(0) if name.startswith("data:") else 'url("data:,")'
        content = base64.b64encode(target.read_bytes()).decode()
        return f'url("data:{_MEDIA_TYPES[target.suffix]};base64,{content}")'

    return _CSS_URL.sub(replace, _text(path))
