"""Which reader answers for which kind of file."""

from layers.ingest.base import LayerReader
from layers.ingest.drawing import DxfReader
from layers.ingest.geojson import GeoJsonReader
from layers.ingest.kml import KmlReader
from layers.ingest.refusals import refusal
from layers.ingest.shapefile import ShapefileReader
from layers.ingest.sniff import Kind
from layers.ingest.vector_file import (
    FileGdbReader,
    FlatGeobufReader,
    GeoPackageReader,
)

READERS: dict[Kind, LayerReader] = {
    "shapefile": ShapefileReader(),
    "geopackage": GeoPackageReader(),
    "geojson": GeoJsonReader(),
    "kml": KmlReader(),
    "dxf": DxfReader(),
    "filegdb": FileGdbReader(),
    "flatgeobuf": FlatGeobufReader(),
}


def reader_of(kind: Kind) -> LayerReader:
    """Return the reader of a kind of file.

    Raises
    ------
    ImportRefusedError
        If there is none.
    """
    if kind not in READERS:
        raise refusal("unknown-content", kind)
    return READERS[kind]
