"""The OpenAPI 3.1 document of a service, completed with what FastAPI can't know: errors and tokens."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from shared.access.policy import policies_of
from shared.app.middleware import API_VERSION

_PROBLEM = {
    "type": "object",
    "description": "An error (RFC 9457). `code` is for programs, `title` for people.",
    "required": ["type", "title", "status", "detail", "code", "traceId"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "traceId": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}

_DESCRIPTIONS = {
    "400": "Malformed request",
    "401": "No valid token",
    "403": "Not allowed for this token",
    "404": "No such thing, or not yours",
    "409": "Contradicts what exists",
    "412": "Not the state you build upon",
    "413": "Body too large",
    "415": "Body is not JSON",
    "422": "Breaks a rule of the domain",
    "428": "Precondition missing",
    "500": "Error on our side",
    "503": "Busy or starting; try again",
}


def camel_case_id(route: APIRoute) -> str:
    """Name an operation after its function: one verb phrase everywhere."""
    head, *tail = route.name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def complete_openapi(app: FastAPI) -> dict[str, Any]:
    """Build an application's document once, with every error and security requirement."""
    if app.openapi_schema:
        return app.openapi_schema
    document = get_openapi(
        title=app.title,
        version=API_VERSION,
        openapi_version="3.1.0",
        description=app.description,
        routes=app.routes,
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for made_by_fastapi in ("HTTPValidationError", "ValidationError"):
        schemas.pop(made_by_fastapi, None)
    schemas["Problem"] = _PROBLEM
    for route in app.routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                _complete(document["paths"][route.path_format][method.lower()], route, method)
    app.openapi_schema = document
    return document


def _complete(operation: dict[str, Any], route: APIRoute, method: str) -> None:
    policy = policies_of(route)[0]
    operation["security"] = [policy.security] if policy.security else []
    responses = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422")):
        responses.pop("422")
    for status in _problem_statuses(operation, method, secured=policy.security is not None):
        responses.setdefault(status, _problem_response(_DESCRIPTIONS[status]))


def _problem_statuses(operation: dict[str, Any], method: str, *, secured: bool) -> list[str]:
    statuses = ["400", "500", "503"]
    if secured:
        statuses += ["401", "403"]
    if any(parameter["in"] == "path" for parameter in operation.get("parameters", [])):
        statuses.append("404")
    if method in {"PUT", "POST", "PATCH"}:
        statuses += ["409", "413", "415", "422"]
    names = {parameter["name"].lower() for parameter in operation.get("parameters", [])}
    if names & {"if-match", "if-none-match"} and method != "GET":
        statuses += ["412", "428"]
    return sorted(statuses)


def _problem_response(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}
