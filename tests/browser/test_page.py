"""The page around the map: language, theme, keyboard, small screens, paper, failure."""

import pytest

from layers.render.symbology import tokens

PHONE = {"width": 390, "height": 844}
SMALL = {"viewport": PHONE, "is_mobile": True, "has_touch": True}
ACTIVE = """() => {
  const { tagName, id, dataset, classList } = document.activeElement;
  if (classList.contains("cluster")) return "cluster";
  return dataset.layer ?? dataset.zone ?? dataset.title ?? (id || classList[0] || tagName);
}"""


def rgb(colour):
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


def ground(page):
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_the_english_switch_turns_every_text_and_stays_in_the_address(visit, hand):
    page = visit("#select=zones/Z-C")
    page.get_by_role("button", name="EN").click()
    hand.settle(page)
    assert page.title() == "onemap Shizhong"
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("#panel h2").inner_text().startswith("Central Rising Zone")
    assert page.locator(".zone-label b").first.inner_text().split() == ["Northern", "Core", "Zone"]
    assert page.locator(".cluster").first.get_attribute("aria-label").endswith("projects here")
    assert "lang=en" in page.url
    page.get_by_role("button", name="中文").click()
    assert page.title() == "市中一张图"


def test_the_theme_switch_turns_dark_and_back(visit):
    page = visit("#", color_scheme="light")
    switch = page.get_by_role("button", name="深浅色")
    assert ground(page) == rgb(tokens("light")["surface"])
    switch.click()
    assert ground(page) == rgb(tokens("dark")["surface"])
    assert "theme=dark" in page.url
    switch.click()
    assert ground(page) == rgb(tokens("light")["surface"])


def test_without_a_choice_the_page_follows_the_system(visit):
    assert ground(visit("#", color_scheme="dark")) == rgb(tokens("dark")["surface"])


def test_every_control_is_reached_with_the_tab_key_and_shows_its_focus(visit):
    page = visit(fresh=True)
    reached = []
    for _ in range(120):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(ACTIVE))
        if reached[-1] == "Z-S" and "zoomOut" in reached and "areas" in reached:
            break
        if reached[-1] not in ("BODY", "map_onemap"):
            style = "getComputedStyle(document.activeElement)"
            assert page.evaluate(f"{style}.outlineStyle") != "none", reached[-1]
    wanted = {"zones", "areas", "bands", "lines", "points", "projects", "Z-N", "Z-C", "Z-S"}
    assert wanted | {"zoomIn", "zoomOut", "fit", "cluster"} <= set(reached)


def test_enter_opens_a_zone_a_cluster_a_mark_and_an_area(visit):
    page = visit()
    heading = page.locator("#panel [data-field=name]")
    page.locator(".zone-label[data-zone='Z-S']").focus()
    page.keyboard.press("Enter")
    assert heading.inner_text().startswith("南部生态区")
    page.locator("#panel [data-open^='areas/']").first.focus()
    page.keyboard.press("Enter")
    assert "select=areas" in page.url
    page.locator(".cluster").first.focus()
    page.keyboard.press("Enter")
    assert heading.inner_text().startswith("此处")
    page.locator(".project").first.focus()
    page.keyboard.press("Enter")
    assert "select=projects" in page.url


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [{}, SMALL], ids=["desktop", "phone"])
@pytest.mark.parametrize("selected", ["", "zones/Z-C", "areas/A-xinglong"], ids=str)
def test_axe_finds_no_serious_barrier(visit, theme, size, selected):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = visit(f"#theme={theme}&select={selected}", **size)
    found = axe.run(page).response["violations"]
    grave = [
        (rule["id"], [node["target"] for node in rule["nodes"]][:3])
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]
    assert grave == []


def test_there_is_no_inline_script_or_style(visit):
    page = visit()
    script = "[...document.scripts].filter((s) => !s.src).map((s) => s.type)"
    assert page.evaluate(script) == ["application/json"]
    assert page.locator("style").count() == 0


def test_a_script_that_got_into_the_page_would_not_run(visit):
    page = visit(fresh=True)
    page.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'broken'";
      document.body.append(script);
    }""")
    assert page.title() == "市中一张图"
    assert any("policy violated: script-src" in text for text in page.watch.said)
    page.watch.said.clear()


@pytest.mark.parametrize("selected", ["", "zones/Z-C", "projects/P-newfin"], ids=str)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_phone_needs_no_sideways_scroll(visit, selected, lang):
    page = visit(f"#lang={lang}&select={selected}", **SMALL)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    panel = "document.getElementById('panel')"
    assert page.evaluate(f"{panel}.scrollWidth <= {panel}.clientWidth")


@pytest.mark.parametrize("width", [1024, 1440])
def test_no_panel_needs_a_sideways_scroll_in_english(visit, width):
    page = visit("#lang=en", viewport={"width": width, "height": 800})
    panel = "document.getElementById('panel')"
    assert page.evaluate(f"{panel}.scrollWidth <= {panel}.clientWidth")


def test_the_sheet_of_a_phone_has_three_stops(visit):
    page = visit(fresh=True, **SMALL)
    panel, grip = page.locator("#panel"), page.locator("#grip")

    def height():
        return round(panel.bounding_box()["height"])

    assert height() == 410
    grip.tap()
    assert height() == PHONE["height"] - 52
    grip.tap()
    assert height() == 96
    grip.focus()
    page.keyboard.press("ArrowUp")
    assert height() == 410
    page.keyboard.press("ArrowDown")
    page.locator(".zone-label[data-zone='Z-S']").tap()
    assert height() == 410
    assert panel.locator("h2").inner_text().startswith("南部生态区")


def test_the_sheet_follows_a_drag_to_the_nearest_stop(visit):
    page = visit(fresh=True, **SMALL)
    box = page.locator("#grip").bounding_box()
    page.mouse.move(box["x"] + 195, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 195, box["y"] + 280, steps=4)
    page.mouse.up()
    assert page.locator("body").get_attribute("data-sheet") == "peek"


@pytest.mark.parametrize("size", [{"viewport": {"width": 1024, "height": 768}}, SMALL], ids=str)
def test_layers_and_legend_open_over_the_map_where_the_screen_is_narrow(visit, size):
    page = visit(fresh=True, **size)
    side, door = page.locator("#side"), page.locator("#layers-door")
    assert not side.is_visible()
    door.click()
    assert side.is_visible()
    assert door.get_attribute("aria-expanded") == "true"
    page.locator("[data-layer=areas]").click()
    assert page.locator("path.area").count() == 0
    page.keyboard.press("Escape")
    assert not side.is_visible()


@pytest.mark.parametrize("size", [{}, SMALL], ids=["desktop", "phone"])
def test_the_map_says_that_it_is_a_sketch_on_every_screen(visit, size):
    assert visit(**size).locator("#foot b").is_visible()


def test_the_map_keeps_its_zones_in_view_when_it_is_printed_and_is_as_before_then(visit):
    page = visit("#theme=dark&select=zones/Z-C", fresh=True)
    page.evaluate("""() => addEventListener("beforeprint", () => {
      const { x, y } = map_onemap.getSize();
      const { theme } = document.documentElement.dataset;
      const names = [...document.querySelectorAll(".zone-label b")].map((name) => name.textContent);
      const rows = document.querySelectorAll("#panel [data-project]").length;
      window.printed = { x, y, theme, names, rows };
    })""")
    assert page.pdf().startswith(b"%PDF")
    printed = page.evaluate("window.printed")
    assert printed == {
        "x": 1038,
        "y": 598,
        "theme": "light",
        "names": ["北部核心区", "中部崛起区", "南部生态区"],
        "rows": 42,
    }
    assert ground(page) == rgb(tokens("dark")["surface"])
    assert page.evaluate("map_onemap.getSize().x") < 1000


@pytest.mark.parametrize(("path", "status"), [("**/statistics*", 503), ("**/collections/**", None)])
def test_a_planner_is_told_when_the_data_cannot_be_read(browser, site, path, status):
    with browser.new_context() as context:
        page = context.new_page()
        fails = [True]

        def answer(route):
            if not fails[0]:
                route.continue_()
            elif status:
                route.fulfill(status=status, body="{}")
            else:
                route.abort()

        page.route(path, answer)
        page.goto(f"{site}/")
        alert = page.get_by_role("alert")
        alert.wait_for()
        assert alert.locator("h2").inner_text() == "数据读取失败"
        assert page.locator("#bar h1").inner_text() == "市中一张图"
        assert page.locator("a").count() == 0
        fails[0] = False
        page.get_by_role("button", name="重试").click()
        page.wait_for_selector("body[data-ready]")
        assert page.locator("path.zone").count() == 3
