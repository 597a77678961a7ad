"""How a refusal looks in OpenAPI: the one schema of all problem documents, and its responses by status."""

from typing import Any

from shared.errors import MOST_ERRORS, NOT_FOUND
from shared.wire_bounds import LONGEST_TEXT

CODE_PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"


def _text(description: str, longest: int = LONGEST_TEXT, **more: str) -> dict[str, Any]:
    return {"type": "string", "description": description, "maxLength": longest, **more}


_PLACE: dict[str, Any] = {
    "type": "object",
    "description": "A place where something is wrong.",
    "required": ["pointer", "code", "detail"],
    "additionalProperties": False,
    "properties": {
        "pointer": _text("A JSON pointer into the body, or the name of a parameter."),
        "code": _text("What is wrong, for programs.", 100),
        "detail": _text("What is wrong, for people."),
    },
}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "An error (RFC 9457). `code` is for programs, `title` for people.",
    "required": ["type", "title", "status", "detail", "code", "traceId"],
    "additionalProperties": False,
    "properties": {
        "type": _text("The kind of problem, as a URN.", 200, format="uri"),
        "title": _text("The kind of problem, in Danish or English.", 200),
        "status": {
            "type": "integer",
            "format": "int32",
            "description": "The HTTP status.",
            "minimum": 400,
            "maximum": 599,
        },
        "detail": _text("What is wrong this time; never what was sent."),
        "code": _text("The kind of problem, for programs.", 100, pattern=CODE_PATTERN),
        "traceId": _text("The request's id, also in `X-Request-Id`; name it when asking for help.", 64),
        "errors": {
            "type": "array",
            "description": "Each place where something is wrong.",
            "maxItems": MOST_ERRORS,
            "items": {"$ref": "#/components/schemas/FieldError"},
        },
    },
    "examples": [
        {
            "type": NOT_FOUND.type,
            "title": NOT_FOUND.danish,
            "status": NOT_FOUND.status,
            "detail": NOT_FOUND.danish,
            "code": NOT_FOUND.code,
            "traceId": "5b0c2f6a9d3e4c1f8a7b6c5d4e3f2a1b",
        }
    ],
}
PROBLEM_SCHEMAS = {"Problem": PROBLEM, "FieldError": _PLACE}
"""The schemas of a document that tells of problems, by their names."""

_DESCRIPTIONS = {
    "400": "Malformed request",
    "401": "No valid token",
    "403": "Not allowed for this token",
    "404": "No such thing, or not yours",
    "406": "Does not come in the form asked for",
    "408": "The body did not arrive in time",
    "409": "Contradicts what exists",
    "410": "The position no longer exists; read from the beginning",
    "412": "Not the state you build upon",
    "413": "Body too large",
    "415": "Body is not JSON",
    "422": "Breaks a rule of the domain",
    "428": "Precondition missing",
    "429": "Too many requests; wait as long as `Retry-After` says",
    "431": "Too many headers, or too large ones",
    "500": "Error on our side",
    "502": "The service behind did not answer",
    "503": "Busy or starting; try again",
    "504": "The service behind did not answer in time",
}
_RETRY = {
    "Retry-After": {
        "description": "Seconds to wait before trying again.",
        "schema": {"type": "integer", "format": "int32", "minimum": 1, "maximum": 3600},
    }
}
_CHALLENGE = {
    "WWW-Authenticate": {
        "description": "What kind of token is wanted.",
        "schema": {"type": "string", "const": "Bearer"},
    }
}
_HEADERS = {"401": _CHALLENGE, "429": _RETRY, "502": _RETRY, "503": _RETRY, "504": _RETRY}


def problem_response(status: str) -> dict[str, Any]:
    """Describe the refusal with a status."""
    schema = {"$ref": "#/components/schemas/Problem"}
    response = {
        "description": _DESCRIPTIONS[status],
        "content": {"application/problem+json": {"schema": schema}},
    }
    return {**response, "headers": _HEADERS[status]} if status in _HEADERS else response
