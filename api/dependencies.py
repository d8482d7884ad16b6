"""What the routes are handed: the workspace as the caller may see it, and the settings."""

from typing import Annotated

from fastapi import Depends, Request

from api.access import CallerDep
from api.settings import Settings
from layers.workspace import Workspace


def _workspace(request: Request, caller: CallerDep) -> Workspace:
    workspace: Workspace = request.app.state.workspace
    return workspace if caller.may("viewer") else workspace.public()


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


WorkspaceDep = Annotated[Workspace, Depends(_workspace)]
SettingsDep = Annotated[Settings, Depends(_settings)]
