"""The properties of each collection: their kinds, their titles, and what an edit may hold.

One table feeds the typed columns of the stores, the ``schema`` and ``queryables`` of the API and
the check of every edit. Properties that are not listed are kept as they come, beside the listed
ones.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from layers.errors import InvalidFeatureError
from layers.model import collection_of

FieldKind = Literal["string", "integer", "number", "boolean", "strings", "json"]
Properties = dict[str, Any]

MAX_TEXT = 65_536
"""The longest text of one property, in characters."""

MAX_INTEGER = 2**53 - 1
"""The largest whole number that JSON readers keep exact (RFC 8259, section 6)."""


@dataclass(frozen=True, slots=True)
class Field:
    """A property of a collection, with what a planner reads."""

    name: str
    kind: FieldKind
    title: str
    title_en: str
    required: bool = False


_ID = Field("id", "string", "编号", "Id", required=True)
_NAME = Field("name", "string", "名称", "Name", required=True)
_NAME_EN = Field("name_en", "string", "英文名称", "English name")
_ALIASES = Field("aliases", "strings", "别名", "Aliases")
_NOTE = Field("note", "string", "备注", "Note")
_CITE = Field("cite", "json", "依据", "Where the plan says it")
_ALSO_CITES = Field("also_cites", "json", "另见", "Other places")
_QUALITY = (
    Field("quality", "string", "图形质量", "Quality of the shape"),
    Field("uncertainty_m", "number", "不确定度（米）", "Uncertainty in metres"),
    Field("source", "string", "来源", "Source"),
)
_BASIS = Field("basis", "string", "定位依据", "Located by")
_STATED = (
    Field("stated_km2", "number", "规划面积（平方千米）", "Stated area in km²"),
    Field("stated_is_approx", "boolean", "规划面积为约数", "Stated area is approximate"),
)
_EXTENT = (
    Field("extent", "string", "四至", "Extent"),
    Field("extent_en", "string", "四至（英文）", "Extent in English"),
)
_PLAN_ZONE = (
    Field("plan_zone", "string", "规划所述分区", "Zone as the plan states it"),
    Field("plan_zone_basis", "string", "分区依据", "Basis of the stated zone"),
)
_PARENT = Field("parent", "string", "上级", "Part of")

SCHEMAS: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "district": (
            _ID,
            _NAME,
            _NAME_EN,
            Field("city", "string", "城市", "City"),
            Field("official_km2", "number", "官方面积（平方千米）", "Official area in km²"),
            *_QUALITY,
            _NOTE,
        ),
        "zones": (
            _ID,
            _NAME,
            _NAME_EN,
            Field("rank", "integer", "次序", "Rank", required=True),
            *_STATED,
            Field("theme", "string", "定位", "Theme"),
            Field("theme_en", "string", "定位（英文）", "Theme in English"),
            Field("vision_2035", "string", "2035 年愿景", "Vision for 2035"),
            *_EXTENT,
            Field("structure", "json", "空间结构", "Spatial structure"),
            _CITE,
            _ALSO_CITES,
            *_QUALITY,
            _BASIS,
        ),
        "areas": (
            _ID,
            _NAME,
            _NAME_EN,
            _ALIASES,
            Field("kind", "string", "类型", "Kind", required=True),
            *_PLAN_ZONE,
            _PARENT,
            Field("also_parents", "strings", "其他上级", "Also part of"),
            Field("in_district", "boolean", "在区内", "In the district"),
            _STATED[0],
            Field(
                "stated_construction_km2",
                "number",
                "建设用地（平方千米）",
                "Construction land in km²",
            ),
            _STATED[1],
            *_EXTENT,
            Field("positioning", "string", "定位", "Positioning"),
            Field("positioning_en", "string", "定位（英文）", "Positioning in English"),
            _NOTE,
            _CITE,
            _ALSO_CITES,
            Field("method", "string", "绘制方法", "Drawn by"),
            *_QUALITY,
            _BASIS,
        ),
        "projects": (
            _ID,
            _NAME,
            _NAME_EN,
            _ALIASES,
            Field("category", "string", "类别", "Category", required=True),
            Field("kind", "string", "性质", "Kind", required=True),
            Field("plan_status", "string", "规划状态", "Status in the plan"),
            Field("status_verb", "string", "规划用语", "The plan's verb"),
            Field("stage", "string", "阶段", "Stage", required=True),
            Field("stage_basis", "string", "阶段依据", "Basis of the stage"),
            Field("place_ids", "strings", "所在地名", "Named areas"),
            Field("place_basis", "string", "地名依据", "Basis of the places"),
            *_PLAN_ZONE,
            _PARENT,
            Field("count", "integer", "数量", "Count"),
            Field("count_unit", "string", "数量单位", "Unit of the count"),
            _NOTE,
            _CITE,
            _ALSO_CITES,
            Field("location_kind", "string", "落位方式", "How it is located"),
            *_QUALITY,
            _BASIS,
        ),
        "streets": (_ID, _NAME, *_QUALITY),
    }
)
"""The fields of each collection, in the order in which they are written."""

DERIVED: tuple[str, ...] = (
    "zones",
    "zone_basis",
    "areas",
    "area_basis",
    "area_geodesic_m2",
    "area_planar_m2",
    "length_m",
    "label_point",
)
"""Properties that a snapshot computes; in an edit they are passed over."""


def conform(collection_id: str, properties: Mapping[str, Any]) -> Properties:
    """Return properties in the order and kinds of the schema, unknown ones after them.

    Missing fields are null, derived ones are left out; whole numbers are integers whether they
    came as 130 or 130.0.

    Raises
    ------
    InvalidFeatureError
        If a required field is missing or a value is not of its kind or code list.
    """
    schema = SCHEMAS[collection_id]
    codes = collection_of(collection_id).codes
    known: Properties = {}
    for field in schema:
        value = properties.get(field.name)
        if value is None:
            if field.required:
                raise _wrong(field, "a value is required", "必须填写")
            known[field.name] = None
            continue
        known[field.name] = _KINDS[field.kind](field, value)
        allowed = [term.id for term in codes.get(field.name, ())]
        if allowed and value not in allowed:
            raise InvalidFeatureError(
                f"{field.name} must be one of {', '.join(allowed)}",
                f"{field.title}只能是：{'、'.join(allowed)}",
                field=field.name,
            )
    others = properties.keys() - known.keys() - set(DERIVED)
    return known | {name: properties[name] for name in properties if name in others}


def _string(field: Field, value: object) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise _wrong(field, f"a text of up to {MAX_TEXT} characters is wanted", "应为文字")
    return value


def _integer(field: Field, value: object) -> int:
    number = _number(field, value)
    if not isinstance(number, int):
        raise _wrong(field, "a whole number is wanted", "应为整数")
    return number


def _number(field: Field, value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _wrong(field, "a finite number is wanted", "应为有限数值")
    if float(value).is_integer():
        if abs(value) > MAX_INTEGER:
            raise _wrong(field, "the number is beyond 2^53 and would not stay exact", "数值过大")
        return int(value)
    return value


def _boolean(field: Field, value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(field, "true or false is wanted", "应为是或否")
    return value


def _strings(field: Field, value: object) -> list[str]:
    if not isinstance(value, list | tuple):
        raise _wrong(field, "a list of texts is wanted", "应为文字列表")
    return [_string(field, part) for part in value]


def _json(_field: Field, value: object) -> object:
    return value


_KINDS: Mapping[FieldKind, Callable[[Field, Any], Any]] = MappingProxyType(
    {
        "string": _string,
        "integer": _integer,
        "number": _number,
        "boolean": _boolean,
        "strings": _strings,
        "json": _json,
    }
)


def _wrong(field: Field, wanted: str, wanted_zh: str) -> InvalidFeatureError:
    return InvalidFeatureError(
        f"property {field.name}: {wanted}", f"{field.title}：{wanted_zh}", field=field.name
    )
