"""A small document that keeps every rule, and what breaks each of them."""

import copy
import json
from collections.abc import Callable
from typing import Any

from deploy.openapi_lint.__main__ import DOCUMENTS

Document = dict[str, Any]
Break = Callable[[Document], None]

UNIT = "/v1/units/{unitId}"
UNITS = "/v1/units"
_KEPT = ("/v1/openapi.json", UNIT, UNITS)


def gateway_document() -> Document:
    """Return a service's document."""
    document: Document = json.loads((DOCUMENTS / "gateway.json").read_text(encoding="utf-8"))
    return document


def small_document() -> Document:
    """Return a part of the merged document that stands alone."""
    whole: Document = json.loads((DOCUMENTS / "samspil.json").read_text(encoding="utf-8"))
    paths = {path: whole["paths"][path] for path in _KEPT}
    schemas: dict[str, Any] = {}
    _collect(paths, whole["components"]["schemas"], schemas)
    tags = {tag for item in paths.values() for operation in item.values() for tag in operation["tags"]}
    used = {
        name: whole["components"]["securitySchemes"][name]
        for item in paths.values()
        for operation in item.values()
        for requirement in operation["security"]
        for name in requirement
    }
    return {
        **whole,
        "paths": paths,
        "tags": [each for each in whole["tags"] if each["name"] in tags],
        "components": {**whole["components"], "schemas": schemas, "securitySchemes": used},
    }


def _collect(part: Any, known: Document, found: Document) -> None:
    if isinstance(part, list):
        for each in part:
            _collect(each, known, found)
    if isinstance(part, dict):
        name = str(part.get("$ref", "")).removeprefix("#/components/schemas/")
        if name in known and name not in found:
            found[name] = known[name]
            _collect(known[name], known, found)
        for each in part.values():
            _collect(each, known, found)


def _renamed(old: str, new: str) -> Break:
    def rename(document: Document) -> None:
        document["paths"][new] = document["paths"].pop(old)

    return rename


def _put(*place: str | int, value: Any) -> Break:
    def put(document: Document) -> None:
        *way, last = place
        part: Any = document
        for key in way:
            part = part[key]
        part[last] = copy.deepcopy(value)

    return put


def _dropped(*place: str | int) -> Break:
    def drop(document: Document) -> None:
        *way, last = place
        part: Any = document
        for key in way:
            part = part[key]
        del part[last]

    return drop


def _asked_with(parameter: Document) -> Break:
    def ask(document: Document) -> None:
        document["paths"][UNITS]["get"]["parameters"].append(parameter)

    return ask


_GET = ("paths", UNITS, "get")
_SCHEMAS = ("components", "schemas", "UnitView", "properties")
_QUERY = {"in": "query", "schema": {"type": "string", "maxLength": 9}}
_OK = {"description": "OK"}
_TEXT = {"type": "string", "maxLength": 40, "pattern": "^[0-9]+$"}
_ORIGIN = ("paths", "/v1/openapi.json", "get", "responses", "200", "headers", "Access-Control-Allow-Origin")

TOGETHER: dict[str, Break] = {
    "/core/query-keys-camel-case": _asked_with({**_QUERY, "name": "unit_name"}),
    "/core/date-time/format": _put(*_SCHEMAS, "endedAt", value=_TEXT),
    "/core/date-time/date-omit-time-portion": _put(
        *_SCHEMAS, "endDate", value={"type": "string", "format": "date-time", "maxLength": 40}
    ),
    "/core/http-methods": _put("paths", UNITS, "trace", value={"responses": {"200": _OK}}),
    "/core/http-safety": _put(*_GET, "requestBody", value={"content": {}}),
    "/core/error-handling/problem-details": _put(*_GET, "responses", "401", "content", value={}),
    "/core/error-handling/invalid-input": _dropped(*_GET, "responses", "400"),
    "/core/doc-openapi": _put("openapi", value="3.1"),
    "/core/doc-openapi-contact": _dropped("info", "contact", "name"),
    "/core/publish-openapi": _dropped(*_ORIGIN),
    "/core/deprecation-schedule": _put(*_GET, "deprecated", value=True),
    "/core/semver": _put("info", "version", value="1.0"),
    "/core/version-header": _dropped(*_GET, "responses", "200", "headers", "API-Version"),
    "/core/transport/tls": _put("servers", 0, "url", value="http://samspil.example/v1"),
    "/core/transport/no-sensitive-uris": _asked_with({**_QUERY, "name": "citizenCpr"}),
}
"""What breaks each of the Dutch rules but those of addresses, without hiding what the others break."""

APART: dict[str, Break] = {
    "/core/naming-collections": _renamed(UNIT, "/v1/unit/{unitId}"),
    "/core/no-trailing-slash": _renamed(UNITS, "/v1/units/"),
    "/core/path-segments-kebab-case": _renamed(UNITS, "/v1/allUnits"),
    "/core/uri-version": _renamed(UNITS, "/units"),
}
"""What breaks each of the Dutch rules of addresses."""

REDOCLY: dict[str, Break] = {
    "tag-description": _dropped("tags", 0, "description"),
    "no-server-example.com": _put("servers", 0, "url", value="https://example.com/v1"),
}
"""What breaks rules of Redocly's that nobody else has."""
