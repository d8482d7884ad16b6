"""The definition of every route, as OpenAPI 3.0.3 (OGC API – Features, class oas30).

FastAPI writes OpenAPI 3.1, whose schemas are JSON Schema; 3.0 has an older kind of its own. The
conversion keeps what both can say: null becomes ``nullable``, a constant an ``enum`` of one.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from geo.tiling import MATRIX_SETS
from layers.model import CATALOGUE, Collection
from layers.queryables import queryables
from layers.schema import Field
from layers.table import FeatureTable

OPENAPI_JSON = "application/vnd.oai.openapi+json;version=3.0"
PROBLEM_JSON = "application/problem+json"

Json = dict[str, Any]

_PROBLEMS: Mapping[str, str] = MappingProxyType(
    {
        "400": "A parameter that is unknown or has a wrong value",
        "404": "No such address, collection, feature, revision or tile",
        "406": "Accept allows none of the media types of this address",
        "500": "The server failed",
        "503": "The data cannot be reached just now",
    }
)
_PROBLEM: Json = {
    "type": "object",
    "description": "Problem details (RFC 9457)",
    "required": ["type", "title", "status", "code", "detail", "detail_zh"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "detail_zh": {"type": "string"},
        "parameter": {"type": "string"},
        "allowed": {"type": "array", "items": {"type": "string"}},
    },
}
_PATH_PARAMETERS: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "collection_id": ("Id of a collection", tuple(one.id for one in CATALOGUE)),
        "feature_id": ("Id of a feature, for example Z-C", ()),
        "matrix_set_id": ("Id of a tile matrix set", tuple(MATRIX_SETS)),
        "zoom": ("Level of the tile matrix set, 0 is the whole world", ()),
        "row": ("Row of the tile, counted from the north", ()),
        "col": ("Column of the tile, counted from the west", ()),
        "number": ("Number of a revision", ()),
        "z": ("Level of the base map", ()),
        "x": ("Column of the base map's tile", ()),
        "y": ("Row of the base map's tile", ()),
    }
)
"""What the parts of a path mean, and which values they take where that is a list."""
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def described_as(*media_types: str) -> dict[int | str, Json]:
    """Return the responses of a route that answers in some media types, or 304."""
    contents = {name: {"schema": dict(_schema_of(name))} for name in media_types}
    return {
        200: {"description": "The answer", "content": contents},
        304: {"description": "What the client has under If-None-Match is still right"},
    }


def edits(*media_types: str, locked: bool = False) -> Json:
    """Return what the definition adds to an edit: its body, its headers, that it needs a token."""
    contents = {name: {"schema": {"type": "object"}} for name in media_types}
    headers = [*([_IF_MATCH] if locked else []), *([_CONTENT_CRS] if media_types else [])]
    body = {"requestBody": {"required": True, "content": contents}} if media_types else {}
    return {**body, "parameters": headers, "security": [{"token": []}]}


def edited_as(status: int, *media_types: str) -> dict[int | str, Json]:
    """Return the responses of an edit that went well."""
    contents = {name: {"schema": dict(_schema_of(name))} for name in media_types}
    return {status: {"description": "Done", **({"content": contents} if contents else {})}}


_IF_MATCH: Json = {
    "name": "If-Match",
    "in": "header",
    "description": "ETag of the feature as it was read; 428 without, 412 if it has changed since",
    "schema": {"type": "string"},
}
_CONTENT_CRS: Json = {
    "name": "Content-Crs",
    "in": "header",
    "description": "Reference system of the geometry that is sent, in <>; CRS84 without",
    "schema": {"type": "string"},
}
_SECURITY: Json = {"token": {"type": "http", "scheme": "bearer"}}


def _schema_of(media_type: str) -> Json:
    return {"type": "object"} if media_type.endswith("json") else {"type": "string"}


def as_openapi_30(definition: Json) -> Json:
    """Return an OpenAPI 3.1 definition as OpenAPI 3.0.3, with the problems of every route."""
    converted: Json = _convert(definition)
    converted["openapi"] = "3.0.3"
    components = converted.setdefault("components", {})
    components["securitySchemes"] = _SECURITY
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = _PROBLEM
    for path in converted["paths"].values():
        for method in _METHODS:
            if method in path:
                _add_problems(path[method]["responses"])
                _describe_path(path[method].get("parameters", ()))
    return converted


def with_queryables(definition: Json, tables: Mapping[str, FeatureTable]) -> Json:
    """Return a 3.0 definition with a path for the items of each collection, its queryables named.

    Clients such as GDAL look there for what they may ask a server instead of filtering themselves
    (OGC API – Features Part 3, /req/queryables-query-parameters/parameters).
    """
    operation = definition["paths"][_ITEMS]["get"]
    common = [one for one in operation["parameters"] if one["name"] != "collection_id"]
    taken = {one["name"] for one in common}
    paths = {}
    for name, table in tables.items():
        own = [
            _queryable(table.collection, field)
            for field in queryables(table.fields).values()
            if field.name not in taken
        ]
        get = {
            **operation,
            "operationId": f"{operation['operationId']}_{name}",
            "parameters": common + own,
        }
        paths[_ITEMS.replace("{collection_id}", name)] = {"get": get}
    return {**definition, "paths": {**definition["paths"], **paths}}


_ITEMS = "/collections/{collection_id}/items"


def _queryable(collection: Collection, field: Field) -> Json:
    schema: Json = {"type": "string" if field.kind == "strings" else field.kind}
    if terms := collection.codes.get(field.name):
        schema["enum"] = [term.id for term in terms]
    description = f"{field.title} {field.title_en}"
    return {"name": field.name, "in": "query", "description": description, "schema": schema}


def _add_problems(responses: Json) -> None:
    responses.pop("422", None)  # FastAPI's own; ours is 400
    content = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, description in _PROBLEMS.items():
        responses.setdefault(status, {"description": description, "content": content})
    responses.setdefault("default", {"description": "Any other problem", "content": content})


def _describe_path(parameters: Iterable[Json]) -> None:
    for parameter in parameters:
        if parameter["in"] == "path" and parameter["name"] in _PATH_PARAMETERS:
            description, values = _PATH_PARAMETERS[parameter["name"]]
            parameter.setdefault("description", description)
            if values:
                parameter["schema"]["enum"] = list(values)


def _convert(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, list):
        return [_convert(part) for part in value]
    if not isinstance(value, dict):
        return value
    found = {name: _convert(part) for name, part in value.items() if name not in _DROPPED}
    for name, change in _CHANGES.items():
        if name in found:
            found = change(found)
    return found


_DROPPED = frozenset({"jsonSchemaDialect", "webhooks", "$schema", "propertyNames"})


def _constant(schema: Json) -> Json:
    return {**_without(schema, "const"), "enum": [schema["const"]]}


def _any_of(schema: Json) -> Json:
    """Return a choice without null in it; what is left of a choice of two stands alone."""
    parts = [part for part in schema["anyOf"] if part != {"type": "null"}]
    if len(parts) == len(schema["anyOf"]):
        return schema
    rest = _without(schema, "anyOf")
    alone = parts[0] if len(parts) == 1 and "$ref" not in parts[0] else {"anyOf": parts}
    return {**rest, **alone, "nullable": True}


def _examples(schema: Json) -> Json:
    """Return one example where a schema lists several; a media type's are named, and stay."""
    listed = schema["examples"]
    if not isinstance(listed, list):
        return schema
    return {**_without(schema, "examples"), **({"example": listed[0]} if listed else {})}


def _exclusive(bound: str, flag: str) -> Callable[[Json], Json]:
    def change(schema: Json) -> Json:
        limit = schema[flag]
        if isinstance(limit, bool) or not isinstance(limit, int | float):
            return schema
        return {**schema, bound: limit, flag: True}

    return change


def _default(schema: Json) -> Json:
    return _without(schema, "default") if schema["default"] is None else schema


def _without(schema: Json, name: str) -> Json:
    return {key: part for key, part in schema.items() if key != name}


_CHANGES: Mapping[str, Callable[[Json], Json]] = MappingProxyType(
    {
        "const": _constant,
        "anyOf": _any_of,
        "examples": _examples,
        "exclusiveMinimum": _exclusive("minimum", "exclusiveMinimum"),
        "exclusiveMaximum": _exclusive("maximum", "exclusiveMaximum"),
        "default": _default,
    }
)
