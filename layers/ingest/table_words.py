"""The words by which headings of tables are recognised."""

import re
from collections.abc import Mapping
from types import MappingProxyType

_BRACKETS = re.compile(r"[(（\[【<].*?[)）\]】>]")
_LONGEST = 200
"""Characters of a heading that are looked at: patterns take long on thousands of brackets."""
_GAPS = re.compile(r"[\s_\-./*:：·]+")

PLACE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("lon", "lng", "long", "longitude", "经度", "东经", "经度坐标"), "lon"),
        **dict.fromkeys(("中心经度", "经度x", "x经度", "longitudex", "geolongitude"), "lon"),
        **dict.fromkeys(("lat", "latitude", "纬度", "北纬", "纬度坐标"), "lat"),
        **dict.fromkeys(("中心纬度", "纬度y", "y纬度", "latitudey", "geolatitude"), "lat"),
        **dict.fromkeys(("横坐标", "东坐标", "easting", "东向坐标"), "east"),
        **dict.fromkeys(("纵坐标", "北坐标", "northing", "北向坐标"), "north"),
        **dict.fromkeys(("x", "x坐标", "坐标x", "xcoord", "pointx", "coordx"), "x"),
        **dict.fromkeys(("y", "y坐标", "坐标y", "ycoord", "pointy", "coordy"), "y"),
        **dict.fromkeys(("wkt", "geom", "thegeom", "geometry", "图形", "几何", "空间信息"), "wkt"),
        "geojson": "geojson",
    }
)
"""What a heading, folded by :func:`folded`, says of the place of a row.

横坐标 is the easting (Y of a Chinese survey), 纵坐标 the northing.
"""

FIELD_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "id": ("id", "编号", "项目编号", "唯一编号", "要素编号"),
        "name": ("name", "名称", "项目名称", "工程名称", "地块名称", "项目", "建设项目名称"),
        "name_en": ("nameen", "英文名称", "englishname"),
        "aliases": ("aliases", "别名", "又名", "曾用名"),
        "category": ("category", "类别", "项目类别", "行业类别", "项目分类", "类型", "项目类型"),
        "kind": ("kind", "性质", "种类"),
        "plan_status": ("planstatus", "规划状态"),
        "stage": ("stage", "阶段", "建设阶段", "项目阶段", "建设状态", "项目状态", "进展阶段"),
        "parent": ("parent", "上级", "所属项目"),
        "note": ("note", "remark", "remarks", "备注", "说明", "备注说明"),
        "source": ("source", "来源", "数据来源"),
        "stated_km2": ("statedkm2", "规划面积"),
        "rank": ("rank", "次序", "排序"),
        "owner": ("owner", "责任单位", "牵头单位", "建设单位", "业主单位", "实施主体", "责任部门"),
        "street": ("street", "街道", "所属街道", "所在街道", "街道办", "街道办事处", "镇街"),
        "address": ("address", "地址", "位置", "建设地点", "项目地址", "地点", "建设地址"),
        "project_code": ("projectcode", "项目代码", "立项代码", "统一代码"),
        "investment_wan_yuan": ("投资额", "总投资", "投资", "计划投资", "总投资额", "投资总额"),
        "site_area_ha": ("占地面积", "用地面积", "面积", "地块面积", "宗地面积", "用地规模"),
        "start_date": ("开工时间", "开工日期", "计划开工时间"),
        "end_date": ("竣工时间", "竣工日期", "计划竣工时间", "完工时间"),
    }
)
"""The headings of each property, the property's own name first.

Those after ``rank`` are no fields of a schema: they become further properties, money in
10,000 yuan and areas in hectares as their names say.
"""

_HEADINGS = frozenset(
    {*PLACE_WORDS, "序号", "no", *(word for words in FIELD_WORDS.values() for word in words)}
)


def folded(heading: str) -> str:
    """Return a heading without case, gaps and what stands in brackets.

    >>> folded("项目 名称"), folded("投资额（万元）"), folded("Geo_Longitude")
    ('项目名称', '投资额', 'geolongitude')
    """
    return _GAPS.sub("", _BRACKETS.sub("", heading[:_LONGEST])).lower()


def is_heading(text: str) -> bool:
    """Return whether a text is a heading that tables of planners use."""
    return folded(text) in _HEADINGS
