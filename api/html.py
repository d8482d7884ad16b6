"""HTML from elements, every text escaped where it enters; no template, script or inline style."""

from html import escape

_VOID = frozenset({"link", "meta", "br"})


class Markup(str):
    """Text that is markup already; only this module makes it."""

    __slots__ = ()


def h(tag: str, *children: object, **attributes: str) -> Markup:
    """Return an element; children that are no elements themselves are shown as written.

    Names of attributes may end in ``_`` where Python has the word (``class_``).

    Examples
    --------
    >>> h("p", "a < b", class_="x")
    '<p class="x">a &lt; b</p>'
    """
    named = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for name, value in attributes.items()
    )
    if tag in _VOID:
        return Markup(f"<{tag}{named}>")
    return Markup(f"<{tag}{named}>{joined(*children)}</{tag}>")


def joined(*children: object) -> Markup:
    """Return elements and escaped texts one after the other."""
    return Markup(
        "".join(
            child if isinstance(child, Markup) else escape(str(child), quote=False)
            for child in children
        )
    )


def document(title: str, root: str, *body: object) -> str:
    """Return a whole page that loads nothing but style sheets of this server."""
    sheets = (h("link", rel="stylesheet", href=f"{root}/{path}") for path in _SHEETS)
    head = h(
        "head",
        h("meta", charset="utf-8"),
        h("meta", name="viewport", content="width=device-width, initial-scale=1"),
        h("title", title),
        h("link", rel="icon", href="data:,"),
        *sheets,
    )
    return "<!doctype html>\n" + h("html", head, h("body", *body), lang="zh-CN")


def shown(value: object) -> Markup:
    """Return a JSON value as HTML: an object as a list of terms, a list as a list."""
    if isinstance(value, dict):
        pairs = ((h("dt", name), h("dd", shown(part))) for name, part in value.items())
        return h("dl", *(element for pair in pairs for element in pair))
    if isinstance(value, list):
        if all(isinstance(part, int | float) for part in value):
            return h("code", ", ".join(map(str, value)))
        return h("ul", *(h("li", shown(part)) for part in value))
    if isinstance(value, str) and value.startswith(("http://", "https://")):
        return h("a", value, href=value)
    return h("span", _TEXTS.get(value, value) if isinstance(value, bool | None) else value)


_SHEETS = ("assets/noto-sans-sc/index.css", "tokens.css", "web/resource.css")
_TEXTS: dict[object, str] = {None: "—", True: "是 yes", False: "否 no"}
