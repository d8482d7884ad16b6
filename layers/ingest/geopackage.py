"""What SQLite alone says of a GeoPackage (OGC 12-128r19), before GDAL reads its rows.

GDAL gives null for a geometry that is cut or is none, believes a wrong envelope, and lists what
is no feature layer. The file is opened read-only and unchanging, and nothing in its schema runs.
"""

import math
import sqlite3
import struct
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from layers.ingest.reference import system
from layers.ingest.refusals import refusal

_APPLICATIONS = frozenset({0x47504B47, 0x47503130, 0x47503131})  # GPKG, GP10, GP11
_OWN_TRIGGERS = ("rtree_", "trigger_insert_feature_count_", "trigger_delete_feature_count_")
_ENVELOPE_NUMBERS = {0: 0, 1: 4, 2: 6, 3: 6, 4: 8}
_CURVES = frozenset({8, 9, 10, 11, 12, 13, 14})
_SLACK = 1e-6

Find = Callable[..., None]


class GeoPackageCheck:
    """The catalogue and the geometry blobs of a GeoPackage.

    Raises
    ------
    ImportRefusedError
        On opening, if the file is no GeoPackage or holds a table that reads other files.
    """

    def __init__(self, path: Path) -> None:
        self._address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        try:
            self._layers, self._unregistered = self._catalogue()
        except sqlite3.Error as error:
            raise refusal("gpkg-not") from error
        if not self._layers:
            raise refusal("gpkg-not", "gpkg_contents")

    @property
    def layers(self) -> list[str]:
        """The names of the feature tables."""
        return list(self._layers)

    def _open(self) -> closing[sqlite3.Connection]:
        connection = sqlite3.connect(self._address, uri=True)
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.text_factory = lambda raw: raw.decode("utf-8", errors="replace")
        return closing(connection)

    def _catalogue(self) -> tuple[dict[str, tuple[str, int]], list[str]]:
        with self._open() as connection:
            made = [
                str(sql or "") for (sql,) in connection.execute("SELECT sql FROM sqlite_master")
            ]
            virtual = [sql.upper() for sql in made if "VIRTUAL" in sql.upper()[:20]]
            if any("USING RTREE" not in " ".join(sql.split()) for sql in virtual):
                raise refusal("gpkg-virtual")
            columns = {
                str(table): (str(column), int(srs))
                for table, column, srs in connection.execute(
                    "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns"
                )
            }
            listed = {
                str(table)
                for (table,) in connection.execute(
                    "SELECT table_name FROM gpkg_contents WHERE data_type = 'features'"
                )
            }
        return (
            {table: where for table, where in columns.items() if table in listed},
            sorted(columns.keys() - listed),
        )

    def note(self, layer: str, find: Find) -> None:
        """Note what the file and a layer's name have that a planner should know."""
        for table in self._unregistered:
            find("table-not-registered", table=table)
        with self._open() as connection:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            names = [
                str(name)
                for (name,) in connection.execute(
                    "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')"
                )
            ]
        if application not in _APPLICATIONS:
            find("application-id")
        left_out = [name for name in names if not name.startswith(_OWN_TRIGGERS)]
        if left_out:
            find("triggers-left-out", count=len(left_out))
        if len(layer) > 63 or not all(one.isalnum() or one in " _-.()（）" for one in layer):
            find("layer-name")

    def crs(self, layer: str, find: Find) -> str | None:
        """Return the declared system of a layer, null where it is declared as unknown.

        Raises
        ------
        ImportRefusedError
            If the declared number is neither in the file's list nor in the register.
        """
        number = self._layers[layer][1]
        if number in (-1, 0):
            find("crs-missing")
            return None
        with self._open() as connection:
            row = connection.execute(
                "SELECT organization, organization_coordsys_id, definition"
                " FROM gpkg_spatial_ref_sys WHERE srs_id = ?",
                (number,),
            ).fetchone()
        if row is None:
            raise refusal("crs-unknown", f"srs_id {number}")
        code = f"{row[0]}:{row[1]}".upper()
        if row[0].upper() == "EPSG" and system(code) is not None:
            return code
        if len(row[2]) < 20_000 and "[" in row[2] and system(row[2]) is not None:
            find("crs-vague")
            return str(row[2])
        raise refusal("crs-unknown", f"srs_id {number}")

    def faults(self, layer: str, find: Find) -> dict[int, str]:
        """Return what is wrong with geometries, by row number in the order of the row ids.

        What was read all the same (another system, wrong envelope, curves) is a finding.
        """
        column, number = self._layers[layer]
        found: dict[int, str] = {}
        for row, blob in self._blobs(layer, column):
            fault, notes = _judge(blob, number)
            if fault:
                found[row] = fault
            for code in notes:
                find(code, row=row)
        return found

    def _blobs(self, layer: str, column: str) -> Iterator[tuple[int, Any]]:
        table, field = (name.replace('"', '""') for name in (layer, column))
        with self._open() as connection:
            # names come from the catalogue of the file; quoted, they stay names
            rows = connection.execute(f'SELECT "{field}" FROM "{table}" ORDER BY rowid')
            for row, (blob,) in enumerate(rows, start=1):
                yield row, blob


def _judge(blob: object, srs_id: int) -> tuple[str | None, list[str]]:
    """Return the fault of a geometry blob (clause 2.1.3) and the codes of findings."""
    if blob is None:
        return None, []
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[:2] != b"GP":
        return "row-refused", []
    flags = blob[3]
    order = "<" if flags & 1 else ">"
    count = _ENVELOPE_NUMBERS.get((flags >> 1) & 7)
    if count is None or len(blob) < 8 + 8 * count + 5:
        return "row-refused", []
    notes = []
    if struct.unpack_from(f"{order}i", blob, 4)[0] != srs_id:
        notes.append("crs-contradicts")
    body = blob[8 + 8 * count :]
    kind = struct.unpack_from("<I" if body[0] else ">I", body, 1)[0] & 0xFFFFFFF
    if kind % 1000 in _CURVES:
        return None, [*notes, "curve-straightened"]
    try:
        with np.errstate(invalid="ignore"):  # a coordinate that is no number is found later
            geometry = shapely.from_wkb(body)
    except shapely.errors.ShapelyError:
        return "row-refused", []
    envelope = struct.unpack_from(f"{order}{count}d", blob, 8)
    if count and not geometry.is_empty and _lies(envelope, geometry.bounds):
        notes.append("envelope-lies")
    return None, notes


def _lies(envelope: tuple[float, ...], bounds: tuple[float, ...]) -> bool:
    west, east, south, north = envelope[:4]
    pairs = zip((west, south, east, north), bounds, strict=True)
    return any(
        math.isfinite(real) and not abs(stated - real) <= _SLACK * max(1.0, abs(real))
        for stated, real in pairs
    )
