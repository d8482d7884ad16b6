"""What a planner sees on the map, and what a click, a hover and the address do."""

import re

import httpx2
import pytest
import shapely

MU_PER_M2 = 15 / 10_000


def name(page):
    return page.locator("#panel [data-field=name]").inner_text()


def degrees(page, at):
    """Return the degrees under a place on the screen."""
    script = """([x, y]) => {
      const frame = map_onemap.getContainer().getBoundingClientRect();
      const at = map_onemap.containerPointToLatLng([x - frame.left, y - frame.top]);
      return [at.lng, at.lat];
    }"""
    return page.evaluate(script, list(at))


def under(here, features):
    placed = (feature for feature in features if feature["geometry"])
    return {
        feature["properties"]["name"]
        for feature in placed
        if shapely.geometry.shape(feature["geometry"]).intersects(here)
    }


def test_the_three_zones_the_areas_and_the_clusters_are_shown(visit):
    page = visit()
    assert page.locator("path.zone").count() == 3
    assert page.locator("path.area").count() == 25
    assert page.locator(".cluster").count() > 5
    labels = page.locator(".zone-label b").all_inner_texts()
    assert labels == ["北部核心区", "中部崛起区", "南部生态区"]


def test_every_project_with_a_place_is_under_one_mark_or_cluster(visit, workspace):
    page = visit()
    placed = sum(1 for p in workspace.select("projects") if p["geometry"])
    counts = [int(text) for text in page.locator(".cluster").all_inner_texts()]
    assert sum(counts) + page.locator(".project").count() == placed


@pytest.mark.parametrize("way", ["on the map", "on its label"])
def test_a_click_on_the_central_zone_shows_its_measures_and_counts(visit, site, hand, way):
    page = visit()
    if way == "on the map":
        page.mouse.click(*hand.spot(page, ".zone.zone-central"))
    else:
        page.locator(".zone-label[data-zone='Z-C']").click()
    assert name(page).startswith("中部崛起区")
    rows = httpx2.get(f"{site}/statistics?by=zones").json()["rows"]
    row = next(row for row in rows if row["id"] == "Z-C")
    assert page.locator("[data-field=count]").inner_text() == str(row["projects"]["count"])
    for kind in ("geodesic", "planar"):
        m2 = row["area"][f"{kind}_m2"]
        cells = page.locator(f"tr[data-area={kind}] td").all_inner_texts()
        assert cells == [f"{m2 / 1e6:,.3f}", f"{m2 / 1e4:,.1f}", f"{m2 * MU_PER_M2:,.0f}"]
    stated = page.locator("tr[data-area=stated] td").all_inner_texts()
    assert stated == ["约 130", "13,000", "195,000"]
    for attribute, key in (("stage", "by_stage"), ("category", "by_category")):
        shown = {
            item.get_attribute(f"data-{attribute}"): item.locator("b").inner_text()
            for item in page.locator(f"#panel li[data-{attribute}]").all()
        }
        expected = {term: str(n) for term, n in row["projects"][key].items() if n}
        assert shown == expected


def test_a_zone_says_where_the_plan_stands_and_how_uncertain_its_shape_is(visit):
    panel = visit("#select=zones/Z-C").locator("#panel")
    assert panel.locator("[data-field=cite]").inner_text().startswith("第4章第1节 专栏1")
    assert panel.locator("[data-field=quality]").inner_text() == "示意 ±1,500 m"


def test_a_click_on_an_area_opens_the_one_that_lies_there(visit, hand, workspace):
    page = visit("#layers=zones,areas")
    at = hand.spot(page, ".area.zone-south")
    here = shapely.Point(degrees(page, at)).buffer(0.001)  # its outline has a width
    page.mouse.click(*at)
    assert under(here, workspace.select("areas")) >= {name(page).split("\n")[0]}


def test_a_click_on_a_mark_opens_its_project_as_the_details_of_the_api_have_it(visit, site):
    page = visit()
    mark = page.locator(".project").first
    label = mark.get_attribute("aria-label")
    mark.click()
    assert name(page).startswith(label)
    project_id = re.search(r"select=projects%2F([\w-]+)", page.url).group(1)
    answer = httpx2.get(f"{site}/collections/projects/items/{project_id}").json()
    assert answer["properties"]["name"] == label


def test_a_first_click_on_a_cluster_lists_it_and_a_second_zooms(visit, hand):
    page = visit()
    cluster = page.locator(".cluster").filter(has_text=re.compile("^5$")).first
    zoom = page.evaluate("map_onemap.getZoom()")
    cluster.click()
    assert name(page) == "此处 5 个项目"
    assert page.locator("#panel [data-project]").count() == 5
    assert page.evaluate("map_onemap.getZoom()") == zoom
    cluster.click()
    hand.until(page, f"map_onemap.getZoom() > {zoom} + 0.3")
    hand.settle(page)


def test_every_project_of_the_clusters_can_be_reached(visit, workspace):
    page = visit()
    reached = set()
    for i in range(page.locator(".cluster").count()):
        page.locator(".cluster").nth(i).click()
        more = page.locator("#panel .link")
        if more.count():
            more.click()
        rows = page.locator("#panel [data-project]").all()
        reached |= {row.get_attribute("data-project") for row in rows}
    for i in range(page.locator(".project").count()):
        page.locator(".project").nth(i).click()
        reached.add(re.search(r"projects%2F([\w-]+)", page.url).group(1))
    assert reached == {p["id"] for p in workspace.select("projects") if p["geometry"]}


def test_a_project_of_a_list_opens_with_a_click(visit):
    page = visit()
    page.locator(".cluster").first.click()
    row = page.locator("#panel [data-project]").first
    project_id = row.get_attribute("data-project")
    row.click()
    assert page.locator("#panel .path").inner_text().split("›")[-1].strip() == project_id


def test_the_pointer_outlines_a_zone_and_leaves_it_again(visit, hand):
    page = visit()
    page.mouse.move(*hand.spot(page, ".zone.zone-south"))
    zone = page.locator(".zone.hovered")
    assert zone.count() == 1
    assert zone.evaluate("zone => getComputedStyle(zone).strokeWidth") == "2.5px"
    page.mouse.move(330, 850)
    assert page.locator(".hovered").count() == 0


def test_the_pointer_is_told_in_degrees(visit, hand):
    page = visit()
    at = hand.spot(page, ".zone.zone-south")
    page.mouse.move(*at)
    lon, lat = degrees(page, at)
    assert page.locator("#pointer").inner_text() == f"{lon:.5f}, {lat:.5f} CGCS2000"


def test_a_switch_takes_a_layer_from_the_map_and_brings_it_back(visit):
    page = visit()
    switch = page.locator("[data-layer=areas]")
    switch.click()
    assert page.locator("path.area").count() == 0
    assert page.locator("[data-layer=areas]").get_attribute("aria-checked") == "false"
    switch.click()
    assert page.locator("path.area").count() == 25
    page.locator("[data-layer=projects]").click()
    assert page.locator(".cluster, .project").count() == 0


def test_the_legend_explains_every_stage_with_shape_and_count(visit, site):
    page = visit()
    total = httpx2.get(f"{site}/statistics?by=zones").json()["total"]["projects"]["by_stage"]
    rows = page.locator("#side li[data-stage]")
    shown = {
        row.get_attribute("data-stage"): row.locator(".count").inner_text() for row in rows.all()
    }
    assert shown == {stage: str(n) for stage, n in total.items() if n}
    assert rows.locator("svg.stage-mark").count() == len(shown)


def test_the_scale_bar_is_in_kilometres_far_off_and_in_metres_near_by(visit, hand):
    page = visit()
    bar = page.locator(".leaflet-control-scale-line")
    assert re.fullmatch(r"[1-9]\d* km", bar.inner_text())
    page.evaluate("map_onemap.setZoom(16, { animate: false })")
    assert re.fullmatch(r"[1-9]\d* m", bar.inner_text())


def test_the_scale_bar_is_as_long_as_it_says(visit):
    page = visit()
    script = """() => {
      const bar = document.querySelector(".leaflet-control-scale-line").offsetWidth;
      const { y } = map_onemap.getSize().divideBy(2);
      const ends = [0, bar].map((x) => map_onemap.containerPointToLatLng([x, y]));
      return ends[0].distanceTo(ends[1]) / 1000;
    }"""
    said = float(page.locator(".leaflet-control-scale-line").inner_text().removesuffix(" km"))
    assert page.evaluate(script) == pytest.approx(said, rel=0.03)


def test_back_and_forward_walk_through_what_was_selected(visit):
    page = visit()
    page.locator(".zone-label[data-zone='Z-C']").click()
    page.locator(".zone-label[data-zone='Z-S']").click()
    assert name(page).startswith("南部生态区")
    page.go_back()
    assert name(page).startswith("中部崛起区")
    page.go_back()
    assert name(page).startswith("全区概览")
    page.go_forward()
    assert name(page).startswith("中部崛起区")


def test_a_link_opens_what_was_selected(visit, workspace):
    page = visit("#select=areas/A-xinglong")
    assert name(page).startswith("兴隆区域")
    assert page.locator("path.chosen").count() == 1
    assert page.locator("[data-field=quality]").inner_text() == "示意 ±700 m"


@pytest.mark.parametrize(
    "link", ["areas/nowhere", "list/x", "__proto__/x", "zones/", "%00", "tables/Z-C"]
)
def test_a_link_to_nothing_opens_the_district_or_an_empty_list(visit, link):
    page = visit(f"#select={link}&lang=xx&layers=nothing")
    assert name(page) in ("全区概览\n非官方界线", "此处 0 个项目") or name(page).startswith(
        "全区概览"
    )


@pytest.mark.parametrize("viewport", [(1440, 900), (1024, 768), (390, 844)], ids=str)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_labels_keep_clear_of_marks_controls_and_each_other(visit, viewport, lang):
    page = visit(f"#lang={lang}", viewport=dict(zip(("width", "height"), viewport, strict=True)))

    def boxes(selector):
        found = [one.bounding_box() for one in page.locator(selector).all()]
        return [
            shapely.box(b["x"], b["y"], b["x"] + b["width"], b["y"] + b["height"]) for b in found
        ]

    labels = boxes(".zone-label, .area-label")
    assert page.locator(".zone-label").count() == 3
    assert len(labels) >= 5
    around = labels + boxes(".cluster, .project, .leaflet-control")
    for i, label in enumerate(labels):
        assert not [other for other in around[i + 1 :] if label.intersection(other).area > 0]
    screen = boxes("#map_onemap")[0]
    assert all(screen.contains(label) for label in labels)
