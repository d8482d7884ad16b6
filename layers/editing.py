"""Turn what an editor sends into changes that a store can apply."""

import re
import secrets
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import shapely

from layers.changes import Change, Feature
from layers.errors import InvalidFeatureError
from layers.features import conform_feature, geometry_of
from layers.snapshot import Snapshot

_ID = re.compile(r"[^\x00-\x20\x7f/\\?#%]{1,128}")
_PREFIXES: Mapping[str, str] = MappingProxyType(
    {"zones": "Z-", "areas": "A-", "projects": "P-", "streets": "S-"}
)
_BY_HAND = "人工编辑 edited by hand"
_SAME_DEGREES = 1e-8  # a millimetre
_NOWHERE = (None, "unplaced", "district_wide")
_NOTHING: Feature = MappingProxyType({"properties": {}, "geometry": None})


def create(
    snapshot: Snapshot, collection_id: str, feature: Mapping[str, Any], *, repairing: bool = False
) -> Change:
    """Return the change that adds a feature; without an id it is given one.

    Raises
    ------
    CollectionNotFoundError
        If there is no such collection.
    InvalidFeatureError
        If the feature does not fit the collection.
    """
    snapshot.table(collection_id)
    if collection_id not in _PREFIXES:
        raise InvalidFeatureError(
            "there is one district; change it instead", "市中区界只有一个，请修改而不是新增"
        )
    given = feature.get("id")
    feature_id = _PREFIXES[collection_id] + secrets.token_hex(6) if given is None else given
    if not isinstance(feature_id, str) or not _ID.fullmatch(feature_id):
        raise InvalidFeatureError(
            "an id is a text of 1 to 128 characters without spaces, /, \\, ?, # or %",
            "编号应为 1 至 128 个字符，不含空格和 / \\ ? # %",
            field="id",
        )
    after = conform_feature(collection_id, {**feature, "id": feature_id}, repairing=repairing)
    told = _told(_NOTHING, after, feature["properties"])
    return Change(collection_id, feature_id, None, _checked(collection_id, told))


def replace(
    snapshot: Snapshot,
    collection_id: str,
    feature_id: str,
    feature: Mapping[str, Any],
    *,
    repairing: bool = False,
) -> Change:
    """Return the change that puts a whole feature in the place of another.

    Raises
    ------
    NotFoundError
        If there is no such feature.
    InvalidFeatureError
        If the new one does not fit the collection.
    """
    before = snapshot.stored(collection_id, feature_id)
    after = conform_feature(collection_id, {**feature, "id": feature_id}, repairing=repairing)
    told = _told(before, _settled(before, after), ())
    return Change(collection_id, feature_id, before, _checked(collection_id, told))


def patch(
    snapshot: Snapshot,
    collection_id: str,
    feature_id: str,
    parts: Mapping[str, Any],
    *,
    repairing: bool = False,
) -> Change:
    """Return the change that a merge patch (RFC 7396) of a feature makes.

    A null takes a property away; a geometry is replaced whole. What an edit implies is set
    where the patch does not say otherwise: see the guide, "Editing".

    Raises
    ------
    NotFoundError
        If there is no such feature.
    InvalidFeatureError
        If what comes out does not fit the collection.
    """
    before = snapshot.stored(collection_id, feature_id)
    properties = parts.get("properties") or {}
    if not isinstance(properties, Mapping):
        raise InvalidFeatureError(
            "properties must be an object", "properties 应为对象", field="properties"
        )
    merged = {**before, "properties": _merged(before["properties"], properties)}
    if "geometry" in parts:
        merged["geometry"] = parts["geometry"]
    after = conform_feature(collection_id, merged, repairing=repairing)
    told = _told(before, _settled(before, after), properties)
    return Change(collection_id, feature_id, before, _checked(collection_id, told))


def remove(snapshot: Snapshot, collection_id: str, feature_id: str) -> Change:
    """Return the change that deletes a feature.

    Raises
    ------
    NotFoundError
        If there is no such feature.
    InvalidFeatureError
        If it is the district, which has to be there.
    """
    before = snapshot.stored(collection_id, feature_id)
    if collection_id not in _PREFIXES:
        raise InvalidFeatureError("the district cannot be deleted", "市中区界不能删除")
    return Change(collection_id, feature_id, before, None)


def undo(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return the changes that undo those of a revision.

    Raises
    ------
    InvalidFeatureError
        If they would take the district away: the first revision is the plan itself.
    """
    undone = tuple(change.inverse() for change in changes)
    if any(c.after is None and c.collection_id not in _PREFIXES for c in undone):
        raise InvalidFeatureError(
            "the first revision is the plan itself and cannot be undone",
            "第一次修订就是规划本身，不能撤销",
        )
    return undone


def _merged(value: Mapping[str, Any], parts: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(value)
    for name, part in parts.items():
        if part is None:
            merged.pop(name, None)
        elif isinstance(part, Mapping):
            inner = merged.get(name)
            merged[name] = _merged(inner if isinstance(inner, Mapping) else {}, part)
        else:
            merged[name] = part
    return merged


def _checked(collection_id: str, after: Feature) -> Feature:
    """Refuse a zone or district that is no ground."""
    geometry = after["geometry"]
    kind = None if geometry is None else geometry["type"]
    if collection_id in ("zones", "district") and kind not in ("Polygon", "MultiPolygon"):
        raise InvalidFeatureError(
            "a zone or the district needs a polygon", "分区与区界必须是面", field="geometry"
        )
    return after


def _settled(before: Feature, after: Feature) -> Feature:
    """Return the feature with its old shape where the new one is the same to a millimetre.

    A shape that was read in metres and sent back comes back rounded; it was not moved.
    """
    old, new = geometry_of(before), geometry_of(after)
    if old is None or new is None or not shapely.equals_exact(old, new, _SAME_DEGREES):
        return after
    return {**after, "geometry": before["geometry"]}


def _told(before: Feature, after: Feature, said: Iterable[str]) -> Feature:
    """Return the feature with what the edit implies, where the editor did not say otherwise.

    A shape that was moved by hand is no longer as good as its source said: its quality is
    ``imported`` and its uncertainty unknown. A stage that was set is no longer derived.
    """
    old, new = before["properties"], dict(after["properties"])
    placed = after["geometry"] is not None
    implied: dict[str, Any] = {}
    if before is _NOTHING and not placed:
        implied["location_kind"] = "unplaced"
    if after["geometry"] != before["geometry"]:
        implied = {
            "quality": "imported" if placed else None,
            "uncertainty_m": None,
            "source": _BY_HAND,
            "basis": None,
        }
        known = old.get("location_kind")
        moved = "site" if known in _NOWHERE else known
        implied["location_kind"] = moved if placed else "unplaced"
    if new.get("stage") != old.get("stage"):
        implied["stage_basis"] = "edited"
    for name, value in implied.items():
        if name in new and name not in said and new[name] == old.get(name):
            new[name] = value
    return {**after, "properties": new}
