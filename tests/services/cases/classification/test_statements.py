"""The rule's second formulation, in SQL: it agrees with the pure one, and wrong ones would be noticed."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from benchmarks.random_cases import RandomCases, disagreements, random_cases
from services.cases.classification import statements
from services.cases.classification.complexity import (
    COMPLEX,
    DEFAULT_RULE_SET,
    ORDINARY,
    Level,
    RuleSet,
)
from tests.services.cases.classification.workshop import Workshop

STRICT = RuleSet("strict", 1, (ORDINARY, COMPLEX, Level("very-complex", 7, 3)), external_units_count=False)


async def differing(workshop: Workshop, sample: RandomCases, rules: RuleSet) -> int:
    async with workshop.database.transaction(sample.tenant) as transaction:
        return len(await disagreements(transaction, sample, rules))


@pytest.fixture(scope="module")
async def few(workshop: Workshop) -> RandomCases:
    sample = random_cases(600, seed=7, units=60)
    await workshop.fill(sample)
    return sample


class TestBothFormulations:
    async def test_agree_on_10_000_random_cases(self, workshop: Workshop) -> None:
        sample = random_cases(10_000, seed=1)
        await workshop.fill(sample)
        assert await differing(workshop, sample, DEFAULT_RULE_SET) == 0
        now = datetime.now(UTC)
        levels = {sample.classified(case_id, STRICT, now).level for case_id in sample.cases}
        assert levels == {"ordinary", "complex", "very-complex"}

    async def test_agree_by_other_rules(self, workshop: Workshop, few: RandomCases) -> None:
        assert await differing(workshop, few, STRICT) == 0

    @pytest.mark.parametrize(
        ("right", "wrong"),
        [
            pytest.param("valid_to > statement_timestamp()", "true", id="counts what has ended"),
            pytest.param("valid_from <= statement_timestamp()", "true", id="counts what has not begun"),
            pytest.param("WHERE NOT climb.counts_as_unit", "", id="counts all ancestors"),
            pytest.param(
                "AND climb.counts_as_unit", "AND climb.id = climb.origin", id="counts no ancestor"
            ),
            pytest.param("count(DISTINCT id)", "count(id)", id="counts a unit as often as it comes"),
            pytest.param("FILTER (WHERE external)", "", id="calls every unit external"),
            pytest.param("decides AND external", "external", id="calls every external unit an authority"),
            pytest.param("CASE WHEN $5 THEN", "CASE WHEN NOT $5 THEN", id="turns the external flag around"),
            pytest.param("rank DESC", "rank", id="takes the lowest level"),
            pytest.param("array_agg(DISTINCT each)", "array_agg(each)", id="names a law twice"),
        ],
    )
    async def test_a_wrong_one_is_noticed(
        self,
        workshop: Workshop,
        few: RandomCases,
        monkeypatch: pytest.MonkeyPatch,
        right: str,
        wrong: str,
    ) -> None:
        assert right in statements._COMPLEXITIES
        monkeypatch.setattr(statements, "_COMPLEXITIES", statements._COMPLEXITIES.replace(right, wrong))
        assert await differing(workshop, few, DEFAULT_RULE_SET) > 0

    async def test_what_has_ended_might_as_well_not_be_there(
        self, workshop: Workshop, few: RandomCases
    ) -> None:
        now = datetime.now(UTC)
        cleaned = replace(
            few,
            cases={
                case_id: [part for part in parts if part.is_active(now)]
                for case_id, parts in few.cases.items()
            },
        )
        assert sum(map(len, cleaned.cases.values())) < sum(map(len, few.cases.values()))
        assert await differing(workshop, cleaned, DEFAULT_RULE_SET) == 0

    async def test_another_tenants_cases_are_none_of_ours(
        self, workshop: Workshop, few: RandomCases
    ) -> None:
        assert await differing(workshop, replace(few, tenant=uuid4()), DEFAULT_RULE_SET) == len(few.cases)


class TestTransitions:
    async def test_agree_with_classifying_each_case_by_the_other_rules(self, workshop: Workshop) -> None:
        sample = random_cases(800, seed=8, units=60)
        await workshop.fill(sample)
        await workshop.queue(sample.tenant)
        await workshop.work()
        now = datetime.now(UTC)
        moves = {
            case_id: tuple(
                sample.classified(case_id, rules, now).level for rules in (DEFAULT_RULE_SET, STRICT)
            )
            for case_id in sample.cases
        }
        async with workshop.database.transaction(sample.tenant) as transaction:
            found = await statements.read_transitions(transaction, STRICT, 3)
        counted = {(row["from_level"], row["to_level"]): row["cases"] for row in found}
        assert counted == {move: list(moves.values()).count(move) for move in set(moves.values())}
        assert sum(before != after for before, after in counted) >= 2
        for row in found:
            move = (row["from_level"], row["to_level"])
            of_move = sorted(case_id for case_id, each in moves.items() if each == move)
            assert row["examples"] == (of_move[:3] if move[0] != move[1] else [])
