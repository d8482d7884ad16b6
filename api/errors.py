"""How every failure is answered: problem details (RFC 9457) in Chinese and English.

A status code stands in this module and nowhere else. Nothing that the caller sent is echoed.
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from api.access import gate_of
from geo.errors import GeoError, InvalidGeometryError, OnemapError, TilingError
from layers.access import ANONYMOUS
from layers.errors import (
    AccessError,
    AssetsMissingError,
    FeatureExistsError,
    InvalidFeatureError,
    InvalidQueryError,
    InvalidTokenError,
    LayerError,
    NotFoundError,
    PlanDataError,
    StaleFeatureError,
    StoreBusyError,
    StoreError,
    StoreUnavailableError,
    TokenRequiredError,
)

_log = logging.getLogger("onemap")


class BasemapError(OnemapError):
    """The base map did not answer as it should, or none is configured."""

    code = "basemap-unavailable"


class RequestError(OnemapError):
    """A request that cannot be taken as it was sent."""

    code = "request-error"


class InvalidBodyError(RequestError):
    """A body that is not what its kind says."""

    code = "invalid-body"


class BodyTooLargeError(RequestError):
    """A body beyond the limit."""

    code = "body-too-large"


class UnsupportedMediaTypeError(RequestError):
    """A body of a kind that the address does not take."""

    code = "unsupported-media-type"


class PreconditionRequiredError(RequestError):
    """An edit that does not say which state of a feature it was made from."""

    code = "precondition-required"


class NotAcceptableError(RequestError):
    """An Accept header that allows none of the media types of an address."""

    code = "not-acceptable"


STATUS: Mapping[type[OnemapError], HTTPStatus] = MappingProxyType(
    {
        OnemapError: HTTPStatus.BAD_REQUEST,
        GeoError: HTTPStatus.BAD_REQUEST,
        TilingError: HTTPStatus.NOT_FOUND,
        LayerError: HTTPStatus.BAD_REQUEST,
        InvalidQueryError: HTTPStatus.BAD_REQUEST,
        NotFoundError: HTTPStatus.NOT_FOUND,
        PlanDataError: HTTPStatus.SERVICE_UNAVAILABLE,
        AssetsMissingError: HTTPStatus.SERVICE_UNAVAILABLE,
        BasemapError: HTTPStatus.BAD_GATEWAY,
        RequestError: HTTPStatus.BAD_REQUEST,
        NotAcceptableError: HTTPStatus.NOT_ACCEPTABLE,
        BodyTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        UnsupportedMediaTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        PreconditionRequiredError: HTTPStatus.PRECONDITION_REQUIRED,
        InvalidFeatureError: HTTPStatus.UNPROCESSABLE_ENTITY,
        InvalidGeometryError: HTTPStatus.UNPROCESSABLE_ENTITY,
        AccessError: HTTPStatus.FORBIDDEN,
        InvalidTokenError: HTTPStatus.UNAUTHORIZED,
        TokenRequiredError: HTTPStatus.UNAUTHORIZED,
        StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
        StaleFeatureError: HTTPStatus.PRECONDITION_FAILED,
        FeatureExistsError: HTTPStatus.CONFLICT,
    }
)
"""The status of each class of error; the nearest base class counts."""

_HEADERS: Mapping[type[OnemapError], tuple[str, str]] = MappingProxyType(
    {
        InvalidTokenError: ("WWW-Authenticate", "Bearer"),
        TokenRequiredError: ("WWW-Authenticate", "Bearer"),
        StoreBusyError: ("Retry-After", "5"),
        StoreUnavailableError: ("Retry-After", "5"),
    }
)
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_MAX_TARGET = 300
_PAGE_NOT_FOUND = (
    "there is no such address; start at /",
    "没有这个地址；请从 / 开始",
)
_METHOD_NOT_ALLOWED = (
    "this address does not take that method",
    "该地址不支持这种请求方法",
)
_HTTP_TEXTS: Mapping[int, tuple[str, str, str]] = MappingProxyType(
    {
        404: ("not-found", *_PAGE_NOT_FOUND),
        405: ("method-not-allowed", *_METHOD_NOT_ALLOWED),
    }
)
_VALUE_TEXTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "extra_forbidden": (
            "there is no such parameter; use one of the allowed ones",
            "没有这个参数，请使用允许的参数",
        ),
        "int_parsing": ("a whole number is wanted", "应为整数"),
        "int_parsing_size": ("the number is too large", "数值过大"),
        "greater_than_equal": ("the number is too small", "数值过小"),
        "less_than_equal": ("the number is too large", "数值过大"),
        "string_too_long": ("the text is too long", "文字过长"),
        "literal_error": (
            "the value is not one of the allowed ones",
            "取值不在允许范围内",
        ),
        "missing": ("the parameter is required", "缺少必填参数"),
    }
)


def status_of(error: OnemapError) -> HTTPStatus:
    """Return the status of an error: that of the nearest class in :data:`STATUS`."""
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return HTTPStatus.INTERNAL_SERVER_ERROR


def problem(status: int, code: str, detail: str, detail_zh: str, **extra: object) -> JSONResponse:
    """Return an answer of problem details."""
    content = {
        "type": f"urn:onemap:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "code": code,
        "detail": detail,
        "detail_zh": detail_zh,
        **extra,
    }
    return JSONResponse(content, int(status), media_type="application/problem+json")


def install_handlers(app: FastAPI) -> None:
    """Make the application answer every failure with problem details."""
    app.add_exception_handler(OnemapError, _answer_onemap)
    app.add_exception_handler(RequestValidationError, _answer_validation)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(Exception, _answer_unforeseen)


def _answer_onemap(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, OnemapError)
    extra: dict[str, Any] = {}
    if isinstance(error, InvalidQueryError):
        extra = {"parameter": error.parameter, "allowed": list(error.allowed)}
    if isinstance(error, InvalidFeatureError):
        extra = {"field": error.field, "place": error.place}
    if request.method not in _READING:
        _record(request, error)
    answer = problem(status_of(error), error.code, error.message, error.message_zh, **extra)
    for kind, (name, value) in _HEADERS.items():
        if isinstance(error, kind):
            answer.headers[name] = value
    return answer


def _record(request: Request, error: OnemapError) -> None:
    """Write a refused attempt to the audit log; without a store there is none."""
    if isinstance(error, StoreUnavailableError | StoreBusyError):
        return
    caller = getattr(request.state, "caller", ANONYMOUS)
    target = request.url.path[:_MAX_TARGET]
    gate_of(request).refused(caller, request.method, target, error.code)


def _answer_validation(request: Request, error: Exception) -> JSONResponse:
    """Answer 400 (OGC API – Features, /req/core/query-param-invalid), not FastAPI's 422."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    known = _parameters(request)
    name = str(first["loc"][-1])
    unknown = first["type"] == "extra_forbidden"
    detail, detail_zh = _VALUE_TEXTS.get(
        first["type"],
        ("the value cannot be read", "取值无法识别"),
    )
    allowed = sorted(known) if unknown else known.get(name, [])
    # A name that we do not know is the caller's text: bounded, and only as plain ASCII.
    shown = ascii(name[:64])[1:-1] if unknown else name
    return problem(
        HTTPStatus.BAD_REQUEST,
        "unknown-parameter" if unknown else "invalid-parameter",
        f"parameter {shown}: {detail}",
        f"参数 {shown}：{detail_zh}",
        parameter=shown,
        allowed=allowed,
    )


def _parameters(request: Request) -> dict[str, list[str]]:
    """Return each query parameter of the route with its allowed values, where listed."""
    found: dict[str, list[str]] = {}
    route = request.scope.get("route")
    for parameter in route.dependant.query_params if route else ():
        model = parameter.field_info.annotation
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            continue
        properties = model.model_json_schema(mode="serialization")["properties"]
        found |= {name: _choices(schema) for name, schema in properties.items()}
    return found


def _choices(schema: Mapping[str, Any]) -> list[str]:
    if "const" in schema:
        return [schema["const"]]
    parts = [schema, *schema.get("anyOf", [])]
    return [value for part in parts for value in part.get("enum", [])]


def _answer_http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    code, detail, detail_zh = _HTTP_TEXTS.get(error.status_code, ("http-error", phrase, phrase))
    answer = problem(error.status_code, code, detail, detail_zh)
    answer.headers.update(error.headers or {})
    return answer


def _answer_unforeseen(request: Request, error: Exception) -> JSONResponse:
    # The route's template, never the path that was asked for: a log line is not theirs to write.
    route = getattr(request.scope.get("route"), "path", "an unknown route")
    _log.error("unforeseen failure at %s", route, exc_info=error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal-error",
        "the server failed; the operator finds the reason in its log",
        "服务器出错，管理员可在日志中查到原因",
    )
