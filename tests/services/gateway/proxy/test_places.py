"""A bounded number at once, a bounded number waiting; when there is too much, answers are kept longest."""

import asyncio

import pytest
from prometheus_client import REGISTRY

from services.gateway.proxy.places import Capacity, Dearness, Places, dearness_of
from services.gateway.proxy.routes import Operation
from shared.errors import Problem
from tests.support.budgets import budget

SHORT, LONG = 0.05, 20.0


def make_places(places: int = 1, waiting: int = 2, seconds: float = LONG) -> Places:
    return Places("cases", Capacity(places, waiting, seconds))


async def waiting_for(places: Places, dearness: Dearness, *, streaming: bool = False) -> asyncio.Task[None]:
    """Begin to wait for a place."""
    task = asyncio.create_task(places.enter(dearness, streaming=streaming))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return task


def waiting() -> float | None:
    """Return how many are told to wait."""
    return REGISTRY.get_sample_value("samspil_upstream_waiting", {"upstream": "cases"})


async def outcome(task: asyncio.Task[None]) -> int:
    """Return 200 for a place, or the status of the refusal."""
    try:
        await task
    except Problem as problem:
        return problem.fault.status if problem.headers["Retry-After"] else 0
    return 200


class TestPlaces:
    async def test_no_more_than_there_are_at_once(self) -> None:
        places = make_places(places=2)
        for _ in range(2):
            await places.enter(Dearness.READING, streaming=False)
        third = await waiting_for(places, Dearness.READING)
        assert not third.done()
        places.leave(streaming=False)
        assert await outcome(third) == 200

    async def test_the_dearest_come_first_and_of_these_who_waits_longest(self) -> None:
        places, order = make_places(waiting=9), []
        await places.enter(Dearness.READING, streaming=False)

        async def come(name: str, dearness: Dearness) -> None:
            await places.enter(dearness, streaming=False)
            order.append(name)
            places.leave(streaming=False)

        names = [("r", Dearness.READING), ("w", Dearness.WRITING), ("a1", Dearness.ANSWERING)]
        tasks = [asyncio.create_task(come(*each)) for each in [*names, ("a2", Dearness.ANSWERING)]]
        await asyncio.sleep(0)
        places.leave(streaming=False)
        await asyncio.gather(*tasks)
        assert order == ["a1", "a2", "w", "r"]

    async def test_when_too_many_wait_what_is_least_dear_goes(self) -> None:
        places = make_places(waiting=2)
        await places.enter(Dearness.READING, streaming=False)
        reading = await waiting_for(places, Dearness.READING)
        writing = await waiting_for(places, Dearness.WRITING)
        answering = await waiting_for(places, Dearness.ANSWERING)
        assert await outcome(reading) == 503
        second = await waiting_for(places, Dearness.ANSWERING)
        assert await outcome(writing) == 503
        assert await outcome(await waiting_for(places, Dearness.ANSWERING)) == 503
        assert await outcome(await waiting_for(places, Dearness.READING)) == 503
        places.leave(streaming=False)
        assert await outcome(answering) == 200
        places.leave(streaming=False)
        assert await outcome(second) == 200

    async def test_nobody_waits_for_ever(self) -> None:
        places = make_places(seconds=SHORT)
        await places.enter(Dearness.READING, streaming=False)
        assert await outcome(await waiting_for(places, Dearness.ANSWERING)) == 503

    async def test_nobody_waits_beyond_the_requests_time(self) -> None:
        places = make_places(seconds=LONG)
        await places.enter(Dearness.READING, streaming=False)
        with budget(SHORT):
            assert await outcome(await waiting_for(places, Dearness.ANSWERING)) == 503
        with budget(LONG):
            patient = await waiting_for(places, Dearness.ANSWERING)
        assert waiting() == 1
        places.leave(streaming=False)
        assert await outcome(patient) == 200
        assert waiting() == 0

    @pytest.mark.parametrize("found_in_the_same_moment", [True, False])
    async def test_who_gives_up_takes_no_place(self, *, found_in_the_same_moment: bool) -> None:
        places = make_places()
        await places.enter(Dearness.READING, streaming=False)
        gone = await waiting_for(places, Dearness.READING)
        if found_in_the_same_moment:
            places.leave(streaming=False)
            gone.cancel()
        else:
            gone.cancel()
            places.leave(streaming=False)
        with pytest.raises(asyncio.CancelledError):
            await gone
        assert await outcome(await waiting_for(places, Dearness.READING)) == 200

    async def test_slow_bodies_take_half_at_most(self) -> None:
        places = make_places(places=4)
        for _ in range(2):
            await places.enter(Dearness.WRITING, streaming=True)
        third = await waiting_for(places, Dearness.WRITING, streaming=True)
        assert not third.done()
        for _ in range(2):
            assert await outcome(await waiting_for(places, Dearness.READING)) == 200
        places.leave(streaming=True)
        assert await outcome(third) == 200


class TestDearness:
    @pytest.mark.parametrize(
        ("method", "respondents", "dearness"),
        [
            ("POST", True, Dearness.ANSWERING),
            ("PUT", True, Dearness.ANSWERING),
            ("GET", True, Dearness.WRITING),
            ("POST", False, Dearness.WRITING),
            ("GET", False, Dearness.READING),
            ("HEAD", False, Dearness.READING),
        ],
    )
    def test_is_what_would_be_lost(self, method: str, respondents: bool, dearness: Dearness) -> None:
        assert dearness_of(method, Operation("survey", public=False, respondents=respondents)) == dearness
