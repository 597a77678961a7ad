"""Loading a tenant's cubes against a bare COPY of the same rows; figures against an endpoint without work.

Run: `python -m benchmarks.scores [CUBES [CASES [ROUNDS]]]`. (a) Networks of 8 by 8 by 6 of one tenant are
loaded as the service loads them (COPY, under row-level security, taken apart, put in order of wave and id),
and copied by asyncpg's `copy_from_query` with the bytes discarded: the same query, role and pool, in turn.
(b) A case's matrix, its audit row included, first asked and asked again, and (c) a tenant's associations
over CASES cases, when a case has come, when only others' data have changed, and of the same, are asked of
the real service over loopback, in turn with an endpoint that only knows who asks.
"""

import asyncio
import http.client
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg

from benchmarks.scores_filling import WAVES, Town, fill_many, fill_town, read_first_generation, settle
from benchmarks.scores_service import NOTHING
from deploy.local.house import Blueprint
from deploy.local.postgres import EmbeddedPostgres, ServerAddress
from deploy.local.supervisor import Supervisor
from deploy.local.vault import new_signing_key
from deploy.migrate import prepare_database
from services.analytics.resident.loading import Held, load
from services.analytics.resident.repository import COPY_CLOSED
from shared.access.principal import Principal, Role
from shared.access.tokens import GATEWAY, TokenSigner
from shared.database.connection import Database

FIRST_PORT = 22_400
LOAD_GOAL, MATRIX_GOAL, ASSOCIATION_GOAL = 3.0, 5.0, 20.0
_WARM_UP = 20
_EVERY = 30
"""Associations are asked for once in so many turns."""
_AGAIN = 20
"""Teams that ask for their matrices again and again; the others ask in turn."""
_RENEW = "UPDATE data_version SET version = version + 1 WHERE tenant_id = $1"
_LOOKED_AT = 5_000
_MEGABYTE = 1_048_576


def main() -> None:
    """Fill, measure, and print the figures."""
    given = [int(each) for each in sys.argv[1:]]
    cubes, cases, rounds = [*given, *(400_000, 2_000, 7)[len(given) :]]
    with tempfile.TemporaryDirectory() as name:
        server = EmbeddedPostgres(Path(name) / "postgres", options={"max_wal_size": "4GB"})
        try:
            blueprint = Blueprint(Path(name), FIRST_PORT)
            prepare_database(server.start().dsn(), blueprint.database("analytics"))
            asyncio.run(_measure(blueprint, server.address, (cubes, cases, rounds)))
        finally:
            server.destroy()


async def _measure(blueprint: Blueprint, server: ServerAddress, sizes: tuple[int, int, int]) -> None:
    cubes, cases, rounds = sizes
    many, town = uuid4(), Town()
    own = blueprint.database("analytics")
    connection = await asyncpg.connect(server.dsn(own.name))
    await read_first_generation(connection)
    start = time.perf_counter()
    if cubes:
        await fill_many(connection, many, cubes)
    database = Database(own.dsn(server.dsn(), "app"), pool_size=2)
    teams = await fill_town(database, town, cases)
    await settle(connection)
    await connection.close()
    print(f"{cubes:,} cubes and {cases:,} cases filled in {time.perf_counter() - start:.0f} s", flush=True)
    if cubes:
        await _measure_loading(database, many, rounds)
    await database.close()
    if cases:
        await _measure_figures(blueprint, server, town, teams)
    print(f"load {os.getloadavg()[0]:.1f}")


async def _measure_loading(database: Database, tenant: UUID, rounds: int) -> None:
    bare, ours, ratios = [], [], []
    held: Held | None = None
    for number in range(rounds + 1):
        held = None  # what was loaded before makes room
        start = time.perf_counter()
        size = await _discard(database, tenant)
        copied = time.perf_counter() - start
        held = await load(database, tenant, None)
        loaded = time.perf_counter() - start - copied
        if number:  # the first is for warming up
            bare.append(copied)
            ours.append(loaded)
            ratios.append(loaded / copied)
    print(
        f"COPY, discarded {statistics.median(bare):6.2f} s ({size / _MEGABYTE:.0f} MB)   "
        f"loaded {statistics.median(ours):6.2f} s   ratio {statistics.median(ratios):.2f} "
        f"({min(ratios):.2f}-{max(ratios):.2f}), {rounds} rounds; goal <= {LOAD_GOAL:g}"
    )
    if held is not None:
        _look_at(held)


async def _discard(database: Database, tenant: UUID) -> int:
    size = 0

    async def count(part: bytes) -> None:
        nonlocal size
        size += len(part)

    async with database.transaction(tenant) as transaction:
        await transaction.driver.copy_from_query(COPY_CLOSED, tenant, 1, output=count, format="binary")
    return size


def _look_at(held: Held) -> None:
    """Say what looking at measurements for the first time costs, and what is held then."""
    before = held.size
    start = time.perf_counter()
    found = list(held.holdings.wave(WAVES[0]).measurements[:_LOOKED_AT])
    taken = time.perf_counter() - start
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"held {before / _MEGABYTE:.0f} MB; {len(found):,} unpacked in {taken:.2f} s "
        f"({taken / max(len(found), 1) * 1e6:.0f} us each), then {held.size / _MEGABYTE:.0f} MB; "
        f"largest this process was {most:.0f} MB",
        flush=True,
    )


@dataclass
class Question:
    """What is asked again and again, and how long each answer took, in ms."""

    name: str
    requests: Iterator[tuple[str, str]]
    goal: float | None = None
    taken: list[float] = field(default_factory=list)

    def at(self, percent: int) -> float:
        """Return a percentile."""
        return statistics.quantiles(self.taken, n=100)[percent - 1]


async def _measure_figures(
    blueprint: Blueprint, server: ServerAddress, town: Town, teams: Sequence[tuple[UUID, UUID]]
) -> None:
    signer = TokenSigner(GATEWAY, json.dumps(blueprint.vault.get("gateway-signing-key", new_signing_key)))

    def token(role: Role, person: UUID | None = None) -> str:
        caller = Principal("benchmark", GATEWAY, frozenset({role}), tenant=town.tenant, person=person)
        return signer.sign(caller, "analytics", lifetime=3600)

    analyst = token(Role.ANALYST)
    matrices = [
        (f"/v1/cases/{case_id}/matrix?wave={WAVES[0]}", token(Role.PROFESSIONAL, person))
        for case_id, person in teams[:700]
    ]
    wave = f"/v1/waves/{WAVES[0]}/associations", analyst
    questions = [
        Question("nothing", cycle([(NOTHING, analyst)])),
        Question("matrix", cycle(matrices[_AGAIN:]), MATRIX_GOAL),
        Question("matrix again", cycle(matrices[:_AGAIN]), MATRIX_GOAL),
        Question("associations, a case more", cycle([wave]), ASSOCIATION_GOAL),
        Question("associations, other data", cycle([wave]), ASSOCIATION_GOAL),
        Question("associations again", cycle([wave]), ASSOCIATION_GOAL),
    ]
    own = blueprint.database("analytics")

    def come() -> None:
        asyncio.run(_come(own.dsn(server.dsn(), "app"), town))

    def renew() -> None:
        asyncio.run(_renew(server.dsn(own.name), town.tenant))

    (service,) = (each for each in blueprint.processes(server) if each.name == "analytics")
    process = replace(service, command=(sys.executable, "-m", "benchmarks.scores_service"))
    async with Supervisor([process], log_folder=blueprint.folder / "logs"):
        await asyncio.to_thread(_ask_in_turn, blueprint.ports["analytics"].http, questions, (come, renew))
    _report(questions)


async def _come(dsn: str, town: Town) -> None:
    """Let a round of one more case of the wave close."""
    database = Database(dsn, pool_size=1)
    await fill_town(database, town, 1)
    await database.close()


async def _renew(dsn: str, tenant: UUID) -> None:
    """Give the tenant's data another version, as when the register tells of a unit."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(_RENEW, tenant)
    await connection.close()


def _ask_in_turn(
    port: int, questions: Sequence[Question], changes: Sequence[Callable[[], None]], turns: int = 600
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    *often, first, other, again = questions
    before = dict(zip((first.name, other.name), changes, strict=True))
    print(f"associations of all that is loaded and unpacked only now: {_ask(connection, first):.0f} ms")
    for number in range(_WARM_UP + turns):
        for question in questions if number % _EVERY == 0 else often:
            before.get(question.name, _nothing)()
            taken = _ask(connection, question)
            if number >= _WARM_UP:
                question.taken.append(taken)
    connection.close()
    if not again.taken:
        raise ValueError("nobody asked for associations")


def _nothing() -> None:
    """Change nothing before a question."""


def _ask(connection: http.client.HTTPConnection, question: Question) -> float:
    """Ask once; return the time it took, in ms."""
    path, token = next(question.requests)
    start = time.perf_counter()
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    body = answer.read()
    taken = (time.perf_counter() - start) * 1000
    if answer.status != 200 or b"not-available" in body[:40]:
        raise ValueError(f"{question.name}: {answer.status} {body[:200]!r}")
    return taken


def _report(questions: Sequence[Question]) -> None:
    nothing, *others = questions
    for each in others:
        ratio = each.at(99) / nothing.at(99)
        print(
            f"{each.name:<25} p50 {each.at(50):7.2f} ms  p99 {each.at(99):7.2f} ms   nothing p50 "
            f"{nothing.at(50):.2f} ms  p99 {nothing.at(99):.2f} ms   p99 x {ratio:.1f}, "
            f"p50 x {each.at(50) / nothing.at(50):.1f}; goal <= {each.goal:g}; {len(each.taken)} asked"
        )


if __name__ == "__main__":
    main()
