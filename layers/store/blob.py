"""Geometries as GeoPackage blobs (OGC 12-128r19, clause 2.1.3), by the standard library."""

import sqlite3
import struct
from collections.abc import Callable

import shapely

_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
_HEAD_BYTES = 8


def encode(geometry: shapely.Geometry, srs_id: int) -> bytes:
    """Return a blob, little-endian, with an XY envelope unless the geometry is empty."""
    wkb: bytes = shapely.to_wkb(geometry, byte_order=1)
    if geometry.is_empty:
        return b"GP\x00\x11" + struct.pack("<i", srs_id) + wkb
    west, south, east, north = geometry.bounds
    head = struct.pack("<i4d", srs_id, west, east, south, north)
    return b"GP\x00\x03" + head + wkb


def decode(blob: bytes) -> shapely.Geometry:
    """Return the geometry of a blob.

    Raises
    ------
    ValueError
        If it is no GeoPackage geometry.
    """
    kind = (blob[3] >> 1) & 7 if len(blob) > _HEAD_BYTES and blob[:2] == b"GP" else 7
    if kind >= len(_ENVELOPE_BYTES):
        raise ValueError("not a GeoPackage geometry")
    try:
        return shapely.from_wkb(blob[_HEAD_BYTES + _ENVELOPE_BYTES[kind] :])
    except shapely.errors.GEOSException as error:
        raise ValueError("not a GeoPackage geometry") from error


def register_functions(connection: sqlite3.Connection) -> None:
    """Give a connection the functions that the triggers of a spatial index call (Annex F.3)."""
    corners = {"ST_MinX": 0, "ST_MinY": 1, "ST_MaxX": 2, "ST_MaxY": 3}
    for name, place in corners.items():
        connection.create_function(name, 1, _corner(place), deterministic=True)
    connection.create_function("ST_IsEmpty", 1, _is_empty, deterministic=True)


def _corner(place: int) -> Callable[[bytes], float]:
    return lambda blob: float(decode(blob).bounds[place])


def _is_empty(blob: bytes | None) -> bool:
    return blob is None or bool(decode(blob).is_empty)
