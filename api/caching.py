"""Answers that a client may keep as long as the data stay at their revision."""

import hashlib
from collections.abc import Callable, Mapping
from http import HTTPStatus

from fastapi import Request, Response

from layers.snapshot import Snapshot

KEPT: Mapping[str, str] = {"Cache-Control": "no-cache", "Vary": "Accept"}
"""Ask again each time, and be told in one line that nothing has changed."""


def tag(request: Request, snapshot: Snapshot, form: str = "json") -> str:
    """Return the entity tag of an answer: the revision of the data, and what was asked of them.

    It is weak, since two such answers differ in the time at which they were given. What the
    public may see has a fingerprint of its own.
    """
    asked = f"{request.url.query}\n{form}"
    digest = hashlib.sha256(asked.encode()).hexdigest()[:12]
    return f'W/"{snapshot.revision}-{snapshot.fingerprint}-{digest}"'


def kept(
    request: Request,
    etag: str,
    make: Callable[[], bytes],
    *,
    media_type: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return an answer under an entity tag, or 304 without a body where the client has it."""
    every = {**KEPT, **(headers or {}), "ETag": etag}
    if _has(request, etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=every)
    return Response(make(), media_type=media_type, headers=every)


def _has(request: Request, etag: str) -> bool:
    """Tell whether If-None-Match names a tag, by the weak comparison (RFC 9110, 13.1.2)."""
    given = [part.strip() for part in request.headers.get("if-none-match", "").split(",")]
    return "*" in given or etag.removeprefix("W/") in [part.removeprefix("W/") for part in given]
