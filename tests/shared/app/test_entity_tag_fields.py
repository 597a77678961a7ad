"""The document says what is tagged, where a caller need not fetch again, and says it of nothing else."""

from typing import Any

import pytest

from shared.app.entity_tag_fields import declare_tags

IF_MATCH = {"name": "if-match", "in": "header"}


def declared(path: str, method: str, *, secured: bool = True, **operation: Any) -> dict[str, Any]:
    found = {"responses": {"200": {"description": "OK"}, "404": {"description": "No"}}, **operation}
    declare_tags(found, path, method, secured=secured)
    return found


def tagged(operation: dict[str, Any]) -> set[str]:
    return {status for status, each in operation["responses"].items() if "ETag" in each.get("headers", {})}


def test_what_is_read_is_tagged_and_may_be_known() -> None:
    operation = declared("/v1/units", "GET")
    assert tagged(operation) == {"200", "304"}
    assert [each["name"] for each in operation["parameters"]] == ["if-none-match"]


def test_what_is_put_upon_a_state_tells_the_next_one() -> None:
    operation = declared("/v1/units/{unitId}", "PUT", parameters=[IF_MATCH])
    assert tagged(operation) == {"200"}
    assert operation["parameters"] == [IF_MATCH]
    assert "304" not in operation["responses"]


@pytest.mark.parametrize(
    ("path", "method", "secured"),
    [
        ("/internal/changes", "GET", True),
        ("/health/live", "GET", False),
        ("/v1/cases", "POST", True),
        ("/v1/registrations/{system}/{reference}", "PUT", True),
    ],
)
def test_nothing_else_is(path: str, method: str, secured: bool) -> None:
    operation = declared(path, method, secured=secured)
    assert tagged(operation) == set()
    assert "parameters" not in operation


def test_what_is_open_to_everybody_is_where_it_says_so_itself() -> None:
    own = {"200": {"description": "OK"}, "304": {"description": "The same page"}}
    operation = declared("/docs", "GET", secured=False, responses=own)
    assert tagged(operation) == {"200", "304"}
    assert operation["responses"]["304"]["description"] == "The same page"
