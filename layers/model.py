"""The words of the plan as frozen values: collections and the code lists of their properties."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from layers.errors import CollectionNotFoundError

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
"""Any JSON value."""

Quality = Literal["surveyed", "imported", "schematic"]

Role = Literal["viewer", "editor", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
"""Who may do what, from the least to the most: each may do what those before it may."""


@dataclass(frozen=True, slots=True)
class Term:
    """One value of a code list, with what a planner reads."""

    id: str
    name: str
    name_en: str


STAGES: tuple[Term, ...] = (
    Term("储备", "储备", "Reserve"),
    Term("预备", "预备", "Preparatory"),
    Term("建设", "建设", "Construction"),
    Term("建成", "建成", "Completed"),
    Term("暂缓", "暂缓", "Suspended"),
    Term("退出", "退出", "Withdrawn"),
)
"""The plan's three libraries (chapter 12, section 3), their end, and two ways out of them."""

STAGE_OF_STATUS: Mapping[str, str] = MappingProxyType(
    {
        "built": "建成",
        "under_way": "建设",
        "to_start": "预备",
        "planned_to_promote": "储备",
        "proposed": "储备",
    }
)
"""The stage that follows from the verb of the plan; such a stage is marked ``derived``."""

PLAN_STATUSES: tuple[Term, ...] = (
    Term("built", "已建成或已有", "Built or existing"),
    Term("under_way", "推进中", "Under way"),
    Term("to_start", "启动", "To start"),
    Term("planned_to_promote", "拟推进", "Planned"),
    Term("proposed", "谋划", "Proposed"),
)

CATEGORIES: tuple[Term, ...] = (
    Term("industry_park", "产业园区", "Industry parks"),
    Term("innovation_platform", "创新平台", "Innovation platforms"),
    Term("finance", "金融", "Finance"),
    Term("commerce", "商贸", "Commerce"),
    Term("urban_renewal", "城市更新", "Urban renewal"),
    Term("transport", "交通", "Transport"),
    Term("utilities", "市政设施", "Utilities"),
    Term("digital_infrastructure", "数字设施", "Digital infrastructure"),
    Term("public_service", "公共服务", "Public services"),
    Term("ecology", "生态", "Ecology"),
    Term("culture", "文化", "Culture"),
    Term("rural", "乡村振兴", "Rural revitalisation"),
    Term("safety_governance", "安全治理", "Safety and governance"),
)

PROJECT_KINDS: tuple[Term, ...] = (
    Term("named", "具名项目", "Named project"),
    Term("class", "项目类别", "Class or programme"),
    Term("aggregate", "汇总数", "Aggregate of works"),
    Term("designation", "称号", "Designation"),
)

LOCATION_KINDS: tuple[Term, ...] = (
    Term("site", "点位", "Own site"),
    Term("by_place", "按地名", "By place name"),
    Term("district_wide", "全区", "District-wide"),
    Term("unplaced", "未落位", "Unplaced"),
)

AREA_KINDS: tuple[Term, ...] = (
    Term("belt", "发展带", "Belt"),
    Term("block", "片区", "Block"),
    Term("boundary_feature", "边界要素", "Boundary feature"),
    Term("business_circle", "商圈", "Business circle"),
    Term("campus", "校区", "Campus"),
    Term("cluster", "集聚区", "Cluster"),
    Term("demonstration_area", "示范区", "Demonstration area"),
    Term("designation_area", "试验区", "Designation area"),
    Term("external_reference", "区外参照", "Reference outside the district"),
    Term("historic_district", "历史街区", "Historic district"),
    Term("key_area", "重点区域", "Key area"),
    Term("mountain_area", "山区", "Mountain area"),
    Term("new_city", "新城", "New city"),
    Term("park", "公园", "Park"),
    Term("place", "地点", "Place"),
    Term("plaza", "广场", "Plaza"),
    Term("reference", "参照", "Reference"),
    Term("renewal_block", "更新片区", "Renewal block"),
    Term("residential", "居住小区", "Residential quarter"),
    Term("river", "河流", "River"),
    Term("road", "道路", "Road"),
    Term("scenic_area", "景区", "Scenic area"),
    Term("site", "地块", "Site"),
    Term("street_block", "街巷", "Street block"),
    Term("valley", "山谷", "Valley"),
    Term("village", "村庄", "Village"),
    Term("village_group", "村群", "Group of villages"),
)

CodeLists = Mapping[str, tuple[Term, ...]]


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection of features, as in OGC API – Features.

    ``filters`` names the query parameters that it answers besides bbox and q; ``codes`` gives
    the code list of each property that has one.
    """

    id: str
    title: str
    title_en: str
    description: str
    filters: tuple[str, ...]
    codes: CodeLists


CATALOGUE: tuple[Collection, ...] = (
    Collection(
        "district",
        "市中区界",
        "District",
        "济南市市中区范围（非官方界线）",
        (),
        MappingProxyType({}),
    ),
    Collection(
        "zones",
        "功能分区",
        "Functional zones",
        "北部核心区、中部崛起区、南部生态区（示意）",
        (),
        MappingProxyType({}),
    ),
    Collection(
        "areas",
        "规划地名",
        "Named areas",
        "规划写到的片区、道路、河流与地点（示意）",
        ("zone", "kind"),
        MappingProxyType({"kind": AREA_KINDS}),
    ),
    Collection(
        "projects",
        "规划项目",
        "Projects",
        "规划写到的项目、工程与称号",
        ("zone", "area", "stage", "category", "kind"),
        MappingProxyType(
            {
                "stage": STAGES,
                "category": CATEGORIES,
                "kind": PROJECT_KINDS,
                "plan_status": PLAN_STATUSES,
                "location_kind": LOCATION_KINDS,
            }
        ),
    ),
    Collection(
        "streets",
        "街道",
        "Streets",
        "17 个街道及办事处点位（2016 年，约 200 米）",
        ("zone",),
        MappingProxyType({}),
    ),
)
"""Every collection, in the order in which a reader meets them."""


def collection_of(collection_id: str) -> Collection:
    """Return the collection of an id.

    Raises
    ------
    CollectionNotFoundError
        If the catalogue does not have it.
    """
    found = {collection.id: collection for collection in CATALOGUE}.get(collection_id)
    if found is None:
        ids = [collection.id for collection in CATALOGUE]
        raise CollectionNotFoundError(
            f"there is no such collection; use one of {', '.join(ids)}",
            f"没有这个图层；可用：{'、'.join(ids)}",
        )
    return found
