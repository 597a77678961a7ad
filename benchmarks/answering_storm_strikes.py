"""What strikes in the storm: SIGKILL of the service, a database backend or the whole database server."""

import asyncio
import os
import random
import signal
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import asyncpg

from benchmarks.answering_storm_callers import Ledger
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.supervisor import Supervisor

_SERVICE = "survey"
_LOOK_AGAIN_SECONDS = 0.005
_STRIKES_TWICE = 0.25
_BACKENDS = (
    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' "
    "AND usename LIKE 'samspil\\_survey\\_%' ORDER BY (state <> 'idle') DESC, random() LIMIT 1"
)


class Target(StrEnum):
    """What is killed."""

    SERVICE = "service"
    BACKEND = "backend"
    POSTMASTER = "postmaster"
    WHOLE_SERVER = "whole server"


@dataclass
class Weather:
    """Kills at moments spread at random over the submissions, each a little after one was acknowledged."""

    supervisor: Supervisor
    server: EmbeddedPostgres
    source: random.Random
    targets: tuple[Target, ...] = tuple(Target)
    done: Counter[Target] = field(default_factory=Counter)

    async def strike(self, ledger: Ledger, submissions: int, kills: int) -> None:
        """Kill so often while so many submissions come in; now and then a second time at once."""
        moments = sorted(self.source.uniform(0.01, 0.95) * submissions for _ in range(kills))
        while self.done.total() < kills:
            at = moments[self.done.total()]
            while ledger.promises < at:
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)
            await self._kill()
            if self.source.random() < _STRIKES_TWICE and self.done.total() < kills:
                await asyncio.sleep(self.source.uniform(0, 1))
                await self._kill()
            await self.supervisor.wait_ready(_SERVICE)

    async def _kill(self) -> None:
        await asyncio.sleep(self.source.uniform(0, 0.03))
        target = self.source.choice(self.targets)
        if target is Target.SERVICE:
            await self.supervisor.wait_ready(_SERVICE)
            self.supervisor.kill(_SERVICE)
        elif target is Target.BACKEND:
            await self._kill_backend()
        else:
            if target is Target.WHOLE_SERVER:
                _kill_children_of(self.server.postmaster_pid)
            # Starting is waiting for processes: not in the loop that the callers share.
            await asyncio.to_thread(self._kill_server_and_start_it)
        self.done[target] += 1

    async def _kill_backend(self) -> None:
        """Kill one that works, if any does; the postmaster then ends all and recovers."""
        while True:
            with suppress(asyncpg.PostgresError, OSError, asyncpg.InterfaceError):
                connection = await asyncpg.connect(self.server.address.dsn())
                try:
                    pid = await connection.fetchval(_BACKENDS)
                finally:
                    connection.terminate()
                if pid is not None:
                    os.kill(pid, signal.SIGKILL)
                    return
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    def _kill_server_and_start_it(self) -> None:
        self.server.kill()
        self.server.start()


def _kill_children_of(postmaster: int | None) -> None:
    """Kill all processes of the server but the first; each is in a process group of its own."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with suppress(OSError):
            # After the name, which ends with the last parenthesis: state and parent.
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == postmaster:
                os.kill(int(entry.name), signal.SIGKILL)
