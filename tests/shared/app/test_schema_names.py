"""Schemas are called as people would call them, everywhere they are referred to, and never two alike."""

from typing import Any

import pytest

from shared.app.schema_names import NamesClash, name_schemas

UNIT = {"type": "object", "title": "Unit", "properties": {"title": {"type": "string", "title": "Title"}}}


def reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def document(schemas: dict[str, Any], **operation: Any) -> dict[str, Any]:
    return {"paths": {"/v1/units": {"get": operation}}, "components": {"schemas": schemas}}


def test_a_generic_is_called_by_what_it_holds_of_what() -> None:
    named = document({"Page_UnitView_": UNIT, "UnitView": UNIT}, answer=reference("Page_UnitView_"))
    name_schemas(named)
    assert list(named["components"]["schemas"]) == ["PageOfUnitView", "UnitView"]
    assert named["paths"]["/v1/units"]["get"]["answer"] == reference("PageOfUnitView")


def test_what_is_sent_and_answered_alike_is_one() -> None:
    schemas = {"Unit-Input": dict(UNIT), "Unit-Output": dict(UNIT), "Units": reference("Unit-Output")}
    named = document(schemas, body=reference("Unit-Input"))
    name_schemas(named)
    assert set(named["components"]["schemas"]) == {"Unit", "Units"}
    assert named["components"]["schemas"]["Units"] == reference("Unit")
    assert named["paths"]["/v1/units"]["get"]["body"] == reference("Unit")


def test_what_is_sent_and_answered_otherwise_is_not_passed_for_one() -> None:
    with pytest.raises(NamesClash, match="Unit"):
        name_schemas(document({"Unit-Input": dict(UNIT), "Unit-Output": {"type": "string"}}))


def test_ways_are_told_apart_by_the_new_names() -> None:
    mapping = {"one": "#/components/schemas/Held_Unit_", "other": "elsewhere.json"}
    named = document({"Held_Unit_": UNIT}, discriminator={"propertyName": "kind", "mapping": mapping})
    name_schemas(named)
    assert mapping == {"one": "#/components/schemas/HeldOfUnit", "other": "elsewhere.json"}


def test_titles_that_repeat_names_go_and_what_is_called_title_stays() -> None:
    example = {"title": "Forløb 27"}
    named = document({"Unit": {**UNIT, "examples": [example], "required": ["title"]}}, example=example)
    name_schemas(named)
    unit = named["components"]["schemas"]["Unit"]
    assert unit == {
        "type": "object",
        "properties": {"title": {"type": "string"}},
        "examples": [{"title": "Forløb 27"}],
        "required": ["title"],
    }
    assert named["paths"]["/v1/units"]["get"]["example"] == {"title": "Forløb 27"}
