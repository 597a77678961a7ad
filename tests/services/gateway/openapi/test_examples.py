"""Examples come from the schema's own words first, and end even where schemas go round."""

from typing import Any

import pytest

from services.gateway.openapi.examples import example_of, type_name

SCHEMAS: dict[str, Any] = {
    "Node": {
        "type": "object",
        "properties": {"next": {"$ref": "#/components/schemas/Node"}, "name": {"type": "string"}},
    }
}


@pytest.mark.parametrize(
    ("schema", "example"),
    [
        ({"type": "string", "examples": ["Anne"]}, "Anne"),
        ({"type": "string", "enum": ["a", "b"]}, "a"),
        ({"type": "integer", "default": 50}, 50),
        ({"const": "up"}, "up"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, 1),
        ({"type": "array", "items": {"type": "boolean"}}, [True]),
        ({"type": "string", "format": "date-time"}, "2026-03-02T08:30:00Z"),
        ({}, None),
    ],
)
def test_example_of(schema: dict[str, Any], example: object) -> None:
    assert example_of(schema, {}) == example


def test_example_of_a_circle_ends() -> None:
    example = example_of({"$ref": "#/components/schemas/Node"}, SCHEMAS)
    assert example["name"] == "..."
    assert example["next"]["next"]["name"] == "..."


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
