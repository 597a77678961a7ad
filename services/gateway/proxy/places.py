"""Who may ask a service now: a bounded number at once, a bounded number waiting, the dearest first.

When more is asked than a service can take, what can be asked again is refused first, and people's answers
last. Refuses with 503 and `Retry-After` whoever finds no place in time.
"""

import asyncio
from collections import deque
from dataclasses import dataclass
from enum import IntEnum

from prometheus_client import Counter, Gauge

from services.gateway.proxy.routes import Operation
from shared.errors import unavailable
from shared.time_budget import within

SHED = Counter("samspil_upstream_shed_total", "Requests that found no place.", ["upstream", "dearness"])
IN_FLIGHT = Gauge("samspil_upstream_in_flight", "Requests a service works on.", ["upstream"])
WAITING = Gauge("samspil_upstream_waiting", "Requests that wait for a place.", ["upstream"])
_RETRY_AFTER = 2


class Dearness(IntEnum):
    """What is lost when a request is refused; the higher, the longer it is kept."""

    READING = 0
    WRITING = 1
    ANSWERING = 2


def dearness_of(method: str, operation: Operation) -> Dearness:
    """Tell how dear a request is: whoever answers may never come back, a program tries again."""
    reading = method in {"GET", "HEAD"}
    if operation.respondents:
        return Dearness.WRITING if reading else Dearness.ANSWERING
    return Dearness.READING if reading else Dearness.WRITING


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many requests a service works on at once, how many wait before it, and for how long."""

    places: int
    waiting: int
    seconds: float


class Places:
    """The places before one service.

    Bodies that are still on their way may take half of them at most, as their senders may be slow.
    """

    def __init__(self, service: str, capacity: Capacity) -> None:
        self._service = service
        self._capacity = capacity
        self._taken = 0
        self._streaming = 0
        self._queues: tuple[deque[_Waiter], ...] = tuple(deque() for _ in Dearness)
        self._gauge = IN_FLIGHT.labels(service)
        self._waiting_gauge = WAITING.labels(service)

    async def enter(self, dearness: Dearness, *, streaming: bool) -> None:
        """Take a place, which must be left again.

        Raises
        ------
        Problem
            503: there was none in time, or somebody dearer needed it.
        """
        if self._is_free(streaming=streaming):  # then nobody waits who could have it
            self._take(streaming=streaming)
        else:
            await self._wait(dearness, streaming=streaming)

    def leave(self, *, streaming: bool) -> None:
        """Leave a place to the dearest who waits, and of these to who waits longest."""
        self._taken -= 1
        self._streaming -= streaming
        self._gauge.dec()
        for queue in reversed(self._queues):
            for waiter in tuple(queue):
                if not waiter.place.done() and self._is_free(streaming=waiter.streaming):
                    queue.remove(waiter)
                    self._take(streaming=waiter.streaming)
                    waiter.place.set_result(True)
                    return

    def _is_free(self, *, streaming: bool) -> bool:
        places = self._capacity.places
        return self._taken < places and not (streaming and self._streaming >= max(1, places // 2))

    def _take(self, *, streaming: bool) -> None:
        self._taken += 1
        self._streaming += streaming
        self._gauge.inc()

    async def _wait(self, dearness: Dearness, *, streaming: bool) -> None:
        if sum(map(len, self._queues)) >= self._capacity.waiting:
            self._push_out_somebody_below(dearness)
        waiter = _Waiter(asyncio.get_running_loop().create_future(), streaming=streaming)
        self._queues[dearness].append(waiter)
        self._waiting_gauge.inc()
        try:
            async with asyncio.timeout(within(self._capacity.seconds)):
                given = await waiter.place
        except TimeoutError:
            self._forget(waiter, dearness)
            given = False
        except asyncio.CancelledError:
            self._forget(waiter, dearness)
            raise
        finally:
            self._waiting_gauge.dec()
        if not given:
            self._shed(dearness)

    def _forget(self, waiter: "_Waiter", dearness: Dearness) -> None:
        """Let somebody go who gave up, perhaps in the very moment in which a place was found."""
        if waiter in self._queues[dearness]:
            self._queues[dearness].remove(waiter)
        elif not waiter.place.cancelled() and waiter.place.result():
            self.leave(streaming=waiter.streaming)

    def _push_out_somebody_below(self, dearness: Dearness) -> None:
        for queue in self._queues[:dearness]:
            while queue:
                last = queue.pop()  # who came last has waited least
                if not last.place.done():
                    last.place.set_result(False)
                    return
        self._shed(dearness)

    def _shed(self, dearness: Dearness) -> None:
        SHED.labels(self._service, dearness.name.lower()).inc()
        raise unavailable(_RETRY_AFTER)


class _Waiter:
    __slots__ = ("place", "streaming")

    def __init__(self, place: "asyncio.Future[bool]", *, streaming: bool) -> None:
        self.place = place
        self.streaming = streaming
