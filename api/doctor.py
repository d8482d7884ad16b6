"""Is everything in place to serve the map? One check a line, each with what to do."""

import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from geo.crs import KNOWN, STORAGE_CRS, transformer
from geo.errors import OnemapError
from layers.render.assets import asset_folder
from layers.render.folium_map import BUNDLE, FONT_CSS, PAGE_CSS
from layers.workspace import Workspace

_OLDEST, _NEWEST = (3, 11), (3, 13)
_PACKAGES = ("geopandas", "shapely", "pyproj", "fiona", "folium", "fastapi")


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, whether it is right, and what was seen or is to be done."""

    name: str
    ok: bool
    detail: str


def examine(store: str | None, facts: Path | None = None) -> list[Check]:
    """Return all checks, in the order in which they build on each other."""
    checks: list[tuple[str, Callable[[], str]]] = [
        ("python", _python),
        ("packages", _packages),
        ("proj", _proj),
        ("gdal", _gdal),
        ("data", lambda: _data(facts)),
        ("store", lambda: _store(store, facts)),
        ("assets", _assets),
    ]
    return [_run(name, check) for name, check in checks]


class DoctorError(OnemapError):
    """Something that the server needs is not in place."""

    code = "not-in-place"


def _run(name: str, check: Callable[[], str]) -> Check:
    try:
        return Check(name, ok=True, detail=check())
    except (OnemapError, ImportError, LookupError, OSError) as error:
        return Check(name, ok=False, detail=str(error))


def _python() -> str:
    if not _OLDEST <= sys.version_info[:2] <= _NEWEST:
        raise DoctorError("Python 3.11 to 3.13 is needed (fiona has wheels for these)")
    return platform.python_version()


def _packages() -> str:
    return ", ".join(f"{name} {version(name)}" for name in _PACKAGES)


def _proj() -> str:
    for system in KNOWN:
        transformer(STORAGE_CRS, system.code)
    return f"{len(KNOWN)} reference systems"


def _gdal() -> str:
    import fiona
    import pyogrio

    return f"fiona with GDAL {fiona.__gdal_version__}, pyogrio with GDAL " + ".".join(
        map(str, pyogrio.__gdal_version__)
    )


def _data(facts: Path | None) -> str:
    with Workspace.open(facts) as workspace:
        tables = workspace.snapshot().tables
    return ", ".join(f"{name} {len(table.features)}" for name, table in tables.items())


def _store(store: str | None, facts: Path | None) -> str:
    with Workspace.connect(store, facts=facts) as workspace:
        snapshot = workspace.snapshot()
    return f"revision {snapshot.revision} (fingerprint {snapshot.fingerprint})"


def _assets() -> str:
    from layers.render.page import page_parts

    with Workspace.open() as workspace:
        page = page_parts(workspace.snapshot())
    names = (*page.stylesheets, *page.scripts, FONT_CSS, BUNDLE, PAGE_CSS)
    missing = [name for name in names if not (asset_folder() / name).is_file()]
    if missing:
        raise DoctorError(f"missing {', '.join(missing)}; run `make setup`")
    return f"{len(names)} files"
