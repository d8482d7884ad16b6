"""The one handle that the API, the command line and notebooks use."""

import html
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from layers.access import read_visibility
from layers.changes import Change, ChangeSet, HistoryEntry, Revision
from layers.findings import findings
from layers.model import collection_of
from layers.plan import default_folder, read_plan
from layers.query import ALL, FeatureQuery
from layers.render.page import standalone_page
from layers.snapshot import Snapshot
from layers.statistics import By, Rule, statistics
from layers.store import default_path, open_store
from layers.store.geopackage import GeoPackageStore
from layers.store.sql import SqlStore
from layers.timeline import Timeline
from layers.visibility import PublicView, Visibility


@dataclass(frozen=True, slots=True)
class MapPage:
    """The page as one file, which a notebook shows as its value."""

    text: str
    height_px: int = 640

    def _repr_html_(self) -> str:
        """Return the page in a frame of its own, where its styles and scripts stay inside."""
        source = html.escape(self.text, quote=True)
        return (
            f'<iframe srcdoc="{source}" width="100%" height="{self.height_px}" '
            'style="border:0" title="市中一张图"></iframe>'
        )

    def save(self, path: Path) -> Path:
        """Write the page to a file that opens without a server, and return its path."""
        path.write_text(self.text, encoding="utf-8")
        return path


class Workspace:
    """A plan that is open: ask it for features, statistics and maps, and change it."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self._timeline = Timeline(store)
        self._view = PublicView(read_visibility(store))
        self._public_only = False

    def public(self) -> Self:
        """Return the same workspace as anyone may see it: public properties only."""
        seen = copy(self)
        seen._public_only = True
        return seen

    def visibility(self) -> Visibility:
        """Return which properties are public, as the store says now."""
        return read_visibility(self.store)

    @classmethod
    def open(cls, folder: Path | None = None) -> Self:
        """Return a workspace in memory of a folder of files as in ``data/``.

        Without a folder it is the plan that comes with onemap. Changes end with the workspace.

        Raises
        ------
        PlanDataError
            If a file is missing or cannot be read.
        InvalidFeatureError
            If a feature does not fit its collection.
        """
        return cls(GeoPackageStore.in_memory(read_plan(folder or default_folder())))

    @classmethod
    def connect(cls, target: str | Path | None = None, *, facts: Path | None = None) -> Self:
        """Return the workspace of a store; an absent one is made from a folder of files.

        Without a target it is the store in the user's data folder, without a folder the plan
        that comes with onemap.

        Raises
        ------
        StoreUnavailableError
            If the store cannot be opened or made.
        StoreDamagedError
            If it is damaged.
        PlanDataError
            If it has to be made and a file of the plan is missing or cannot be read.
        """
        store = open_store(
            default_path() if target is None else target,
            lambda: read_plan(facts or default_folder()),
        )
        return cls(store)

    def snapshot(self, revision: int | None = None) -> Snapshot:
        """Return everything at the last revision, or at another.

        Raises
        ------
        RevisionNotFoundError
            If there is none of that number.
        """
        timeline = self._timeline
        found = timeline.current() if revision is None else timeline.of(revision)
        return self._shown().snapshot(found) if self._public_only else found

    def changes_of(self, revision: int) -> tuple[Change, ...]:
        """Return the changes of a revision.

        Raises
        ------
        RevisionNotFoundError
            If there is none of that number.
        """
        return tuple(self._seen(change) for change in self.store.changes_of(revision))

    def history(self, collection_id: str, feature_id: str) -> list[HistoryEntry]:
        """Return every change of a feature, newest first; none if it never existed.

        Raises
        ------
        CollectionNotFoundError
            If there is no such collection.
        """
        entries = self.store.history(collection_of(collection_id).id, feature_id)
        return [replace(entry, change=self._seen(entry.change)) for entry in entries]

    def apply(self, change_set: ChangeSet) -> Revision:
        """Commit all changes in one transaction and return the revision that they make.

        Raises
        ------
        StaleFeatureError
            If a feature is no longer as its change says it was before.
        FeatureExistsError
            If a new feature's id is taken.
        """
        return self.store.apply(change_set)[0]

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def __enter__(self) -> Self:
        """Return the workspace, to be closed at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the store."""
        self.close()

    def _shown(self) -> PublicView:
        visibility = self.visibility()
        if visibility != self._view.visibility:
            self._view = PublicView(visibility)
        return self._view

    def _seen(self, change: Change) -> Change:
        return self.visibility().change(change) if self._public_only else change

    def select(self, collection_id: str, query: FeatureQuery = ALL) -> Iterator[Mapping[str, Any]]:
        """Return the GeoJSON features of a collection that answer a query.

        Raises
        ------
        CollectionNotFoundError
            If there is no such collection.
        InvalidQueryError
            If the query asks for what the collection does not have.
        """
        table = self.snapshot().table(collection_id)
        return (table.features[position] for position in table.select(query))

    def statistics(
        self, by: By = "zones", rule: Rule = "main", query: FeatureQuery = ALL
    ) -> dict[str, Any]:
        """Return areas and project counts by zone, area, category or stage."""
        return statistics(self.snapshot(), query, by, rule)

    def findings(self) -> list[dict[str, Any]]:
        """Return where the plan and the map, or the plan and itself, disagree."""
        return findings(self.snapshot())

    def map(
        self, query: FeatureQuery = ALL, *, selected: str | None = None, lang: str = "zh"
    ) -> MapPage:
        """Return the page with the projects that a query selects, as one file.

        ``selected`` opens it at a feature: ``zones/Z-C``, ``areas/A-xinglong``.

        Raises
        ------
        AssetsMissingError
            If the scripts and styles of the page were not installed.
        """
        return MapPage(standalone_page(self.snapshot(), query, selected=selected, lang=lang))
