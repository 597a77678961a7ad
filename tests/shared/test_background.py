"""Background work goes on whatever fails, ever more slowly, and is counted; a bell wakes it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from prometheus_client import REGISTRY

from shared import background
from shared.background import Rhythm, going_on, keep_at, pause_after
from shared.lifecycle import running

NEVER = 3600.0


def failures(work: str) -> float:
    """Return how often some work has failed."""
    return REGISTRY.get_sample_value("samspil_background_failures_total", {"work": work}) or 0.0


def succeeded_at(work: str) -> float | None:
    """Return when some work had last come through."""
    return REGISTRY.get_sample_value("samspil_background_success_timestamp_seconds", {"work": work})


class Work:
    """Work whose rounds do what they are told to, and then nothing for ever."""

    def __init__(self, *rounds: Callable[[], object]) -> None:
        self._rounds = list(rounds)
        self.done = 0
        self.all_done = asyncio.Event()

    async def work(self) -> object:
        """Do a round."""
        self.done += 1
        if self.done >= len(self._rounds):
            self.all_done.set()
        return self._rounds[min(self.done, len(self._rounds)) - 1]()


class Bell:
    """Rings when told to."""

    def __init__(self) -> None:
        self.heard = asyncio.Event()

    def ticket(self) -> asyncio.Event:
        """Return what the next ring sets."""
        return self.heard

    def ring(self) -> None:
        """Wake whoever waits."""
        heard, self.heard = self.heard, asyncio.Event()
        heard.set()


def fine() -> None:
    """Do a round in which nothing fails."""


def fail() -> None:
    """Do a round that fails."""
    raise RuntimeError


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a millisecond after a failure."""
    monkeypatch.setattr(background, "_FIRST_PAUSE_SECONDS", 0.001)


async def test_work_goes_on_after_failures_and_counts_them() -> None:
    work = Work(fail, fail, fine)
    async with asyncio.timeout(20), running(keep_at("mended", work.work, Rhythm(NEVER))):
        await work.all_done.wait()
    assert failures("mended") == 2
    assert succeeded_at("mended")


async def test_work_that_only_fails_never_succeeded() -> None:
    work = Work(fail, fail)
    async with asyncio.timeout(20), running(keep_at("broken", work.work, Rhythm(NEVER))):
        await work.all_done.wait()
    assert succeeded_at("broken") is None


@pytest.mark.parametrize(("left", "rounds"), [(True, 3), (False, 1), (None, 1), (5, 1)])
async def test_what_is_left_is_gone_on_with_at_once(left: object, rounds: int) -> None:
    work = Work(lambda: left, lambda: left, lambda: None)
    async with running(keep_at("left", work.work, Rhythm(NEVER))):
        for _ in range(20):
            await asyncio.sleep(0)
    assert work.done == rounds


async def test_a_bell_wakes_it() -> None:
    work, bell = Work(fine, fine), Bell()
    async with asyncio.timeout(20), running(keep_at("woken", work.work, Rhythm(NEVER, bell))):
        for _ in range(20):
            await asyncio.sleep(0)
        assert work.done == 1  # the control: without a ring it waits
        bell.ring()
        await work.all_done.wait()


async def test_a_ring_during_a_round_is_not_missed() -> None:
    bell = Bell()
    work = Work(bell.ring, fine)
    async with asyncio.timeout(20), running(keep_at("rung", work.work, Rhythm(NEVER, bell))):
        await work.all_done.wait()


async def test_the_first_round_can_wait() -> None:
    work = Work(fine)
    async with running(keep_at("later", work.work, Rhythm(NEVER, at_once=False))):
        for _ in range(20):
            await asyncio.sleep(0)
    assert work.done == 0


async def test_it_ends_when_it_is_cancelled() -> None:
    async def work() -> None:
        await asyncio.sleep(NEVER)

    running_work: Awaitable[None] = keep_at("ended", work, Rhythm(0.0))
    task = asyncio.ensure_future(running_work)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert failures("ended") == 0


def test_pauses_double_up_to_the_rhythm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "_FIRST_PAUSE_SECONDS", 0.2)
    assert [pause_after(n, Rhythm(1.0)) for n in (1, 2, 3)] == [0.2, 0.4, 0.8]
    assert pause_after(1000, Rhythm(1.0)) == 5.0
    assert pause_after(1000, Rhythm(NEVER)) == NEVER
    assert pause_after(1, Rhythm(1.0, rest=3.0)) == 3.0


def test_one_part_that_fails_is_counted_and_passed_over() -> None:
    done = []
    for part in range(3):
        with going_on("parts", part=str(part)):
            if part == 1:
                raise RuntimeError
            done.append(part)
    assert (done, failures("parts")) == ([0, 2], 1)


def test_an_end_is_no_failure() -> None:
    with pytest.raises(asyncio.CancelledError), going_on("cancelled"):
        raise asyncio.CancelledError
    assert failures("cancelled") == 0
