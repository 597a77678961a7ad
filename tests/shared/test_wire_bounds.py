"""Nothing on the wire is unbounded, what is declared is enforced, and a field's own bound stays."""

from typing import Annotated, Any
from uuid import UUID

import pytest
from pydantic import AfterValidator, BaseModel, Field, ValidationError

from shared.paging import Page
from shared.wire import Line, WireModel
from shared.wire_bounds import LARGEST_INTEGER, LONGEST_LIST, LONGEST_TEXT, SMALLEST_INTEGER


class Inner(WireModel):
    count: int


class Everything(WireModel):
    type: str
    schema_: str | None = None
    narrow: Line = "one line"
    grade: int = Field(default=1, gt=0, lt=6)
    numbers: list[int] = Field(default=[])
    ordered: Annotated[list[str], AfterValidator(sorted)] = Field(default=[], max_length=2)
    either: int | list[str] | None = None
    named: dict[str, int] = Field(default={})
    inner: list[Inner] = Field(default=[])
    id: UUID | None = None


DECLARED: dict[str, Any] = Everything.model_json_schema()["properties"]
WHOLE = {"minimum": SMALLEST_INTEGER, "maximum": LARGEST_INTEGER}


def declared(name: str, *keys: str) -> dict[str, Any]:
    found = DECLARED[name]
    return {key: found[key] for key in keys if key in found}


def test_what_names_no_bound_gets_the_houses() -> None:
    assert declared("type", "maxLength") == {"maxLength": LONGEST_TEXT}
    assert DECLARED["schema_"]["anyOf"][0]["maxLength"] == LONGEST_TEXT
    assert declared("numbers", "maxItems") == {"maxItems": LONGEST_LIST}
    assert DECLARED["numbers"]["items"] == {"type": "integer", **WHOLE}
    assert DECLARED["either"]["anyOf"][0] == {"type": "integer", **WHOLE}
    assert DECLARED["either"]["anyOf"][1]["items"]["maxLength"] == LONGEST_TEXT
    assert DECLARED["named"]["maxProperties"] == LONGEST_LIST
    assert Inner.model_json_schema()["properties"]["count"]["maximum"] == LARGEST_INTEGER


def test_a_fields_own_bound_stays() -> None:
    assert declared("narrow", "minLength", "maxLength") == {"minLength": 1, "maxLength": 200}
    assert declared("grade", "minimum", "maximum") == {}
    assert declared("grade", "exclusiveMinimum", "exclusiveMaximum") == {
        "exclusiveMinimum": 0,
        "exclusiveMaximum": 6,
    }
    assert declared("ordered", "maxItems") == {"maxItems": 2}
    assert Page[Inner].model_json_schema()["properties"]["items"]["maxItems"] == 200


@pytest.mark.parametrize(
    "values",
    [
        {"type": "x" * (LONGEST_TEXT + 1)},
        {"type": "x", "numbers": [LARGEST_INTEGER + 1]},
        {"type": "x", "numbers": [0] * (LONGEST_LIST + 1)},
        {"type": "x", "inner": [{"count": SMALLEST_INTEGER - 1}]},
    ],
    ids=["text", "integer", "list", "inner"],
)
def test_what_is_declared_is_enforced(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Everything(**values)


def test_the_bounds_themselves_are_within() -> None:
    longest = Everything(type="x" * LONGEST_TEXT, numbers=[SMALLEST_INTEGER, LARGEST_INTEGER])
    assert len(longest.type) == LONGEST_TEXT


def test_a_model_that_is_none_of_ours_is_not_bounded() -> None:
    class Plain(BaseModel):
        text: str

    assert "maxLength" not in Plain.model_json_schema()["properties"]["text"]


class Exactly(WireModel):
    whole: int = 1
    number: float = 1.5
    yes: bool = True
    inner: list[Inner] = Field(default=[])
    perhaps: int | None = None
    named: dict[str, int] = Field(default={})


class Outer(WireModel):
    exactly: Exactly


class LaxView(WireModel):
    whole: int = 1


@pytest.mark.parametrize(
    "sent",
    [
        {"whole": True},
        {"whole": "1"},
        {"number": "1.5"},
        {"number": False},
        {"yes": 0},
        {"yes": "yes"},
        {"inner": [{"count": "1"}]},
        {"perhaps": "1"},
        {"named": {"one": True}},
    ],
)
def test_what_looks_alike_is_of_another_type(sent: dict[str, Any]) -> None:
    for model, body in ((Exactly, sent), (Outer, {"exactly": sent})):
        with pytest.raises(ValidationError):
            model.model_validate(body)


def test_what_is_of_the_type_is_taken() -> None:
    # A whole number may be written as JSON Schema has it, with nothing behind the point.
    body = {"whole": 1.0, "number": 2, "yes": False, "inner": [{"count": 1}], "named": {"one": 1}}
    assert Outer.model_validate({"exactly": body}).exactly.whole == 1
    assert LaxView.model_validate({"whole": "1"}).whole == 1
