"""Statistics and findings."""

import json
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.caching import kept, tag
from api.dependencies import WorkspaceDep
from api.links import JSON
from api.negotiation import ONLY_JSON, negotiated
from api.openapi import described_as
from api.parameters import ReadParameters, StatisticsParameters
from layers.findings import findings
from layers.statistics import statistics

router = APIRouter(tags=["statistics"])


@router.get("/statistics", response_class=Response, responses=described_as(JSON))
def show_statistics(
    request: Request, workspace: WorkspaceDep, parameters: Annotated[StatisticsParameters, Query()]
) -> Response:
    """Return areas and project counts by zone, named area, category or stage."""
    negotiated(request, parameters.chosen, ONLY_JSON)
    snapshot = parameters.snapshot(workspace)
    query = parameters.query(snapshot.table("projects"))

    def make() -> bytes:
        answer = statistics(snapshot, query, parameters.by, parameters.rule)
        return json.dumps(answer, ensure_ascii=False).encode()

    return kept(request, tag(request, snapshot), make, media_type=JSON)


@router.get("/findings", response_class=Response, responses=described_as(JSON))
def list_findings(
    request: Request, workspace: WorkspaceDep, parameters: Annotated[ReadParameters, Query()]
) -> Response:
    """Return where the plan and the map, or the plan and itself, do not say the same."""
    negotiated(request, parameters.chosen, ONLY_JSON)
    snapshot = parameters.snapshot(workspace)

    def make() -> bytes:
        found = findings(snapshot)
        answer = {"revision": snapshot.revision, "count": len(found), "findings": found}
        return json.dumps(answer, ensure_ascii=False).encode()

    return kept(request, tag(request, snapshot), make, media_type=JSON)
