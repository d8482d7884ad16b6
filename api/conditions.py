"""Edits that overwrite nothing unseen: entity tags and If-Match (RFC 9110, clause 13.1.1)."""

from fastapi import Request

from api.errors import PreconditionRequiredError
from layers.access import Caller
from layers.changes import Feature, feature_digest
from layers.errors import StaleFeatureError

UNLOCKED = "without a lock"


def feature_tag(feature: Feature) -> str:
    """Return the entity tag of a stored feature: it changes when the feature does."""
    digest = feature_digest(feature)
    assert digest is not None
    return f'"{digest[:32]}"'


def check_unchanged(request: Request, caller: Caller, feature: Feature) -> str:
    """Refuse an edit of a feature whose author has not seen it as it is now.

    Returns what the audit log says beside the edit.

    Raises
    ------
    PreconditionRequiredError
        If no If-Match came and the caller's token does not allow that.
    StaleFeatureError
        If it names another state of the feature.
    """
    given = request.headers.get("if-match")
    if given is None or given.strip() == "*":
        if caller.may_skip_lock:
            return UNLOCKED
        raise PreconditionRequiredError(
            "send the ETag of the feature as If-Match, so that no other edit is lost",
            "请以 If-Match 发送该要素的 ETag，以免覆盖他人的修改",
        )
    if feature_tag(feature) not in [tag.strip() for tag in given.split(",")]:
        raise StaleFeatureError(
            "the feature has been changed in the meantime; read it again and repeat the edit",
            "该要素已被他人修改；请重新读取后再编辑",
        )
    return ""
