"""A storm over people answering: SIGKILL at random moments, and yet nothing lost and nothing twice.

Run: `python -m benchmarks.answering_storm [SUBMISSIONS] [KILLS]`. A PostgreSQL of its own (durable, as
deployed) and the real service answer many callers, who send again with the same key until they are told
what became of it; meanwhile the service, database backends and the whole server are killed. Afterwards
every row is held against every promise; ends with 1 if anything is wrong. `--rush [TOKENS] [PARALLEL]` lets
so many submissions meet on each token, without kills. The negative controls `--without-unique` and
`--asynchronous-commit` take a protection away, and end with 1 if that was not found.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import asyncpg

from benchmarks.answering_storm_callers import Crowd, Ledger
from benchmarks.answering_storm_proof import Fault, faults, read_stored
from benchmarks.answering_storm_strikes import Target, Weather
from benchmarks.answering_storm_town import Asked, build_town
from deploy.local.house import Blueprint
from deploy.local.ports import HOST, require_free
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.supervisor import Limits, Supervisor
from deploy.local.vault import random_secret
from deploy.migrate import prepare_database
from services.survey.answering.tokens import RespondentTokens

FIRST_PORT = 22_600
AT_ONCE = 48
_SUBMISSIONS, _KILLS = 20_000, 100
_TOKENS, _PARALLEL = 500, 100
# However often it is killed, it is started again at once.
_RESTARTS = Limits(tries=20, first_pause=0.05, longest_pause=0.05)

_LATE_WRITING = {
    "synchronous_commit": "off",
    "wal_writer_delay": "10s",
    "wal_writer_flush_after": "1GB",
}
_FUNCTION = "SELECT pg_get_functiondef('take_answers'::regproc)"
_ONLY_ONCE = "AND number = of_number "


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do: so many forms, killed so often or met so often at once; one protection off, or none."""

    forms: int
    kills: int = 0
    parallel: int = 0
    seed: int = 0
    without_unique: bool = False
    asynchronous_commit: bool = False

    @property
    def settings(self) -> Mapping[str, str]:
        """The server's settings beside those it is deployed with."""
        return _LATE_WRITING if self.asynchronous_commit else {}

    @property
    def targets(self) -> tuple[Target, ...]:
        """What is killed: what loses a late writer's work, or anything."""
        return (Target.BACKEND, Target.WHOLE_SERVER) if self.asynchronous_commit else tuple(Target)

    @property
    def expected(self) -> Fault | None:
        """What must be found wrong."""
        if self.without_unique:
            return Fault.DOUBLE
        return Fault.LOST if self.asynchronous_commit else None


def main() -> None:
    """Storm, print what was found, and end with 1 if it is not what must be found."""
    plan = _plan()
    with tempfile.TemporaryDirectory() as name:
        server = EmbeddedPostgres(Path(name) / "postgres", options=plan.settings)
        try:
            is_right = asyncio.run(_storm(plan, Blueprint(Path(name), FIRST_PORT), server))
        finally:
            server.destroy()
    sys.exit(0 if is_right else 1)


def _plan() -> Plan:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answering_storm", description=__doc__)
    parser.add_argument("numbers", type=int, nargs="*", help="SUBMISSIONS KILLS, or TOKENS PARALLEL")
    parser.add_argument("--seed", type=int, default=20261122)
    chosen = parser.add_mutually_exclusive_group()
    for option in ("--rush", "--without-unique", "--asynchronous-commit"):
        chosen.add_argument(option, action="store_true")
    given = parser.parse_args()
    usual = (_TOKENS, _PARALLEL) if given.rush else (_SUBMISSIONS, _KILLS)
    numbers: list[int] = given.numbers
    forms, times = (*numbers, *usual[len(numbers) :])
    return Plan(
        forms,
        kills=0 if given.rush else times,
        parallel=times if given.rush else 0,
        seed=given.seed,
        without_unique=given.without_unique,
        asynchronous_commit=given.asynchronous_commit,
    )


async def _storm(plan: Plan, blueprint: Blueprint, server: EmbeddedPostgres) -> bool:
    require_free({"survey": blueprint.ports["survey"]})
    source = random.Random(plan.seed)
    database = blueprint.database("survey")
    address = await asyncio.to_thread(server.start)
    await asyncio.to_thread(prepare_database, address.dsn(), database)
    dsn = address.dsn(database.name)
    if plan.without_unique:
        await _take_protection_away(dsn)
    tokens = RespondentTokens(blueprint.vault.get("respondent-key", random_secret).encode())
    forms = await build_town(dsn, tokens, plan.forms, source)
    processes = [each for each in blueprint.processes(address) if each.name == "survey"]
    async with (
        Supervisor(processes, log_folder=blueprint.folder / "logs", limits=_RESTARTS) as supervisor,
        aiohttp.ClientSession(
            f"http://{HOST}:{blueprint.ports['survey'].http}", connector=aiohttp.TCPConnector(limit=0)
        ) as http,
    ):
        crowd = Crowd(http, source)
        weather = Weather(supervisor, server, source, plan.targets)
        began = time.monotonic()
        await _all_done(plan, crowd, weather, forms)
        seconds = time.monotonic() - began
    _report(crowd.ledger, weather, seconds)
    _show_errors(blueprint.folder / "logs/survey.log")
    return _judge(plan, faults(forms, crowd.ledger, await read_stored(dsn)))


async def _all_done(plan: Plan, crowd: Crowd, weather: Weather, forms: list[Asked]) -> None:
    """Let everybody answer while it storms; a service that is given up ends it all."""
    async with asyncio.TaskGroup() as watched:
        watch = watched.create_task(weather.supervisor.wait_for_failure())
        storm = watched.create_task(weather.strike(crowd.ledger, plan.forms, plan.kills))
        if plan.parallel:
            await crowd.rush(forms, plan.parallel)
        else:
            await crowd.answer(forms, AT_ONCE)
        storm.cancel()
        watch.cancel()


async def _take_protection_away(dsn: str) -> None:
    """Drop what keeps answers and keys single, and let a form be taken whatever its number is."""
    connection = await asyncpg.connect(dsn)
    try:
        for table in ("answer_set", "idempotency_key"):
            await connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey")
        function: str = await connection.fetchval(_FUNCTION)
        weakened = function.replace(_ONLY_ONCE, "")
        if weakened == function:
            raise LookupError("answers are not taken as this control knows")
        await connection.execute(weakened)
    finally:
        await connection.close()


def _report(ledger: Ledger, weather: Weather, seconds: float) -> None:
    for (path, status, code), times in sorted(ledger.seen.items()):
        print(f"{path:26} {status} {code:26} {times:8}")
    print(f"{'connections lost':58} {ledger.lost_connections:8}")
    for target, times in sorted(weather.done.items()):
        print(f"{f'killed: {target}':58} {times:8}")
    print(f"{'submissions and corrections acknowledged':58} {ledger.promises:8}")
    print(f"{'seconds':58} {seconds:8.0f}")
    for odd, times in Counter(ledger.odd).most_common(10):
        print(f"{odd:58} {times:8}")


def _show_errors(log: Path) -> None:
    """Print what the service says of errors that nobody foresaw."""
    lines = [line for line in log.read_text(errors="replace").splitlines() if '"level":"error"' in line]
    for line in lines[:5]:
        print(line)


def _judge(plan: Plan, found: Counter[Fault]) -> bool:
    for fault in Fault:
        print(f"{fault:58} {found[fault]:8}")
    if plan.expected is None:
        return not found.total()
    is_found = found[plan.expected] > 0
    print(f"negative control: {plan.expected}: {'found' if is_found else 'NOT FOUND'}")
    return is_found


if __name__ == "__main__":
    main()
