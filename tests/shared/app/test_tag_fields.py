"""Entity tags are declared of representations, and of nothing else."""

from typing import Any

from fastapi.routing import APIRoute
from starlette.responses import Response

from shared.app.tag_fields import UNTAGGED, declare_tags

TAG = {"ETag": {"$ref": "#/components/headers/ETag"}}


async def represent() -> Response:
    return Response()


async def tell() -> dict[str, str]:
    return {}


def declared(
    answer: dict[str, Any], status: str = "200", method: str = "GET", **how: Any
) -> dict[str, Any]:
    """Return what is declared of an operation with one answer."""
    operation: dict[str, Any] = {"responses": {status: {"description": "OK", **answer}}}
    route = APIRoute("/v1/notes", how.get("endpoint", represent), response_model=None)
    declare_tags(operation, route, method)
    return operation


CONTENT: dict[str, Any] = {"content": {"application/json": {}}}


def test_a_read_has_a_tag_and_can_be_asked_for_by_it() -> None:
    operation = declared(CONTENT)
    assert operation["responses"]["200"]["headers"] == operation["responses"]["304"]["headers"] == TAG
    assert [(each["in"], each["name"]) for each in operation["parameters"]] == [("header", "if-none-match")]


def test_a_write_has_a_tag_and_is_never_left_out() -> None:
    operation = declared(CONTENT, "201", "POST")
    assert operation["responses"]["201"]["headers"] == TAG
    assert (set(operation["responses"]), "parameters" in operation) == ({"201"}, False)


def test_control_what_is_no_representation_has_none() -> None:
    for operation in (
        declared({}, "204"),
        declared(CONTENT, "404"),
        declared({**CONTENT, **UNTAGGED}),
        declared(CONTENT, endpoint=tell),
    ):
        [answer] = operation["responses"].values()
        assert "ETag" not in answer.get("headers", {})
        assert "parameters" not in operation
