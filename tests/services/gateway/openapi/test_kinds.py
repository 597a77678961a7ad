"""The kind of a value is said in a few words."""

from typing import Any

import pytest

from services.gateway.openapi.kinds import type_name


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        ({"type": "array", "items": {"type": "string", "format": "uuid"}}, "[uuid]"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "integer | null"),
        ({"enum": ["a", "b"]}, "a | b"),
        ({"const": "up"}, "up"),
        ({}, "JSON"),
    ],
)
def test_type_name(schema: dict[str, Any], name: str) -> None:
    assert type_name(schema, {}) == name
