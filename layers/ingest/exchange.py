"""The form in which a layer crosses from the reading process to ours: WKB, numbers and JSON.

Pickle would run what a process that has met a hostile file wrote; a GeoPackage would need GDAL on
our side. Geometries are WKB, which GEOS reads at memory speed; lengths are an array that NumPy
loads without pickle; all else is JSON, checked for its types.
"""

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.ingest.base import Finding, RawLayer
from layers.ingest.refusals import refusal

_SCALARS = (str, int, float, bool, type(None))
_GEOMETRY = "geometry.wkb"
_LENGTHS = "lengths.npy"
_LAYER = "layer.json"


def save_layer(layer: RawLayer, folder: Path) -> None:
    """Write a layer into a folder."""
    shapes = np.asarray(layer.frame.geometry.array, dtype=object)
    blobs = [blob or b"" for blob in shapely.to_wkb(shapes, output_dimension=4)]
    np.save(folder / _LENGTHS, np.array([len(blob) for blob in blobs], dtype=np.int64))
    with (folder / _GEOMETRY).open("wb") as out:
        out.writelines(blobs)
    frame = layer.frame.drop(columns=layer.frame.geometry.name)
    content = {
        "name": layer.name,
        "crs": layer.crs,
        "encoding": layer.encoding,
        "rows": [int(row) for row in frame.index],
        "columns": {str(name): frame[name].tolist() for name in frame.columns},
        "findings": [finding_to_json(one) for one in layer.findings],
    }
    with (folder / _LAYER).open("w", encoding="utf-8") as out:
        json.dump(content, out, ensure_ascii=True, default=str)


def load_layer(folder: Path) -> RawLayer:
    """Return the layer that a process wrote into a folder.

    Raises
    ------
    ImportRefusedError
        If what it wrote is no layer.
    """
    try:
        return _load(folder)
    except (OSError, ValueError, TypeError, KeyError, shapely.errors.ShapelyError) as error:
        raise refusal("reader-crashed", "result") from error


def _load(folder: Path) -> RawLayer:
    lengths = np.load(folder / _LENGTHS, allow_pickle=False)
    data = (folder / _GEOMETRY).read_bytes()
    if (lengths < 0).any() or int(lengths.sum()) != len(data):
        raise ValueError("lengths")
    ends = np.cumsum(lengths)
    blobs = [data[end - length : end] or None for end, length in zip(ends, lengths, strict=True)]
    content = json.loads((folder / _LAYER).read_text(encoding="utf-8"))
    index = pd.Index(content["rows"], dtype="int64", name="row")
    columns = {str(name): _scalars(values) for name, values in content["columns"].items()}
    frame = gpd.GeoDataFrame(
        pd.DataFrame(columns, index=index, dtype=object),
        geometry=gpd.GeoSeries(shapely.from_wkb(np.array(blobs, dtype=object)), index=index),
    )
    return RawLayer(
        name=str(content["name"]),
        frame=frame,
        crs=_text(content["crs"]),
        encoding=_text(content["encoding"]),
        findings=tuple(finding_from_json(one) for one in content["findings"]),
    )


def finding_to_json(one: Finding) -> dict[str, Any]:
    """Return a finding as JSON has it."""
    return {
        "code": one.code,
        "severity": one.severity,
        "message": one.message,
        "message_zh": one.message_zh,
        "row": one.row,
        "column": one.column,
        "place": one.place,
        "facts": dict(one.facts),
    }


def finding_from_json(raw: dict[str, Any]) -> Finding:
    """Return the finding that a process wrote.

    Raises
    ------
    ValueError
        If it is none.
    """
    if raw["severity"] not in ("note", "change", "question", "refusal"):
        raise ValueError("severity")
    row, place = raw["row"], raw["place"]
    return Finding(
        code=str(raw["code"]),
        severity=raw["severity"],
        message=str(raw["message"]),
        message_zh=str(raw["message_zh"]),
        row=None if row is None else int(row),
        column=_text(raw["column"]),
        place=None if place is None else (float(place[0]), float(place[1])),
        facts=dict(raw["facts"]),
    )


def _scalars(values: list[Any]) -> list[Any]:
    if not all(isinstance(value, _SCALARS) for value in values):
        raise ValueError("a value is no scalar")
    return values


def _text(value: object) -> str | None:
    return None if value is None else str(value)
