"""How the rate limits look in OpenAPI: the header fields of every answer to a caller who is counted.

The gateway counts (draft-ietf-httpapi-ratelimit-headers-11); each service's document says so, too, as
callers never reach a service but through it.
"""

from typing import Any

from shared.app.problem_schema import problem_response

LIMIT_HEADERS: dict[str, Any] = {
    "RateLimit-Policy": {
        "description": (
            "The rates that count this request: each by its name, with its quota `q` and its window `w` in "
            "seconds."
        ),
        "schema": {"type": "string", "maxLength": 200},
        "example": '"client";q=6000;w=60, "tenant";q=30000;w=60',
    },
    "RateLimit": {
        "description": (
            "What is left of each rate: `r` requests now; in `t` seconds all is given back, or, when "
            "nothing is left, the next request."
        ),
        "schema": {"type": "string", "maxLength": 200},
        "example": '"client";r=5999;t=1, "tenant";r=29998;t=1',
    },
}
_REFERENCES = {name: {"$ref": f"#/components/headers/{name}"} for name in LIMIT_HEADERS}
_TOO_MANY = "429"
_NEVER_COUNTED = "/health/"


def declare_limits(operation: dict[str, Any], path: str) -> None:
    """Declare the refusal and the fields, in place, on all that is counted, by token or by address."""
    if path.startswith(_NEVER_COUNTED):
        return
    responses = operation["responses"]
    responses.setdefault(_TOO_MANY, problem_response(_TOO_MANY))
    for status, response in responses.items():
        if status[0] in "234":
            response["headers"] = {**response.get("headers", {}), **_REFERENCES}
