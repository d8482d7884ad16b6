"""Processes that read or write a GeoPackage as other programs do.

Run as ``python reading_process.py HOW PATH``. GDAL must never open the file in a process that
holds the store, so everything that GDAL does is here.
"""

import json
import sqlite3
import sys
from contextlib import closing

LAYERS = ("district", "zones", "areas", "projects", "streets")


def say(value):
    print(json.dumps(value, ensure_ascii=False), flush=True)  # noqa: T201


def read_by_gdal_forever(path):
    """Open, read and close, again and again; say how many projects there were."""
    import pyogrio

    while True:
        say(len(pyogrio.read_dataframe(path, layer="projects", columns=["id"])))


def read_by_sqlite_forever(path):
    while True:
        with closing(sqlite3.connect(path, timeout=30)) as connection:
            say(connection.execute("SELECT count(*) FROM projects").fetchone()[0])


def describe_by_gdal(path):
    """Say what GDAL sees of every layer, warnings included."""
    import warnings

    import pyogrio
    from shapely import to_wkb

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        seen = {}
        for layer in LAYERS:
            info = pyogrio.read_info(path, layer=layer)
            frame = pyogrio.read_dataframe(path, layer=layer)
            geometry = to_wkb(frame.geometry.to_numpy(), hex=True)
            values = frame.drop(columns="geometry").astype(object)
            boxed = pyogrio.read_dataframe(path, layer=layer, bbox=(117.0, 36.6, 117.1, 36.7))
            seen[layer] = {
                "crs": info["crs"],
                "fields": list(info["fields"]),
                "fast_filter": info["capabilities"]["fast_spatial_filter"],
                "rows": values.where(values.notna(), None).to_dict("records"),
                "geometry": list(geometry),
                "boxed": sorted(boxed["id"]),
            }
        layers = [name for name, _ in pyogrio.list_layers(path)]
        revisions = pyogrio.read_dataframe(path, layer="onemap_revision")
    say(
        {
            "layers": layers,
            "seen": seen,
            "revisions": revisions["author"].tolist(),
            "warnings": [str(warning.message) for warning in caught],
        }
    )


def append_by_gdal(path):
    """Add a row, as "paste features" in a GIS would."""
    import pyogrio

    frame = pyogrio.read_dataframe(path, layer="projects", max_features=1)
    frame["id"] = "P-pasted"
    pyogrio.write_dataframe(frame, path, layer="projects", append=True)


def overwrite_by_gdal(path):
    """Save a layer of other columns over ours."""
    import pyogrio

    frame = pyogrio.read_dataframe(path, layer="streets", columns=["name"])
    pyogrio.write_dataframe(frame, path, layer="projects")


def edit_by_sqlite(path):
    """Change, take away and break rows, as a database browser would."""
    with closing(sqlite3.connect(path)) as connection:
        for name in ("insert", "update2", "update5", "update6", "delete"):
            connection.execute(f"DROP TRIGGER rtree_projects_geom_{name}")
        connection.execute("UPDATE projects SET name = '改写' WHERE id = 'P-one'")
        connection.execute("UPDATE projects SET geom = x'00' WHERE id = 'P-two'")
        connection.execute("UPDATE projects SET note = x'ff' WHERE id = 'P-three'")
        connection.execute("DELETE FROM projects WHERE id = 'P-four'")
        connection.commit()


WAYS = {
    "read-gdal": read_by_gdal_forever,
    "read-sqlite": read_by_sqlite_forever,
    "describe-gdal": describe_by_gdal,
    "append-gdal": append_by_gdal,
    "overwrite-gdal": overwrite_by_gdal,
    "edit-sqlite": edit_by_sqlite,
}

if __name__ == "__main__":
    WAYS[sys.argv[1]](sys.argv[2])
