"""Which format is answered, by Accept and by f."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

ITEMS = "/collections/projects/items"


@pytest.mark.parametrize(
    ("accept", "path", "kind"),
    [
        ("application/geo+json", ITEMS, "application/geo+json"),
        ("application/json", ITEMS, "application/geo+json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", ITEMS, "text/html"),
        ("text/*", ITEMS, "text/html"),
        ("text/html;q=0.2, application/json;q=0.3", "/collections", "application/json"),
        ("*/*", "/collections", "application/json"),
        ("application/schema+json", "/collections/zones/schema", "application/schema+json"),
    ],
)
def test_the_accept_header_chooses_the_format(client, accept, path, kind):
    answer = client.get(path, headers={"Accept": accept})
    assert answer.headers["content-type"].startswith(kind)
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        (ITEMS, "application/xml"),
        (ITEMS, "image/png, application/json;q=0"),
        (f"{ITEMS}/P-5g", "application/xml"),
        ("/collections", "text/csv"),
        ("/conformance", "text/csv"),
        ("/api", "application/yaml"),
        ("/statistics", "text/html"),
        ("/findings", "text/html"),
        ("/tileMatrixSets", "text/csv"),
        ("/", "image/png"),
    ],
)
def test_an_accept_header_that_allows_nothing_offered_is_406(client, path, accept):
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not-acceptable"


def test_f_wins_over_the_accept_header(client):
    answer = client.get("/statistics?f=json", headers={"Accept": "text/html"})
    assert answer.headers["content-type"] == "application/json"
    answer = client.get("/collections?f=json", headers={"Accept": "text/html"})
    assert answer.headers["content-type"] == "application/json"


printable = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)


@given(printable, st.sampled_from(["/", "/collections", ITEMS, "/statistics", "/tileMatrixSets"]))
def test_no_accept_header_makes_the_server_fail(client, accept, path):
    assert client.get(path, headers={"Accept": accept}).status_code in (200, 406)
