"""The page without a server: as one file, and in a notebook's frame."""

import pytest


@pytest.fixture(scope="module")
def alone(workspace, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "market.html"
    return workspace.map(selected="zones/Z-C").save(path).as_uri()


def test_one_file_shows_zones_clusters_and_details_and_asks_for_nothing(visit, alone):
    page = visit(address=alone, fresh=True)
    assert page.locator("path.zone").count() == 3
    assert page.locator(".cluster").count() > 5
    assert page.locator("#panel h2").inner_text().startswith("中部崛起区")
    assert page.locator("[data-field=count]").inner_text() == "40"
    asked = [url for url in page.watch.asked if not url.startswith("data:")]
    assert asked == [alone]


def test_one_file_follows_clicks_language_and_back(visit, alone):
    page = visit(address=alone, fresh=True)
    page.locator(".zone-label[data-zone='Z-S']").click()
    page.get_by_role("button", name="EN").click()
    heading = page.locator("#panel h2")
    assert heading.inner_text().startswith("Southern Ecological Zone")
    page.go_back()
    assert heading.inner_text().startswith("南部生态区")
    page.locator(".cluster").first.click()
    assert page.locator("#panel [data-project]").count() > 1


def test_a_notebook_shows_the_map_in_a_frame_that_answers_clicks(browser, workspace, tmp_path):
    frame_html = workspace.map()._repr_html_()
    notebook = tmp_path / "notebook.html"
    notebook.write_text(f"<!doctype html><meta charset=utf-8>{frame_html}", encoding="utf-8")
    with browser.new_context() as context:
        page = context.new_page()
        said = []
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(notebook.as_uri())
        frame = page.frame_locator("iframe")
        frame.locator("body[data-ready]").wait_for()
        frame.locator(".zone-label[data-zone='Z-S']").click()
        assert frame.locator("#panel h2").inner_text().startswith("南部生态区")
        assert said == []
