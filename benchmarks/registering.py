"""Registering a case in one call against the same rows through a bare asyncpg pool, in the same run.

Run: `python -m benchmarks.registering [ROUNDS]`. A call carries 6 involvements and 8 participants. The
baseline is one transaction with a case INSERT, one of 6 rows, one of 8 rows and the change row, by the
superuser: no HTTP, no validation, no row-level security, no classification, audit or history. 32 callers
on either side, the pool has 8 connections; rounds take turns, so whatever else the machine does meets both.
"""

import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import asyncpg
from uuid_utils.compat import uuid7

from deploy.local.house import Blueprint
from deploy.local.postgres import EmbeddedPostgres, ServerAddress
from deploy.local.supervisor import Supervisor
from deploy.local.vault import new_signing_key
from deploy.migrate import prepare_database
from shared.access.principal import Principal, Role
from shared.access.tokens import GATEWAY, TokenSigner

FIRST_PORT = 22_100
GOAL = 0.25
CALLERS = 32
POOL = 8
UNITS, PEOPLE = 6, 8
_SECONDS = 3.0
_ALL_UNITS, _ALL_PEOPLE = 200, 2000
_SYSTEM = "benchmark"

_CASE = (
    "INSERT INTO citizen_case (tenant_id, id, version, respondent_label, registered_at) "
    "VALUES ($1, $2, 1, 'Forløb 27', now())"
)
_CHANGE = (
    "INSERT INTO change_log (epoch, tenant_id, type, subject, version) "
    "SELECT epoch, $1, 'case.registered', $2, 1 FROM feed_epoch"
)


def _rows(into: str, values: str, count: int) -> str:
    """Write an INSERT of some rows; `{id}` and `{part}` are each row's own."""
    rows = (values.format(id=4 + place, part=4 + count + place) for place in range(count))
    return f"{into} VALUES {', '.join(rows)}"


_INVOLVEMENTS = _rows(
    "INSERT INTO involvement (tenant_id, id, case_id, registration_id, unit_id, role, laws, valid_from)",
    "($1, ${id}, $2, $3, ${part}, 'authority', '{{}}', now())",
    UNITS,
)
_PARTICIPANTS = _rows(
    "INSERT INTO participant (tenant_id, id, case_id, registration_id, professional_id, role, valid_from)",
    "($1, ${id}, $2, $3, ${part}, 'participant', now())",
    PEOPLE,
)

_AREA = "INSERT INTO area (tenant_id, id, version, name, municipality_code) VALUES ($1, $2, 1, 'A', '0766')"
_UNIT = (
    "INSERT INTO unit (tenant_id, id, version, name, area_id, municipality_code, counts_as_unit, "
    "authority_function, external, laws) "
    "VALUES ($1, $2, 1, 'Enhed', $3, '0766', true, true, false, '{}')"
)
_PERSON = "INSERT INTO person (tenant_id, id, version, name) VALUES ($1, $2, 1, 'P')"
_PROFESSIONAL = (
    "INSERT INTO professional (tenant_id, id, version, person_id, unit_id, professional_group, language, "
    "valid_from) VALUES ($1, $2, 1, $2, $3, 'Socialrådgiver', 'da', now())"
)
_FILE = (
    "INSERT INTO registration (tenant_id, id, version, system, reference, case_id, source_version) "
    "VALUES ($1, $2, 1, 'baseline', '1', $3, 1)"
)


@dataclass(frozen=True, slots=True)
class Organisation:
    """A tenant with units and people to register cases with, and a file for the baseline's rows."""

    tenant: UUID
    units: list[UUID]
    people: list[UUID]
    file: UUID

    @staticmethod
    async def make(connection: "asyncpg.Connection[Any]") -> "Organisation":
        """Fill a tenant."""
        own = Organisation(
            uuid4(), [uuid4() for _ in range(_ALL_UNITS)], [uuid4() for _ in range(_ALL_PEOPLE)], uuid4()
        )
        area, first = uuid4(), uuid4()
        await connection.execute(_AREA, own.tenant, area)
        await connection.executemany(_UNIT, [(own.tenant, unit, area) for unit in own.units])
        await connection.executemany(_PERSON, [(own.tenant, person) for person in own.people])
        await connection.executemany(
            _PROFESSIONAL, [(own.tenant, person, own.units[0]) for person in own.people]
        )
        await connection.execute(_CASE, own.tenant, first)
        await connection.execute(_FILE, own.tenant, own.file, first)
        return own

    def some(self) -> tuple[list[UUID], list[UUID]]:
        """Return the units and people of one case."""
        return random.sample(self.units, UNITS), random.sample(self.people, PEOPLE)

    def body(self) -> dict[str, Any]:
        """Return what a case system sends of one case."""
        units, people = self.some()
        return {
            "sourceVersion": 1,
            "respondentLabel": "Forløb 27",
            "involvements": [{"unitId": str(unit), "role": "authority"} for unit in units],
            "participants": [{"professionalId": str(person)} for person in people],
            "citizens": [{"citizenId": str(uuid4())}],
        }


def main() -> None:
    """Measure, and print the figures."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as name:
        server = EmbeddedPostgres(Path(name) / "postgres", options={"max_wal_size": "4GB"})
        try:
            blueprint = Blueprint(Path(name), FIRST_PORT)
            prepare_database(server.start().dsn(), blueprint.database("cases"))
            asyncio.run(_measure(blueprint, server.address, rounds))
        finally:
            server.destroy()


async def _measure(blueprint: Blueprint, server: ServerAddress, rounds: int) -> None:
    dsn = server.dsn(blueprint.database("cases").name)
    processes = [each for each in blueprint.processes(server) if each.name == "cases"]
    async with (
        asyncpg.create_pool(dsn, min_size=POOL, max_size=POOL) as pool,
        Supervisor(processes, log_folder=blueprint.folder / "logs"),
        aiohttp.ClientSession(f"http://127.0.0.1:{blueprint.ports['cases'].http}") as http,
    ):
        async with pool.acquire() as connection:
            own = await Organisation.make(connection)
        headers = {
            "Authorization": f"Bearer {_token(blueprint, own.tenant)}",
            "Content-Type": "application/json",
        }

        async def call() -> None:
            path = f"/v1/registrations/{_SYSTEM}/{uuid4()}"
            async with http.put(path, data=json.dumps(own.body()), headers=headers) as answer:
                if answer.status != 201:
                    raise RuntimeError(await answer.text())

        async def write() -> None:
            case = uuid7()
            async with pool.acquire() as connection, connection.transaction():
                await connection.execute(_CASE, own.tenant, case)
                units, people = own.some()
                for statement, parts in ((_INVOLVEMENTS, units), (_PARTICIPANTS, people)):
                    ids = [uuid7() for _ in parts]
                    await connection.execute(statement, own.tenant, case, own.file, *ids, *parts)
                await connection.execute(_CHANGE, own.tenant, case)

        taken: dict[str, list[float]] = {"call": [], "write": []}
        for number in range(rounds + 1):
            for name, work in (("call", call), ("write", write)):
                rate = await _rate(work)
                if number:  # the first is for warming up
                    taken[name].append(rate)
    _report(taken)


def _token(blueprint: Blueprint, tenant: UUID) -> str:
    signer = TokenSigner(GATEWAY, json.dumps(blueprint.vault.get("gateway-signing-key", new_signing_key)))
    scopes = frozenset({f"system:{_SYSTEM}"})
    caller = Principal("benchmark", GATEWAY, frozenset({Role.CASE_SYSTEM}), tenant=tenant, scopes=scopes)
    return signer.sign(caller, "cases", lifetime=3600)


async def _rate(work: Callable[[], Awaitable[None]]) -> float:
    """Return how often a second a piece of work is done by all callers together."""
    done = 0
    start = time.perf_counter()

    async def go_on() -> None:
        nonlocal done
        while time.perf_counter() - start < _SECONDS:
            await work()
            done += 1

    await asyncio.gather(*(go_on() for _ in range(CALLERS)))
    return done / (time.perf_counter() - start)


def _report(taken: dict[str, list[float]]) -> None:
    ratios = [call / write for call, write in zip(taken["call"], taken["write"], strict=True)]
    print(f"registrations over HTTP  {statistics.median(taken['call']):8.0f} /s")
    print(f"bare asyncpg transaction {statistics.median(taken['write']):8.0f} /s")
    print(
        f"ratio, median of {len(ratios)} rounds: {statistics.median(ratios):.2f} "
        f"({min(ratios):.2f}-{max(ratios):.2f}), goal {GOAL}"
    )


if __name__ == "__main__":
    main()
