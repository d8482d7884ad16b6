"""Snapshots of now and of then, each derived from its nearest neighbour."""

import threading
from collections import OrderedDict

from layers.errors import StoreBusyError
from layers.snapshot import Snapshot
from layers.store.base import FeatureStore

_KEPT = 8
_WAIT_S = 20.0


class Timeline:
    """The snapshots of a store.

    That of now follows the store by the net changes since it was last asked. One of then is
    derived from the nearest that is kept: each feature is changed once at most, however many
    revisions lie between, and one such snapshot is made at a time.
    """

    def __init__(self, store: FeatureStore) -> None:
        self._store = store
        self._current = Snapshot.build(store.load())
        self._following = threading.Lock()
        self._past: OrderedDict[int, Snapshot] = OrderedDict()
        self._rebuilding = threading.Lock()

    def current(self) -> Snapshot:
        """Return the snapshot of the last committed revision."""
        if self._store.head() == self._current.revision:
            return self._current
        with self._following:
            head = self._store.head()
            if head != self._current.revision:
                self._current = self._derive(self._current, head)
            return self._current

    def of(self, revision: int) -> Snapshot:
        """Return the snapshot of a revision.

        Raises
        ------
        RevisionNotFoundError
            If there is none of that number.
        StoreBusyError
            If others wait for snapshots of then already.
        """
        current = self.current()
        if revision == current.revision:
            return current
        if not self._rebuilding.acquire(timeout=_WAIT_S):
            raise StoreBusyError(
                "other revisions are being rebuilt; ask again in a few seconds",
                "正在重建其他修订，请稍后再试",
            )
        try:
            found = self._past.get(revision)
            if found is None:
                known = (current, *self._past.values())
                nearest = min(known, key=lambda kept: abs(kept.revision - revision))
                found = self._derive(nearest, revision)
            self._keep(found)
            return found
        finally:
            self._rebuilding.release()

    def _keep(self, snapshot: Snapshot) -> None:
        self._past[snapshot.revision] = snapshot
        self._past.move_to_end(snapshot.revision)
        while len(self._past) > _KEPT:
            self._past.popitem(last=False)

    def _derive(self, known: Snapshot, revision: int) -> Snapshot:
        digest = self._store.revision(revision).digest
        changes = self._store.net_changes(known.revision, revision)
        return known.changed(changes, revision=revision, fingerprint=digest[:12])
