"""Who may do what: tokens, the roles that they carry, and the record of what was tried."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from layers import sessions
from layers.errors import InvalidTokenError, TokenNotFoundError
from layers.model import ROLES, Role
from layers.store.sql import SqlStore
from layers.store.tables import AUDIT, DOCUMENTS, TOKENS
from layers.visibility import Level, Visibility

KEPT_REFUSALS = 100_000
"""A refusal is forgotten once so many entries have followed it."""

_MARK = "onemap"
_VISIBILITY = "visibility"
_ID_BYTES = 6
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a name for the log, and a role; anonymous callers have none."""

    name: str
    role: Role | None
    may_skip_lock: bool = False

    def may(self, role: Role) -> bool:
        """Tell whether the caller has at least a role."""
        return self.role is not None and ROLES.index(self.role) >= ROLES.index(role)


ANONYMOUS = Caller("anonymous", None)


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token; its secret is shown once and not kept."""

    id: str
    name: str
    role: Role
    created: datetime
    expires: datetime | None
    revoked: datetime | None
    may_skip_lock: bool

    def is_valid(self, now: datetime) -> bool:
        """Tell whether the token still opens anything."""
        return self.revoked is None and (self.expires is None or now < self.expires)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Something that was done or refused."""

    number: int
    at: datetime
    who: str
    action: str
    target: str
    outcome: str


class Gate:
    """The tokens and the audit log of a store."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    def issue(
        self, name: str, role: Role, *, days: int | None = None, may_skip_lock: bool = False
    ) -> tuple[Token, str]:
        """Make a token and return it with its secret, which cannot be shown again."""
        now = datetime.now(UTC)
        expires = None if days is None else now + timedelta(days=days)
        token = Token(secrets.token_hex(_ID_BYTES), name, role, now, expires, None, may_skip_lock)
        secret = f"{_MARK}_{token.id}_{secrets.token_urlsafe(_SECRET_BYTES)}"
        row = {field: getattr(token, field) for field in Token.__slots__}
        with self._store.writing() as connection:
            connection.execute(insert(TOKENS), [row | {"digest": digest_of(secret)}])
        return token, secret

    def caller(self, secret: str) -> Caller:
        """Return who carries a secret.

        Raises
        ------
        InvalidTokenError
            If no token has it, or its token was revoked or has expired.
        """
        row = self._valid(secret.removeprefix(f"{_MARK}_").partition("_")[0])
        if row is None or not hmac.compare_digest(row.digest, digest_of(secret)):
            raise _unknown()
        return _caller(row)

    def sign_in(self, secret: str) -> tuple[Caller, str]:
        """Return who carries a secret, and the value of a session's cookie for them.

        Raises
        ------
        InvalidTokenError
            If no token has it, or its token was revoked or has expired.
        """
        caller = self.caller(secret)
        token_id = secret.removeprefix(f"{_MARK}_").partition("_")[0]
        return caller, sessions.signed(token_id, digest_of(secret), datetime.now(UTC))

    def session(self, value: str) -> Caller:
        """Return who has a session.

        Raises
        ------
        InvalidTokenError
            If we did not sign it, or it or its token has ended.
        """
        row = self._valid(sessions.token_of(value))
        if row is None or not sessions.is_valid(value, row.digest, datetime.now(UTC)):
            raise _unknown()
        return _caller(row)

    def _valid(self, token_id: str) -> Row[Any] | None:
        query = select(TOKENS).where(TOKENS.c.id == token_id[: 2 * _ID_BYTES])
        with self._store.reading() as connection:
            row = connection.execute(query).one_or_none()
        return row if row is not None and _token(row).is_valid(datetime.now(UTC)) else None

    def tokens(self) -> list[Token]:
        """Return every token, the oldest first."""
        with self._store.reading() as connection:
            rows = connection.execute(select(TOKENS).order_by(TOKENS.c.created)).all()
        return [_token(row) for row in rows]

    def has_tokens(self) -> bool:
        """Tell whether any token is valid now."""
        now = datetime.now(UTC)
        return any(token.is_valid(now) for token in self.tokens())

    def revoke(self, token_id: str) -> None:
        """Make a token worthless from now on.

        Raises
        ------
        TokenNotFoundError
            If there is none of that id.
        """
        with self._store.writing() as connection:
            found = connection.execute(
                update(TOKENS)
                .where(TOKENS.c.id == token_id, TOKENS.c.revoked.is_(None))
                .values(revoked=datetime.now(UTC))
            )
            if found.rowcount == 0:
                raise TokenNotFoundError(
                    "there is no such token; list them by `onemap token list`",
                    "没有这个令牌；可用 onemap token list 查看",
                )

    def refused(self, caller: Caller, action: str, target: str, code: str) -> None:
        """Record an attempt that was refused, with the code of the refusal."""
        row = {"at": datetime.now(UTC), "who": caller.name, "action": action, "target": target}
        with self._store.writing() as connection:
            connection.execute(insert(AUDIT), [row | {"outcome": f"refused: {code}"}])
            # Refusals are bounded, whoever sends them; what was done is kept.
            last = select(func.max(AUDIT.c.number)).scalar_subquery()
            gone = (AUDIT.c.number == last - KEPT_REFUSALS) & AUDIT.c.outcome.startswith("refused")
            connection.execute(delete(AUDIT).where(gone))

    def audit(self, *, limit: int, before: int | None = None) -> list[AuditEntry]:
        """Return what was done and refused, newest first."""
        found = select(AUDIT).order_by(AUDIT.c.number.desc()).limit(limit)
        if before is not None:
            found = found.where(AUDIT.c.number < before)
        with self._store.reading() as connection:
            rows = connection.execute(found).all()
        return [AuditEntry(r.number, r.at, r.who, r.action, r.target, r.outcome) for r in rows]


def read_visibility(store: SqlStore) -> Visibility:
    """Return which properties are public."""
    with store.reading() as connection:
        found = connection.execute(
            select(DOCUMENTS.c.content).where(DOCUMENTS.c.name == _VISIBILITY)
        ).scalar_one_or_none()
    return Visibility(found or {})


def set_visibility(
    store: SqlStore, collection_id: str, name: str, level: Level, *, who: str
) -> Visibility:
    """Make a property public or internal, and record it.

    Raises
    ------
    CollectionNotFoundError
        If there is no such collection.
    InvalidVisibilityError
        If the property has to be public.
    """
    visibility = read_visibility(store).with_level(collection_id, name, level)
    row = {
        "at": datetime.now(UTC),
        "who": who,
        "action": "visibility",
        "target": f"{collection_id} {name}",
        "outcome": level,
    }
    with store.writing() as connection:
        connection.execute(delete(DOCUMENTS).where(DOCUMENTS.c.name == _VISIBILITY))
        content = {key: dict(value) for key, value in visibility.levels.items()}
        connection.execute(insert(DOCUMENTS), [{"name": _VISIBILITY, "content": content}])
        connection.execute(insert(AUDIT), [row])
    return visibility


def digest_of(secret: str) -> str:
    """Return what is kept of a secret."""
    # 256 random bits cannot be guessed, so a slow hash would protect nothing.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _caller(row: Row[Any]) -> Caller:
    return Caller(row.name, row.role, row.may_skip_lock)


def _unknown() -> InvalidTokenError:
    return InvalidTokenError(
        "the token is not known, has expired or was revoked; ask the operator for another",
        "令牌无效、已过期或已撤销；请向管理员申请",
    )


def _token(row: Row[Any]) -> Token:
    return Token(**{field: getattr(row, field) for field in Token.__slots__})
