"""The proxy to a base map, against a real tile server on this machine."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from api.app import create_app
from api.settings import Settings

PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 20


class Tiles(BaseHTTPRequestHandler):
    """Serves /key/z/x/y; some columns misbehave."""

    asked: list[str] = []  # noqa: RUF012 - the handler class is the server's memory

    def do_GET(self):
        self.asked.append(self.path)
        x = self.path.split("/")[3]
        status, kind, body = {
            "1": (200, "image/png", PICTURE),
            "2": (200, "text/html", b"<script>alert(1)</script>"),
            "3": (302, "image/png", b""),
            "4": (500, "image/png", PICTURE),
            "5": (200, "image/png", b"0" * 2_000_001),
        }[x]
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Location", "/key/1/1/1")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        """Say nothing."""


@pytest.fixture(scope="module")
def tile_server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/key/{{z}}/{{x}}/{{y}}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def client(tile_server, workspace):
    settings = Settings(basemap_url=tile_server, basemap_attribution="<b>天地图</b>")
    return TestClient(create_app(settings, workspace), raise_server_exceptions=False)


def test_a_tile_passes_through_with_its_type(client):
    answer = client.get("/basemap/7/1/9")
    assert answer.content == PICTURE
    assert answer.headers["content-type"] == "image/png"
    assert Tiles.asked[-1] == "/key/7/1/9"


@pytest.mark.parametrize("x", [2, 3, 4, 5], ids=["markup", "redirect", "failure", "too large"])
def test_what_is_no_picture_is_refused(client, x):
    before = len(Tiles.asked)
    answer = client.get(f"/basemap/7/{x}/9")
    assert answer.status_code == 502
    assert answer.json()["code"] == "basemap-unavailable"
    assert len(Tiles.asked) == before + 1


def test_the_key_and_address_never_reach_the_browser(client, tile_server):
    page = client.get("/").text
    assert "/basemap/{z}/{x}/{y}" in page
    assert "/key/" not in page
    assert "<b>天地图" not in page


def test_only_tile_numbers_are_taken(client):
    for path in (
        "/basemap/99/0/0",
        "/basemap/1/-1/0",
        "/basemap/1/a/0",
        f"/basemap/1/0/{'9' * 40}",
    ):
        assert client.get(path).status_code == 400


def test_without_configuration_there_is_no_base_map(workspace):
    client = TestClient(create_app(Settings(), workspace), raise_server_exceptions=False)
    assert '"basemap":null' in client.get("/").text
    assert client.get("/basemap/1/1/1").status_code == 502


@pytest.mark.parametrize("url", ["ftp://x/{z}/{x}/{y}", "http://x/{z}/{x}", "file:///{z}/{x}/{y}"])
def test_an_address_that_is_no_template_is_refused_at_start(url):
    with pytest.raises(ValidationError):
        Settings(basemap_url=url)
