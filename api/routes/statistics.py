"""Statistics and findings."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.dependencies import WorkspaceDep
from api.parameters import ReadParameters, StatisticsParameters
from layers.findings import findings
from layers.statistics import statistics

router = APIRouter(tags=["statistics"])


@router.get("/statistics")
def show_statistics(
    workspace: WorkspaceDep, parameters: Annotated[StatisticsParameters, Query()]
) -> dict[str, Any]:
    """Return areas and project counts by zone, named area, category or stage."""
    snapshot = parameters.snapshot(workspace)
    return statistics(snapshot, parameters.query(), parameters.by, parameters.rule)


@router.get("/findings")
def list_findings(
    workspace: WorkspaceDep, parameters: Annotated[ReadParameters, Query()]
) -> dict[str, Any]:
    """Return where the plan and the map, or the plan and itself, do not say the same."""
    snapshot = parameters.snapshot(workspace)
    found = findings(snapshot)
    return {
        "revision": snapshot.revision,
        "count": len(found),
        "findings": found,
    }
