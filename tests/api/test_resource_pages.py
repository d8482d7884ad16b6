"""The pages of resources: readable, linked, and never more than text where text came."""

import lxml.html
import pytest
from edits import added, changes, project
from fastapi.testclient import TestClient

from api.app import create_app
from api.html import h, joined, shown
from api.settings import Settings
from layers.plan import default_folder
from layers.workspace import Workspace

ITEMS = "/collections/projects/items"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'`${7*7}{{7*7}}&amp;</title>"
PAGES = (
    "/conformance",
    "/api",
    "/collections",
    "/collections/projects",
    "/collections/projects/queryables",
    "/collections/projects/schema",
    "/collections/projects/tiles",
    "/collections/projects/tiles/WebMercatorQuad",
    "/tileMatrixSets",
    "/tileMatrixSets/WorldCRS84Quad",
    ITEMS,
    f"{ITEMS}/P-sdu-park",
)


@pytest.fixture(scope="module")
def hostile():
    """The plan with a project whose every text is markup."""
    workspace = Workspace.open(default_folder())
    texts = dict.fromkeys(("name", "name_en", "note", "parent", "count_unit", "basis"), HOSTILE)
    workspace.apply(changes(added(project("P-<b>'\"&", **texts, aliases=[HOSTILE]))))
    return TestClient(create_app(Settings(), workspace))


def page_of(client, path, **parameters):
    answer = client.get(path, params={"f": "html", **parameters})
    assert answer.status_code == 200, answer.text
    return lxml.html.fromstring(answer.content.decode())


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_a_title_a_heading_a_way_back_and_no_script_or_style(hostile, path):
    page = page_of(hostile, path)
    assert page.get("lang") == "zh-CN"
    [heading] = page.iter("h1")
    assert heading.text_content() == page.find(".//title").text_content()
    assert page.xpath("//nav//a[@href='http://testserver/']")
    assert not page.xpath("//script | //style | //img | //@style | //iframe | //form")
    assert not [name for name in page.xpath("//@*") if name.attrname.startswith("on")]
    for address in page.xpath("//@href[. != 'data:,']"):
        assert address.startswith(("http://testserver/", "http://www.opengis.net/", "https://json"))


def test_the_style_sheets_of_a_page_are_served(hostile):
    page = page_of(hostile, "/collections")
    sheets = page.xpath("//link[@rel='stylesheet']/@href")
    assert sheets
    for sheet in sheets:
        answer = hostile.get(sheet)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/css")


def test_hostile_text_is_shown_as_it_was_written(hostile):
    listed = page_of(hostile, ITEMS, limit=1000)
    assert HOSTILE in [cell.text_content() for cell in listed.iter("td")]
    [link] = [a for a in listed.iter("a") if a.text_content() == "P-<b>'\"&"]
    alone = lxml.html.fromstring(
        hostile.get(link.get("href"), headers={"Accept": "text/html"}).content.decode()
    )
    assert alone.find(".//h1").text_content() == HOSTILE
    values = [value.text_content() for value in alone.iter("dd")]
    assert values.count(HOSTILE) >= 6


def test_each_feature_has_a_page_of_its_own_in_the_list(client):
    page = page_of(client, ITEMS, limit=5)
    rows = page.xpath("//tbody/tr")
    assert len(rows) == 5
    for row in rows:
        [address] = row.xpath(".//a/@href")
        answer = client.get(address, headers={"Accept": "text/html"})
        name = row.xpath("./td[2]")[0].text_content()
        assert name in answer.text


def test_pages_of_a_list_lead_to_each_other(client):
    page, rows = page_of(client, ITEMS, limit=100), 0
    while True:
        rows += len(page.xpath("//tbody/tr"))
        following = page.xpath("//a[@rel='next']/@href")
        if not following:
            break
        page = lxml.html.fromstring(client.get(following[0]).content.decode())
    assert rows == 301
    assert page.xpath("//a[@rel='prev']")


def test_codes_are_shown_in_both_languages_and_what_is_unknown_as_a_dash(client):
    text = page_of(client, f"{ITEMS}/P-5g").text_content()
    assert "建成 Completed" in text
    assert "阶段 Stage" in text
    assert "—" in text


def test_the_api_page_lists_every_route(client):
    heads = [head.text_content() for head in page_of(client, "/api").iter("h2")]
    assert "GET /collections/{collection_id}/items" in heads
    assert len(heads) > 20


@pytest.mark.parametrize(
    ("element", "markup"),
    [
        (h("p", "a < b & c"), "<p>a &lt; b &amp; c</p>"),
        (
            h("a", h("b", "x"), href="/?a=1&b=\"'"),
            '<a href="/?a=1&amp;b=&quot;&#x27;"><b>x</b></a>',
        ),
        (h("br"), "<br>"),
        (h("th", class_="x", aria_label="y"), '<th class="x" aria-label="y"></th>'),
        (joined("<", h("i", ">")), "&lt;<i>&gt;</i>"),
        (
            shown({"a": None, "b": True}),
            "<dl><dt>a</dt><dd><span>—</span></dd><dt>b</dt><dd><span>是 yes</span></dd></dl>",
        ),
        (shown([1, 2.5]), "<code>1, 2.5</code>"),
        (shown(["<x>"]), "<ul><li><span>&lt;x&gt;</span></li></ul>"),
        (shown("javascript:alert(1)"), "<span>javascript:alert(1)</span>"),
    ],
)
def test_elements_are_written_with_every_text_escaped(element, markup):
    assert element == markup
