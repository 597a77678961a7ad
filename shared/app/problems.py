"""Turns everything that can go wrong in a request into `application/problem+json` (RFC 9457)."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from shared import errors
from shared.app.language import preferred_language
from shared.database.failures import DATABASE_ERRORS, passes
from shared.errors import Fault, FieldError, Problem, unavailable
from shared.observability import describe

_log = structlog.get_logger()

_FAULT_BY_STATUS = {
    400: errors.MALFORMED,
    401: errors.UNAUTHENTICATED,
    403: errors.FORBIDDEN,
    404: errors.NOT_FOUND,
    405: errors.METHOD_NOT_ALLOWED,
    408: errors.REQUEST_TIMEOUT,
    413: errors.BODY_TOO_LARGE,
    415: errors.UNSUPPORTED_MEDIA_TYPE,
    503: errors.UNAVAILABLE,
}


def problem_response(request: Request, problem: Problem) -> Response:
    """Write a refusal in the caller's language."""
    fault = problem.fault
    body = problem_body(fault, problem.errors, request)
    headers = {**problem.headers, "Content-Language": preferred_language(_accepted(request))}
    return Response(
        orjson.dumps(body), fault.status, headers=headers, media_type="application/problem+json"
    )


def problem_body(fault: Fault, field_errors: Sequence[FieldError], request: Request) -> dict[str, object]:
    """Return the members of a problem document."""
    title = fault.title(preferred_language(_accepted(request)))
    body: dict[str, object] = {
        "type": fault.type,
        "title": title,
        "status": fault.status,
        "detail": field_errors[0].detail if len(field_errors) == 1 else title,
        "code": fault.code,
        "traceId": request.scope.get("state", {}).get("request_id", ""),
    }
    if field_errors:
        body["errors"] = [
            {"pointer": each.pointer, "code": each.code, "detail": each.detail}
            for each in field_errors[: errors.MOST_ERRORS]
        ]
    return body


def _accepted(request: Request) -> str | None:
    return request.headers.get("accept-language")


def install_problem_handlers(app: FastAPI) -> None:
    """Answer every exception of an application as a problem document."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)
    for kind in DATABASE_ERRORS:
        app.add_exception_handler(kind, _on_database_error)


async def _on_problem(request: Request, error: Exception) -> Response:
    if not isinstance(error, Problem):
        raise error
    if error.fault is errors.METHOD_NOT_ALLOWED and request.method == "OPTIONS":
        return Response(status_code=204, headers=error.headers)
    return problem_response(request, error)


async def _on_http_exception(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    fault = _FAULT_BY_STATUS.get(error.status_code, errors.MALFORMED)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(allowed_methods(request))
    return await _on_problem(request, Problem(fault, headers=headers))


def allowed_methods(request: Request) -> list[str]:
    """Return every method of every route that has this path; Starlette names only the first's."""
    methods: set[str] = set()
    for route in request.app.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            methods |= getattr(route, "methods", None) or set()
    return methods_allowed(methods)


def methods_allowed(declared: Iterable[str]) -> list[str]:
    """Return the methods a path answers, of which it declares some: HEAD with GET, and OPTIONS always."""
    methods = {*declared, "OPTIONS"}
    return sorted({*methods, "HEAD"} if "GET" in methods else methods)


async def _on_invalid_request(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    names: frozenset[str] = getattr(request.scope.get("route"), "body_names", frozenset())
    found = [_field_error(each, names) for each in error.errors()]
    return problem_response(request, Problem(errors.MALFORMED, found))


def _field_error(found: dict[str, Any], names: frozenset[str]) -> FieldError:
    """Say where and why, and leave out what was sent."""
    kind = str(found["type"])
    location = [str(part) for part in found["loc"]]
    if kind == "extra_forbidden":
        location.pop()  # the unknown key is the caller's own text
    place = location[0] if location else "body"
    if place == "body":
        # So is a key of a map; only what the schema names is named here.
        shown = [isinstance(part, int) or part in names for part in found["loc"]]
        location = [part if show else "*" for part, show in zip(location, shown, strict=False)]
    pointer = "/" + "/".join(_escape(part) for part in location[1:])
    if place != "body":
        pointer = f"#{place}{pointer}"
    elif kind == "json_invalid":
        pointer = ""
    return FieldError(
        pointer, kind.replace("_", "-").replace(".", "-"), _REASONS.get(kind, str(found["msg"]))
    )


_REASONS = {
    "json_invalid": "The body is not JSON.",
    "uuid_parsing": "Must be a UUID.",
    "extra_forbidden": "There is no such field.",
    "enum": "Must be one of the listed values.",
    "literal_error": "Must be one of the listed values.",
    "union_tag_invalid": "Must be one of the listed values.",
}


def _escape(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


async def _on_database_error(request: Request, error: Exception) -> Response:
    if passes(error):
        _log.warning("database_unavailable", **describe(error))
        return problem_response(request, unavailable())
    raise error
