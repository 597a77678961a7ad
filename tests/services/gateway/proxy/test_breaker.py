"""A service that fails again and again is left alone, and then asked by one request only."""

import pytest

from services.gateway.proxy.breaker import FAILURES_TO_OPEN, LONGEST_REST_SECONDS, Breaker
from shared.errors import Problem


class Clock:
    """Time that a test moves on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def fail(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        probe = breaker.enter()
        breaker.failed(probe=probe)
        breaker.left(probe=probe)


class TestBreaker:
    def test_opens_after_failures_in_a_row_and_says_when_to_come_again(self) -> None:
        breaker = Breaker("cases", Clock())
        fail(breaker, FAILURES_TO_OPEN)
        with pytest.raises(Problem) as refused:
            breaker.enter()
        assert (refused.value.fault.status, refused.value.headers) == (503, {"Retry-After": "1"})

    def test_one_success_between_them_keeps_it_closed(self) -> None:
        breaker = Breaker("cases", Clock())
        for _ in range(5):
            fail(breaker, FAILURES_TO_OPEN - 1)
            breaker.succeeded()
        assert breaker.enter() is False

    def test_lets_one_probe_through_and_closes_when_it_succeeds(self) -> None:
        clock = Clock()
        breaker = Breaker("cases", clock)
        fail(breaker, FAILURES_TO_OPEN)
        clock.now += 1.1
        assert breaker.enter() is True
        with pytest.raises(Problem):
            breaker.enter()
        breaker.succeeded()
        breaker.left(probe=True)
        assert breaker.enter() is False

    def test_rests_longer_after_each_failed_probe_up_to_a_bound(self) -> None:
        clock = Clock()
        breaker = Breaker("cases", clock)
        fail(breaker, FAILURES_TO_OPEN)
        for rest in (1.0, 2.0, 4.0, LONGEST_REST_SECONDS, LONGEST_REST_SECONDS):
            clock.now += rest - 0.1
            with pytest.raises(Problem):
                breaker.enter()
            clock.now += 0.2
            fail(breaker)

    def test_a_probe_that_is_given_up_leaves_the_next_one_its_turn(self) -> None:
        clock = Clock()
        breaker = Breaker("cases", clock)
        fail(breaker, FAILURES_TO_OPEN)
        clock.now += 1.1
        assert breaker.enter() is True
        breaker.left(probe=True)
        assert breaker.enter() is True
