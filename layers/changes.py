"""What is changed, by whom and why: the one form in which anything reaches a store."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

Feature = Mapping[str, Any]
"""A GeoJSON feature as it is stored: without what a snapshot derives."""


@dataclass(frozen=True, slots=True)
class Change:
    """One feature before and after: null before is a new one, null after a deleted one.

    ``sequence`` is the feature's place in the order of its collection, kept by its id for ever;
    the store gives it when the change is applied.
    """

    collection_id: str
    feature_id: str
    before: Feature | None
    after: Feature | None
    sequence: int | None = None

    def inverse(self) -> "Change":
        """Return the change that undoes this one."""
        return replace(self, before=self.after, after=self.before)


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Changes that are applied together or not at all, with who made them and why."""

    changes: tuple[Change, ...]
    author: str
    reason: str
    remark: str = ""
    """What the audit log says beside it: that an edit came without a lock, for example."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A committed change set: its number, when it was committed, and what it chains to.

    ``digest`` is the SHA-256 of the digest before it and of everything in the change set, so
    that two stores with equal digests have equal histories.
    """

    number: int
    at: datetime
    author: str
    reason: str
    digest: str
    change_count: int


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change of a feature, with the revision that made it."""

    revision: Revision
    change: Change


def canonical(value: object) -> str:
    """Return a value as JSON of which there is only one: sorted keys, no spaces."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def feature_digest(feature: Feature | None) -> str | None:
    """Return the SHA-256 of a feature's properties and geometry, null for none."""
    if feature is None:
        return None
    text = canonical([feature["properties"], feature["geometry"]])
    return hashlib.sha256(text.encode()).hexdigest()


def chain_digest(
    previous: str, change_set: ChangeSet, at: datetime, changes: Iterable[Change]
) -> str:
    """Return the digest of a revision that follows another."""
    digest = hashlib.sha256(previous.encode())
    digest.update(canonical([at.isoformat(), change_set.author, change_set.reason]).encode())
    for change in changes:
        entry = [
            change.collection_id,
            change.feature_id,
            change.sequence,
            feature_digest(change.before),
            feature_digest(change.after),
        ]
        digest.update(canonical(entry).encode())
    return digest.hexdigest()
