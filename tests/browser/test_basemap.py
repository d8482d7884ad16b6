"""A base map reaches the browser through our server only."""

import base64
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from api.settings import Settings

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class Tiles(BaseHTTPRequestHandler):
    """Answers every tile with one point, and keeps what was asked."""

    asked: list[str] = []  # noqa: RUF012 - the handler class is the server's memory

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", str(len(PICTURE)))
        self.end_headers()
        self.wfile.write(PICTURE)

    def log_message(self, *arguments):
        """Say nothing."""


@pytest.fixture(scope="module")
def with_basemap(serve, workspace):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings = Settings(
        basemap_url=f"http://127.0.0.1:{server.server_port}/secret/{{z}}/{{x}}/{{y}}",
        basemap_attribution="<b>天地图</b>",
    )
    try:
        with serve(settings, workspace) as address:
            yield f"{address}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_browser_asks_our_host_for_tiles_and_never_the_owner(visit, hand, with_basemap):
    page = visit(address=with_basemap, fresh=True)
    hand.until(page, "document.querySelectorAll('img.leaflet-tile-loaded').length > 3")
    assert Tiles.asked
    assert all(path.startswith("/secret/") for path in Tiles.asked)
    tiles = [url for url in page.watch.asked if "/basemap/" in url]
    assert len(tiles) > 3
    assert not [url for url in page.watch.asked if "secret" in url]
    assert "<b>天地图</b>" in page.locator("#foot").inner_text()


def test_the_base_map_can_be_taken_off(visit, with_basemap):
    page = visit(address=with_basemap)
    page.locator("[data-layer=basemap]").click()
    assert page.locator("img.leaflet-tile").count() == 0
