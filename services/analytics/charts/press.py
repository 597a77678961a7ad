"""Has pictures drawn by a program beside the service, one at a time while few wait; draws none itself."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from shared.errors import unavailable

_PROGRAM = (sys.executable, "-m", "services.analytics.charts.pressing")
_PATIENCE = 60.0
"""Seconds that a picture may take, the program's start included."""
_MOST_WAITING = 8
_MOST_PICTURES = 500
"""After so many the program starts anew: what it holds on to stays bounded."""
_LONGEST_LENGTH = 16


class Press:
    """Keeps the program, started with the first picture; one that fails or takes too long is ended."""

    def __init__(self, program: Sequence[str] = _PROGRAM, patience: float = _PATIENCE) -> None:
        self._program = program
        self._patience = patience
        self._process: Process | None = None
        self._pictures = 0
        self._waiting = 0
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """Return the press; the program waits for the first picture."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the program."""
        await self._end()

    async def picture(self, spec: bytes) -> bytes:
        """Draw a specification written on one line, as SVG.

        Raises
        ------
        Problem
            503 if too many wait already, or the program fails.
        """
        if self._waiting >= _MOST_WAITING:
            raise unavailable(2)
        self._waiting += 1
        try:
            async with self._turn:
                return await self._drawn(spec)
        finally:
            self._waiting -= 1

    async def _drawn(self, spec: bytes) -> bytes:
        try:
            async with asyncio.timeout(self._patience):
                drawn = await self._exchange(await self._running(), spec)
        except (TimeoutError, EOFError, ConnectionError, ValueError) as error:
            await self._end()
            raise unavailable(5) from error
        except BaseException:
            # Whoever asked has left: the program's answer is nobody's, and must not be the next one's.
            await self._end()
            raise
        self._pictures += 1
        if self._pictures >= _MOST_PICTURES:
            await self._end()
        return drawn

    async def _exchange(self, process: Process, spec: bytes) -> bytes:
        source, target = process.stdout, process.stdin
        if source is None or target is None:
            raise EOFError("the program has no streams")
        target.write(spec + b"\n")
        await target.drain()
        length = await source.readuntil(b"\n")
        if len(length) > _LONGEST_LENGTH:
            raise ValueError("the program speaks of something else")
        return await source.readexactly(int(length))

    async def _running(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            self._pictures = 0
            self._process = await asyncio.create_subprocess_exec(
                *self._program, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_environment()
            )
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        if process.returncode is None:
            process.kill()
        await process.wait()


def _environment() -> dict[str, str]:
    """Keep from the program what the service knows, keys above all; it needs no more than Python does."""
    return {
        name: value for name, value in os.environ.items() if name == "PATH" or name.startswith("PYTHON")
    }
