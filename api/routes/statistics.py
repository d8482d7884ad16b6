"""Statistics and findings."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.dependencies import WorkspaceDep
from api.parameters import NoParameters, StatisticsParameters

router = APIRouter(tags=["statistics"])


@router.get("/statistics")
def show_statistics(
    workspace: WorkspaceDep, parameters: Annotated[StatisticsParameters, Query()]
) -> dict[str, Any]:
    """Return areas and project counts by zone, named area, category or stage."""
    return workspace.statistics(parameters.by, parameters.rule, parameters.query())


@router.get("/findings")
def list_findings(
    workspace: WorkspaceDep, _parameters: Annotated[NoParameters, Query()]
) -> dict[str, Any]:
    """Return where the plan and the map, or the plan and itself, do not say the same."""
    found = workspace.findings()
    return {
        "revision": workspace.snapshot().revision,
        "count": len(found),
        "findings": found,
    }
