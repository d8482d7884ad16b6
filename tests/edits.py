"""Edits of projects near Jinan, for tests of stores and snapshots."""

from layers.changes import Change, ChangeSet
from layers.features import conform_feature


def project(feature_id, lon=117.0, lat=36.6, **properties):
    """A project at a point, or without a place where ``lon`` is null."""
    geometry = None if lon is None else {"type": "Point", "coordinates": [lon, lat]}
    base = {"name": f"项目 {feature_id}", "category": "transport", "kind": "named", "stage": "储备"}
    feature = {"id": feature_id, "properties": base | properties, "geometry": geometry}
    return conform_feature("projects", feature)


def added(feature):
    return Change("projects", feature["id"], None, feature)


def edited(before, **properties):
    after = before | {"properties": before["properties"] | properties}
    return Change("projects", before["id"], before, conform_feature("projects", after))


def deleted(before):
    return Change("projects", before["id"], before, None)


def changes(*parts, author="张工", reason="周例会"):
    return ChangeSet(parts, author, reason)
