"""What can be compared between versions: by their own word, and by way of those in between."""

import pytest

from services.survey.instruments.crosswalks import comparable_items, unfounded
from services.survey.instruments.definition import Crosswalk, Instrument
from tests.services.survey.instruments.drafted import Change, definition, put

Walks = dict[int, dict[str, str]]


def version(number: int, walks: Walks) -> Instrument:
    crosswalk = [{"version": earlier, "items": items} for earlier, items in walks.items()]
    return Instrument.model_validate(definition(version=number, crosswalk=crosswalk))


def versions(walks: dict[int, Walks]) -> dict[int, Instrument]:
    return {number: version(number, own) for number, own in walks.items()}


A, B, C = "item-0", "item-1", "item-2"


@pytest.mark.parametrize(
    ("walks", "comparable"),
    [
        ({1: {}, 2: {}, 3: {}}, {}),
        ({1: {}, 3: {1: {A: B}}}, {A: B}),
        ({1: {}, 2: {1: {A: B, C: C}}, 3: {2: {B: A}}}, {B: B}),
        ({1: {}, 2: {1: {A: A}}, 3: {1: {C: C}, 2: {A: A}}}, {C: C}),
        ({1: {}, 2: {}, 3: {2: {A: A}}}, {}),
        ({1: {}, 3: {2: {A: A}}}, {}),
        ({1: {}, 2: {1: {A: A}}, 3: {2: {B: B}}}, {}),
    ],
    ids=["none", "direct", "by way", "direct goes first", "broken", "missing between", "nothing left"],
)
def test_items_are_followed_from_version_to_version(
    walks: dict[int, Walks], comparable: dict[str, str]
) -> None:
    assert comparable_items(versions(walks), 1, 3) == comparable


def test_a_version_compares_with_itself() -> None:
    assert comparable_items(versions({1: {}}), 1, 1) == {A: A, B: B, C: C}


def test_a_long_line_of_versions_is_followed_to_its_start() -> None:
    walks: dict[int, Walks] = {1: {}} | {number: {number - 1: {A: A}} for number in range(2, 60)}
    assert comparable_items(versions(walks), 1, 59) == {A: A}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (put("crosswalk", 0, "version", value=1), []),
        (put("crosswalk", 0, "items", A, value="item-9"), [("/crosswalk/0/items", "unknown-item")]),
        (put("scoreMap", "5", value=55), [("/crosswalk/0", "other-scale")]),
    ],
)
def test_a_crosswalk_is_founded_on_the_earlier_version(
    change: Change, found: list[tuple[str, str]]
) -> None:
    content = definition()
    change(content)
    instrument = Instrument.model_validate(content)
    wrong = unfounded(instrument, versions({1: {}}))
    assert [(each.pointer, each.code) for each in wrong] == found


def test_a_crosswalk_to_what_is_not_there_is_unfounded() -> None:
    instrument = version(2, {1: {A: A}})
    assert instrument.crosswalk == (Crosswalk(version=1, items={A: A}),)
    assert [each.code for each in unfounded(instrument, {})] == ["unknown-version"]
