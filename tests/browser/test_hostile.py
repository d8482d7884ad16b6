"""Names that are code somewhere are shown exactly as they are written, and run nowhere."""

import json
import shutil

import pytest

from api.settings import Settings
from layers.workspace import Workspace

HOSTILE = (
    "{{7*7}}</script><script>alert(1)</script><img src=x onerror=alert(1)>"
    "${1}`\\x3cb>'\"--><b>&amp;&#x3c;</textarea>%s{% if %}"
)
TEXTS = ("name", "name_en", "note", "source", "extent", "extent_en", "positioning", "theme")


def poisoned(feature):
    properties = feature["properties"]
    name = f"{HOSTILE}{feature['id']}"
    changes = {field: name for field in TEXTS if field in properties}
    if "aliases" in properties:
        changes["aliases"] = [HOSTILE]
    if properties.get("cite"):
        changes["cite"] = properties["cite"] | {"section": HOSTILE}
    return feature | {"properties": properties | changes}


@pytest.fixture(scope="module")
def hostile_workspace(data_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("plan") / "data"
    shutil.copytree(data_folder, folder)
    for layer in ("zones", "areas", "projects"):
        path = folder / f"{layer}.geojson"
        collection = json.loads(path.read_text(encoding="utf-8"))
        collection["features"] = [poisoned(feature) for feature in collection["features"]]
        path.write_text(json.dumps(collection), encoding="utf-8")
    return Workspace.open(folder)


@pytest.fixture(scope="module", params=["served", "as one file"])
def hostile_page(request, serve, hostile_workspace, tmp_path_factory):
    """The address of a page full of hostile names."""
    if request.param == "served":
        with serve(Settings(), hostile_workspace) as address:
            yield f"{address}/"
    else:
        path = tmp_path_factory.mktemp("page") / "onemap.html"
        yield hostile_workspace.map().save(path).as_uri()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "selected", ["zones/Z-C", "areas/A-xinglong", "projects/P-newfin"], ids=str
)
def test_the_details_show_them_as_written(visit, hostile_page, selected, lang):
    page = visit(f"#lang={lang}&select={selected}", address=hostile_page)
    name = f"{HOSTILE}{selected.partition('/')[2]}"
    panel = page.locator("#panel")
    assert panel.locator("[data-field=name]").text_content().startswith(name)
    assert HOSTILE in panel.locator("[data-field=cite]").text_content()
    assert name in panel.locator("dd").all_text_contents()
    assert page.locator("img, b b, script:not([src]):not([type])").count() == inline(page)
    assert not [url for url in page.watch.asked if url.endswith("/x")]


def inline(page):
    """Return how many script blocks of ours a page has: the single file has them, a served none."""
    return page.evaluate("document.querySelectorAll('body > script:not([src]):not([type])').length")


def test_lists_legend_labels_and_tooltips_show_them_as_written(visit, hostile_page):
    page = visit(address=hostile_page)
    zones = [f"{HOSTILE}{zone}" for zone in ("Z-N", "Z-C", "Z-S")]
    legend = page.locator("#side .stages li:not([data-stage]) .name")
    assert legend.all_text_contents() == zones
    assert set(page.locator(".zone-label b").all_text_contents()) <= set(zones)
    page.locator(".project").first.hover()
    mark = page.locator(".project").first.get_attribute("aria-label")
    assert mark.startswith(HOSTILE)
    assert page.locator(".leaflet-tooltip").text_content() == mark
    page.locator(".cluster").first.click()
    rows = page.locator("#panel [data-project]")
    for row in rows.all():
        name = row.locator(".name").evaluate("name => name.firstChild.textContent")
        assert name == f"{HOSTILE}{row.get_attribute('data-project')}"
