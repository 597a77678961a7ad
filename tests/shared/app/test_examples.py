"""Examples come from the fields' own words first, are always the same, and end where schemas go round."""

from typing import Any

import pytest

from shared.app.examples import UNKNOWN, Examples

CASE = {"$ref": "#/components/schemas/CaseView"}
SCHEMAS: dict[str, Any] = {
    "Node": {
        "type": "object",
        "required": ["next", "name"],
        "properties": {"next": {"$ref": "#/components/schemas/Node"}, "name": {"type": "string"}},
    },
    "CaseView": {
        "type": "object",
        "required": ["id", "label", "closedAt"],
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "label": {"type": "string", "examples": ["Forløb 27"]},
            "closedAt": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
        },
    },
    "OpenRound": {
        "type": "object",
        "required": ["caseId", "cases"],
        "properties": {
            "caseId": {"type": "string", "format": "uuid"},
            "cases": {"type": "array", "items": CASE},
            "unsaid": {"type": "string"},
            "said": {"type": "string", "examples": ["Barnets lov"]},
        },
    },
    "Short": {
        "type": "object",
        "required": ["label"],
        "properties": {"label": {"type": "string", "maxLength": 3}},
    },
}


@pytest.fixture(scope="module")
def examples() -> Examples:
    """Make examples of the schemas above."""
    return Examples(SCHEMAS)


@pytest.mark.parametrize(
    ("schema", "example"),
    [
        ({"type": "string", "examples": ["Anne"]}, "Anne"),
        ({"type": "string", "enum": ["a", "b"]}, "a"),
        ({"const": "up"}, "up"),
        ({"type": "integer", "minimum": 7}, 7),
        ({"type": "integer", "minimum": -5, "maximum": 0}, 0),
        ({"type": "integer", "exclusiveMinimum": 7}, 8),
        ({"type": "number", "minimum": 1, "maximum": 5}, 3.5),
        ({"anyOf": [{"type": "integer", "examples": [4]}, {"type": "null"}]}, 4),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, None),
        ({"type": "array", "items": {"type": "boolean"}}, [False]),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {UNKNOWN: 1}),
        ({"type": "string", "format": "date-time"}, "2026-03-02T08:30:00Z"),
        ({"type": "string"}, UNKNOWN),
        ({}, None),
    ],
)
def test_each_kind(examples: Examples, schema: dict[str, Any], example: object) -> None:
    assert examples.of(schema) == example


def test_a_thing_has_one_id_everywhere(examples: Examples) -> None:
    case, asked = examples.of(CASE), examples.of({"$ref": "#/components/schemas/OpenRound"})
    assert case == {"id": asked["caseId"], "label": "Forløb 27", "closedAt": None}
    assert asked["cases"] == [case]
    assert examples.of({"type": "string", "format": "uuid"}, "caseId") == case["id"]
    assert examples.of({"type": "string", "format": "uuid"}, "unitId") != case["id"]
    assert Examples(SCHEMAS).of(CASE) == case


def test_optional_fields_are_shown_if_they_say_anything(examples: Examples) -> None:
    asked = examples.of({"$ref": "#/components/schemas/OpenRound"})
    assert asked["said"] == "Barnets lov"
    assert "unsaid" not in asked


def test_words_are_borrowed_by_name_if_they_fit(examples: Examples) -> None:
    assert examples.of({"type": "string"}, "label") == "Forløb 27"
    assert examples.of({"type": "integer"}, "label") == 1
    assert examples.of({"$ref": "#/components/schemas/Short"}) == {"label": UNKNOWN}


def test_an_example_of_a_circle_ends(examples: Examples) -> None:
    assert examples.of({"$ref": "#/components/schemas/Node"}) == {"next": None, "name": UNKNOWN}
