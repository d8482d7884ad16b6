"""Check a change set against what is stored, and give each feature its place."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, select

from layers.changes import Change, ChangeSet, canonical, feature_digest
from layers.errors import FeatureExistsError, InvalidFeatureError, StaleFeatureError
from layers.store.tables import LEDGER

_Key = tuple[str, str]
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # as JSON escapes it
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Placed:
    """A change that fits what is stored; ``is_known`` if its id was used before."""

    change: Change
    fid: int
    is_known: bool

    def ledger(self) -> dict[str, Any]:
        """Return the row of the ledger after the change."""
        return self._feature() | {"digest": feature_digest(self.change.after)}

    def entry(self, revision: int, ordinal: int) -> dict[str, Any]:
        """Return the row of the log."""
        sides = {"before": self.change.before, "after": self.change.after}
        return self._feature() | sides | {"revision": revision, "ordinal": ordinal}

    def _feature(self) -> dict[str, Any]:
        return {
            "collection": self.change.collection_id,
            "id": self.change.feature_id,
            "fid": self.fid,
        }


def is_storable(text: str) -> bool:
    """Can both databases keep a text? PostgreSQL has no NUL, UTF-8 no half of a surrogate pair."""
    return _UNSTORABLE.search(text) is None


def need_storable(change_set: ChangeSet) -> None:
    """Refuse what one of the databases could not keep.

    Raises
    ------
    InvalidFeatureError
        If a text in it holds a NUL or half a surrogate pair.
    """
    words = (change_set.author, change_set.reason, change_set.remark)
    features = (canonical(change.after) for change in change_set.changes)
    if not all(map(is_storable, words)) or any(
        _NUL.search(text) or not is_storable(text) for text in features
    ):
        raise InvalidFeatureError(
            "a text holds a character that is none (NUL, or half a surrogate pair); take it out",
            "文字中含有无效字符（NUL 或不完整的代理对），请去掉",
        )


def placed(connection: Connection, changes: Sequence[Change]) -> list[Placed]:
    """Return the changes with their places, in order.

    Raises
    ------
    StaleFeatureError
        If a feature is not stored as its change says it was before.
    FeatureExistsError
        If a new feature's id is taken.
    InvalidFeatureError
        If a change set names a feature twice.
    """
    keys = Counter((change.collection_id, change.feature_id) for change in changes)
    if keys and keys.most_common(1)[0][1] > 1:
        raise InvalidFeatureError(
            "a change set names one feature twice; send one change for it",
            "同一次提交中一个要素出现两次，请合并",
        )
    known = _known(connection, list(keys))
    last = _last_places(connection, {collection_id for collection_id, _ in keys})
    rows = []
    for change in changes:
        stored = known.get((change.collection_id, change.feature_id))
        _check(change, None if stored is None else stored[1])
        if stored is None:
            last[change.collection_id] += 1
        fid = last[change.collection_id] if stored is None else stored[0]
        rows.append(Placed(replace(change, sequence=fid), fid, stored is not None))
    return rows


def _last_places(connection: Connection, collection_ids: Iterable[str]) -> dict[str, int]:
    """Return the highest place of each collection; one question each, which an index answers."""
    last = func.coalesce(func.max(LEDGER.c.fid), 0)
    return {
        name: connection.execute(select(last).where(LEDGER.c.collection == name)).scalar_one()
        for name in collection_ids
    }


def _known(connection: Connection, keys: Sequence[_Key]) -> dict[_Key, tuple[int, str | None]]:
    found: dict[_Key, tuple[int, str | None]] = {}
    for collection_id in sorted({collection for collection, _ in keys}):
        ids = [feature_id for collection, feature_id in keys if collection == collection_id]
        for start in range(0, len(ids), _BATCH):
            part = ids[start : start + _BATCH]
            rows = connection.execute(
                select(LEDGER).where(LEDGER.c.collection == collection_id, LEDGER.c.id.in_(part))
            )
            found |= {(collection_id, row.id): (row.fid, row.digest) for row in rows}
    return found


def _check(change: Change, digest: str | None) -> None:
    if feature_digest(change.before) == digest:
        return
    if change.before is None:
        raise FeatureExistsError(
            "a feature of this id is there already; choose another id or change that one",
            "此编号已存在；请换一个编号，或修改已有要素",
        )
    raise StaleFeatureError(
        "the feature has been changed in the meantime; read it again and repeat the edit",
        "该要素已被他人修改；请重新读取后再编辑",
    )
