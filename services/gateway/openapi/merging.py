"""Merges the services' OpenAPI documents; refuses two owners of one path or operation name."""

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any

from services.gateway.openapi.tags import WORDS
from services.gateway.proxy.routes import OWN_SERVICE, SERVICE_KEY, is_for_respondents
from shared.app.limit_fields import LIMIT_HEADERS, declare_limits
from shared.app.openapi import CONTACT, LICENCE
from shared.app.problem_schema import PROBLEM_SCHEMAS, problem_response
from shared.app.security_schemes import SECURITY_SCHEMES
from shared.app.tag_fields import TAG_HEADERS

Document = dict[str, Any]

OWNERS = ("cases", "survey", "analytics", OWN_SERVICE)
_METHODS = ("get", "put", "post", "patch", "delete")
_SCHEMAS = "#/components/schemas/"
_HIDDEN_OF_OTHERS = ("/health/", "/metrics", "/internal/")
_INFO = {
    "title": "Samspil",
    "description": (
        "Open infrastructure for measuring and improving relational capacity around complex citizen cases."
    ),
    "contact": CONTACT,
    "license": LICENCE,
}
_SERVER = {
    "url": "/",
    "description": "The installation that serves this document, test or production.",
    "x-internal": False,
}
_OF_FORWARDING = ("408", "413", "502", "504")
"""What the gateway answers itself, besides all that the service behind it does: it reads any body."""


_OF_EVERY_ANSWER = {
    "X-Request-Id": {
        "description": (
            "The request's id, the caller's own where it could be kept; name it when asking for help."
        ),
        "required": True,
        "schema": {"type": "string", "minLength": 8, "maxLength": 64, "pattern": "^[A-Za-z0-9._-]+$"},
        "example": "4bf92f3577b34da6a3ce929d0e0e4736",
    },
    "API-Version": {
        "description": "The version of this description that the answer keeps to.",
        "required": True,
        "schema": {"type": "string", "maxLength": 20, "pattern": "^[0-9]+[.][0-9]+[.][0-9]+$"},
        "example": "1.0.0",
    },
}
"""What the gateway says with each answer, whoever gave it."""
_HEADERS = "#/components/headers/"


class DocumentsClash(ValueError):
    """Two services claim the same path or operation name."""


def merge(documents: Mapping[str, Document]) -> Document:
    """Merge documents by service, in the order of `OWNERS`.

    Raises
    ------
    DocumentsClash
        A path or an operationId has two owners.
    """
    schemas: dict[str, Any] = dict(PROBLEM_SCHEMAS)
    paths: dict[str, Any] = {}
    for service in (owner for owner in OWNERS if owner in documents):
        document = _with_own_names(service, documents[service], schemas)
        schemas.update(document["components"]["schemas"])
        for path, item in document["paths"].items():
            if service == OWN_SERVICE or not path.startswith(_HIDDEN_OF_OTHERS):
                paths[path] = _owned(service, path, item)
    _refuse_clashes(paths, sum(len(_published(each, documents[each])) for each in documents))
    version = max(document["info"]["version"] for document in documents.values())
    return {
        "openapi": "3.1.0",
        "info": {**_INFO, "version": version},
        "servers": [_SERVER],
        "tags": [{"name": tag, **_words(tag)} for tag in _tags(paths)],
        "paths": paths,
        "components": {
            "schemas": _reachable(schemas, paths),
            "headers": copy.deepcopy({**LIMIT_HEADERS, **TAG_HEADERS, **_OF_EVERY_ANSWER}),
            "securitySchemes": _security_schemes(paths),
        },
    }


def operations_of(paths: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method and operation of every operation."""
    for path, item in paths.items():
        for method in _METHODS:
            if method in item:
                yield path, method, item[method]


def _published(service: str, document: Document) -> list[str]:
    return [
        path
        for path in document["paths"]
        if service == OWN_SERVICE or not path.startswith(_HIDDEN_OF_OTHERS)
    ]


def _owned(service: str, path: str, item: Mapping[str, Any]) -> dict[str, Any]:
    owned = copy.deepcopy(dict(item))
    for _, _, operation in operations_of({path: owned}):
        operation[SERVICE_KEY] = service
        operation["security"] = _requirements(path, operation.get("security", []))
        if service != OWN_SERVICE:
            for status in _OF_FORWARDING:
                operation["responses"].setdefault(status, problem_response(status))
            declare_limits(operation, path)
        operation["responses"] = {
            status: _with_headers(answer) for status, answer in operation["responses"].items()
        }
    return owned


def _with_headers(answer: Mapping[str, Any]) -> dict[str, Any]:
    of_every = {name: {"$ref": _HEADERS + name} for name in _OF_EVERY_ANSWER}
    return {**answer, "headers": {**answer.get("headers", {}), **of_every}}


def _requirements(path: str, security: list[dict[str, list[str]]]) -> list[dict[str, list[str]]]:
    """Say where a bearer token may come from."""
    if is_for_respondents(path):
        return [{"respondent": []}]
    if not security or "bearer" not in security[0]:
        return security
    return [{"bearer": []}, {"clientCredentials": security[0]["bearer"]}]


def _security_schemes(paths: Mapping[str, Any]) -> dict[str, Any]:
    scopes = {
        scope
        for _, _, operation in operations_of(paths)
        for requirement in operation["security"]
        for scope in requirement.get("clientCredentials", [])
    }
    flow = {"tokenUrl": "/oauth2/token", "scopes": {scope: scope for scope in sorted(scopes)}}
    client = {
        "type": "oauth2",
        "description": (
            "A program's own id and secret. Its tokens are checked as RFC8725 asks, end after an hour and "
            "are not refreshed: ask for the next one."
        ),
        "flows": {"clientCredentials": flow},
    }
    return {**SECURITY_SCHEMES, "clientCredentials": client}


def _words(tag: str) -> dict[str, str]:
    return {"description": WORDS[tag]} if tag in WORDS else {}


def _tags(paths: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(tag for _, _, operation in operations_of(paths) for tag in operation["tags"]))


def _refuse_clashes(paths: Mapping[str, Any], published: int) -> None:
    shapes = {re.sub(r"\{[^}]*\}", "{}", path) for path in paths}
    if len(shapes) != published:
        raise DocumentsClash("a path has two owners")
    names = [operation["operationId"] for _, _, operation in operations_of(paths)]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise DocumentsClash(f"operations of the same name: {', '.join(sorted(twice))}")


def _with_own_names(service: str, document: Document, taken: Mapping[str, Any]) -> Document:
    """Rename the schemas whose name means something else in a service merged before."""
    own = document.get("components", {}).get("schemas", {})
    clashing = {name for name in own if name in taken and own[name] != taken[name]}
    grown = True
    while grown:  # what looks alike but leads to something else is something else
        leading = {
            name for name in own if name in taken and not clashing.isdisjoint(_references(own[name]))
        }
        grown = not leading <= clashing
        clashing |= leading
    names = {name: service.capitalize() + name for name in clashing}
    components = {"schemas": {names.get(name, name): _renamed(own[name], names) for name in own}}
    return {"paths": _renamed(document["paths"], names), "components": components}


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    renamed = {key: _renamed(item, names) for key, item in value.items()}
    reference = value.get("$ref")
    if isinstance(reference, str) and reference.startswith(_SCHEMAS):
        name = reference.removeprefix(_SCHEMAS)
        renamed["$ref"] = _SCHEMAS + names.get(name, name)
    return renamed


def _references(value: Any) -> set[str]:
    """Return the names of the schemas that a part of a document refers to; headers are no schemas."""
    if isinstance(value, list):
        return set().union(*(_references(item) for item in value))
    if not isinstance(value, dict):
        return set()
    found = set().union(*(_references(item) for item in value.values()))
    reference = value.get("$ref")
    if isinstance(reference, str) and reference.startswith(_SCHEMAS):
        found.add(reference.removeprefix(_SCHEMAS))
    return found


def _reachable(schemas: Mapping[str, Any], paths: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the schemas that no published operation leads to."""
    found: set[str] = set()
    more = _references(paths)
    while more - found:
        found |= more
        more = set().union(*(_references(schemas[name]) for name in found))
    return {name: schemas[name] for name in sorted(found)}
