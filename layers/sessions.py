"""Sessions of the page: a cookie that stands for a token for some hours, and ends with it."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

LIFETIME = timedelta(hours=12)


def signed(token_id: str, digest: str, now: datetime) -> str:
    """Return the value of a session's cookie: token, end, and a signature of both.

    The key is the digest of the token's secret, which the store alone has: no key of its own
    has to be kept, and a revoked token ends its sessions.
    """
    end = int((now + LIFETIME).timestamp())
    return f"{token_id}.{end}.{_signature(token_id, end, digest)}"


def token_of(value: str) -> str:
    """Return the id of the token that a session claims to stand for."""
    return value.partition(".")[0]


def is_valid(value: str, digest: str, now: datetime) -> bool:
    """Tell whether a session was signed by us and has not ended."""
    token_id, _, rest = value.partition(".")
    end, _, signature = rest.partition(".")
    if not (end.isascii() and end.isdigit() and len(end) < 12 and signature.isascii()):
        return False
    expected = _signature(token_id, int(end), digest)
    fresh = datetime.fromtimestamp(int(end), UTC) > now
    return hmac.compare_digest(signature, expected) and fresh


def _signature(token_id: str, end: int, digest: str) -> str:
    text = f"onemap session {token_id} {end}"
    return hmac.new(digest.encode(), text.encode(), hashlib.sha256).hexdigest()
