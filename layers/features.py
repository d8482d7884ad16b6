"""A feature as it is stored: its properties by the schema, its geometry valid and in 4490."""

import json
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

from geo.crs import CRS84, ReferenceSystem, read_from
from geo.repair import repair
from layers.changes import Feature
from layers.errors import InvalidFeatureError
from layers.schema import conform

MAX_VERTICES = 1_000_000
_LON, _LAT = 180.0, 90.0
_PLACE = re.compile(r"\[(-?[\d.e+-]+) (-?[\d.e+-]+)\]")


def conform_feature(
    collection_id: str, feature: Mapping[str, Any], *, repairing: bool = False
) -> Feature:
    """Return a feature in the one form in which stores keep it.

    The geometry is null or valid, two-dimensional longitude and latitude; properties follow the
    schema of the collection. With ``repairing`` an invalid geometry is repaired, else refused.

    Raises
    ------
    InvalidFeatureError
        If something does not fit; a geometry's fault is named with its place.
    InvalidGeometryError
        If a geometry cannot be repaired.
    """
    properties = feature.get("properties")
    if not isinstance(properties, Mapping):
        raise InvalidFeatureError(
            "a feature needs an object of properties", "要素缺少 properties 对象"
        )
    feature_id = str(feature.get("id", properties.get("id")))
    return {
        "type": "Feature",
        "id": feature_id,
        "properties": conform(collection_id, {**properties, "id": feature_id}),
        "geometry": _geometry(feature.get("geometry"), repairing=repairing),
    }


def stored_geometry(value: object, system: ReferenceSystem) -> object:
    """Return a GeoJSON geometry that was sent in a reference system as it would be in CRS84.

    Raises
    ------
    InvalidFeatureError
        If it is no geometry.
    """
    if value is None or system == CRS84:
        return value
    return geojson_of(read_from(np.array([_parsed(value)], dtype=object), system)[0])


def geometry_of(feature: Feature) -> shapely.Geometry | None:
    """Return the geometry of a stored feature, null where it has none."""
    if feature["geometry"] is None:
        return None
    return shapely.from_geojson(json.dumps(feature["geometry"]))


def geojson_of(geometry: shapely.Geometry | None) -> dict[str, Any] | None:
    """Return a geometry as a GeoJSON object; coordinates keep every bit."""
    if geometry is None:
        return None
    value: dict[str, Any] = json.loads(shapely.to_geojson(geometry))
    return value


def _geometry(value: object, *, repairing: bool) -> dict[str, Any] | None:
    if value is None:
        return None
    geometry = _parsed(value)
    coordinates = shapely.get_coordinates(geometry)
    if geometry.is_empty or len(coordinates) > MAX_VERTICES:
        raise InvalidFeatureError(
            f"a geometry needs 1 to {MAX_VERTICES} vertices; send null for none",
            f"几何应有 1 至 {MAX_VERTICES} 个顶点；没有几何请用 null",
        )
    # Written so that a coordinate that is not a number is refused as well.
    if not ((abs(coordinates) <= (_LON, _LAT)).all()):
        raise InvalidFeatureError(
            "coordinates are longitude, latitude in degrees; name another system by crs",
            "坐标应为经度、纬度（度）；其他坐标系请用参数 crs 指明",
        )
    if geometry.has_z:
        geometry = shapely.force_2d(geometry)
    if not geometry.is_valid:
        geometry = _repaired(geometry, repairing=repairing)
    return geojson_of(geometry)


def _parsed(value: object) -> shapely.Geometry:
    try:
        return shapely.from_geojson(json.dumps(value))
    except (shapely.errors.GEOSException, ValueError, TypeError) as error:
        raise InvalidFeatureError(
            "the geometry is no GeoJSON geometry (RFC 7946, clause 3.1)",
            "几何不是有效的 GeoJSON 几何",
        ) from error


def _repaired(geometry: shapely.Geometry, *, repairing: bool) -> shapely.Geometry:
    if repairing:
        return repair(geometry).geometry
    reason = shapely.is_valid_reason(geometry)
    words = reason.partition("[")[0].strip().lower()
    found = _PLACE.search(reason)
    place = (float(found[1]), float(found[2])) if found else None
    raise InvalidFeatureError(
        f"the geometry is not valid: {words}; correct it or ask for repair",
        f"几何无效（{words}）；请更正，或要求修复",
        place=place,
    )
