"""Owns one running service process: its session, its log and its end; never decides to restart.

A service runs in a session (so also a process group) of its own: Ctrl-C in the terminal reaches the
runner only, and everything the service started can be ended with it. A lifeline ends the group if
the runner is killed hard.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Self

from deploy.local.lifeline import Lifeline
from deploy.local.place import private_opener

_LARGEST_LOG = 20_000_000
_TAIL_BYTES = 8_000
_TAIL_LINES = 20


@dataclass(frozen=True)
class ServiceProcess:
    """What to start: `env` is laid over the runner's own environment and never shown."""

    name: str
    command: tuple[str, ...]
    health_url: str
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    cwd: Path | None = None


class RunningProcess:
    """One started service; `end` it before letting go of it."""

    def __init__(
        self, process: asyncio.subprocess.Process, log: Path, log_begin: int, grace: float
    ) -> None:
        self._process = process
        self._log = log
        self._log_begin = log_begin
        self._grace = grace
        whole_group = -process.pid
        self._lifeline = Lifeline(whole_group, sends=signal.SIGTERM, grace_seconds=int(grace) + 1)

    @classmethod
    async def start(cls, spec: ServiceProcess, log_folder: Path, grace: float) -> Self:
        path = log_folder / f"{spec.name}.log"
        with _open_log(path) as log:
            begin = log.tell()
            process = await asyncio.create_subprocess_exec(
                *spec.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=spec.cwd,
                env={**os.environ, **spec.env},
                start_new_session=True,
            )
        return cls(process, path, begin, grace)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How it ended, negative for a signal; None while it runs."""
        return self._process.returncode

    async def wait(self) -> int:
        return await self._process.wait()

    def signal_group(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    async def end(self) -> None:
        """TERM, then KILL after the grace time; also what the service left behind is killed."""
        try:
            if self.exit_code is None:
                self.signal_group(signal.SIGTERM)
                async with asyncio.timeout(self._grace):
                    await self._process.wait()
        except TimeoutError:
            pass  # it had its chance
        finally:
            self.signal_group(signal.SIGKILL)
            self._lifeline.release()
        await self._process.wait()

    def log_tail(self) -> str:
        """Give the last lines this process (and none before it) wrote."""
        with open(self._log, "rb", opener=private_opener) as log:
            size = log.seek(0, os.SEEK_END)
            log.seek(max(self._log_begin, size - _TAIL_BYTES))
            lines = log.read().decode(errors="replace").splitlines()
        return "\n".join(lines[-_TAIL_LINES:])


def _open_log(path: Path) -> IO[bytes]:
    log = os.fdopen(private_opener(str(path), os.O_WRONLY | os.O_APPEND | os.O_CREAT), "ab")
    log.seek(0, os.SEEK_END)
    return log


def trim_log(path: Path) -> None:
    """Put a log that has grown large aside, over the one put aside before."""
    if path.exists() and path.stat().st_size > _LARGEST_LOG:
        path.replace(path.with_suffix(".log.old"))
