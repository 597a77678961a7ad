"""Rounds enter a wave's figures in steps of enough people, in the order in which they closed."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize
from services.analytics.release.steps import released_measurements, steps_of
from tests.services.analytics.networks_by_hand import network

FIVE = GroupSize(5)
START = datetime(2026, 3, 1, tzinfo=UTC)


def closed(number: int, people: range, **more: object) -> Measurement:
    """Return a round that was the so manieth to close, in which some people rated each other."""
    cells = [[[4, 3] for _ in people] for _ in people]
    given = {
        "id": UUID(int=1000 + number),
        "round_id": UUID(int=2000 - number),
        "closed_at": START + timedelta(days=number),
        **more,
    }
    return network(cells, [UUID(int=one + 1) for one in people], **given)


def sizes(*rounds: Measurement, growth: float = 0.0) -> list[int]:
    return [len(step) for step in steps_of(rounds, FIVE, growth)]


class TestSteps:
    def test_a_step_ends_when_enough_people_answered_in_it(self) -> None:
        assert sizes(closed(0, range(3)), closed(1, range(3, 6)), closed(2, range(5))) == [2, 1]

    def test_what_fills_no_step_waits(self) -> None:
        assert sizes(closed(0, range(5)), closed(1, range(5, 9))) == [1]
        assert sizes(closed(0, range(4))) == []

    def test_people_are_counted_once(self) -> None:
        assert sizes(closed(0, range(3)), closed(1, range(3))) == []

    def test_who_did_not_answer_does_not_count(self) -> None:
        silent = network([[[0, 0]] * 5] * 5)
        assert sizes(silent) == []

    def test_a_later_round_moves_no_step(self) -> None:
        rounds = [closed(number, range(number, number + 3)) for number in range(8)]
        whole = steps_of(rounds, FIVE)
        for count in range(len(rounds)):
            before = steps_of(reversed(rounds[:count]), FIVE)
            assert before == whole[: len(before)]

    def test_without_a_time_it_closed_before_all_others(self) -> None:
        old, new = closed(5, range(5), closed_at=None), closed(0, range(5, 10))
        assert steps_of([new, old], FIVE) == [[old], [new]]

    @pytest.mark.parametrize(("growth", "steps"), [(0.0, [1, 1, 1]), (1.0, [1, 1])])
    def test_steps_may_grow_with_the_wave(self, growth: float, steps: list[int]) -> None:
        rounds = [closed(number, range(5 * number, 5 * number + 5 + number)) for number in range(3)]
        assert sizes(*rounds, growth=growth) == steps


def test_released_are_those_of_whole_steps_as_they_came() -> None:
    rounds = [closed(2, range(4)), closed(1, range(5)), closed(0, range(6))]
    assert released_measurements(rounds, FIVE) == rounds[1:]
