"""Tables of a few shapes, and their vector tiles as GDAL reads them."""

import tempfile
from pathlib import Path

import numpy as np
import pyogrio
import shapely

from geo.bbox import BBox
from geo.tiling import EXTENT, WEB_MERCATOR_QUAD
from layers.model import CATALOGUE
from layers.render.tiles import tile
from layers.table import FeatureTable

COLLECTIONS = {collection.id: collection for collection in CATALOGUE}


def table_of(geometries, *, properties=None, ids=None, collection="projects", first=0):
    """A table of shapes; ids are F-0, F-1, …"""
    shapes = np.array([*geometries, None], dtype=object)[:-1]
    rows = properties or [{} for _ in shapes]
    names = ids or [f"F-{number}" for number in range(len(shapes))]
    features = [
        {"type": "Feature", "id": name, "geometry": None, "properties": {"id": name, **row}}
        for name, row in zip(names, rows, strict=True)
    ]
    numbers = np.arange(len(shapes), dtype=np.int64) + first
    places = {"zone": [], "area": []}
    return FeatureTable.build(COLLECTIONS[collection], features, shapes, numbers, places)


def read(data):
    """A tile as GDAL reads it, in grid cells with y to the south."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tile.mvt"
        path.write_bytes(data)
        [[name, _]] = pyogrio.list_layers(path)
        frame = pyogrio.read_dataframe(path, CLIP="NO")
    frame.geometry = shapely.transform(
        frame.geometry.to_numpy(), lambda xy: np.column_stack((xy[:, 0], EXTENT - xy[:, 1]))
    )
    frame.attrs["name"] = name
    return frame


def around(table, matrix_set, zoom):
    """All tiles of a level that have something, by address: what GDAL reads."""
    limits = matrix_set.limits(BBox(*table.extent()))[zoom]
    found = {}
    # One tile more: what lies half a cell before an edge is rounded onto it.
    for row in range(limits.min_row - 1, limits.max_row + 2):
        for col in range(limits.min_col - 1, limits.max_col + 2):
            data = tile(table, matrix_set, zoom, row, col)
            if data:
                found[matrix_set.tile(zoom, row, col)] = read(data)
    return found


def single(geometry, zoom=11):
    """The tile in which the first position of a shape lies, its frame, and the shape on it."""
    table = table_of([geometry])
    lon, lat = shapely.get_coordinates(geometry)[0]
    limits = WEB_MERCATOR_QUAD.limits(BBox(lon, lat, lon, lat))[zoom]
    address = WEB_MERCATOR_QUAD.tile(zoom, limits.min_row, limits.min_col)
    frame = read(tile(table, WEB_MERCATOR_QUAD, zoom, address.row, address.col))
    [projected] = WEB_MERCATOR_QUAD.project(table.geometries)
    return frame, shapely.transform(projected, address.local)
