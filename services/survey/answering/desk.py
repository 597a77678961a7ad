"""Takes answers in batches: whoever waits is told only after the COMMIT that holds their answers.

A batch is one tenant's and one transaction; while one is written, the next gathers. What one batch can't
take together is taken one by one, so nobody is refused for another's answers. With too many waiting, more
are refused for a moment (503); on the way out all that wait are taken first.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from services.survey.answering.submission import Submission, Taken, Verdict
from shared.database.failures import passes
from shared.errors import unavailable
from shared.observability import describe

_log = structlog.get_logger()

Write = Callable[[UUID, Sequence[Submission], bool], Awaitable[Sequence[Taken]]]
"""Takes a tenant's answers in one transaction; the last argument says whether it waits for busy rounds."""

WRITERS = 2
MOST_TOGETHER = 64
MOST_WAITING = 1000


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """Somebody's answers, and where they wait to hear what became of them."""

    tenant: UUID
    submission: Submission
    heard: asyncio.Future[Taken] = field(default_factory=asyncio.Future)

    def tell(self, taken: Taken | BaseException) -> None:
        """Tell what became of them, unless nobody waits any more."""
        if self.heard.done():
            return
        if isinstance(taken, BaseException):
            self.heard.set_exception(taken)
        else:
            self.heard.set_result(taken)


class SubmissionDesk:
    """Where answers are handed in."""

    def __init__(self, write: Write, most_waiting: int = MOST_WAITING) -> None:
        self._write = write
        self._most_waiting = most_waiting
        self._queues: OrderedDict[UUID, deque[_Waiting]] = OrderedDict()
        self._count = 0
        self._something = asyncio.Event()
        self._closing = False
        self._alone: set[asyncio.Task[None]] = set()

    async def take(self, tenant: UUID, submission: Submission) -> Taken:
        """Hand answers in and wait until they are stored for good, or it is clear why they can't be.

        Raises
        ------
        Problem
            503 with too many waiting, and when the service stops.
        """
        if self._count >= self._most_waiting or self._closing:
            raise unavailable()
        waiting = _Waiting(tenant, submission)
        self._queues.setdefault(tenant, deque()).append(waiting)
        self._count += 1
        self._something.set()
        return await waiting.heard

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Take answers while the body runs; at its end, take those that wait."""
        writers = [asyncio.create_task(self._go_on()) for _ in range(WRITERS)]
        try:
            yield
        finally:
            self._closing = True
            self._something.set()
            await asyncio.gather(*writers)
            await asyncio.gather(*self._alone)

    async def _go_on(self) -> None:
        while not (self._closing and not self._count):
            batch = self._next()
            if batch:
                await self._take_together(batch)
            else:
                self._something.clear()
                await self._something.wait()

    def _next(self) -> list[_Waiting]:
        """Return what waits longest of the tenant whose turn it is."""
        if not self._queues:
            return []
        tenant, queue = self._queues.popitem(last=False)
        batch = [queue.popleft() for _ in range(min(MOST_TOGETHER, len(queue)))]
        self._count -= len(batch)
        if queue:
            self._queues[tenant] = queue
        # In one order, so that no two batches wait for each other.
        return sorted(batch, key=lambda each: each.submission.order)

    async def _take_together(self, batch: Sequence[_Waiting]) -> None:
        try:
            taken = await self._write(batch[0].tenant, [each.submission for each in batch], False)
        except Exception as error:
            _log.warning("batch_failed", count=len(batch), **describe(error))
            if passes(error):
                for each in batch:
                    each.tell(error)
            else:
                self._take_each(batch)
            return
        for each, outcome in zip(batch, taken, strict=True):
            if outcome.verdict is Verdict.BUSY:
                self._take_each([each])
            else:
                each.tell(outcome)

    def _take_each(self, batch: Sequence[_Waiting]) -> None:
        """Take answers alone; the others need not wait for what these wait for."""
        for each in batch:
            task = asyncio.create_task(self._take_alone(each))
            self._alone.add(task)
            task.add_done_callback(self._alone.discard)

    async def _take_alone(self, waiting: _Waiting) -> None:
        try:
            (taken,) = await self._write(waiting.tenant, [waiting.submission], True)
        except Exception as error:
            waiting.tell(error)
        else:
            waiting.tell(taken)
