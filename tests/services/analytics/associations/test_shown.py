"""Which groups of cases may be related to the citizen's experience beside each other, and in turn."""

from datetime import UTC, datetime
from math import nan
from typing import Any

import pytest

from services.analytics.associations.columns import CaseRow
from services.analytics.associations.shown import (
    COMPLEX,
    FEW,
    LED,
    MANY,
    RESOURCES,
    UNITS,
    YES,
    Shown,
    shown_groups,
)
from services.analytics.release.decisions import GroupSize
from shared.contracts.survey import CitizenResources
from tests.services.analytics.holdings_by_hand import id_of

SIZE = GroupSize(5)
TOGETHER = (datetime(2026, 3, 1, tzinfo=UTC), id_of("r").int)
"""When rounds closed that are one step, whatever they are."""
SCORES = (1.0, 4.5, 2.0, 3.0, 5.0)
HIGH, LOW, UNKNOWN = CitizenResources.HIGH, CitizenResources.LOW, CitizenResources.UNKNOWN


def case(number: int, **more: Any) -> CaseRow:
    """Return a case of two raters and one citizen, all of them its own."""
    value = SCORES[number % len(SCORES)]
    stated: dict[str, Any] = {
        "case": id_of(f"S{number:03}"),
        "closing": (datetime.fromtimestamp(number, UTC), id_of(f"r{number:03}").int),
        "rk": value,
        "citizen": value,
        "leadership": value,
        "given": {id_of(f"a{number:03}"): value, id_of(f"b{number:03}"): 6 - value},
        "citizens": frozenset({id_of(f"c{number:03}")}),
        "led": frozenset({id_of(f"a{number:03}")}),
        "leaders": frozenset({id_of(f"l{number:03}")}),
        "is_complex": False,
        "many_units": False,
        "resources": UNKNOWN,
    }
    return CaseRow(**(stated | more))


def shown(*groups: tuple[int, dict[str, Any]]) -> Shown:
    """Let the groups close in turns, so that each enters along with the others."""
    kinds = [(number / count, more) for count, more in groups for number in range(count)]
    ordered = [more for _, more in sorted(kinds, key=lambda kind: kind[0])]
    return shown_groups([case(number, **more) for number, more in enumerate(ordered)], SIZE)


def in_turn(*more: dict[str, Any]) -> Shown:
    """Let cases close in this order."""
    return shown_groups([case(number, **each) for number, each in enumerate(more)], SIZE)


def size_of(rows: list[CaseRow] | None) -> int:
    return 0 if rows is None else len(rows)


@pytest.mark.parametrize(("cases", "there"), [(4, 0), (5, 5), (9, 5), (10, 10)])
def test_as_many_cases_as_people_must_stand_behind_a_mean(cases: int, there: int) -> None:
    assert size_of(shown((cases, {})).everything()) == there


def test_five_cases_of_one_citizen_are_about_one() -> None:
    assert shown((6, {"citizens": frozenset({id_of("c")})})).everything() is None


def test_one_case_of_five_citizens_is_about_one() -> None:
    assert shown((1, {"citizens": frozenset(map(id_of, "cdefg"))})).everything() is None


@pytest.mark.parametrize(("others", "there"), [(0, 20), (1, 0), (5, 20)])
def test_complex_cases_stand_beside_all_only_if_the_others_are_none_or_enough(
    others: int, there: int
) -> None:
    found = shown_groups([case(n, is_complex=n >= others) for n in range(20 + others)], SIZE)
    assert size_of(found.everything()) == 20 + others // 5 * 5
    assert size_of(found.group(COMPLEX, YES)) == there


def test_the_interaction_needs_both_sides() -> None:
    many = {"many_units": True}
    both = shown((10, many), (10, {}))
    assert (size_of(both.group(UNITS, MANY)), size_of(both.group(UNITS, FEW))) == (8, 7)
    assert shown((10, many)).group(UNITS, FEW) is None


def test_one_small_group_of_resources_takes_another_with_it() -> None:
    high, low = {"resources": HIGH}, {"resources": LOW}
    kinds = [*[high] * 8, *[low] * 8, *[{}] * 4]
    found = shown_groups([case(at, **each, closing=TOGETHER) for at, each in enumerate(kinds)], SIZE)
    assert size_of(found.everything()) == 20
    assert sum(found.group(RESOURCES, each) is not None for each in (HIGH, LOW)) == 1
    assert found.group(RESOURCES, UNKNOWN) is None


def test_groups_across_each_other_that_differ_in_one_case_do_not_both_leave() -> None:
    crossed = {"is_complex": True, "many_units": True}
    kinds = [*[crossed] * 8, {"is_complex": True}, *[{}] * 8]
    found = shown_groups([case(at, **each, closing=TOGETHER) for at, each in enumerate(kinds)], SIZE)
    assert found.everything() is not None
    assert found.group(COMPLEX, YES) is None or found.group(UNITS, MANY) is None


def test_cases_whose_employees_said_nothing_of_leaders_may_not_be_set_apart() -> None:
    silent = {"leadership": nan}
    for count, there in ((5, 8), (1, 0)):
        kinds = [*[{}] * 8, *[silent] * count]
        found = shown_groups([case(at, **each, closing=TOGETHER) for at, each in enumerate(kinds)], SIZE)
        assert size_of(found.group(LED, YES)) == there


def test_cases_without_a_citizen_fill_no_step() -> None:
    silent = {"citizen": nan, "citizens": frozenset()}
    assert in_turn({}, {}, {}, {}, silent, silent).everything() is None
    assert size_of(in_turn({}, {}, {}, {}, silent, {}).everything()) == 5


def test_a_group_that_gained_one_case_stays_as_it_was_shown() -> None:
    """All have gained five and are shown anew; the complex ones have gained one, who would be told."""
    first = [{"is_complex": at % 2 == 0} for at in range(20)]
    then = [{"is_complex": at == 0} for at in range(5)]
    before, after = in_turn(*first), in_turn(*first, *then)
    assert (size_of(before.everything()), size_of(after.everything())) == (20, 25)
    assert size_of(before.group(COMPLEX, YES)) == 8
    assert after.group(COMPLEX, YES) == before.group(COMPLEX, YES)
    at_once = [case(at, **each, closing=TOGETHER) for at, each in enumerate([*first, *then])]
    assert size_of(shown_groups(at_once, SIZE).group(COMPLEX, YES)) == 11  # the control


def test_and_goes_on_when_enough_have_come() -> None:
    first = [{"is_complex": at % 2 == 0} for at in range(20)]
    assert size_of(in_turn(*first, *first).group(COMPLEX, YES)) == 16


def test_citizens_who_all_say_the_same_are_not_told() -> None:
    assert shown((8, {"citizen": 4.0})).everything() is None


def test_nothing_at_all() -> None:
    assert shown() == Shown([], {})
