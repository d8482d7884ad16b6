"""Small files as planners send them, made by the tests."""

import io
import json
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import fiona
import shapely

SQUARE = [(117.0, 36.6), (117.0, 36.7), (117.1, 36.7), (117.1, 36.6), (117.0, 36.6)]
PRJ_4490 = (
    'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",'
    'SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]]'
)


def feature(geometry: Any, properties: Any = None, **members: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties or {}, **members}


def polygon(ring: Sequence[Sequence[float]] = SQUARE) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(point) for point in ring]]}


def geojson(path: Path, *features: Any, **members: Any) -> Path:
    document = {"type": "FeatureCollection", "features": list(features), **members}
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def kml(path: Path, body: str) -> Path:
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document>{body}</Document></kml>",
        encoding="utf-8",
    )
    return path


def packed(entries: Mapping[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


def dbf(
    fields: Sequence[tuple[bytes, str, int]], rows: Sequence[Sequence[bytes]], language: int = 0
) -> bytes:
    """A dBASE III table; each value is given as its bytes and filled up with blanks."""
    width = 1 + sum(size for _, _, size in fields)
    head = struct.pack(
        "<B3BIHH17xBxx", 3, 126, 1, 1, len(rows), 33 + 32 * len(fields), width, language
    )
    for name, kind, size in fields:
        head += struct.pack("<11sc4xBB14x", name, kind.encode(), size, 0)
    body = b"".join(
        b" " + b"".join(value.ljust(size) for value, (_, _, size) in zip(row, fields, strict=True))
        for row in rows
    )
    return head + b"\r" + body + b"\x1a"


def shp(*rings: Sequence[tuple[float, float]]) -> tuple[bytes, bytes]:
    """The .shp and .shx of polygons of one ring each."""
    records, index, at = b"", b"", 50
    for number, ring in enumerate(rings, start=1):
        xs, ys = zip(*ring, strict=True)
        content = struct.pack("<i4d", 5, min(xs), min(ys), max(xs), max(ys))
        content += struct.pack("<iii", 1, len(ring), 0)
        content += b"".join(struct.pack("<2d", *point) for point in ring)
        records += struct.pack(">ii", number, len(content) // 2) + content
        index += struct.pack(">ii", at, len(content) // 2)
        at += 4 + len(content) // 2
    return _head(len(records)) + records, _head(len(index)) + index


def _head(size: int) -> bytes:
    return struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 50 + size // 2) + struct.pack(
        "<2i8d", 1000, 5, *(0.0,) * 8
    )


def shapefile(
    folder: Path, *, names: Sequence[bytes] = (b"a", b"b"), **parts: bytes | None
) -> Path:
    """Two squares beside each other; ``parts`` replaces or leaves out a file by its suffix."""
    east = [(x + 0.2, y) for x, y in SQUARE]
    main, index = shp(SQUARE, east)
    table = dbf([(b"NAME", "C", 20)], [(name,) for name in names])
    files = {"shp": main, "shx": index, "dbf": table, "prj": PRJ_4490.encode(), "cpg": b"UTF-8"}
    for suffix, data in {**files, **parts}.items():
        if data is not None:
            (folder / f"zones.{suffix}").write_bytes(data)
    return folder / "zones.shp"


def written(
    path: Path, driver: str, rows: Sequence[tuple[Any, str]], kind: str = "Polygon", **options: Any
) -> Path:
    """A file that fiona writes: geometries and a name for each."""
    schema = {"geometry": kind, "properties": {"name": "str"}}
    with fiona.open(path, "w", driver=driver, schema=schema, crs="EPSG:4490", **options) as out:
        for shape, name in rows:
            geometry = shape and shapely.geometry.mapping(shape)
            out.write({"type": "Feature", "geometry": geometry, "properties": {"name": name}})
    return path
