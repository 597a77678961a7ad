"""A rate gives its quota at once, then one request an interval, and the header fields say so."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.limits.counts import OwnCounts
from services.gateway.limits.rate import Rate, limit_field, parse_rate, policy_field, seconds_to_wait

_ITEM = re.compile(r'"[a-z]+";r=(\d+);t=(\d+)')


class Clock:
    """Time that a test moves on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class TestRate:
    async def test_gives_its_quota_at_once_then_one_an_interval(self) -> None:
        clock, rate = Clock(), Rate("client", 5, 10)
        counts = OwnCounts(clock=clock)
        assert [(await counts.take([(rate, b"a")])).taken for _ in range(6)] == [True] * 5 + [False]
        clock.now += 1.9
        assert not (await counts.take([(rate, b"a")])).taken
        clock.now += 0.2
        assert (await counts.take([(rate, b"a")])).taken
        assert not (await counts.take([(rate, b"a")])).taken

    @given(st.lists(st.floats(min_value=0, max_value=3), min_size=30, max_size=60))
    async def test_never_gives_more_than_a_quota_and_what_came_back(self, pauses: list[float]) -> None:
        clock, rate = Clock(), Rate("client", 4, 8)
        counts, taken = OwnCounts(clock=clock), []
        for pause in pauses:
            clock.now += pause
            if (await counts.take([(rate, b"a")])).taken:
                taken.append(clock.now)
        for first in range(len(taken)):
            for last in range(first, len(taken)):
                most = rate.quota + (taken[last] - taken[first]) / rate.interval
                assert last - first + 1 <= most + 1e-6

    async def test_whoever_waits_as_told_is_let_in(self) -> None:
        clock, rate = Clock(), Rate("client", 7, 60)
        counts = OwnCounts(clock=clock)
        while (count := await counts.take([(rate, b"a")])).taken:
            pass
        clock.now += seconds_to_wait([rate], count.backlogs)
        assert (await counts.take([(rate, b"a")])).taken

    async def test_takes_from_all_rates_or_from_none(self) -> None:
        clock = Clock()
        small, large = Rate("client", 1, 60), Rate("tenant", 3, 60)
        counts = OwnCounts(clock=clock)
        assert (await counts.take([(small, b"a"), (large, b"t")])).taken
        for _ in range(10):
            assert not (await counts.take([(small, b"a"), (large, b"t")])).taken
        assert (await counts.take([(small, b"b"), (large, b"t")])).taken
        assert (await counts.take([(small, b"c"), (large, b"t")])).taken
        assert not (await counts.take([(small, b"d"), (large, b"t")])).taken

    @pytest.mark.parametrize("text", ["", "5", "5/", "/5", "0/5", "5/0", "-1/5", "a/b", "1.5/2"])
    def test_refuses_what_is_none(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"invalid literal|above zero"):
            parse_rate("client", text)


class TestFields:
    async def test_say_what_is_left_and_when_more_comes(self) -> None:
        rates = [Rate("client", 3, 60), Rate("tenant", 100, 10)]
        assert policy_field(rates) == b'"client";q=3;w=60, "tenant";q=100;w=10'
        counts = OwnCounts(clock=Clock())
        told = []
        for _ in range(4):
            count = await counts.take([(rate, b"x") for rate in rates])
            told.append(limit_field(rates, count.backlogs).decode())
        assert told == [
            '"client";r=2;t=20, "tenant";r=99;t=1',
            '"client";r=1;t=40, "tenant";r=98;t=1',
            '"client";r=0;t=20, "tenant";r=97;t=1',
            '"client";r=0;t=20, "tenant";r=97;t=1',
        ]

    @given(st.integers(1, 10_000), st.integers(1, 3600), st.floats(0, 1))
    def test_nothing_left_is_said_exactly_when_nothing_is_given(
        self, quota: int, seconds: int, part: float
    ) -> None:
        rate = Rate("client", quota, seconds)
        backlog = part * seconds
        found = _ITEM.fullmatch(limit_field([rate], [backlog]).decode())
        assert found is not None
        remaining, reset = map(int, found.groups())
        assert (remaining > 0) == rate.gives_one_more(backlog)
        assert 0 <= remaining <= quota
        assert 0 <= reset <= max(1, seconds)


class TestMemory:
    async def test_is_bounded_and_kinds_do_not_push_each_other_out(self) -> None:
        clients, respondents = Rate("client", 1, 60), Rate("respondent", 1, 60)
        counts = OwnCounts(most=100, clock=Clock())
        assert (await counts.take([(clients, b"mine")])).taken
        for number in range(1000):
            await counts.take([(respondents, str(number).encode())])
        assert len(counts) == 101
        assert not (await counts.take([(clients, b"mine")])).taken

    async def test_control_of_one_kind_the_oldest_is_forgotten(self) -> None:
        rate = Rate("respondent", 1, 60)
        counts = OwnCounts(most=100, clock=Clock())
        for number in range(101):
            await counts.take([(rate, str(number).encode())])
        assert (await counts.take([(rate, b"0")])).taken
