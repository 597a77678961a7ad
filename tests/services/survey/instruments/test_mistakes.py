"""What is wrong with a definition is said by place and reason, and nothing of it is repeated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.survey.instruments.definition import Instrument
from services.survey.instruments.mistakes import field_errors
from shared.errors import MOST_ERRORS, FieldError
from tests.services.survey.instruments.drafted import (
    MISTAKES,
    Change,
    Content,
    anything,
    definition,
    definitions,
    places,
    put,
)

SECRET = "hemmeligt-Ord"


def errors_of(content: object) -> list[FieldError]:
    with pytest.raises(ValidationError) as refusal:
        Instrument.model_validate(content)
    errors = field_errors(refusal.value)
    assert errors
    return errors


@pytest.mark.parametrize(
    "change",
    [
        put(SECRET, value=1),
        put("title", SECRET, value="x"),
        put("title", "da", value={SECRET: SECRET}),
        put("items", 0, SECRET, value=[SECRET]),
        put("items", 0, "id", value=SECRET),
        put("languages", value=["da", "en", SECRET]),
        put("form", value=SECRET),
        put("scoreMap", SECRET, value=SECRET),
        put("crosswalk", 0, "items", SECRET, value=SECRET),
        put("subScales", 0, "items", value=[SECRET, SECRET.lower()]),
        put("colourBands", "bands", 0, "colour", value=SECRET),
        put("version", value=SECRET),
    ],
)
def test_nothing_of_it_is_repeated(change: Change) -> None:
    content = definition()
    change(content)
    errors = errors_of(content)
    assert not any(SECRET.lower() in f"{each.pointer} {each.code} {each.detail}".lower() for each in errors)


@pytest.mark.parametrize("change", [change for change, _, _ in MISTAKES.values()], ids=MISTAKES)
def test_every_place_and_code_is_one_that_programs_can_read(change: Change) -> None:
    content = definition()
    change(content)
    for each in errors_of(content):
        assert each.pointer == "" or each.pointer.startswith("/")
        assert each.code.replace("-", "").isalpha()
        assert each.detail.endswith(".") or each.detail[0].isupper()


@given(st.data(), definitions)
def test_whatever_stands_anywhere_is_taken_or_refused(data: st.DataObject, content: Content) -> None:
    path = data.draw(st.sampled_from(list(places(content))))
    put(*path, value=data.draw(anything))(content)
    try:
        taken = Instrument.model_validate(content)
    except ValidationError:
        errors_of(content)
    else:
        assert Instrument.model_validate(taken.model_dump(mode="json", by_alias=True)) == taken


@given(anything)
def test_whatever_is_sent_instead_is_refused(document: object) -> None:
    errors_of(document)


def test_a_list_whose_parts_are_wrong_is_not_said_to_be_empty_too() -> None:
    content = definition()
    content["items"] = [{"id": "item-0"}]
    told = {(each.pointer, each.code) for each in errors_of(content)}
    assert ("/items/0/label", "missing") in told
    assert ("/items", "too-short") not in told


def test_there_is_an_end_to_what_is_told() -> None:
    content = definition()
    content.update({f"key-{number}": number for number in range(2 * MOST_ERRORS)})
    assert len(errors_of(content)) == MOST_ERRORS
