"""Who is asking: a bearer token or a session cookie, and what their role allows."""

import hmac
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from api.settings import Settings
from layers import sessions
from layers.access import ANONYMOUS, Caller, Gate, digest_of
from layers.errors import ForbiddenError, InvalidTokenError, TokenRequiredError
from layers.model import Role

SESSION_COOKIE = "onemap_session"
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
LOCAL = Caller("local", "admin")
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
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


def sign_in(request: Request, secret: str) -> tuple[Caller, str]:
    """Return who carries a secret, and the value of a session's cookie for them.

    Raises
    ------
    InvalidTokenError
        If it opens nothing.
    """
    if _is_local(request, secret):
        digest = digest_of(secret)
        return LOCAL, sessions.signed(LOCAL.name, digest, datetime.now(UTC))
    return gate_of(request).sign_in(secret)


def _caller(request: Request) -> Caller:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        own = _is_local(request, secret.strip())
        return LOCAL if own else gate_of(request).caller(secret.strip())
    session = request.cookies.get(SESSION_COOKIE)
    if session and comes_from_our_page(request):
        return _session(request, session)
    return ANONYMOUS


def _session(request: Request, value: str) -> Caller:
    """Return who has a session; one that has ended is nobody's, and no failure of a read."""
    local = _local_token(request)
    try:
        if local and sessions.is_valid(value, digest_of(local), datetime.now(UTC)):
            return LOCAL if _is_local(request, local) else ANONYMOUS
        return gate_of(request).session(value)
    except InvalidTokenError:
        if request.method in _READING:
            return ANONYMOUS
        raise


def _local_token(request: Request) -> str | None:
    settings: Settings = request.app.state.settings
    return None if settings.local_token is None else settings.local_token.get_secret_value()


def _is_local(request: Request, secret: str) -> bool:
    """Tell whether a secret is the token printed at start, come from this machine.

    Raises
    ------
    InvalidTokenError
        If it comes from another.
    """
    local = _local_token(request)
    if local is None or not hmac.compare_digest(secret.encode(), local.encode()):
        return False
    if request.client is None or request.client.host not in _LOOPBACK:
        raise InvalidTokenError(
            "the token printed at start opens this server from its own machine only",
            "启动时显示的令牌只能在服务器本机使用",
        )
    return True


def comes_from_our_page(request: Request) -> bool:
    """Tell whether a request with a cookie may act: reads always, writes from our page only.

    A browser names the site that a request comes from in Sec-Fetch-Site (Fetch Metadata); one
    that does not is held to the Origin that it sends with every write.
    """
    if request.method in _READING:
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
