"""Rounds: both sides run in every round, scaled, and a goal is kept or missed by its own sign."""

import pytest

from benchmarks.rounds import Goal, in_turn


def test_both_run_in_turn_and_ours_once_before() -> None:
    ran: list[str] = []
    timing = in_turn(lambda: ran.append("ours"), lambda: ran.append("other"), rounds=2, times=2)
    assert ran == ["ours", *["ours", "ours", "other"] * 2]
    assert timing.ours >= 0


def test_a_part_of_the_work_is_scaled() -> None:
    timing = in_turn(lambda: sum(range(100)), lambda: sum(range(100)), rounds=3, scale=1e6)
    assert timing.ratio > 1_000
    assert timing.baseline > timing.ours


def test_one_round_is_refused() -> None:
    with pytest.raises(ValueError, match="one round"):
        in_turn(lambda: None, lambda: None, rounds=1)


def test_goals_are_at_least_or_at_most() -> None:
    assert Goal("fast", 10).is_reached_by(11)
    assert not Goal("fast", 10).is_reached_by(9)
    assert Goal("lean", 10, at_most=True).is_reached_by(9)
    assert not Goal("lean", 10, at_most=True).is_reached_by(11)
