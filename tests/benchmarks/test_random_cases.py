"""Random cases are the same for a seed, and have of everything that a classification could get wrong."""

from datetime import UTC, datetime
from itertools import chain

from benchmarks.random_cases import random_cases
from shared.contracts.register import InvolvementRole

NOW = datetime(2026, 11, 22, tzinfo=UTC)


class TestRandomCases:
    def test_are_the_same_for_a_seed(self) -> None:
        assert random_cases(20, seed=3) == random_cases(20, seed=3)
        assert random_cases(20, seed=3) != random_cases(20, seed=4)

    def test_have_of_everything(self) -> None:
        sample = random_cases(200, seed=3)
        parts = list(chain.from_iterable(sample.cases.values()))
        assert {part.is_active(NOW) for part in parts} == {True, False}
        assert any(part.valid_from > NOW for part in parts)
        assert any(part.valid_to is not None and part.valid_to > NOW for part in parts)
        assert {part.role for part in parts} == set(InvolvementRole)
        assert {part.registration for part in parts} == {0, 1, 2}
        counting = [sample.counting(part.unit) for part in parts]
        assert None in counting
        assert {unit.external for unit in counting if unit is not None} == {True, False}
        assert any(unit and unit.id != part.unit for unit, part in zip(counting, parts, strict=True))
        assert any(not case for case in sample.cases.values())
