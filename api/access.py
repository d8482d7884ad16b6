"""Who is asking: a bearer token or a session cookie, and what their role allows."""

from typing import Annotated

from fastapi import Depends, Request

from api.settings import Settings
from layers.access import ANONYMOUS, Caller, Gate
from layers.errors import ForbiddenError, InvalidTokenError, TokenRequiredError
from layers.model import Role

SESSION_COOKIE = "onemap_session"
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_LOCAL = Caller("local", "admin")
_SAFE = frozenset({"same-origin", "none"})


def gate_of(request: Request) -> Gate:
    """Return the gate of the application's store."""
    return Gate(request.app.state.workspace.store)


def caller_of(request: Request) -> Caller:
    """Return who is asking, by their token or else their session.

    Raises
    ------
    InvalidTokenError
        If a token came that opens nothing.
    """
    request.state.caller = ANONYMOUS  # who it is for the log, should the token be refused
    request.state.caller = found = _caller(request)
    return found


def _caller(request: Request) -> Caller:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _known(request, secret.strip())
    session = request.cookies.get(SESSION_COOKIE)
    if session and _comes_from_our_page(request):
        return _known(request, session)
    return ANONYMOUS


def _known(request: Request, secret: str) -> Caller:
    settings: Settings = request.app.state.settings
    local = settings.local_token
    if local is not None and secret == local.get_secret_value():
        if request.client is None or request.client.host not in _LOOPBACK:
            raise InvalidTokenError(
                "the token printed at start opens this server from its own machine only",
                "启动时显示的令牌只能在服务器本机使用",
            )
        return _LOCAL
    return gate_of(request).caller(secret)


def _comes_from_our_page(request: Request) -> bool:
    """Tell whether a request with a cookie may act: reads always, writes from our page only.

    A browser names the site that a request comes from in Sec-Fetch-Site (Fetch Metadata); one
    that does not is held to the Origin that it sends with every write.
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return True
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in _SAFE
    origin = request.headers.get("origin")
    return origin is not None and origin == str(request.base_url).rstrip("/")


CallerDep = Annotated[Caller, Depends(caller_of)]
GateDep = Annotated[Gate, Depends(gate_of)]


def require(caller: Caller, role: Role) -> None:
    """Refuse a caller that has not at least a role.

    Raises
    ------
    TokenRequiredError
        If nobody in particular asks.
    ForbiddenError
        If the caller's role is less.
    """
    if caller.may(role):
        return
    if caller.role is None:
        raise TokenRequiredError(
            f"this needs a token of role {role}; send it as Authorization: Bearer …",
            f"此操作需要 {role} 令牌；请以 Authorization: Bearer … 发送",
        )
    raise ForbiddenError(
        f"this needs the role {role}, the token has {caller.role}",
        f"此操作需要 {role} 权限，当前令牌为 {caller.role}",
    )
