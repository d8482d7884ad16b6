"""The pages of resources for people: collections, items, features, and any other document."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from fastapi import Request

from api.html import Markup, document, h, joined, shown
from api.links import Link, root_of
from layers.model import Collection
from layers.schema import Field
from layers.table import FeatureTable

_COLUMNS = ("name", "name_en")
_FACTS: Mapping[str, str] = MappingProxyType(
    {
        "description": "说明 Description",
        "count": "要素数 Features",
        "with_geometry": "有图形 With a geometry",
        "extent": "范围 Extent",
        "crs": "坐标系 Reference systems",
    }
)


def page(request: Request, title: str, *body: object, crumbs: Sequence[str] = ()) -> bytes:
    """Return a page in UTF-8, with the way to it from the map; ``crumbs`` are paths."""
    root = root_of(request)
    way = [("地图 Map", "/"), ("图层 Collections", "/collections")]
    way += [(path.rpartition("/")[2], path) for path in crumbs]
    entries = (h("li", h("a", text, href=f"{root}{path}")) for text, path in way)
    nav = h("nav", h("ul", *entries), aria_label="位置 Breadcrumb")
    return document(title, root, nav, h("main", h("h1", title), *body)).encode()


def resource_page(request: Request, title: str, value: Mapping[str, Any]) -> bytes:
    """Return any JSON document as a page."""
    return page(request, title, shown(dict(value)))


def collections_page(request: Request, described: Mapping[str, Any]) -> bytes:
    """Return the page of all collections."""
    cells = (
        h(
            "tr",
            h("td", h("a", _both(one), href=_path(request, one["id"]))),
            h("td", one["description"]),
            h("td", h("a", f"{one['count']}", href=f"{_path(request, one['id'])}/items")),
        )
        for one in described["collections"]
    )
    table = _table(("图层 Collection", "说明 Description", "要素数 Features"), cells)
    return page(request, "图层 Collections", _note(described), table)


def collection_page(request: Request, described: Mapping[str, Any]) -> bytes:
    """Return the page of a collection."""
    links: list[Link] = described["links"]
    ways = (h("li", h("a", way["title"], href=way["href"])) for way in links)
    facts = {title: described[key] for key, title in _FACTS.items()}
    body = (_note(described), h("ul", *ways, class_="ways"), shown(facts))
    return page(request, _both(described), *body, crumbs=(_route(described["id"]),))


def items_page(request: Request, table: FeatureTable, answer: Mapping[str, Any]) -> bytes:
    """Return the page of some features, with a link to each and to the pages beside this one."""
    collection, known = table.collection, table.fields
    names = [name for name in (*_COLUMNS, *collection.codes) if name in known]
    heads = ["编号 Id", *(_title(known[name]) for name in names)]
    rows = (_row(request, collection, names, feature) for feature in answer["features"])
    ways = [way for way in answer["links"] if way["rel"] in ("next", "prev")]
    paging = h("ul", *(h("li", h("a", w["title"], href=w["href"], rel=w["rel"])) for w in ways))
    counts = f"共 {answer['numberMatched']} 个，本页 {answer['numberReturned']} 个"
    english = f"{answer['numberMatched']} found, {answer['numberReturned']} on this page"
    body = (
        _note(answer),
        h("p", f"{counts}。{english}."),
        h("nav", paging, aria_label="分页 Pages"),
    )
    title = f"{collection.title} {collection.title_en}"
    crumbs = (_route(collection.id),)
    return page(request, title, *body, _table(heads, rows), crumbs=crumbs)


def item_page(request: Request, table: FeatureTable, feature: Mapping[str, Any]) -> bytes:
    """Return the page of a feature with every property, its codes in words."""
    collection, properties = table.collection, feature["properties"]
    pairs: list[Markup] = []
    for name, value in properties.items():
        pairs += (h("dt", _title(table.fields[name])), h("dd", _value(collection, name, value)))
    shape = feature["geometry"]
    pairs += (h("dt", "图形 Geometry"), h("dd", shown(shape and shape["type"])))
    shown_on_map = quote(f"{collection.id}/{feature['id']}", safe="/")
    ways = [
        h("li", h("a", "在地图上 On the map", href=f"{root_of(request)}/#select={shown_on_map}")),
        *(h("li", h("a", way["title"], href=way["href"])) for way in feature["links"]),
    ]
    title = str(properties.get("name") or feature["id"])
    crumbs = (_route(collection.id), f"{_route(collection.id)}/items")
    return page(
        request,
        title,
        _note(feature),
        h("ul", *ways, class_="ways"),
        h("dl", *pairs),
        crumbs=crumbs,
    )


def definition_page(request: Request, definition: Mapping[str, Any]) -> bytes:
    """Return the definition of the routes as a page: what each answers, and its parameters."""
    parts: list[Markup] = []
    for path, operations in definition["paths"].items():
        for method, operation in operations.items():
            asked = operation.get("parameters", [])
            rows = (
                h("tr", h("td", h("code", p["name"])), h("td", p.get("description", "")))
                for p in asked
            )
            parts += (
                h("h2", f"{method.upper()} {path}"),
                h("p", operation.get("description", operation.get("summary", ""))),
                _table(("参数 Parameter", "含义 Meaning"), rows) if asked else joined(),
            )
    return page(request, "接口说明 API", *parts)


def _row(
    request: Request, collection: Collection, names: Sequence[str], feature: Mapping[str, Any]
) -> Markup:
    own = f"{_path(request, collection.id)}/items/{quote(feature['id'], safe='')}"
    properties = feature["properties"]
    cells = (h("td", _value(collection, name, properties.get(name))) for name in names)
    return h("tr", h("td", h("a", feature["id"], href=own)), *cells)


def _value(collection: Collection, name: str, value: object) -> Markup:
    for term in collection.codes.get(name, ()):
        if term.id == value:
            return joined(term.name, " ", term.name_en)
    return shown(value)


def _title(field: Field) -> str:
    return f"{field.title} {field.title_en}"


def _table(heads: Sequence[str], rows: Iterable[Markup]) -> Markup:
    top = h("thead", h("tr", *(h("th", head, scope="col") for head in heads)))
    return h("div", h("table", top, h("tbody", *rows)), class_="scroll")


def _note(answer: Mapping[str, Any]) -> Markup:
    return h("p", f"修订 Revision {answer['revision']}", class_="note")


def _both(described: Mapping[str, Any]) -> str:
    return f"{described['title']} {described['title_en']}"


def _route(collection_id: str) -> str:
    return f"/collections/{collection_id}"


def _path(request: Request, collection_id: str) -> str:
    return f"{root_of(request)}{_route(collection_id)}"
