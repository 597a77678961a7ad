"""A service's OpenAPI 3.1 document, completed with what FastAPI can't know: errors, tokens, examples."""

import copy
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from shared.access.policy import RoleAllowed, policies_of
from shared.app.examples import Examples
from shared.app.limit_fields import LIMIT_HEADERS, declare_limits
from shared.app.problem_schema import PROBLEM_SCHEMAS, problem_response
from shared.app.schema_names import name_schemas
from shared.app.security_schemes import SECURITY_SCHEMES
from shared.app.tag_fields import TAG_HEADERS, declare_tags
from shared.idempotency import KEY_HEADER
from shared.wire import API_VERSION
from shared.wire_bounds import LARGEST_INTEGER

CONTACT = {"name": "The municipality or supplier that runs the installation"}
LICENCE = {"name": "EUPL-1.2", "identifier": "EUPL-1.2"}
_BEHIND_GATEWAY = {
    "url": "/",
    "description": "The service itself, test or production: only the gateway reaches it.",
    "x-internal": True,
}
ROLES_KEY = "x-samspil-roles"
"""Where an operation names the roles of which its caller needs one."""
_LARGEST_INT32 = 2**31 - 1
_WHOLE_BOUNDS = {"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"}
_LENGTHS = {"uuid": 36, "date": 10, "date-time": 40}
_DATA = ("example", "examples", "default", "enum", "const")


def camel_case_id(route: APIRoute) -> str:
    """Name an operation after its function: one verb phrase everywhere."""
    head, *tail = route.name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def complete_openapi(app: FastAPI) -> dict[str, Any]:
    """Build an application's document once, with every error, security requirement and example."""
    if app.openapi_schema:
        return app.openapi_schema
    document = get_openapi(
        title=app.title,
        version=API_VERSION,
        openapi_version="3.1.0",
        description=app.description,
        routes=app.routes,
        contact=CONTACT,
        license_info=LICENCE,
        servers=[_BEHIND_GATEWAY],
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for made_by_fastapi in ("HTTPValidationError", "ValidationError"):
        schemas.pop(made_by_fastapi, None)
    schemas.update(copy.deepcopy(PROBLEM_SCHEMAS))
    for route, method, operation in _operations(app, document):
        _complete(operation, route, method)
    _name_sizes(document)
    name_schemas(document)
    schemas = components["schemas"]
    examples = Examples(schemas)
    for _, _, operation in _operations(app, document):
        _exemplify(operation, examples)
    document["tags"] = [{"name": name} for name in _tags(app, document)]
    components["headers"] = copy.deepcopy({**LIMIT_HEADERS, **TAG_HEADERS})
    components["securitySchemes"] = _security_schemes(app, document)
    app.openapi_schema = document
    return document


def _operations(app: FastAPI, document: dict[str, Any]) -> Iterator[tuple[APIRoute, str, dict[str, Any]]]:
    for route in app.routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in sorted(route.methods or ()):
                yield route, method, document["paths"][route.path_format][method.lower()]


def _tags(app: FastAPI, document: dict[str, Any]) -> list[str]:
    found = (tag for _, _, operation in _operations(app, document) for tag in operation.get("tags", ()))
    return list(dict.fromkeys(found))


def _security_schemes(app: FastAPI, document: dict[str, Any]) -> dict[str, Any]:
    named = {
        name
        for _, _, operation in _operations(app, document)
        for requirement in operation["security"]
        for name in requirement
    }
    return {name: SECURITY_SCHEMES[name] for name in sorted(named)}


def _complete(operation: dict[str, Any], route: APIRoute, method: str) -> None:
    policy = policies_of(route)[0]
    operation["security"] = [policy.security] if policy.security else []
    if isinstance(policy, RoleAllowed):
        operation[ROLES_KEY] = sorted(policy.roles)
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = _without_null(parameter["schema"])
        # Missing, it is refused by a fault of its own, which FastAPI takes for being optional.
        parameter["required"] = parameter["required"] or parameter["name"] == KEY_HEADER
    responses = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422")):
        responses.pop("422")
    own = [status for status, each in responses.items() if status >= "400" and "content" not in each]
    for status in own:  # a route names its further refusals by status alone
        responses[status] = problem_response(status)
    statuses = _problem_statuses(operation, method, secured=policy.security is not None)
    if getattr(route, "media_types", ()):  # a strict route, which refuses other forms
        statuses.append("406")
    for status in sorted(statuses):
        responses.setdefault(status, problem_response(status))
    declare_tags(operation, route, method)
    declare_limits(operation, route.path_format)


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Leave out that a parameter could be null: it can only be left out."""
    kinds = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return {**kinds[0], **{key: value for key, value in schema.items() if key not in {"anyOf", "default"}}}


def _problem_statuses(operation: dict[str, Any], method: str, *, secured: bool) -> list[str]:
    statuses = ["400", "431", "500", "503"]
    if secured:
        statuses += ["401", "403"]
    if any(parameter["in"] == "path" for parameter in operation.get("parameters", [])):
        statuses.append("404")
    if method in {"PUT", "POST", "PATCH"}:
        statuses += ["409", "422"]
    taken = operation.get("requestBody", {}).get("content", {})
    statuses += ["408", "413"] if taken else []
    statuses += ["415"] if "application/json" in taken else []
    names = {parameter["name"].lower() for parameter in operation.get("parameters", [])}
    if names & {"if-match", "if-none-match"} and method != "GET":
        statuses += ["412", "428"]
    return statuses


def _name_sizes(part: Any) -> None:
    """Name the sizes that bounds and formats imply, everywhere in a document, in place."""
    if isinstance(part, list):
        for each in part:
            _name_sizes(each)
    if isinstance(part, dict):
        if part.get("type") == "integer":
            _write_whole(part)
            part.setdefault("format", _integer_format(part))
        if (
            part.get("type") == "string"
            and isinstance(form := part.get("format"), str)
            and form in _LENGTHS
        ):
            part.setdefault("maxLength", _LENGTHS[form])
        for key, each in part.items():
            if key not in _DATA or (isinstance(each, dict) and "type" in each):
                _name_sizes(each)


def _write_whole(schema: dict[str, Any]) -> None:
    """Write the bounds of whole numbers as such: as FastAPI writes them, large ones are rounded up."""
    for name in _WHOLE_BOUNDS & schema.keys():
        schema[name] = min(int(schema[name]), LARGEST_INTEGER)


def _integer_format(schema: dict[str, Any]) -> str:
    lowest = schema.get("minimum", schema.get("exclusiveMinimum", -_LARGEST_INT32 - 2))
    highest = schema.get("maximum", schema.get("exclusiveMaximum", _LARGEST_INT32 + 1))
    return "int32" if lowest >= -_LARGEST_INT32 - 1 and highest <= _LARGEST_INT32 else "int64"


def _exemplify(operation: dict[str, Any], examples: Examples) -> None:
    """Show one request and one reply of every kind that succeeds, and what to put in the path."""
    contents = [operation.get("requestBody", {}).get("content", {})]
    contents += [
        each.get("content", {}) for status, each in operation["responses"].items() if status < "300"
    ]
    for content in contents:
        for media in content.values():
            if "example" not in media and "examples" not in media:
                media["example"] = examples.of(media.get("schema", {}))
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path" and "example" not in parameter:
            parameter["example"] = examples.of(parameter["schema"], parameter["name"])
