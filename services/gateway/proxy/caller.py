"""The caller's side of a request on its way through: its body as it arrives, and whether it still waits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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


@asynccontextmanager
async def while_caller_waits(body: IncomingBody) -> AsyncIterator[None]:
    """Cancel what is done inside when the caller hangs up.

    Raises
    ------
    CallerGone
        It did.
    """
    work = asyncio.current_task()
    if work is None:
        raise RuntimeError("must run in a task")
    listener = _Listener(body, work)
    handle = asyncio.get_running_loop().call_later(_LISTEN_AFTER_SECONDS, listener.start)
    try:
        yield
    except asyncio.CancelledError:
        if not listener.heard_hang_up:
            raise
        work.uncancel()
        raise CallerGone from None
    finally:
        handle.cancel()
        listener.stop()


class _Listener:
    def __init__(self, body: IncomingBody, work: "asyncio.Task[object]") -> None:
        self._body = body
        self._work = work
        self._task: asyncio.Task[None] | None = None
        self.heard_hang_up = False

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._listen())

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _listen(self) -> None:
        await self._body.wait_for_hang_up()
        self.heard_hang_up = True
        self._work.cancel()
