"""How entity tags look in OpenAPI: what an answer is tagged with, and what need not be fetched again.

Everything that is read is tagged, and so is what a `PUT` with a precondition answers
(`shared.representation`); what services ask of each other and what is open to everybody is not, unless it
declares 304 itself.
"""

from typing import Any

TAG_HEADERS: dict[str, Any] = {
    "ETag": {
        "description": (
            "The state that was answered: send it as `If-None-Match` to hear only of another, or, where it "
            "is strong, as `If-Match` to build upon it."
        ),
        "required": True,
        "schema": {"type": "string", "maxLength": 100, "pattern": '^(W/)?"[^"]+"$'},
        "example": '"1"',
    },
}
_REFERENCES = {name: {"$ref": f"#/components/headers/{name}"} for name in TAG_HEADERS}
_KNOWN = {
    "name": "if-none-match",
    "in": "header",
    "required": False,
    "description": "ETags you have: what is still so is answered 304, without a body.",
    "schema": {"type": "string", "maxLength": 400},
}
_NOT_CHANGED = "304"


def declare_tags(operation: dict[str, Any], path: str, method: str, *, secured: bool) -> None:
    """Declare the fields and the answer without a body, in place, on an operation that has them."""
    responses = operation["responses"]
    parameters = operation.get("parameters", [])
    if method == "GET" and (_NOT_CHANGED in responses or (secured and not path.startswith("/internal/"))):
        responses.setdefault(_NOT_CHANGED, {"description": "Not changed"})
        operation["parameters"] = [*parameters, dict(_KNOWN)]
    elif not (method == "PUT" and any(each["name"] == "if-match" for each in parameters)):
        return
    for status, response in responses.items():
        if status[0] in "23":
            response["headers"] = {**response.get("headers", {}), **_REFERENCES}
