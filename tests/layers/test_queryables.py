import pytest
import shapely
from edits import added, changes, deleted, edited, project
from tile_reader import table_of

from layers.cql2 import InvalidFilterError, parse
from layers.errors import InvalidQueryError
from layers.model import CATALOGUE, collection_of
from layers.plan import default_folder
from layers.query import FeatureQuery
from layers.queryables import DERIVED_FIELDS, fields, kinds, queryables, sortables
from layers.schema import DERIVED, SCHEMAS
from layers.workspace import Workspace

NAMES = [collection.id for collection in CATALOGUE]
OWN = [
    {"投资": 5, "负责人": "张", "开工": True, "比例": 1, "混合": 1, "空": None, "表": {"a": 1}},
    {"投资": 7, "负责人": None, "开工": False, "比例": 0.5, "混合": "x", "空": None, "表": None},
]


@pytest.mark.parametrize("name", NAMES)
def test_every_property_of_every_feature_has_a_field(workspace, name):
    table = workspace.snapshot().table(name)
    assert {n for f in table.features for n in f["properties"]} == set(table.fields)


def test_what_is_derived_is_what_the_schema_says():
    listed = {one.name for derived in DERIVED_FIELDS.values() for one in derived}
    assert listed == set(DERIVED)


@pytest.mark.parametrize("name", NAMES)
def test_plain_properties_places_and_the_geometry_can_be_asked_for(workspace, name):
    table = workspace.snapshot().table(name)
    asked = kinds(table.fields)
    assert asked["geometry"] == "geometry"
    nested = {f.name for f in (*SCHEMAS[name], *DERIVED_FIELDS[name]) if f.kind == "json"}
    assert not nested & asked.keys()
    assert ("zone" in asked) == ("zones" in table.fields)
    assert set(collection_of(name).filters) <= asked.keys()
    assert list(table.columns) == list(asked)
    assert len(table.columns) == len(asked)


@pytest.mark.parametrize("name", NAMES)
def test_every_queryable_can_be_filtered_by(workspace, name):
    table = workspace.snapshot().table(name)
    for queryable in kinds(table.fields):
        where = parse(f'"{queryable}" IS NULL')
        nothing = [row for row, cell in enumerate(table.columns[queryable]) if is_null(cell)]
        assert table.select(FeatureQuery(where=where)).tolist() == nothing


def is_null(cell):
    return cell is None or (isinstance(cell, float) and cell != cell)


def test_places_can_be_asked_for_where_each_feature_has_one(workspace):
    table = workspace.snapshot().table("streets")
    for zone in ("Z-N", "Z-C", "Z-S"):
        by_filter = FeatureQuery(where=parse(f"A_CONTAINS(zone,('{zone}'))"))
        by_facet = FeatureQuery(filters={"zone": (zone,)})
        assert table.select(by_filter).tolist() == table.select(by_facet).tolist()


def test_columns_of_ones_own_get_the_kind_of_their_values():
    table = table_of([None, None], properties=OWN)
    own = {name: table.fields[name].kind for name in OWN[0]}
    assert own == {
        "投资": "integer",
        "负责人": "string",
        "开工": "boolean",
        "比例": "number",
        "混合": "json",
        "空": "json",
        "表": "json",
    }
    assert not {"混合", "空", "表"} & queryables(table.fields).keys()
    assert "投资" in sortables(table.fields)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"投资" > 5', [1]),
        ("\"负责人\" = '张'", [0]),
        ('"开工" = true', [0]),
        ('"比例" < 1', [1]),
        ('"负责人" IS NULL', [1]),
    ],
)
def test_columns_of_ones_own_can_be_asked_for(text, found):
    table = table_of([None, None], properties=OWN)
    assert table.select(FeatureQuery(where=parse(text))).tolist() == found


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [("投资", "7", [1]), ("开工", "true", [0]), ("比例", "0.5", [1]), ("负责人", "张", [0])],
)
def test_a_queryable_is_a_filter_by_its_name(name, value, found):
    table = table_of([None, None], properties=OWN)
    assert table.select(FeatureQuery(filters={name: (value,)})).tolist() == found


@pytest.mark.parametrize(
    ("name", "value"), [("投资", "7.5"), ("投资", ""), ("比例", "inf"), ("开工", "1"), ("表", "x")]
)
def test_a_filter_that_is_none_is_refused(name, value):
    table = table_of([None, None], properties=OWN)
    with pytest.raises(InvalidQueryError) as refused:
        table.select(FeatureQuery(filters={name: (value,)}))
    assert refused.value.parameter == name


def test_what_the_public_may_not_see_it_cannot_ask_for():
    workspace = Workspace.open(default_folder())
    workspace.apply(changes(added(project("P-own", 投资=5))))
    inside, outside = (w.snapshot().table("projects") for w in (workspace, workspace.public()))
    where = parse('"投资" = 5')
    assert len(inside.select(FeatureQuery(where=where))) == 1
    assert "投资" not in outside.fields
    with pytest.raises(InvalidFilterError):
        outside.select(FeatureQuery(where=where))


def test_columns_follow_an_edit():
    workspace = Workspace.open(default_folder())
    where = FeatureQuery(
        where=parse("count = 77777 AND S_INTERSECTS(geometry,BBOX(116,36,118,37))")
    )
    assert list(workspace.select("projects", where)) == []
    workspace.apply(changes(added(project("P-a", count=77777)), added(project("P-b", count=1))))
    assert [f["id"] for f in workspace.select("projects", where)] == ["P-a"]
    stored = workspace.snapshot().stored
    workspace.apply(changes(edited(stored("projects", "P-b"), count=77777)))
    assert [f["id"] for f in workspace.select("projects", where)] == ["P-a", "P-b"]
    workspace.apply(changes(deleted(stored("projects", "P-a"))))
    assert [f["id"] for f in workspace.select("projects", where)] == ["P-b"]


def test_an_empty_table_has_its_fields_and_answers_every_filter_with_nothing():
    table = table_of([])
    assert table.fields == fields(table.collection, ())
    where = parse("count > 1 OR S_INTERSECTS(geometry,POINT(117 36))")
    assert table.select(FeatureQuery(where=where)).tolist() == []


def test_a_geometry_can_be_asked_for_where_some_have_none():
    table = table_of([shapely.Point(117, 36), None])
    where = parse("S_INTERSECTS(geometry,POINT(117 36))")
    assert table.select(FeatureQuery(where=where)).tolist() == [0]
