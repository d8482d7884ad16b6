"""Sign in on the page with a token, and out again."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from api.access import SESSION_COOKIE, CallerDep, comes_from_our_page, sign_in
from api.bodies import json_body
from api.errors import InvalidBodyError
from layers.access import Caller
from layers.errors import ForbiddenError
from layers.sessions import LIFETIME

router = APIRouter(prefix="/session", tags=["session"])

_SENT = {"application/json": {"schema": {"type": "object"}}}
Body = Annotated[dict[str, Any], Depends(json_body("application/json"))]


@router.get("")
def show_session(caller: CallerDep) -> dict[str, Any]:
    """Return who the caller is; ``role`` is null for anyone."""
    return _described(caller)


@router.post("", response_class=JSONResponse, openapi_extra={"requestBody": {"content": _SENT}})
def begin_session(request: Request, body: Body) -> Response:
    """Sign in: the session lies in a cookie that no script can read, for twelve hours."""
    if not comes_from_our_page(request) and "origin" in request.headers:
        raise ForbiddenError("sign in on the page of this server", "请在本系统页面登录")
    secret = body.get("token")
    if not isinstance(secret, str):
        raise InvalidBodyError("the body has to name a token", "请求内容应含 token")
    caller, value = sign_in(request, secret)
    answer = JSONResponse(_described(caller))
    answer.set_cookie(
        SESSION_COOKIE,
        value,
        max_age=int(LIFETIME.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


@router.delete("", response_class=Response, status_code=204)
def end_session() -> Response:
    """Sign out."""
    answer = Response(status_code=204)
    answer.delete_cookie(SESSION_COOKIE, httponly=True, samesite="strict")
    return answer


def _described(caller: Caller) -> dict[str, Any]:
    return {"name": caller.name, "role": caller.role}
