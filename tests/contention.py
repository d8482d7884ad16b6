"""Many editors of one number: each reads, adds one, and tries again where another was first."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from queue import SimpleQueue

import httpx2 as httpx
from http_edits import ITEMS, NEW, bearer

EDITORS = 16


def count_up(address, secret, times):
    """Let 16 clients raise one count ``times`` times in all; return it, and what was refused.

    Every edit carries the ETag that its author read (If-Match).
    """
    free = SimpleQueue()
    with ExitStack() as open_clients, ThreadPoolExecutor(EDITORS) as editors:
        for _ in range(EDITORS):
            client = httpx.Client(
                base_url=address, headers=bearer(secret), trust_env=False, timeout=60
            )
            free.put(open_clients.enter_context(client))

        def raise_by_one(_turn):
            own, refused = free.get(), 0
            while not _edit(own):
                refused += 1
            free.put(own)
            return refused

        body = NEW | {"properties": NEW["properties"] | {"count": 0}}
        client.post(ITEMS, json=body).raise_for_status()
        refused = sum(editors.map(raise_by_one, range(times)))
        told = client.get(f"{ITEMS}/P-new").raise_for_status().json()
    return told["properties"]["count"], refused


def _edit(client):
    read = client.get(f"{ITEMS}/P-new").raise_for_status()
    patch = {"properties": {"count": read.json()["properties"]["count"] + 1}}
    seen = {"If-Match": read.headers["etag"]}
    answer = client.patch(f"{ITEMS}/P-new", json=patch, headers=seen)
    if answer.status_code == httpx.codes.PRECONDITION_FAILED:
        return False
    answer.raise_for_status()
    return True
