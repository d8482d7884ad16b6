import json
import re
from html.parser import HTMLParser

import folium
import pytest

from geo.bbox import BBox
from layers.render.assets import local_asset
from layers.render.folium_map import data_block, live_page, parts, zone_map
from layers.render.page import page_config

EXTENT = BBox(116.8, 36.4, 117.2, 36.7)
HOSTILE = "</script><script>alert(1)</script>{{7*7}}<!--&\u2028"


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def page(workspace):
    return live_page(parts(zone_map(EXTENT)), page_config(workspace.snapshot()))


def test_the_live_page_has_no_inline_script_or_style(page):
    for tag, attributes in Tags(page).found:
        if tag == "script":
            assert "src" in attributes or attributes["type"] == "application/json"
        assert tag != "style"
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)


def test_the_live_page_asks_no_other_host(page):
    addresses = [v for _, a in Tags(page).found for k, v in a.items() if k in ("src", "href")]
    assert len(addresses) > 5
    assert all(
        a.startswith(("/assets/", "/web/", "/map.", "/tokens.", "data:,")) for a in addresses
    )


def test_folium_makes_the_same_script_every_time():
    assert parts(zone_map(EXTENT)) == parts(zone_map(EXTENT))


def test_a_plugin_that_would_bring_a_foreign_link_is_refused():
    drawn = zone_map(EXTENT)
    folium.plugins.Draw().add_to(drawn)
    with pytest.raises(LookupError, match="draw"):
        parts(drawn)
    with pytest.raises(LookupError):
        local_asset("https://example.org/x.js")


def test_text_in_a_data_block_stays_data():
    block = data_block("x", {"name": HOSTILE})
    [(tag, attributes)] = Tags(block).found
    assert (tag, attributes["type"]) == ("script", "application/json")
    inside = re.sub(r"^<script[^>]*>|</script>$", "", block)
    assert not set("<>&\u2028") & set(inside)
    assert json.loads(inside) == {"name": HOSTILE}


def test_the_page_in_one_file_holds_data_modules_and_no_link(workspace):
    text = workspace.map(selected="areas/A-xinglong").text
    tags = Tags(text).found
    links = [a for tag, a in tags if tag in ("script", "link") and ("src" in a or "href" in a)]
    assert links == [{"rel": "icon", "href": "data:,"}]
    assert '"A-xinglong"' in text
    assert "iframe" in workspace.map()._repr_html_()
