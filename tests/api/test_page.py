import re

import pytest

from api.app import WEB_FOLDER


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/json", "application/json"),
        ("application/json, text/html;q=0.5", "application/json"),
        ("text/html;q=0.9, application/geo+json;q=0.2", "text/html"),
        ("*/*", "text/html"),
        ("application/json;q=nonsense", "text/html"),
        ("", "text/html"),
    ],
)
def test_the_root_is_the_map_for_a_browser_and_a_landing_page_for_a_program(client, accept, kind):
    answer = client.get("/", headers={"Accept": accept})
    assert answer.headers["content-type"].startswith(kind)
    assert "Accept" in answer.headers["vary"].split(", ")


def test_the_format_can_be_asked_for(client):
    assert client.get("/?f=json").json()["title"].startswith("市中一张图")
    assert client.get("/?f=html").text.startswith("<!doctype html>")
    assert '"lang":"en"' in client.get("/?lang=en").text


def test_every_link_of_the_landing_page_answers(client):
    for link in client.get("/?f=json").json()["links"]:
        answer = client.get(link["href"])
        assert answer.status_code == 200, link
        assert answer.headers["content-type"].startswith(link["type"].split(";")[0])


def test_every_file_that_the_page_names_is_served_with_its_type(client):
    page = client.get("/").text
    for path in re.findall(r'(?:src|href)="(/[^"]+)"', page):
        answer = client.get(path)
        assert answer.status_code == 200, path
        expected = "text/javascript" if path.endswith(".js") else "text/css"
        assert answer.headers["content-type"].startswith(expected), path


def test_modules_import_by_relative_paths_only():
    for module in WEB_FOLDER.glob("*.js"):
        text = module.read_text(encoding="utf-8")
        imports = re.findall(r'^import .* from "([^"]+)"', text, re.MULTILINE)
        assert all((WEB_FOLDER / path).is_file() and path.startswith("./") for path in imports)


def test_no_module_parses_text_as_markup():
    forbidden = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(")
    for module in WEB_FOLDER.glob("*.js"):
        assert not forbidden.search(module.read_text(encoding="utf-8")), module.name


@pytest.mark.parametrize("path", ["/", "/statistics", "/nothing", "/web/main.js", "/health"])
def test_every_answer_carries_the_security_headers(client, path):
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"


def test_files_beside_the_page_cannot_be_reached(client):
    for path in ("/web/../app.py", "/web/%2e%2e/app.py", "/assets/..%2fassets.py"):
        assert client.get(path).status_code == 404
