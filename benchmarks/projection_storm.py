"""A storm over the projection: whatever is repeated, killed, late or restored, it equals its sources.

Run: `python -m benchmarks.projection_storm [CHANGES] [WRITERS] [KILLS]`. A scratch PostgreSQL, both feeds
in this process, and analytics as a process of its own. Many writers change, erase, commit late and undo;
analytics is killed right after it was given a page, so also between fetch and commit, and made to read
everything once more; after half of the changes a backup is taken, after three quarters it is restored and
the epoch raised. Then every row is compared; ends with 1 if one is wrong. The negative controls
`--without-gate` and `--without-epoch` take a protection away, and end with 1 if that was not found.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg

from benchmarks.projection_storm_proof import Fault, faults, is_followed
from benchmarks.projection_storm_sources import KINDS, Source, running_source
from deploy.local.house import Blueprint
from deploy.local.ports import require_free
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.supervisor import Limits, Supervisor
from deploy.migrate import prepare_database
from shared.observability import configure_logging

FIRST_PORT = 22_900
_CHANGES, _WRITERS, _KILLS = 50_000, 16, 20
_TENANTS = 3
_CHANGES_A_SUBJECT = 5
_FOLLOWED_WITHIN = 300
_ANALYTICS = "analytics"
_RESTARTS = Limits(tries=20, first_pause=0.05, longest_pause=0.05)
_READ_AGAIN = "UPDATE feed_position SET position = '' WHERE state = 'active'"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do: so many changes by so many writers, killed so often; one protection off, or none."""

    changes: int
    writers: int
    kills: int
    seed: int = 20261122
    without_gate: bool = False
    without_epoch: bool = False

    @property
    def is_restored(self) -> bool:
        """Whether a backup is restored; making all again would mend what a gate had lost."""
        return not self.without_gate

    @property
    def strikes(self) -> int:
        """How often it is killed and made to read again, which would mend what a control must find."""
        return 0 if self.expected else self.kills

    @property
    def expected(self) -> tuple[Fault, ...]:
        """What must be found wrong, any of it."""
        if self.without_gate:
            return (Fault.LOST, Fault.GHOST)
        return (Fault.LOST, Fault.GHOST, Fault.OTHER) if self.without_epoch else ()


@dataclass
class Storm:
    """The two sources, analytics, and how many changes were made."""

    plan: Plan
    sources: Sequence[Source]
    projection: str
    supervisor: Supervisor
    chance: random.Random
    made: int = 0
    killed: int = 0

    async def rage(self) -> None:
        """Make all changes, with the kills and the restore among them, and wait until all is followed."""
        striking = asyncio.create_task(self._strike())
        subjects = self._subjects()
        await self._change(subjects, self.plan.changes // 2)
        if self.plan.is_restored:
            for source in self.sources:
                await source.save()
            await self._change(subjects, self.plan.changes * 3 // 4)
            await self.followed()
            for source in self.sources:
                await source.restore(raises_epoch=not self.plan.without_epoch)
        await self._change(subjects, self.plan.changes)
        await striking
        await self.followed()

    async def followed(self) -> None:
        """Wait until analytics has read all there is."""
        async with asyncio.timeout(_FOLLOWED_WITHIN):
            while not await is_followed(self.projection, self.sources):
                await asyncio.sleep(0.1)

    def _subjects(self) -> dict[tuple[str, UUID], list[UUID]]:
        tenants = [self._id() for _ in range(_TENANTS)]
        each = max(8, self.plan.changes // (_CHANGES_A_SUBJECT * _TENANTS * len(KINDS)))
        return {(name, tenant): [self._id() for _ in range(each)] for name in KINDS for tenant in tenants}

    def _id(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)

    async def _change(self, subjects: dict[tuple[str, UUID], list[UUID]], until: int) -> None:
        """Let all writers write until so many changes are made."""

        async def write() -> None:
            while self.made < until:
                self.made += 1
                source = self.chance.choice(self.sources)
                tenant = self.chance.choice([key[1] for key in subjects if key[0] == source.service])
                own = subjects[source.service, tenant]
                await source.write(tenant, own, self.chance.randrange(len(own)))

        async with asyncio.TaskGroup() as writers:
            for _ in range(self.plan.writers):
                writers.create_task(write())

    async def _strike(self) -> None:
        """Kill at moments spread over the changes, each a little after a page was given."""
        moments = sorted(self.chance.uniform(0.02, 0.98) for _ in range(self.plan.strikes))
        for moment in moments:
            while self.made < moment * self.plan.changes:
                await asyncio.sleep(0.01)
            await self.supervisor.wait_ready(_ANALYTICS)
            await self._read_again()
            served = self.chance.choice(self.sources).served
            served.clear()
            await served.wait()
            await asyncio.sleep(self.chance.uniform(0, 0.03))
            self.supervisor.kill(_ANALYTICS)
            self.killed += 1

    async def _read_again(self) -> None:
        connection = await asyncpg.connect(self.projection)
        try:
            await connection.execute(_READ_AGAIN)
        finally:
            await connection.close()


def main() -> None:
    """Storm, print what was found, and end with 1 if it is not what must be found."""
    plan = _plan()
    configure_logging("storm", "WARNING")
    with tempfile.TemporaryDirectory() as name:
        began = time.monotonic()
        found, killed = storm(plan, Path(name), FIRST_PORT)
    print(f"{'changes':48} {plan.changes:8}\n{'killed':48} {killed:8}")
    print(f"{'seconds':48} {time.monotonic() - began:8.0f}")
    for fault in Fault:
        print(f"{fault:48} {found[fault]:8}")
    sys.exit(0 if is_right(plan, found) else 1)


def is_right(plan: Plan, found: Counter[Fault]) -> bool:
    """Tell whether nothing is wrong, or in a control that something is."""
    if not plan.expected:
        return not found.total()
    return any(found[fault] for fault in plan.expected)


def storm(plan: Plan, folder: Path, first_port: int) -> tuple[Counter[Fault], int]:
    """Storm in a folder of its own; return what is wrong, and how often analytics was killed."""
    server = EmbeddedPostgres(folder / "postgres", options={"fsync": "off"})
    try:
        address = server.start()
        blueprint = Blueprint(folder, first_port)
        services = (*KINDS, _ANALYTICS)
        require_free({name: blueprint.ports[name] for name in services})
        for service in services:
            prepare_database(address.dsn(), blueprint.database(service))
        return asyncio.run(_run(plan, blueprint, server))
    finally:
        server.destroy()


async def _run(plan: Plan, blueprint: Blueprint, server: EmbeddedPostgres) -> tuple[Counter[Fault], int]:
    address = server.address
    processes = [each for each in blueprint.processes(address) if each.name == _ANALYTICS]
    projection = address.dsn(blueprint.database(_ANALYTICS).name)
    async with AsyncExitStack() as stack:
        sources = [
            await stack.enter_async_context(
                running_source(blueprint, address, service, plan.seed, without_gate=plan.without_gate)
            )
            for service in KINDS
        ]
        supervisor = await stack.enter_async_context(
            Supervisor(processes, log_folder=blueprint.folder / "logs", limits=_RESTARTS)
        )
        raging = Storm(plan, sources, projection, supervisor, random.Random(plan.seed))
        await raging.rage()
        return await faults(projection, sources), raging.killed


def _plan() -> Plan:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.projection_storm", description=__doc__)
    parser.add_argument("numbers", type=int, nargs="*", help="CHANGES WRITERS KILLS")
    parser.add_argument("--seed", type=int, default=20261122)
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--without-gate", action="store_true")
    chosen.add_argument("--without-epoch", action="store_true")
    given = parser.parse_args()
    numbers: list[int] = given.numbers
    changes, writers, kills = (*numbers, *(_CHANGES, _WRITERS, _KILLS)[len(numbers) :])
    return Plan(changes, writers, kills, given.seed, given.without_gate, given.without_epoch)


if __name__ == "__main__":
    main()
