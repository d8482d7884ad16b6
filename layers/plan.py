"""Read the plan's files: the layers as GeoJSON, the streets, the indicators."""

import csv
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.errors import PlanDataError

_LAYERS = ("district", "zones", "areas", "projects")
_STREET_UNCERTAINTY_M = 200

Features = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the plan says at one revision.

    ``fingerprint`` changes with any byte of it, so that an answer made from other data is never
    taken for this one. ``sequences`` gives each feature's place in the order of its collection,
    which stays when others are added or deleted.
    """

    layers: Mapping[str, Features]
    indicators: Mapping[str, Any]
    fingerprint: str
    sequences: Mapping[str, tuple[int, ...]]
    revision: int = 1


def default_folder() -> Path:
    """Return the folder of the plan's files: inside the installed package, or the checkout's.

    Raises
    ------
    PlanDataError
        If there is neither.
    """
    here = Path(__file__).resolve().parent
    for folder in (here / "data", here.parent / "data"):
        if (folder / "zones.geojson").is_file():
            return folder
    raise PlanDataError(
        "the plan's files are missing; run `onemap build-data` or install the package again",
        "缺少规划数据文件；请运行 onemap build-data，或重新安装",
    )


def read_plan(folder: Path) -> Plan:
    """Return the plan of a folder of files as in ``data/``.

    Raises
    ------
    PlanDataError
        If a file is missing or not what it should be.
    """
    digest = hashlib.sha256()
    texts = {name: _text(folder / f"{name}.geojson", digest) for name in _LAYERS}
    streets = _text(folder / "streets.csv", digest)
    indicators = _text(folder / "indicators.json", digest)
    layers = {name: _features(name, text) for name, text in texts.items()}
    layers["streets"] = [_street(row) for row in csv.DictReader(streets.splitlines())]
    return Plan(
        layers=layers,
        indicators=_json("indicators.json", indicators),
        fingerprint=digest.hexdigest()[:12],
        sequences={name: tuple(range(1, len(rows) + 1)) for name, rows in layers.items()},
    )


def geometries_of(features: Features) -> NDArray[np.object_]:
    """Return the geometry of each GeoJSON feature, null where it has none.

    Raises
    ------
    PlanDataError
        If a geometry is not GeoJSON.
    """
    found = np.empty(len(features), dtype=object)
    for position, feature in enumerate(features):
        if feature["geometry"] is None:
            continue
        try:
            found[position] = shapely.from_geojson(json.dumps(feature["geometry"]))
        except shapely.errors.GEOSException as error:
            raise PlanDataError(
                f"feature {feature['id']} has a geometry that is no GeoJSON; correct it",
                f"要素 {feature['id']} 的几何不是有效的 GeoJSON，请更正",
            ) from error
    return found


def _text(path: Path, digest: "hashlib._Hash") -> str:
    try:
        content = path.read_bytes()
        digest.update(content)
        return content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PlanDataError(
            f"{path.name} cannot be read as UTF-8 text; give a folder with the files of data/",
            f"无法读取 {path.name}（应为 UTF-8）；请指定含有 data/ 各文件的文件夹",
        ) from error


def _json(name: str, text: str) -> dict[str, Any]:
    try:
        value: dict[str, Any] = json.loads(text)
    except ValueError as error:
        raise PlanDataError(
            f"{name} is not JSON; correct it or build it again",
            f"{name} 不是有效的 JSON，请更正或重新生成",
        ) from error
    return value


def _features(name: str, text: str) -> Features:
    features = _json(f"{name}.geojson", text).get("features")
    required = {"id", "properties", "geometry"}
    if not isinstance(features, list) or not all(
        isinstance(f, dict) and required <= f.keys() for f in features
    ):
        raise PlanDataError(
            f"{name}.geojson is no FeatureCollection whose features have an id",
            f"{name}.geojson 不是带编号的 FeatureCollection",
        )
    return features


def _street(row: dict[str, str]) -> dict[str, Any]:
    placed = bool(row["lon"] and row["lat"])
    properties = {
        "id": row["code"],
        "name": row["name"],
        "quality": "schematic" if placed else None,
        "uncertainty_m": _STREET_UNCERTAINTY_M if placed else None,
        "source": row["note"],
    }
    position = [float(row["lon"]), float(row["lat"])] if placed else []
    return {
        "type": "Feature",
        "id": row["code"],
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": position} if placed else None,
    }
