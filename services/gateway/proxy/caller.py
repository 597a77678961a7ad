"""The caller's side of a request on its way through: its body as it arrives, and whether it still waits."""

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType

from starlette.types import Receive

# Most requests are over by then, and never pay for a task that listens for a hang-up.
_LISTEN_AFTER_SECONDS = 0.25


class CallerGone(Exception):
    """Nobody waits for the answer any more."""


class IncomingBody:
    """A request's body, passed on while it arrives.

    Attributes
    ----------
    failure : Exception | None
        Why the body could not be read to its end; HTTP clients wrap it beyond recognition.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._complete = False
        self.failure: Exception | None = None

    async def open(self) -> bytes | AsyncIterator[bytes] | None:
        """Return the body: whole if it came in one piece, else as a stream; None if there is none."""
        first, more = await self._next()
        if more:
            return self._stream(first)
        return first or None

    async def _next(self) -> tuple[bytes, bool]:
        try:
            message = await self._receive()
        except Exception as error:
            self.failure = error
            raise
        if message["type"] != "http.request":
            self.failure = CallerGone()
            raise self.failure
        more = bool(message.get("more_body", False))
        self._complete = not more
        return message.get("body", b""), more

    async def _stream(self, first: bytes) -> AsyncIterator[bytes]:
        chunk, more = first, True
        while more:
            if chunk:
                yield chunk
            chunk, more = await self._next()
        if chunk:
            yield chunk

    async def wait_for_hang_up(self) -> None:
        """Return when the caller is gone, listening only once the body is complete."""
        while not self._complete:
            await asyncio.sleep(_LISTEN_AFTER_SECONDS)
        while (await self._receive())["type"] != "http.disconnect":
            pass


class WhileCallerWaits:
    """Cancels what is done inside when the caller hangs up, and raises `CallerGone` then."""

    def __init__(self, body: IncomingBody) -> None:
        self._body = body
        self._task: asyncio.Task[None] | None = None
        self._heard_hang_up = False

    def __enter__(self) -> None:
        """Listen in a while, if it takes that long."""
        work = asyncio.current_task()
        if work is None:
            raise RuntimeError("must run in a task")
        self._work = work
        self._loop = asyncio.get_running_loop()
        self._handle = self._loop.call_later(_LISTEN_AFTER_SECONDS, self._start)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        self._handle.cancel()
        if self._task is not None:
            self._task.cancel()
        if self._heard_hang_up and isinstance(error, asyncio.CancelledError):
            self._work.uncancel()
            raise CallerGone from None

    def _start(self) -> None:
        self._task = self._loop.create_task(self._listen())

    async def _listen(self) -> None:
        await self._body.wait_for_hang_up()
        self._heard_hang_up = True
        self._work.cancel()
