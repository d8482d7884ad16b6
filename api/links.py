"""The links of OGC API – Features: relative to the address under which a client came."""

from typing import TypedDict

from fastapi import Request

GEOJSON = "application/geo+json"
JSON = "application/json"
HTML = "text/html"


class Link(TypedDict):
    """A link as in RFC 8288."""

    href: str
    rel: str
    type: str
    title: str


def link(request: Request, path: str, rel: str, media_type: str, title: str) -> Link:
    """Return a link to a path of this server."""
    root = str(request.base_url).rstrip("/")
    return {"href": f"{root}{path}", "rel": rel, "type": media_type, "title": title}


def paging_links(request: Request, *, offset: int, limit: int, matched: int) -> list[Link]:
    """Return self, and next and prev where there are such pages; the other parameters stay."""

    def page(rel: str, title: str, start: int) -> Link:
        url = request.url.include_query_params(offset=start, limit=limit)
        return {"href": str(url), "rel": rel, "type": GEOJSON, "title": title}

    links: list[Link] = [
        {
            "href": str(request.url),
            "rel": "self",
            "type": GEOJSON,
            "title": "本页 This page",
        }
    ]
    if offset + limit < matched:
        links.append(page("next", "下一页 Next page", offset + limit))
    if offset > 0:
        links.append(page("prev", "上一页 Previous page", max(0, offset - limit)))
    return links
