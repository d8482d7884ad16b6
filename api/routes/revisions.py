"""What was changed, by whom and why, and how to undo it."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from api.access import CallerDep, GateDep, require
from api.dependencies import WorkspaceDep
from api.openapi import edits
from api.parameters import EditParameters, NoParameters, PagedParameters
from layers.changes import Change, ChangeSet, Revision
from layers.editing import undo
from layers.errors import FeatureNotFoundError
from layers.schema import MAX_INTEGER

router = APIRouter(tags=["revisions"])

Number = Annotated[int, Path(ge=1, le=MAX_INTEGER)]


@router.get("/revisions")
def list_revisions(
    workspace: WorkspaceDep, parameters: Annotated[PagedParameters, Query()]
) -> dict[str, Any]:
    """Return the revisions, newest first."""
    found = workspace.store.revisions(limit=parameters.limit, before=parameters.before)
    return {
        "revision": workspace.store.head(),
        "revisions": [_revision(revision) for revision in found],
    }


@router.get("/revisions/{number}")
def show_revision(
    number: Number, workspace: WorkspaceDep, _parameters: Annotated[NoParameters, Query()]
) -> dict[str, Any]:
    """Return a revision with every feature that it changed, before and after."""
    revision = workspace.store.revision(number)
    changes = workspace.changes_of(number)
    return _revision(revision) | {"changes": [_change(change) for change in changes]}


@router.post("/revisions/{number}/revert", openapi_extra=edits())
def revert_revision(
    number: Number,
    caller: CallerDep,
    workspace: WorkspaceDep,
    parameters: Annotated[EditParameters, Query()],
) -> dict[str, Any]:
    """Undo a revision by a new one; refused (412) where what it changed was changed since."""
    require(caller, "editor")
    changes = undo(workspace.store.changes_of(number))
    reason = parameters.reason or f"撤销修订 {number} revert of revision {number}"
    return _revision(workspace.apply(ChangeSet(changes, caller.name, reason)))


@router.get("/collections/{collection_id}/items/{feature_id}/history")
def show_history(
    collection_id: str,
    feature_id: str,
    workspace: WorkspaceDep,
    _parameters: Annotated[NoParameters, Query()],
) -> dict[str, Any]:
    """Return every change of a feature, newest first; also of one that was deleted."""
    entries = workspace.history(collection_id, feature_id)
    if not entries:
        raise FeatureNotFoundError(
            f"collection {collection_id} never had a feature of this id",
            "该图层从未有过此编号的要素",
        )
    return {
        "revision": workspace.store.head(),
        "history": [_revision(entry.revision) | _change(entry.change) for entry in entries],
    }


@router.get("/audit")
def list_audit(
    caller: CallerDep, gate: GateDep, parameters: Annotated[PagedParameters, Query()]
) -> dict[str, Any]:
    """Return what was changed and what was refused, newest first, to an administrator."""
    require(caller, "admin")
    found = gate.audit(limit=parameters.limit, before=parameters.before)
    return {
        "entries": [
            {
                "number": entry.number,
                "at": entry.at.isoformat(),
                "who": entry.who,
                "action": entry.action,
                "target": entry.target,
                "outcome": entry.outcome,
            }
            for entry in found
        ]
    }


def _revision(revision: Revision) -> dict[str, Any]:
    return {
        "number": revision.number,
        "at": revision.at.isoformat(),
        "author": revision.author,
        "reason": revision.reason,
        "digest": revision.digest,
        "change_count": revision.change_count,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "collection": change.collection_id,
        "id": change.feature_id,
        "before": change.before,
        "after": change.after,
    }
