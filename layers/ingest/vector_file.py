"""Readers on GDAL's drivers through fiona: GeoPackage, FileGDB and FlatGeobuf.

One driver is allowed for each, so that content of another kind is never followed.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import fiona
import shapely

from layers.ingest.base import LayerReader, RawLayer, ReadOptions
from layers.ingest.gathering import Gathering
from layers.ingest.geopackage import GeoPackageCheck
from layers.ingest.records import chosen, gdal_errors, geometry_of, records


class FionaReader(LayerReader):
    """A format whose driver needs no checks beyond those of every row."""

    driver: ClassVar[str]

    def sublayers(self, path: Path) -> list[str]:
        """Return the names of the layers in a file."""
        with gdal_errors():
            names: list[str] = fiona.listlayers(path)
        return names

    def read(self, path: Path, sublayer: str | None, options: ReadOptions) -> RawLayer:
        """Return a layer of a file, the first where none is named.

        Raises
        ------
        ImportRefusedError
            If the driver cannot open the file, or nothing of the layer can be taken.
        """
        gathering = Gathering()
        name = chosen(self.sublayers(path), sublayer)
        with self._open(path, name, options) as source:
            crs = self._crs(source, gathering)
            for row, geometry, values in rows_of(source, gathering, {}):
                gathering.add(row, geometry, values)
        return with_any(gathering, name, crs)

    @contextmanager
    def _open(self, path: Path, name: str, options: ReadOptions) -> Iterator[fiona.Collection]:
        drivers = [self.driver]
        with (
            gdal_errors(),
            fiona.open(
                path, layer=name, enabled_drivers=drivers, encoding=options.encoding
            ) as source,
        ):
            yield source

    def _crs(self, source: fiona.Collection, gathering: Gathering) -> str | None:
        code = source.crs.to_epsg() if source.crs else None
        if code:
            return f"EPSG:{code}"
        definition = source.crs.to_wkt() if source.crs else ""
        gathering.find("crs-vague" if definition else "crs-missing")
        return definition or None


class FlatGeobufReader(FionaReader):
    """FlatGeobuf; the order of rows is that of its index."""

    suffixes: ClassVar[tuple[str, ...]] = (".fgb",)
    driver = "FlatGeobuf"


class FileGdbReader(FionaReader):
    """An ESRI file geodatabase: a folder."""

    suffixes: ClassVar[tuple[str, ...]] = (".gdb",)
    driver = "OpenFileGDB"


class GeoPackageReader(FionaReader):
    """GeoPackage, its catalogue and geometries checked by :mod:`layers.ingest.geopackage`."""

    suffixes: ClassVar[tuple[str, ...]] = (".gpkg",)
    driver = "GPKG"

    def sublayers(self, path: Path) -> list[str]:
        """Return the names of the feature tables that the file registers."""
        return GeoPackageCheck(path).layers

    def read(self, path: Path, sublayer: str | None, options: ReadOptions) -> RawLayer:
        """Return a layer, rows with damaged geometries refused one by one."""
        gathering = Gathering()
        check = GeoPackageCheck(path)
        name = chosen(check.layers, sublayer)
        check.note(name, gathering.find)
        crs = check.crs(name, gathering.find)
        faults = check.faults(name, gathering.find)
        with self._open(path, name, options) as source:
            for row, geometry, values in rows_of(source, gathering, faults):
                gathering.add(row, geometry, values)
        return with_any(gathering, name, crs)


def rows_of(
    source: fiona.Collection, gathering: Gathering, faults: Mapping[int, str]
) -> Iterator[tuple[int, shapely.Geometry | None, dict[str, Any]]]:
    """Yield number, geometry and values of each row without a fault; the others are noted."""
    for row, record, failed in records(source):
        if failed or row in faults:
            gathering.find(faults.get(row, "row-refused"), row=row)
            continue
        try:
            geometry = geometry_of(record)
        except (ValueError, TypeError, shapely.errors.ShapelyError):
            # fiona hands on what GDAL read; GEOS takes no open ring and no line of one point
            gathering.find("row-refused", row=row)
            continue
        yield row, geometry, dict(record.properties)


def with_any(gathering: Gathering, name: str, crs: str | None) -> RawLayer:
    """Return the gathered rows as a layer, and say so where there are none."""
    layer = gathering.layer(name, crs=crs, encoding=None)
    if layer.frame.empty:
        gathering.find("layer-empty")
        return gathering.layer(name, crs=crs, encoding=None)
    return layer
