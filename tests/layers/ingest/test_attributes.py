import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.ingest.attributes import carry_out, propose


def layer(**columns):
    count = len(next(iter(columns.values())))
    return gpd.GeoDataFrame(columns, geometry=[None] * count, index=range(2, count + 2))


def targets(frame, collection="projects", **options):
    return {match.column: match.target for match in propose(frame, collection, **options)}


def carried(frame, collection="projects", **options):
    return carry_out(frame, propose(frame, collection, **options), collection)


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("项目名称", "name"),
        ("基本情况/项目名称", "name"),
        ("备注", "note"),
        ("类别", "category"),
        ("建设阶段", "stage"),
        ("责任单位", "owner"),
        ("所属街道", "street"),
        ("投资额（万元）", "investment_wan_yuan"),
        ("占地面积(亩)", "site_area_ha"),
        ("Name", "name"),
        ("联系电话", None),
    ],
)
def test_a_heading_of_a_ledger_finds_its_property(heading, target):
    assert targets(layer(**{heading: ["1"]}))[heading] == target


def test_a_property_of_another_collection_is_no_target():
    assert targets(layer(排序=[1]), "projects")["排序"] is None
    assert targets(layer(排序=[1]), "zones")["排序"] == "rank"


def test_values_of_a_code_list_find_their_property_under_any_heading():
    match = propose(layer(进度=["在建", "储备"]), "projects")[0]
    assert (match.target, match.confidence) == ("stage", 0.9)


def test_values_against_the_heading_lower_the_confidence():
    sure, vague = (
        propose(layer(建设阶段=values), "projects")[0].confidence
        for values in (["在建", "建成"], ["甲", "乙"])
    )
    assert (sure, vague) == (1.0, 0.4)


def test_a_property_goes_to_the_surest_column_and_the_other_is_kept():
    found = targets(layer(工程项目名称=["甲"], 项目名称=["乙"]))
    assert found == {"工程项目名称": None, "项目名称": "name"}


def test_unknown_columns_are_kept_as_they_are():
    frame, findings = carried(layer(联系电话=["0531"], 项目名称=["甲"]))
    assert frame["联系电话"].tolist() == ["0531"]
    assert frame["name"].tolist() == ["甲"]
    assert findings == ()


@pytest.mark.parametrize(
    ("heading", "value", "target", "result"),
    [
        ("投资额（万元）", 3500, "investment_wan_yuan", 3500),
        ("投资额（亿元）", "0.35", "investment_wan_yuan", 3500),
        ("总投资", "1.2亿元", "investment_wan_yuan", 12000),
        ("投资额（亿元）", "350万元", "investment_wan_yuan", 350),
        ("占地面积（亩）", 150, "site_area_ha", 10),
        ("占地面积（公顷）", 2.5, "site_area_ha", 2.5),
        ("占地面积（平方米）", "12,500", "site_area_ha", 1.25),
    ],
)
def test_amounts_are_converted_exactly(heading, value, target, result):
    frame, findings = carried(layer(**{heading: [value]}))
    assert frame[target].tolist() == [result]
    assert findings[0].code == "unit-converted"


def test_the_unit_of_a_note_above_the_table_counts():
    frame, _ = carried(layer(总投资=[5]), notes=("台账", "单位：亿元"))
    assert frame["investment_wan_yuan"].tolist() == [50000]


def test_an_amount_without_a_unit_is_asked_and_stays():
    frame, findings = carried(layer(总投资=[5]))
    assert frame["总投资"].tolist() == [5]
    assert (findings[0].code, findings[0].severity) == ("unit-unknown", "question")


def test_what_is_no_amount_stays_under_the_old_heading_with_its_row():
    frame, findings = carried(layer(**{"投资额（万元）": [5, "待定", None]}))
    assert frame["investment_wan_yuan"].tolist() == [5, None, None]
    assert frame["投资额（万元）"].tolist() == [None, "待定", None]
    assert [finding.row for finding in findings if finding.code == "number-wrong"] == [3]


def test_stages_and_categories_become_the_words_of_the_plan():
    frame, findings = carried(layer(建设阶段=["在建", "建成", "甲"], 类别=["金融", "交通", "生态"]))
    assert frame["stage"].tolist() == ["建设", "建成", None]
    assert frame["category"].tolist() == ["finance", "transport", "ecology"]
    assert frame["建设阶段"].tolist() == [None, None, "甲"]
    assert [f.row for f in findings if f.code == "value-unknown"] == [4]


@given(st.decimals(0, 10**6, places=2))
def test_mu_are_a_fifteenth_of_a_hectare(mu):
    frame, _ = carried(layer(**{"面积（亩）": [str(mu)]}))
    assert frame["site_area_ha"].tolist()[0] == pytest.approx(float(mu) / 15, rel=1e-15)


def test_two_columns_for_one_property_both_keep_their_values():
    frame, _ = carried(layer(项目名称=["甲"], name=["乙"], 建设阶段=["甲"], stage=["储备"]))
    assert frame["name"].tolist() == ["甲"]
    assert frame["name_2"].tolist() == ["乙"]
    assert frame["stage"].tolist() == ["储备"]
    assert frame["建设阶段"].tolist() == ["甲"]


WORDS = [
    "name",
    "项目名称",
    "建设阶段",
    "stage",
    "投资额（亿元）",
    "总投资",
    "备注",
    "name_2",
    "面积",
]
CELL = st.none() | st.text(min_size=1, max_size=6) | st.sampled_from(["在建", "3亿元", "建成"])
COLUMNS = st.dictionaries(
    st.sampled_from(WORDS)
    | st.text(min_size=1, max_size=8).filter(lambda name: name != "geometry"),
    st.lists(CELL, min_size=2, max_size=2),
    min_size=1,
)


@given(COLUMNS)
def test_every_value_is_kept_or_its_change_is_told(columns):
    frame, findings = carried(layer(**columns))
    kept = [value for name in frame.columns for value in frame[name]]
    told = [finding.facts.get("was") for finding in findings]
    converted = {finding.column for finding in findings if finding.code == "unit-converted"}
    for name, values in columns.items():
        for value in values:
            assert value is None or value in kept or value in told or name in converted
