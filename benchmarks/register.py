"""Lists of the register with a million cases against a page of fifty out of fifty, through the same route.

Run: `python -m benchmarks.register [ROUNDS]`. It fills a scratch PostgreSQL, starts the real service and
asks over loopback; every round asks each question once, so whatever else the machine does meets all.
"""

import asyncio
import http.client
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID, uuid4

import asyncpg

from benchmarks.register_filling import (
    Connection,
    Filling,
    fill,
    person_with_few,
    professional_with_few,
    units_of,
)
from deploy.local.house import Blueprint
from deploy.local.postgres import EmbeddedPostgres, ServerAddress
from deploy.local.supervisor import Supervisor
from deploy.local.vault import new_signing_key
from deploy.migrate import prepare_database
from services.cases.listing.repository import order_of
from services.cases.listing.schemas import CaseFilter
from shared.access.principal import Principal, Role
from shared.access.tokens import GATEWAY, TokenSigner

FIRST_PORT = 22_000
GOAL = 3.0
MANY = Filling(uuid4(), 1_000_000)
FEW = Filling(uuid4(), 50, own=50)
_FILTERS: tuple[Mapping[str, str], ...] = (
    {"level": "complex"},
    {"status": "opened"},
    {"targetGroup": "youth"},
    {"level": "complex", "updatedSince": "2020-01-01T00:00:00Z"},
)
_DEPTHS = {"first": 0.0, "middle": 0.5, "deep": 0.9999}
_UNITS = 40
_WARM_UP = 20


@dataclass(slots=True)
class Question:
    """One page that somebody asks for again and again, and how long each answer took, in ms."""

    name: str
    query: Mapping[str, str]
    token: str
    items: int
    taken: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        """The median."""
        return statistics.median(self.taken)

    @property
    def p95(self) -> float:
        """What one answer in twenty takes longer than."""
        return statistics.quantiles(self.taken, n=20)[18]


def main() -> None:
    """Fill, measure, and print the figures."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with tempfile.TemporaryDirectory() as name:
        server = EmbeddedPostgres(Path(name) / "postgres", options={"max_wal_size": "4GB"})
        try:
            blueprint = Blueprint(Path(name), FIRST_PORT)
            prepare_database(server.start().dsn(), blueprint.database("cases"))
            asyncio.run(_measure_lists(blueprint, server.address, rounds))
        finally:
            server.destroy()


async def _measure_lists(blueprint: Blueprint, server: ServerAddress, rounds: int) -> None:
    database = blueprint.database("cases")
    start = time.perf_counter()
    await fill(server.dsn(database.name), MANY, FEW)
    print(f"{MANY.cases:,} and {FEW.cases} cases filled in {time.perf_counter() - start:.0f} s")
    questions = await _questions(blueprint, server.dsn(database.name))
    processes = [each for each in blueprint.processes(server) if each.name == "cases"]
    async with Supervisor(processes, log_folder=blueprint.folder / "logs"):
        await asyncio.to_thread(_ask_in_turn, blueprint.ports["cases"].http, questions, rounds)
    _report(questions)


async def _questions(blueprint: Blueprint, superuser: str) -> list[Question]:
    """Return the yardsticks first: pages of 50 out of 50, as whom the others are asked."""
    signer = TokenSigner(GATEWAY, json.dumps(blueprint.vault.get("gateway-signing-key", new_signing_key)))
    few, many = (_token(signer, each.tenant, Role.ADMINISTRATOR) for each in (FEW, MANY))
    own = {role: _token(signer, MANY.tenant, role) for role in (Role.PROFESSIONAL, Role.LEADER)}
    worker = _token(signer, MANY.tenant, Role.CASE_WORKER)
    found = [Question("administrator, 50 of 50", _FILTERS[0], few, 50)]
    connection = await asyncpg.connect(superuser)
    try:
        for query in _asked():
            for depth, share in _DEPTHS.items():
                cursor = await _cursor(connection, query, share)
                name = f"administrator, {_said(query)}, {depth}"
                found.append(Question(name, {**query, **cursor}, many, 50))
            items = await _matching(connection, query)
            for role, token in own.items():
                found.append(Question(f"{role} in {MANY.own}, {_said(query)}", query, token, items))
            found.append(Question(f"case worker of {_UNITS} units, {_said(query)}", query, worker, 50))
    finally:
        await connection.close()
    return found


def _asked() -> Iterator[dict[str, str]]:
    for filters in _FILTERS:
        by = "updatedAt" if "updatedSince" in filters else "registeredAt"
        yield {**filters, "sort": by}
        yield {**filters, "sort": f"-{by}"}


def _said(query: Mapping[str, str]) -> str:
    return f"{'+'.join(each for each in query if each != 'sort')} by {query['sort']}"


def _token(signer: TokenSigner, tenant: UUID, role: Role) -> str:
    person = person_with_few(tenant) if role in {Role.PROFESSIONAL, Role.LEADER} else None
    units = units_of(tenant, _UNITS) if role is Role.CASE_WORKER else frozenset()
    caller = Principal("benchmark", GATEWAY, frozenset({role}), tenant=tenant, person=person, units=units)
    return signer.sign(caller, "cases", lifetime=3600)


_MATCHING = """
FROM citizen_case AS own WHERE tenant_id = $1 AND ($2::text IS NULL OR level = $2)
  AND ($3::text IS NULL OR status = $3) AND ($4::text IS NULL OR target_group = $4)
  AND ($5::timestamptz IS NULL OR updated_at >= $5)
"""
_PLACE = "SELECT {by} AS moment, id" + _MATCHING + "ORDER BY {by} {way}, id {way} LIMIT 1 OFFSET "
_OWN = """AND EXISTS (SELECT FROM participant
            WHERE tenant_id = $1 AND case_id = own.id AND professional_id = $6)"""


async def _cursor(connection: Connection, query: Mapping[str, str], share: float) -> dict[str, str]:
    """Return the cursor that begins a page at a share of the list."""
    if share == 0:
        return {}
    filters = CaseFilter.model_validate(query)
    order = order_of(filters, {})
    count = await connection.fetchval("SELECT count(*)" + _MATCHING, *_values(filters))
    place = _PLACE.format(by=order.name, way="DESC" if order.descending else "ASC") + "$6"
    offset = min(int(share * count), count - 51)
    row = await connection.fetchrow(place, *_values(filters), offset)
    if row is None:
        raise LookupError("the list is shorter than it was")
    return {"cursor": order.cursor_at(row["moment"], row["id"])}


async def _matching(connection: Connection, query: Mapping[str, str]) -> int:
    """Count what the participant is to be shown."""
    values = _values(CaseFilter.model_validate(query))
    found: int = await connection.fetchval(
        "SELECT count(*)" + _MATCHING + _OWN, *values, professional_with_few(MANY.tenant)
    )
    return found


def _values(filters: CaseFilter) -> list[object]:
    return [MANY.tenant, filters.level, filters.status, filters.target_group, filters.updated_since]


def _ask_in_turn(port: int, questions: list[Question], rounds: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for number in range(_WARM_UP + rounds):
        for question in questions:
            start = time.perf_counter()
            items = _ask(connection, question)
            if number >= _WARM_UP:
                question.taken.append((time.perf_counter() - start) * 1000)
            if items != question.items:
                raise ValueError(f"{question.name}: {items} items, not {question.items}")
    connection.close()


def _ask(connection: http.client.HTTPConnection, question: Question) -> int:
    path = f"/v1/cases?{urlencode({**question.query, 'pageSize': '50'})}"
    connection.request("GET", path, headers={"Authorization": f"Bearer {question.token}"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise ValueError(f"{question.name}: {answer.status} {body!r}")
    return body.count(b'"respondentLabel"')


def _report(questions: list[Question]) -> None:
    yardstick, *others = questions
    print(f"{yardstick.name:<72} p50 {yardstick.p50:6.2f} ms  p95 {yardstick.p95:6.2f} ms")
    for each in others:
        ratio = each.p95 / yardstick.p95
        print(f"{each.name:<72} p50 {each.p50:6.2f} ms  p95 {each.p95:6.2f} ms  x {ratio:.2f}")
    worst = max(each.p95 for each in others) / yardstick.p95
    print(f"worst p95 against 50 of 50: {worst:.2f} (goal <= {GOAL:g})")


if __name__ == "__main__":
    main()
