"""How entity tags look in OpenAPI: which answers have one, and which reads can be asked for by one.

Refuses nothing. A success has one unless the route declares it with `UNTAGGED`, or answers with a model
instead of a representation.
"""

from typing import Any

from fastapi.routing import APIRoute
from starlette.responses import Response

from shared.representation import LONGEST_KNOWN_TAGS

TAG_HEADERS: dict[str, Any] = {
    "ETag": {
        "description": (
            "The state of what was answered: send it in `If-None-Match` to read it again only if it "
            "changed, and a strong one (without `W/`) in `If-Match` to change exactly this state."
        ),
        "required": True,
        "schema": {"type": "string", "maxLength": 200, "pattern": '^(W/)?"[!#-~]+"$'},
        "example": 'W/"8f14e45fceea167a5a36dedd"',
    },
}
UNTAGGED: dict[str, Any] = {"headers": {}}
"""What a route declares of a success that has no entity tag, beside its content."""

_KNOWN_TAGS: dict[str, Any] = {
    "name": "if-none-match",
    "in": "header",
    "required": False,
    "description": "ETags of answers you have: if one is still right, the answer is 304 without it.",
    "schema": {"type": "string", "maxLength": LONGEST_KNOWN_TAGS},
}
_NOT_CHANGED = "304"


def declare_tags(operation: dict[str, Any], route: APIRoute, method: str) -> None:
    """Declare, in place, the tags of successes, and that reads of them can be conditional."""
    responses = operation["responses"]
    tagged = [each for status, each in responses.items() if _is_tagged(status, each, route)]
    for response in tagged:
        response["headers"] = {**response.get("headers", {}), **_references()}
    if tagged and method == "GET":
        operation["parameters"] = [*operation.get("parameters", ()), dict(_KNOWN_TAGS)]
        responses[_NOT_CHANGED] = {"description": "Not changed", "headers": _references()}


def _is_tagged(status: str, response: dict[str, Any], route: APIRoute) -> bool:
    returned = route.endpoint.__annotations__.get("return")
    represented = isinstance(returned, type) and issubclass(returned, Response)
    has_content = status.startswith("2") and "content" in response
    return represented and has_content and response.get("headers") != UNTAGGED["headers"]


def _references() -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in TAG_HEADERS}
