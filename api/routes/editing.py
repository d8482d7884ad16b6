"""Add, replace, change and delete features (OGC API – Features Part 4, draft)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response

from api.access import CallerDep, require
from api.bodies import FEATURE_TYPES, PATCH_TYPES, json_body
from api.conditions import check_unchanged, feature_tag
from api.dependencies import WorkspaceDep
from api.links import GEOJSON
from api.openapi import edited_as, edits
from api.parameters import EditParameters
from geo.crs import reference_system
from layers.access import Caller
from layers.changes import Change, ChangeSet
from layers.editing import create, patch, remove, replace
from layers.features import stored_geometry
from layers.model import collection_of
from layers.snapshot import Snapshot
from layers.workspace import Workspace

router = APIRouter(prefix="/collections/{collection_id}/items", tags=["editing"])

FeatureBody = Annotated[dict[str, Any], Depends(json_body(*FEATURE_TYPES))]
PatchBody = Annotated[dict[str, Any], Depends(json_body(*PATCH_TYPES))]


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit that an editor is about to make."""

    request: Request
    caller: Caller
    workspace: Workspace
    parameters: EditParameters

    def stored(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a body with its geometry in CRS84, from the system that Content-Crs names."""
        named = self.request.headers.get("content-crs")
        if named is None or "geometry" not in body:
            return body
        system = reference_system(named.strip().removeprefix("<").removesuffix(">"))
        return {**body, "geometry": stored_geometry(body["geometry"], system)}

    def unchanged(self, snapshot: Snapshot, collection_id: str, feature_id: str) -> str:
        """Refuse an edit of what its author has not seen; return the remark for the log."""
        seen = snapshot.stored(collection_id, feature_id)
        return check_unchanged(self.request, self.caller, seen)

    def commit(self, change: Change, remark: str = "") -> None:
        """Store a change; one that changes nothing makes no revision."""
        if change.before != change.after:
            reason = self.parameters.reason
            self.workspace.apply(ChangeSet((change,), self.caller.name, reason, remark))

    def answer(self, change: Change, status: int = 200) -> Response:
        """Return the feature as it is after its change, with what is derived for it."""
        snapshot = self.workspace.snapshot()
        table = snapshot.table(change.collection_id)
        encoded = table.encoded[table.position(change.feature_id)]
        tag = feature_tag(snapshot.stored(change.collection_id, change.feature_id))
        return Response(encoded, status, media_type=GEOJSON, headers={"ETag": tag})


def _edit(
    request: Request,
    caller: CallerDep,
    workspace: WorkspaceDep,
    parameters: Annotated[EditParameters, Query()],
) -> Edit:
    require(caller, "editor")
    return Edit(request, caller, workspace, parameters)


EditDep = Annotated[Edit, Depends(_edit)]


@router.options("", response_class=Response, status_code=204, responses=edited_as(204))
def offer_on_items(collection_id: str) -> Response:
    """Return which methods there are, as editors such as QGIS ask before they offer to edit."""
    collection_of(collection_id)
    return Response(status_code=204, headers={"Allow": "GET, HEAD, OPTIONS, POST"})


@router.options("/{feature_id}", response_class=Response, status_code=204, responses=edited_as(204))
def offer_on_item(collection_id: str, feature_id: str) -> Response:
    """Return which methods there are on a feature; whether it is there is not asked."""
    del feature_id
    collection_of(collection_id)
    allowed = "GET, HEAD, OPTIONS, PUT, PATCH, DELETE"
    return Response(status_code=204, headers={"Allow": allowed, "Accept-Patch": PATCH_TYPES[0]})


@router.post(
    "",
    response_class=Response,
    status_code=201,
    responses=edited_as(201, GEOJSON),
    openapi_extra=edits(*FEATURE_TYPES),
)
def create_item(collection_id: str, edit: EditDep, body: FeatureBody) -> Response:
    """Add a feature; one that comes without an id is given one."""
    repairing = edit.parameters.repair
    sent = edit.stored(body)
    change = create(edit.workspace.snapshot(), collection_id, sent, repairing=repairing)
    edit.commit(change)
    answer = edit.answer(change, 201)
    path = f"/collections/{collection_id}/items/{quote(change.feature_id)}"
    answer.headers["Location"] = path
    return answer


@router.put(
    "/{feature_id}",
    response_class=Response,
    responses=edited_as(200, GEOJSON),
    openapi_extra=edits(*FEATURE_TYPES, locked=True),
)
def replace_item(collection_id: str, feature_id: str, edit: EditDep, body: FeatureBody) -> Response:
    """Put a whole feature in the place of another; If-Match names the one that was seen."""
    snapshot = edit.workspace.snapshot()
    remark = edit.unchanged(snapshot, collection_id, feature_id)
    repairing = edit.parameters.repair
    change = replace(snapshot, collection_id, feature_id, edit.stored(body), repairing=repairing)
    edit.commit(change, remark)
    return edit.answer(change)


@router.patch(
    "/{feature_id}",
    response_class=Response,
    responses=edited_as(200, GEOJSON),
    openapi_extra=edits(*PATCH_TYPES, locked=True),
)
def patch_item(collection_id: str, feature_id: str, edit: EditDep, body: PatchBody) -> Response:
    """Change some properties or the geometry by a merge patch (RFC 7396)."""
    snapshot = edit.workspace.snapshot()
    remark = edit.unchanged(snapshot, collection_id, feature_id)
    repairing = edit.parameters.repair
    change = patch(snapshot, collection_id, feature_id, edit.stored(body), repairing=repairing)
    edit.commit(change, remark)
    return edit.answer(change)


@router.delete(
    "/{feature_id}",
    response_class=Response,
    status_code=204,
    responses=edited_as(204),
    openapi_extra=edits(locked=True),
)
def delete_item(collection_id: str, feature_id: str, edit: EditDep) -> Response:
    """Delete a feature; its history stays."""
    snapshot = edit.workspace.snapshot()
    remark = edit.unchanged(snapshot, collection_id, feature_id)
    edit.commit(remove(snapshot, collection_id, feature_id), remark)
    return Response(status_code=204)
