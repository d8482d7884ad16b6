"""What comes with a request: bounded, of a known kind, and JSON that JSON allows."""

import json
import math
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from fastapi import Request

from api.errors import BodyTooLargeError, InvalidBodyError, UnsupportedMediaTypeError

MAX_BODY_BYTES = 16_000_000
MAX_DEPTH = 64

FEATURE_TYPES = ("application/geo+json", "application/json")
PATCH_TYPES = ("application/merge-patch+json", *FEATURE_TYPES)


def json_body(
    *media_types: str,
) -> Callable[[Request], Coroutine[Any, Any, dict[str, Any]]]:
    """Return a dependency that reads a JSON object of one of some media types.

    It raises UnsupportedMediaTypeError, BodyTooLargeError or InvalidBodyError.
    """

    async def read(request: Request) -> dict[str, Any]:
        given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if given not in media_types:
            raise UnsupportedMediaTypeError(
                f"send one of {', '.join(media_types)}", f"请以 {'、'.join(media_types)} 发送"
            )
        return _parsed(await _bounded(request))

    return read


async def _bounded(request: Request) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BODY_BYTES:
            raise BodyTooLargeError(
                f"a body may have {MAX_BODY_BYTES} bytes; import a file instead",
                f"请求内容不得超过 {MAX_BODY_BYTES} 字节；大量数据请用文件导入",
            )
        parts.append(part)
    return b"".join(parts)


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        text = body.decode("utf-8")
        _check_depth(text)
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite)
        # Half of a character pair is text that cannot be written again (RFC 8259, section 8.2).
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise InvalidBodyError(
            "the body is no JSON in UTF-8 with finite numbers", "请求内容不是有效的 JSON（UTF-8）"
        ) from error
    if not isinstance(value, dict):
        raise InvalidBodyError("the body has to be a JSON object", "请求内容应为 JSON 对象")
    return value


def _check_depth(text: str) -> None:
    depth = deepest = 0
    quoted = escaped = False
    for character in text:
        if quoted:
            quoted = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            quoted = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    if deepest > MAX_DEPTH:
        raise ValueError("too deep")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("a number is not finite")
    return number


def _refuse(_constant: str) -> NoReturn:
    raise ValueError("a number is not finite")
