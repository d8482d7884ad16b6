"""The facts that ``data/`` is built from, as they stand in ``data/sources/``."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import shapely

from layers.errors import PlanDataError

Record = dict[str, Any]
"""One entry of a source file: named values of any JSON kind."""

PLAN_SOURCE = "济南市市中区“十四五”规划和二〇三五年远景目标纲要，市中政发〔2021〕2号"


@dataclass(frozen=True, slots=True)
class Control:
    """A control geometry and what is known of it."""

    id: str
    method: str
    geometry: shapely.Geometry | None
    properties: Record


@dataclass(frozen=True, slots=True)
class Sources:
    """All source files, read once."""

    zones: list[Record]
    areas: list[Record]
    projects: list[Record]
    indicators: Record
    district: Control
    controls: dict[str, Control]
    project_points: dict[str, Record]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return the sources of a folder.

        Raises
        ------
        PlanDataError
            If a file is missing or is not what it should be.
        """
        plan, geodata = folder / "plan", folder / "geodata"
        layout = _controls(geodata / "layout.geojson")
        points = _read(geodata / "project_points.csv")
        return cls(
            zones=json.loads(_read(plan / "zones.json"))["zones"],
            areas=json.loads(_read(plan / "areas.json"))["areas"],
            projects=json.loads(_read(plan / "projects.json"))["projects"],
            indicators=json.loads(_read(plan / "indicators.json")),
            district=_controls(geodata / "district.geojson")[0],
            controls={control.id: control for control in layout},
            project_points={row["id"]: row for row in csv.DictReader(points.splitlines())},
        )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise PlanDataError(
            f"the source file {path.name} cannot be read; restore data/sources",
            f"无法读取源文件 {path.name}，请恢复 data/sources",
        ) from error


def _controls(path: Path) -> list[Control]:
    features: list[Record] = json.loads(_read(path))["features"]
    return [
        Control(
            id=feature["id"],
            method=feature["properties"].get("method", ""),
            geometry=_geometry(feature["geometry"]),
            properties=feature["properties"],
        )
        for feature in features
    ]


def _geometry(value: Record | None) -> shapely.Geometry | None:
    return None if value is None else shapely.from_geojson(json.dumps(value))


def cites(entry: Record) -> tuple[Record, list[Record]]:
    """Return where the plan says a thing: the first place, and the others once each."""
    first: Record = entry["cite"]
    others: list[Record] = []
    for cite in entry.get("also_cites", []):
        if cite != first and cite not in others:
            others.append(cite)
    return first, others
