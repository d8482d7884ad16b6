"""What makes a SQLite file a GeoPackage (OGC 12-128r19): its own tables and spatial indexes."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib import resources

import shapely
from pyproj import CRS
from sqlalchemy import Connection, text

from geo.crs import STORAGE_CRS
from layers.model import CATALOGUE
from layers.store.tables import FEATURES, REVISIONS, SRID

_APPLICATION_ID = 0x47504B47  # "GPKG" (requirement 2)
_USER_VERSION = 10300


def describe(connection: Connection) -> None:
    """Write the GeoPackage's own tables and index every collection, after its first rows."""
    connection.exec_driver_sql(f"PRAGMA application_id = {_APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {_USER_VERSION}")
    script = resources.files("layers.store").joinpath("geopackage.sql").read_text("utf-8")
    for statement in script.split(";\n"):
        if statement.strip():
            connection.exec_driver_sql(statement)
    connection.execute(
        text(
            "INSERT INTO gpkg_spatial_ref_sys VALUES"
            " ('China Geodetic Coordinate System 2000', :srid, 'EPSG', :srid, :wkt, NULL)"
        ),
        {"srid": SRID, "wkt": CRS(STORAGE_CRS).to_wkt("WKT1_GDAL")},
    )
    for collection in CATALOGUE:
        _describe_features(connection, collection.id, collection.title)
    connection.execute(
        text(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier)"
            " VALUES (:table, 'attributes', :title)"
        ),
        {"table": REVISIONS.name, "title": "修订 Revisions"},
    )


def touch(connection: Connection, changed: Iterable[str], at: datetime) -> None:
    """Write when collections were last changed, and the extent that they have now."""
    present = connection.exec_driver_sql(
        "SELECT count(*) FROM sqlite_master WHERE name = 'gpkg_contents'"
    ).scalar_one()
    if not present:  # the first revision is written before the file is described
        return
    moment = at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
    for collection_id in changed:
        connection.execute(
            text(
                "UPDATE gpkg_contents SET last_change = :at, (min_x, min_y, max_x, max_y) ="
                " (SELECT min(minx), min(miny), max(maxx), max(maxy)"
                f" FROM rtree_{FEATURES[collection_id].name}_geom) WHERE table_name = :table"
            ),
            {"at": moment, "table": collection_id},
        )


def faults(connection: Connection) -> Iterator[str]:
    """Return what is wrong with the pages, the references and the spatial indexes, if anything."""
    for (found,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if found != "ok":
            yield str(found)
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"{row[0]} refers to a row of {row[2]} that is not there"
    for collection_id in FEATURES:
        index = f"rtree_{collection_id}_geom"
        checked = connection.exec_driver_sql(f"SELECT rtreecheck('{index}')").scalar_one()
        if checked != "ok":
            yield f"{index}: {checked}"
        if connection.exec_driver_sql(_UNINDEXED.format(collection_id, index)).first():
            yield f"{index} does not hold what {collection_id} holds"


_UNINDEXED = (
    "WITH placed AS (SELECT fid FROM {0} WHERE geom NOT NULL), indexed AS (SELECT id FROM {1})"
    " SELECT * FROM (SELECT * FROM placed EXCEPT SELECT * FROM indexed)"
    " UNION ALL SELECT * FROM (SELECT * FROM indexed EXCEPT SELECT * FROM placed)"
)


def _describe_features(connection: Connection, collection_id: str, title: str) -> None:
    bounds = connection.execute(FEATURES[collection_id].select()).mappings().all()
    west, south, east, north = (
        # One null stands for a collection without rows: its bounds are null.
        float(v)
        for v in shapely.total_bounds([row["geom"] for row in bounds] or [None])
    )
    connection.execute(
        text(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier,"
            " min_x, min_y, max_x, max_y, srs_id)"
            " VALUES (:table, 'features', :title, :west, :south, :east, :north, :srid)"
        ),
        {
            "table": collection_id,
            "title": title,
            "west": west,
            "south": south,
            "east": east,
            "north": north,
            "srid": SRID,
        },
    )
    connection.execute(
        text("INSERT INTO gpkg_geometry_columns VALUES (:table, 'geom', 'GEOMETRY', :srid, 0, 0)"),
        {"table": collection_id, "srid": SRID},
    )
    _index(connection, collection_id)


def _index(connection: Connection, table: str) -> None:
    """Make the spatial index of Annex F.3 with its triggers; the rows there are entered first."""
    index = f"rtree_{table}_geom"
    corners = "ST_MinX({0}.geom), ST_MaxX({0}.geom), ST_MinY({0}.geom), ST_MaxY({0}.geom)"
    has = "NOT ST_IsEmpty({0}.geom) AND {0}.geom NOT NULL"
    enter = f"INSERT OR REPLACE INTO {index} VALUES (NEW.fid, {corners.format('NEW')})"
    leave = f"DELETE FROM {index} WHERE id = OLD.fid"
    statements = (
        f"CREATE VIRTUAL TABLE {index} USING rtree(id, minx, maxx, miny, maxy)",
        f"INSERT INTO {index} SELECT fid, {corners.format('t')} FROM {table} t"
        f" WHERE {has.format('t')}",
        f"CREATE TRIGGER {index}_insert AFTER INSERT ON {table}"
        f" WHEN ({has.format('NEW')}) BEGIN {enter}; END",
        f"CREATE TRIGGER {index}_update6 AFTER UPDATE OF geom ON {table}"
        f" WHEN OLD.fid = NEW.fid AND ({has.format('NEW')}) BEGIN {enter}; END",
        f"CREATE TRIGGER {index}_update2 AFTER UPDATE OF geom ON {table}"
        " WHEN OLD.fid = NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))"
        f" BEGIN {leave}; END",
        f"CREATE TRIGGER {index}_update5 AFTER UPDATE ON {table}"
        f" WHEN OLD.fid != NEW.fid AND ({has.format('NEW')}) BEGIN {leave}; {enter}; END",
        f"CREATE TRIGGER {index}_delete AFTER DELETE ON {table}"
        f" WHEN OLD.geom NOT NULL BEGIN {leave}; END",
        "INSERT INTO gpkg_extensions VALUES"
        f" ('{table}', 'geom', 'gpkg_rtree_index',"
        " 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
    )
    for statement in statements:
        connection.exec_driver_sql(statement)
