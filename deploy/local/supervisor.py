"""Owns that the services run: starts them, starts a dead one again, ends all; knows no service.

A service that dies after it was ready is started again for ever, after a pause that grows while it
keeps dying quickly. One that dies (or isn't ready in time) several times in a row before it
was ever ready again is given up, with the end of its log: repeating would not help.

    async with Supervisor(specs, log_folder=folder) as supervisor:
        ...                              # all are ready
        await supervisor.wait_for_failure()

Wrap the main coroutine in `until_signalled`, which turns Ctrl-C and SIGTERM into one cancellation,
so that leaving the `async with` ends everything. Log files: `<log_folder>/<name>.log`.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self, TypeVar

from deploy.local.health import is_ready
from deploy.local.processes import RunningProcess, ServiceProcess, trim_log

__all__ = [
    "Event",
    "EventKind",
    "Limits",
    "ServiceFailedError",
    "ServiceProcess",
    "Supervisor",
    "until_signalled",
]

Result = TypeVar("Result")
_POLL_SECONDS = 0.05


class ServiceFailedError(RuntimeError):
    """A service died at its start again and again."""

    def __init__(self, name: str, reason: str, log_file: Path, log_tail: str) -> None:
        shown = log_tail or "(it wrote nothing)"
        super().__init__(
            f"The service {name} doesn't start: {reason}. "
            f"Servicen {name} starter ikke.\nThe end of {log_file}:\n{shown}"
        )
        self.name = name


class EventKind(StrEnum):
    """What happened to a service."""

    STARTED = "started"
    READY = "ready"
    DIED = "died"
    GAVE_UP = "gave-up"


@dataclass(frozen=True)
class Event:
    """Something a person watching the runner may want to see."""

    service: str
    kind: EventKind
    detail: str = ""


@dataclass(frozen=True)
class Limits:
    """How patient the supervisor is, in seconds and tries."""

    ready_within: float = 60.0
    grace: float = 10.0
    tries: int = 4
    first_pause: float = 0.1
    longest_pause: float = 5.0
    steady_after: float = 30.0

    def pause(self, quick_deaths: int) -> float:
        """Wait twice as long after each death in quick succession."""
        return float(min(self.first_pause * 2 ** max(0, quick_deaths - 1), self.longest_pause))


@dataclass
class _Kept:
    """One service's present state."""

    spec: ServiceProcess
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    process: RunningProcess | None = None
    keeper: asyncio.Task[None] | None = None
    starts: int = 0


class Supervisor:
    """Keeps a set of services running until it is stopped."""

    def __init__(
        self,
        services: Sequence[ServiceProcess],
        *,
        log_folder: Path,
        limits: Limits | None = None,
        tell: Callable[[Event], None] | None = None,
    ) -> None:
        self._kept = {spec.name: _Kept(spec) for spec in services}
        if len(self._kept) != len(services):
            raise ValueError("Two services have the same name")
        self._log_folder = log_folder
        self._limits = limits or Limits()
        self._tell = tell or (lambda event: None)
        self._failed = asyncio.Event()
        self._failure: ServiceFailedError | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start all services and wait until all are ready; on failure none is left running."""
        self._log_folder.mkdir(parents=True, exist_ok=True)
        self._failed.clear()
        self._failure = None
        try:
            for kept in self._kept.values():
                trim_log(self._log_file(kept))
                self._begin(kept)
            for name in self._kept:
                await self.wait_ready(name)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End all services, all at once; harmless when none runs."""
        await asyncio.gather(*(_end_keeper(kept) for kept in self._kept.values()))

    def pid(self, name: str) -> int | None:
        """Give the process id of a service that runs now."""
        process = self._kept[name].process
        return process.pid if process is not None and process.exit_code is None else None

    def starts(self, name: str) -> int:
        """Say how often the service was started since the supervisor was made."""
        return self._kept[name].starts

    def is_ready(self, name: str) -> bool:
        return self._kept[name].ready.is_set()

    def kill(self, name: str) -> None:
        """SIGKILL a service's process, as a crash would; it is started again."""
        kept = self._kept[name]
        kept.ready.clear()
        if kept.process is not None:
            kept.process.signal_group(signal.SIGKILL)

    async def restart(self, name: str) -> None:
        """End one service gently, start it again, and wait until it is ready."""
        kept = self._kept[name]
        await _end_keeper(kept)
        self._begin(kept)
        await self.wait_ready(name)

    async def wait_ready(self, name: str) -> None:
        """Wait until the service is ready; raise when one was given up."""
        ready = asyncio.ensure_future(self._kept[name].ready.wait())
        failed = asyncio.ensure_future(self._failed.wait())
        try:
            await asyncio.wait({ready, failed}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()
            failed.cancel()
        if self._failure is not None:
            raise self._failure

    async def wait_for_failure(self) -> NoReturn:
        """Wait for ever, or raise when a service was given up."""
        await self._failed.wait()
        raise self._failure or RuntimeError("A service failed without a reason")

    def _log_file(self, kept: _Kept) -> Path:
        return self._log_folder / f"{kept.spec.name}.log"

    def _begin(self, kept: _Kept) -> None:
        kept.keeper = asyncio.create_task(self._keep(kept), name=f"keep {kept.spec.name}")
        kept.keeper.add_done_callback(lambda keeper: self._notice_broken_keeper(kept, keeper))

    def _notice_broken_keeper(self, kept: _Kept, keeper: asyncio.Task[None]) -> None:
        """Let no fault of the supervisor itself (or of `tell`) leave a service unkept in silence."""
        if not keeper.cancelled() and keeper.exception() is not None:
            self._failure = ServiceFailedError(
                kept.spec.name, f"its keeper broke: {keeper.exception()!r}", self._log_file(kept), ""
            )
            self._failed.set()

    async def _keep(self, kept: _Kept) -> None:
        """Start the service whenever it isn't running, until cancelled or given up."""
        failed_tries = quick_deaths = 0
        while True:
            began = asyncio.get_running_loop().time()
            ready, reason, tail = await self._live_once(kept)
            failed_tries = 0 if ready else failed_tries + 1
            if failed_tries >= self._limits.tries:
                self._give_up(kept, f"{reason}, {failed_tries} times in a row", tail)
                return
            steady = asyncio.get_running_loop().time() - began >= self._limits.steady_after
            quick_deaths = 1 if steady else quick_deaths + 1
            self._tell(Event(kept.spec.name, EventKind.DIED, reason))
            await asyncio.sleep(self._limits.pause(quick_deaths))

    async def _live_once(self, kept: _Kept) -> tuple[bool, str, str]:
        """Run the service from start to death: was it ready, why did it end, its last words."""
        kept.starts += 1
        try:
            process = await RunningProcess.start(kept.spec, self._log_folder, self._limits.grace)
        except OSError as problem:
            return False, f"{kept.spec.command[0]}: {problem.strerror}", ""
        try:
            kept.process = process
            self._tell(Event(kept.spec.name, EventKind.STARTED, f"pid {process.pid}"))
            ready = await self._becomes_ready(kept.spec, process)
            if ready:
                kept.ready.set()
                self._tell(Event(kept.spec.name, EventKind.READY))
                await process.wait()
            reason = _reason(process.exit_code, self._limits.ready_within)
        finally:
            kept.ready.clear()
            await process.end()
            kept.process = None
        return ready, reason, process.log_tail()

    async def _becomes_ready(self, spec: ServiceProcess, process: RunningProcess) -> bool:
        give_up_at = asyncio.get_running_loop().time() + self._limits.ready_within
        while process.exit_code is None and asyncio.get_running_loop().time() < give_up_at:
            if await is_ready(spec.health_url) and process.exit_code is None:
                return True
            await asyncio.sleep(_POLL_SECONDS)
        return False

    def _give_up(self, kept: _Kept, reason: str, tail: str) -> None:
        self._failure = ServiceFailedError(kept.spec.name, reason, self._log_file(kept), tail)
        self._tell(Event(kept.spec.name, EventKind.GAVE_UP, reason))
        self._failed.set()


async def until_signalled(work: Coroutine[object, object, Result]) -> Result | None:
    """Do the work; on the first Ctrl-C, SIGTERM or SIGHUP cancel it and return None when it ended.

    Further signals are ignored while it ends, since a half-done end would leave processes.
    """
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    signalled = asyncio.Event()

    def cancel_once() -> None:
        if not signalled.is_set():
            signalled.set()
            task.cancel()

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in numbers:
        loop.add_signal_handler(number, cancel_once)
    try:
        return await task
    except asyncio.CancelledError:
        if signalled.is_set():
            return None
        raise
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


async def _end_keeper(kept: _Kept) -> None:
    if kept.keeper is not None:
        kept.keeper.cancel()
        await asyncio.gather(kept.keeper, return_exceptions=True)
        kept.keeper = None


def _reason(exit_code: int | None, patience: float) -> str:
    if exit_code is None:
        return f"it wasn't ready within {patience:g} seconds"
    if exit_code < 0:
        return f"it was ended by {signal.Signals(-exit_code).name}"
    return f"it ended with exit code {exit_code}"
