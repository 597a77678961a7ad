"""The rule of complexity: a table of cases, and what must hold for every case."""

from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cases.classification.complexity import (
    COMPLEX,
    DEFAULT_RULE_SET,
    ORDINARY,
    Criterion,
    Level,
    RuleSet,
    UnitPart,
    classify,
    count,
    explain,
    level_of,
)
from services.cases.classification.reasons import Reason
from shared.contracts.register import InvolvementRole

AUTHORITY, PROVIDER = InvolvementRole.AUTHORITY, InvolvementRole.PROVIDER
THREE = RuleSet("three", 1, (ORDINARY, COMPLEX, Level("very-complex", 7, 3)))
INSIDE_ONLY = RuleSet("inside", 1, (ORDINARY, COMPLEX), external_units_count=False)


def unit(number: int) -> UUID:
    return uuid5(UUID(int=0), str(number))


def parts(units: int, authorities: int, external: int = 0) -> list[UnitPart]:
    """Return so many units, the first of them authorities, the last of them external."""
    return [
        UnitPart(
            unit(number),
            AUTHORITY if number < authorities else PROVIDER,
            external=number >= units - external,
        )
        for number in range(units)
    ]


def rank(level: str) -> int:
    return [each.code for each in DEFAULT_RULE_SET.levels].index(level)


# A unit is external or not by itself, so parts of one unit agree on it.
any_part = st.builds(
    lambda number, role, laws: UnitPart(unit(number), role, number % 3 == 0, laws),
    st.integers(0, 11),
    st.sampled_from(InvolvementRole),
    st.frozensets(st.sampled_from(["Barnets lov", "Serviceloven", "LAB-loven"])),
)


class TestClassify:
    @pytest.mark.parametrize(
        ("units", "authorities", "level"),
        [
            (0, 0, "ordinary"),
            (1, 1, "ordinary"),
            (4, 0, "ordinary"),
            (4, 4, "ordinary"),
            (5, 0, "ordinary"),
            (5, 1, "ordinary"),
            (5, 2, "complex"),
            (5, 5, "complex"),
            (15, 1, "ordinary"),
            (15, 4, "complex"),
        ],
    )
    def test_by_units_and_authority_functions(self, units: int, authorities: int, level: str) -> None:
        found = classify(parts(units, authorities))
        assert (found.level, found.units, found.authority_functions) == (level, units, authorities)
        assert found.rule_set == "default/1"

    def test_says_what_is_missing_to_the_next_level(self) -> None:
        missing = classify(parts(3, 1)).next_level
        assert missing is not None
        assert missing.level == "complex"
        assert {each.criterion: each.missing for each in missing.criteria} == {
            Criterion.UNITS: 2,
            Criterion.AUTHORITY_FUNCTIONS: 1,
        }
        assert not any(each.is_met for each in missing.criteria)

    def test_says_which_criterion_holds(self) -> None:
        missing = classify(parts(7, 1)).next_level
        assert missing is not None
        assert {each.criterion: each.is_met for each in missing.criteria} == {
            Criterion.UNITS: True,
            Criterion.AUTHORITY_FUNCTIONS: False,
        }

    def test_there_is_no_level_above_the_highest(self) -> None:
        assert classify(parts(5, 2)).next_level is None

    def test_the_same_unit_twice_counts_once(self) -> None:
        found = classify([*parts(4, 2), UnitPart(unit(0), PROVIDER, external=False)])
        assert (found.units, found.authority_functions, found.level) == (4, 2, "ordinary")

    def test_two_laws_in_one_unit_are_one_function(self) -> None:
        both = [
            UnitPart(unit(1), AUTHORITY, external=False, laws=frozenset({law}))
            for law in ("Serviceloven", "Barnets lov")
        ]
        found = classify(both)
        assert (found.authority_functions, found.laws) == (1, ("Barnets lov", "Serviceloven"))

    def test_external_units_count_by_default_and_both_counts_are_shown(self) -> None:
        found = classify(parts(6, 2, external=2))
        assert (found.level, found.units) == ("complex", 6)
        assert (found.units_within, found.units_external) == (4, 2)

    def test_external_units_need_not_count(self) -> None:
        found = classify(parts(6, 2, external=2), INSIDE_ONLY)
        assert (found.level, found.units, found.rule_set) == ("ordinary", 4, "inside/1")
        assert (found.units_within, found.units_external) == (4, 2)

    def test_an_external_authority_counts_only_where_external_units_do(self) -> None:
        police = UnitPart(unit(99), AUTHORITY, external=True)
        assert classify([police]).authority_functions == 1
        assert classify([police], INSIDE_ONLY).authority_functions == 0

    @given(st.lists(any_part, max_size=20), any_part, st.sampled_from([DEFAULT_RULE_SET, INSIDE_ONLY]))
    def test_one_more_part_never_lowers_the_level(
        self, some: list[UnitPart], more: UnitPart, rules: RuleSet
    ) -> None:
        before, after = classify(some, rules), classify([*some, more], rules)
        assert rank(after.level) >= rank(before.level)
        assert after.units >= before.units
        assert after.authority_functions >= before.authority_functions

    @given(
        st.lists(any_part, max_size=20).flatmap(
            lambda some: st.tuples(st.just(some), st.permutations(some))
        )
    )
    def test_order_never_matters(self, orders: tuple[list[UnitPart], list[UnitPart]]) -> None:
        one, other = orders
        assert classify(one) == classify(other)

    @given(st.lists(any_part, max_size=20))
    def test_nothing_counts_twice(self, some: list[UnitPart]) -> None:
        assert classify(some + some) == classify(some)

    @given(st.lists(any_part, max_size=20))
    def test_the_level_and_what_is_missing_agree(self, some: list[UnitPart]) -> None:
        found = classify(some)
        assert (found.level == "complex") == (found.units >= 5 and found.authority_functions >= 2)
        if found.next_level is not None:
            assert any(each.missing for each in found.next_level.criteria)


any_rules = st.sampled_from([DEFAULT_RULE_SET, INSIDE_ONLY, THREE])


class TestCounts:
    @given(st.lists(any_part, max_size=20), any_rules)
    def test_four_counts_are_all_a_level_needs(self, some: list[UnitPart], rules: RuleSet) -> None:
        found = classify(some, rules)
        assert level_of(count(some), rules) == found.level
        assert explain(count(some), found.laws, rules) == found

    @given(st.lists(any_part, max_size=20))
    def test_the_external_flag_takes_others_units_out_and_no_more(self, some: list[UnitPart]) -> None:
        within = [part for part in some if not part.external]
        assert classify(some, INSIDE_ONLY).level == classify(within, INSIDE_ONLY).level
        assert classify(within, INSIDE_ONLY).level == classify(within, DEFAULT_RULE_SET).level
        assert count(some).units_within == count(within).units_within
        assert count(within).units_external == 0

    def test_external_units_decide_a_level_if_they_count(self) -> None:
        some = parts(5, 2, external=1)
        assert [classify(some, rules).level for rules in (DEFAULT_RULE_SET, INSIDE_ONLY)] == [
            "complex",
            "ordinary",
        ]

    @given(st.lists(any_part, max_size=20), any_rules)
    def test_no_more_authority_functions_than_units(self, some: list[UnitPart], rules: RuleSet) -> None:
        found = classify(some, rules)
        assert found.authority_functions <= found.units
        assert found.authorities_within <= found.units_within
        assert found.authorities_external <= found.units_external


class TestReason:
    @pytest.mark.parametrize("reason", Reason)
    def test_says_itself_in_both_languages(self, reason: Reason) -> None:
        danish, english = reason.description("da"), reason.description("en")
        assert danish != english
        assert danish.endswith(".")
        assert english.endswith(".")


class TestRuleSet:
    def test_its_name_has_the_version(self) -> None:
        assert RuleSet("hedensted", 3, (ORDINARY, COMPLEX)).name == "hedensted/3"

    def test_more_levels_are_possible(self) -> None:
        very = RuleSet("three", 1, (ORDINARY, COMPLEX, Level("very-complex", 10, 3)))
        levels = [classify(parts(*counts), very).level for counts in ((4, 4), (9, 3), (10, 3))]
        assert levels == ["ordinary", "complex", "very-complex"]

    @pytest.mark.parametrize(
        "levels",
        [
            (),
            (COMPLEX,),
            (ORDINARY, COMPLEX, Level("odd", 4, 3)),
            (ORDINARY, COMPLEX, Level("odd", 6, 1)),
        ],
    )
    def test_refuses_levels_that_leave_a_case_without_or_fall(self, levels: tuple[Level, ...]) -> None:
        with pytest.raises(ValueError, match="level"):
            RuleSet("wrong", 1, levels)
