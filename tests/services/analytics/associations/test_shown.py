"""Which groups of cases may be related to the citizen's experience beside each other."""

from math import nan
from typing import Any

import pytest

from services.analytics.associations.columns import CaseRow
from services.analytics.associations.shown import Shown, shown_groups
from services.analytics.release.decisions import GroupSize
from shared.contracts.survey import CitizenResources
from tests.services.analytics.holdings_by_hand import id_of

SIZE = GroupSize(5)
SCORES = (1.0, 4.5, 2.0, 3.0, 5.0)
HIGH, LOW, UNKNOWN = CitizenResources.HIGH, CitizenResources.LOW, CitizenResources.UNKNOWN


def case(number: int, **more: Any) -> CaseRow:
    """Return a case of two raters and one citizen, all of them its own."""
    value = SCORES[number % len(SCORES)]
    stated: dict[str, Any] = {
        "case": id_of(f"S{number:03}"),
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
    kinds = [more for count, more in groups for _ in range(count)]
    return shown_groups([case(number, **more) for number, more in enumerate(kinds)], SIZE)


@pytest.mark.parametrize(("cases", "there"), [(4, False), (5, True)])
def test_as_many_cases_as_people_must_stand_behind_a_mean(cases: int, there: bool) -> None:
    assert shown((cases, {})).everything is there


def test_five_cases_of_one_citizen_are_about_one() -> None:
    assert not shown((6, {"citizens": frozenset({id_of("c")})})).everything


def test_five_cases_of_few_raters_are_about_few() -> None:
    few = {id_of(name): float(at + 1) for at, name in enumerate("abcd")}
    assert not shown((6, {"given": few})).everything
    assert shown((6, {"given": {**few, id_of("e"): 5.0}})).everything


@pytest.mark.parametrize(("others", "there"), [(0, True), (1, False), (4, False), (5, True)])
def test_complex_cases_stand_beside_all_only_if_the_others_are_none_or_enough(
    others: int, there: bool
) -> None:
    found = shown((10, {"is_complex": True}), (others, {}))
    assert (found.everything, found.complex_only) == (True, there)


def test_the_interaction_needs_both_sides() -> None:
    assert shown((6, {"many_units": True}), (6, {})).by_units
    assert not shown((6, {"many_units": True}), (4, {})).by_units
    assert not shown((6, {"many_units": True})).by_units


def test_one_small_group_of_resources_takes_another_with_it() -> None:
    high, low = {"resources": HIGH}, {"resources": LOW}
    assert shown((8, high), (7, low), (6, {})).resources == {HIGH, LOW, UNKNOWN}
    found = shown((8, high), (7, low), (2, {}))
    assert found.everything
    assert len(found.resources & {HIGH, LOW}) == 1
    assert UNKNOWN not in found.resources


def test_groups_across_each_other_that_differ_in_one_case_do_not_both_leave() -> None:
    crossed = {"is_complex": True, "many_units": True}
    found = shown((8, crossed), (1, {"is_complex": True}), (8, {}))
    assert found.everything
    assert not (found.complex_only and found.by_units)


def test_cases_whose_employees_said_nothing_of_leaders_may_not_be_set_apart() -> None:
    assert shown((8, {}), (5, {"leadership": nan})).led
    assert not shown((8, {}), (1, {"leadership": nan})).led


def test_a_case_without_a_citizen_may_not_be_told_from_the_overview() -> None:
    """The overview shows all raters' cases: what is left must be raters enough, too."""
    silent = {"citizen": nan, "citizens": frozenset()}
    assert shown((8, {}), (3, silent)).everything
    assert not shown((8, {}), (1, silent)).everything


def test_citizens_who_all_say_the_same_are_not_told() -> None:
    assert not shown((8, {"citizen": 4.0})).everything


def test_nothing_at_all() -> None:
    assert shown() == Shown(False, False, False, False, frozenset())
