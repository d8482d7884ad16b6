"""The links of the OGC APIs: absolute, at the address under which a client came."""

from typing import NotRequired, TypedDict

from fastapi import Request

GEOJSON = "application/geo+json"
JSON = "application/json"
HTML = "text/html"
_REL = "http://www.opengis.net/def/rel/ogc/1.0/"
QUERYABLES_REL = f"{_REL}queryables"
SCHEMA_REL = f"{_REL}schema"
CONFORMANCE_REL = f"{_REL}conformance"
DATA_REL = f"{_REL}data"
TILESETS_REL = f"{_REL}tilesets-vector"
SCHEMES_REL = f"{_REL}tiling-schemes"
SCHEME_REL = f"{_REL}tiling-scheme"


class Link(TypedDict):
    """A link as in RFC 8288."""

    href: str
    rel: str
    type: str
    title: str
    templated: NotRequired[bool]


def root_of(request: Request) -> str:
    """Return the address of this server, as the client knows it, without a slash at its end."""
    return str(request.base_url).rstrip("/")


def link(request: Request, path: str, rel: str, media_type: str, title: str) -> Link:
    """Return a link to a path of this server."""
    href = f"{root_of(request)}{path}"
    return {"href": href, "rel": rel, "type": media_type, "title": title}


def own_links(request: Request, media_type: str, title: str) -> list[Link]:
    """Return the links of a resource to itself: as JSON, and as a page for people.

    Each names its format, so that a browser gets what the link says.
    """
    data, page = (str(request.url.include_query_params(f=form)) for form in ("json", "html"))
    return [
        {"href": data, "rel": "self", "type": media_type, "title": f"{title} JSON"},
        {"href": page, "rel": "alternate", "type": HTML, "title": f"{title} HTML"},
    ]


def paging_links(
    request: Request, *, revision: int, offset: int, limit: int, matched: int
) -> list[Link]:
    """Return next and prev where there are such pages; the other parameters stay.

    They are bound to the revision of this page, so that each of its features comes exactly
    once, whatever is changed between two pages.
    """

    def page(rel: str, title: str, start: int) -> Link:
        url = request.url.remove_query_params("at")
        url = url.include_query_params(offset=start, limit=limit, revision=revision)
        return {"href": str(url), "rel": rel, "type": GEOJSON, "title": title}

    links = []
    if offset + limit < matched:
        links.append(page("next", "下一页 Next page", offset + limit))
    if offset > 0:
        links.append(page("prev", "上一页 Previous page", max(0, offset - limit)))
    return links
