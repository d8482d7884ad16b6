"""The definition of the routes: valid OpenAPI 3.0, whole, and true."""

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.definitions import OPENAPI_30

from api.app import create_app
from api.openapi import as_openapi_30
from api.routes import ROUTERS
from api.settings import Settings
from layers.model import CATALOGUE
from layers.workspace import Workspace

ITEMS = [f"/collections/{collection.id}/items" for collection in CATALOGUE]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def definition(client):
    return client.get("/api").json()


def test_it_has_the_media_type_that_the_landing_page_names(client):
    answer = client.get("/api")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert answer.json()["openapi"] == "3.0.3"
    assert answer.json()["servers"] == [{"url": "http://testserver"}]


def test_it_is_valid_by_the_schema_of_openapi_3_0(definition):
    validator = jsonschema_rs.Draft4Validator(OPENAPI_30)
    assert [error.message for error in validator.iter_errors(definition)] == []


def test_it_has_every_route_that_is_for_programs(definition):
    shown = [r for router in ROUTERS for r in router.routes if r.include_in_schema]
    expected = {(route.path, method.lower()) for route in shown for method in route.methods}
    found = {(path, method) for path, item in definition["paths"].items() for method in item}
    assert ("/collections/{collection_id}/items", "get") in expected
    assert found == expected | {(path, "get") for path in ITEMS}


@pytest.mark.parametrize("collection", CATALOGUE, ids=lambda collection: collection.id)
def test_the_items_of_each_collection_name_its_queryables(client, definition, collection):
    path = f"/collections/{collection.id}"
    operation = definition["paths"][f"{path}/items"]["get"]
    named = {one["name"]: one["schema"] for one in operation["parameters"]}
    assert len(named) == len(operation["parameters"])
    assert "collection_id" not in named
    asked = client.get(f"{path}/queryables").json()["properties"]
    assert asked.keys() - {"geometry"} <= named.keys()
    listed = {name for name, one in asked.items() if "enum" in one}
    assert listed <= {"stage", "category", "kind"} | {
        n for n, one in named.items() if "enum" in one
    }


def test_every_operation_says_what_it_answers_its_parameters_and_its_problems(definition):
    for path, operations in definition["paths"].items():
        for method, operation in operations.items():
            name = f"{method} {path}"
            assert operation["description"], name
            responses = operation["responses"]
            for status in ("400", "404", "406", "500", "503", "default"):
                content = responses[status]["content"]
                assert list(content) == ["application/problem+json"], name
            assert "422" not in responses or "application/problem+json" in str(responses["422"])
            for parameter in operation.get("parameters", []):
                assert parameter.get("description"), f"{name} {parameter['name']}"


def test_nothing_in_it_is_of_openapi_3_1(definition):
    def walk(value, path=""):
        if isinstance(value, dict):
            assert value.get("type") != "null", path
            assert not isinstance(value.get("type"), list), path
            if "properties" not in path.rsplit("/", 1)[-1]:
                assert "const" not in value, path
            for name, part in value.items():
                walk(part, f"{path}/{name}")
        if isinstance(value, list):
            for part in value:
                walk(part, path)

    walk(definition)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (
            {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "null"}], "title": "T"},
            {"type": "string", "maxLength": 3, "nullable": True, "title": "T"},
        ),
        (
            {"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]},
            {"anyOf": [{"$ref": "#/components/schemas/A"}], "nullable": True},
        ),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]},) * 2,
        ({"const": "json", "type": "string"}, {"enum": ["json"], "type": "string"}),
        ({"exclusiveMinimum": 0}, {"minimum": 0, "exclusiveMinimum": True}),
        ({"exclusiveMaximum": 5.5}, {"maximum": 5.5, "exclusiveMaximum": True}),
        ({"examples": ["a", "b"]}, {"example": "a"}),
        ({"examples": {"a": {"value": 1}}},) * 2,
        ({"default": None, "type": "string"}, {"type": "string"}),
        ({"default": 0}, {"default": 0}),
    ],
)
def test_a_schema_says_the_same_in_the_words_of_3_0(schema, expected):
    given = {"openapi": "3.1.0", "info": {}, "paths": {}, "components": {"schemas": {"X": schema}}}
    converted = as_openapi_30(given)
    assert converted["openapi"] == "3.0.3"
    assert converted["components"]["schemas"]["X"] == expected
    assert given["components"]["schemas"]["X"] == schema


READABLE = sorted(
    route.path
    for router in ROUTERS
    for route in router.routes
    # The base map is another server's.
    if "GET" in route.methods and route.include_in_schema and not route.path.startswith("/basemap")
)


real_ids = st.fixed_dictionaries(
    {},
    optional={
        "feature_id": st.sampled_from(["P-5g", "Z-C", "A-xinglong"]),
        "number": st.just(1),
        "zoom": st.just(0),
        "row": st.just(0),
        "col": st.just(0),
    },
)
"""What a generator of text would not hit upon; left out, it is what it has generated."""


@pytest.fixture(scope="module")
def described(kept_workspace):
    return schemathesis.openapi.from_asgi("/api", create_app(Settings(), kept_workspace))


WRITABLE = sorted(
    (method, route.path)
    for router in ROUTERS
    for route in router.routes
    for method in route.methods & {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    if route.include_in_schema
)
TOKEN = "of-this-machine"


@pytest.fixture(scope="module")
def writable():
    """A server that anything may be written to; the plan of the other tests stays as it is."""
    with Workspace.open() as workspace:
        given = Settings(local_token=SecretStr(TOKEN))
        app = FromHere(create_app(given, workspace))
        yield schemathesis.openapi.from_asgi("/api", app)


class FromHere:
    """An application whose clients are on its own machine, as the generator's have no address."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        await self.app({**scope, "client": ("127.0.0.1", 1)}, receive, send)


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path"), WRITABLE)
def test_whatever_is_written_is_answered_as_the_definition_says(writable, method, path):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=writable[path][method].as_strategy(), ids=real_ids)
    def answers(case, ids):
        parameters = case.path_parameters or {}
        parameters.update({name: ids[name] for name in parameters.keys() & ids.keys()})
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {TOKEN}"}
        case.call_and_validate(checks=CHECKS)

    answers()


@pytest.mark.slow
@pytest.mark.parametrize("path", [*READABLE, *ITEMS])
def test_every_answer_is_one_that_the_definition_describes(described, path):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=described[path]["GET"].as_strategy(), ids=real_ids)
    def answers(case, ids):
        parameters = case.path_parameters or {}
        parameters.update({name: ids[name] for name in parameters.keys() & ids.keys()})
        case.call_and_validate(checks=CHECKS)

    answers()
