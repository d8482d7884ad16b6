"""HEAD tells what GET would, without the body, also over a real port."""

import http.client
from urllib.parse import urlsplit

import pytest
from serving import running

from api.settings import Settings

PATHS = (
    "/?f=json",
    "/?f=html",
    "/api",
    "/collections",
    "/collections/projects/items?limit=3",
    "/collections/zones/tiles/WebMercatorQuad/9/200/422",
    "/web/main.js",
    "/collections/none",
    "/nothing",
)


@pytest.mark.parametrize("path", PATHS)
def test_head_has_the_status_and_the_headers_of_get_and_no_body(client, path):
    whole, head = client.get(path), client.head(path)
    assert head.content == b""
    assert head.status_code == whole.status_code
    assert head.headers == whole.headers


def test_head_leaves_a_connection_in_order(workspace):
    with running(Settings(), workspace) as address:
        connection = http.client.HTTPConnection(urlsplit(address).netloc)
        for _ in range(3):
            connection.request("HEAD", "/collections")
            answer = connection.getresponse()
            assert answer.status == 200
            assert answer.read() == b""
        connection.request("GET", "/health")
        assert b'"ok"' in connection.getresponse().read()
        connection.close()
