"""What a store does: keep features, count revisions, forget nothing."""

from datetime import datetime
from typing import Protocol

from layers.changes import Change, ChangeSet, HistoryEntry, Revision
from layers.plan import Plan


class FeatureStore(Protocol):
    """The durable side of onemap; the joins and indexes of a snapshot are not its business.

    An answer of :meth:`apply` is durable: it is there after the process is killed. Every method
    may be called from several threads.
    """

    def head(self) -> int:
        """Return the number of the last committed revision, also one committed elsewhere."""

    def load(self) -> Plan:
        """Return everything at the last committed revision.

        Raises
        ------
        StoreDamagedError
            If the features are not what was committed and cannot be restored.
        """

    def apply(
        self, change_set: ChangeSet, *, expected_revision: int | None = None
    ) -> tuple[Revision, tuple[Change, ...]]:
        """Commit all changes in one transaction and return the revision and what was stored.

        Raises
        ------
        StaleFeatureError
            If a feature is no longer as its change says it was before, or the store is no
            longer at ``expected_revision``.
        FeatureExistsError
            If a new feature's id is taken.
        """

    def net_changes(self, start: int, end: int) -> tuple[Change, ...]:
        """Return what leads from one revision to another, each feature once, either way."""

    def revision(self, number: int) -> Revision:
        """Return a revision.

        Raises
        ------
        RevisionNotFoundError
            If there is none of that number.
        """

    def revision_at(self, at: datetime) -> Revision:
        """Return the last revision that was committed at or before a moment.

        Raises
        ------
        RevisionNotFoundError
            If the store is younger.
        """

    def revisions(self, *, limit: int, before: int | None = None) -> list[Revision]:
        """Return revisions, newest first, those below ``before`` if it is given."""

    def changes_of(self, number: int) -> tuple[Change, ...]:
        """Return the changes of a revision, in the order in which they were applied."""

    def history(self, collection_id: str, feature_id: str) -> list[HistoryEntry]:
        """Return every change of a feature, newest first; none if it never existed."""

    def close(self) -> None:
        """Let go of the file or the connections."""
