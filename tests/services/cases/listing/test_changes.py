"""The public feed: every case's last version and every type of change, for those who may see the case."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, insert, update

from services.cases.protection.tables import erasure
from services.cases.register.tables import citizen, citizen_case, participant, registration
from shared.access.principal import Role
from shared.changes.log import log_change
from shared.database.connection import Database, Transaction
from tests.services.cases.listing.made import (
    Employee,
    MadeCase,
    MadeRegister,
    draw_register,
    keep,
    keep_case,
)
from tests.support.databases import TestDatabase
from tests.support.municipality import ok
from tests.support.records import rows
from tests.support.refusals import refused
from tests.support.services import CallerClient, Stack

CHANGES = "/v1/case-changes"


@pytest.fixture
async def writers(databases: dict[str, TestDatabase]) -> AsyncIterator[Database]:
    """Open a pool for eight writers, whose commits ring no bell."""
    database = Database(databases["cases"].app, pool_size=8)
    yield database
    await database.close()


@pytest.fixture
async def team(databases: dict[str, TestDatabase], tenant: UUID) -> MadeRegister:
    """Make a register without cases."""
    register = draw_register(tenant, seed=3, cases=0)
    await keep(register, databases["cases"])
    return register


@dataclass
class Reader:
    """Follows the feed from the beginning and keeps what it hears."""

    client: CallerClient
    after: str = ""
    versions: dict[str, int] = field(default_factory=dict)
    types: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    gone: set[str] = field(default_factory=set)
    told: int = 0

    async def read(self, limit: int = 500, wait: float = 0) -> bool:
        """Read one page; tell whether that was all."""
        query = f"{CHANGES}?after={self.after}&limit={limit}&wait={wait}"
        page = ok(await self.client.get(query))
        self.told += len(page["items"])
        for item in page["items"]:
            self.types[item["caseId"]].add(item["type"])
            self.versions[item["caseId"]] = max(self.versions.get(item["caseId"], 0), item["caseVersion"])
            if item["case"] is None:
                self.gone.add(item["caseId"])
            else:
                assert item["case"]["version"] == item["caseVersion"]
        self.after = page["next"]
        return bool(page["caughtUp"])

    async def read_all(self, limit: int = 500) -> None:
        """Read until nothing comes any more: what an open transaction hides comes a moment later."""
        told = -1
        while told != self.told:
            told = self.told
            while not await self.read(limit, wait=0.3):
                pass


async def change(transaction: Transaction, case_id: UUID, *types: str, **values: Any) -> None:
    """Count a change of a case and log it under each type."""
    own = citizen_case.c
    changed = await transaction.execute(
        update(citizen_case)
        .where(own.tenant_id == transaction.tenant, own.id == case_id)
        .values(version=own.version + 1, updated_at=func.clock_timestamp(), **values)
        .returning(own.version)
    )
    version = changed.scalar_one()
    for each in types:
        await log_change(transaction, f"case.{each}", case_id, version)


TOLD = {"case.registered", "case.changed", "case.classified", "case.closed"}
_LIVES = (
    (("changed", "classified"), {"level": "complex"}),
    (("changed",), {"respondent_label": "Forløb 28"}),
    (("changed", "closed"), {"status": "closed"}),
)


def drawn_case(register: MadeRegister, *people: Employee, system: str = "sbsys") -> MadeCase:
    """Draw a case of one system in which just these people take part."""
    drawn = draw_register(register.tenant, seed=1, cases=1).cases[0]
    professionals = frozenset(each.id for each in people)
    systems = frozenset({system})
    return replace(drawn, level="ordinary", systems=systems, units=frozenset(), professionals=professionals)


async def register_case(database: Database, tenant: UUID, case: MadeCase, pause: float = 0) -> None:
    """Write a case and log it, in a transaction that takes its time."""
    async with database.transaction(tenant) as transaction:
        await keep_case(transaction.driver, tenant, case)
        await log_change(transaction, "case.registered", case.id, 1)
        await asyncio.sleep(pause)


async def write_cases(database: Database, team: MadeRegister, seed: int) -> list[MadeCase]:
    """Register, change and close ten cases; every other one is the first employee's."""
    chance = random.Random(seed)
    cases = [drawn_case(team, team.employees[number % 2]) for number in range(10)]
    for case in cases:
        await register_case(database, team.tenant, case, chance.random() * 0.01)
        for types, values in _LIVES:
            async with database.transaction(team.tenant) as transaction:
                await change(transaction, case.id, *types, **values)
                await asyncio.sleep(chance.random() * 0.01)
    return cases


class TestManyWriters:
    async def test_every_last_version_and_type_is_told_and_no_foreign_case(
        self, stack: Stack, team: MadeRegister, writers: Database
    ) -> None:
        person = team.employees[0].person
        everything = Reader(stack.caller("cases", team.tenant, Role.ADMINISTRATOR))
        own = Reader(stack.caller("cases", team.tenant, Role.PROFESSIONAL, person=person))
        stranger = Reader(stack.caller("cases", uuid4(), Role.ADMINISTRATOR))
        writing = asyncio.gather(*(write_cases(writers, team, seed) for seed in range(8)))
        pages = 0
        while not writing.done():
            await everything.read(limit=20, wait=0.2)
            await own.read(limit=20)
            pages += 1
        made = [case for cases in await writing for case in cases]
        for reader in (everything, own, stranger):
            await reader.read_all(limit=50)
        assert pages > 3  # it read while they wrote
        assert everything.versions == {str(case.id): 4 for case in made}
        mine = {str(case.id) for case in made if team.employees[0].id in case.professionals}
        assert (set(own.versions), len(mine)) == (mine, len(made) // 2)
        for reader in (everything, own):
            assert all(reader.types[case_id] == TOLD for case_id in reader.versions)
        assert (stranger.versions, everything.gone, own.gone) == ({}, set(), set())

    async def test_what_happened_twice_is_told_once_a_page_and_each_type_by_itself(
        self, stack: Stack, team: MadeRegister, writers: Database, databases: dict[str, TestDatabase]
    ) -> None:
        case = draw_register(team.tenant, seed=1, cases=1).cases[0]
        case = replace(case, units=frozenset(), professionals=frozenset())
        async with writers.transaction(team.tenant) as transaction:
            await keep_case(transaction.driver, team.tenant, case)
            await log_change(transaction, "case.registered", case.id, 1)
            await log_change(transaction, "unit", uuid4(), 1)
        for _ in range(3):
            async with writers.transaction(team.tenant) as transaction:
                await change(transaction, case.id, "changed", "classified")
        client = stack.caller("cases", team.tenant, Role.ANALYST)
        items = ok(await client.get(CHANGES))["items"]
        assert [item["type"] for item in items] == ["case.registered", "case.changed", "case.classified"]
        assert [item["caseVersion"] for item in items] == [4, 4, 4]
        positions = [tuple(map(int, item["id"].split("."))) for item in items]
        assert positions == sorted(positions)
        # From the position of an item, what comes after it.
        later = ok(await client.get(f"{CHANGES}?after={items[1]['id']}"))["items"]
        assert [item["type"] for item in later] == ["case.classified"]


class TestGone:
    async def test_an_erased_case_is_gone_for_those_who_had_it(
        self, stack: Stack, team: MadeRegister, writers: Database, databases: dict[str, TestDatabase]
    ) -> None:
        person = team.employees[0]
        case = draw_register(team.tenant, seed=1, cases=1).cases[0]
        case = replace(
            case,
            systems=frozenset({"fasit", "sbsys"}),
            units=frozenset(),
            professionals=frozenset({person.id}),
        )
        readers = {
            "administrator": Reader(stack.caller("cases", team.tenant, Role.ADMINISTRATOR)),
            "sbsys": Reader(system(stack, team.tenant, "sbsys")),
            "nexus": Reader(system(stack, team.tenant, "nexus")),
            "professional": Reader(
                stack.caller("cases", team.tenant, Role.PROFESSIONAL, person=person.person)
            ),
        }
        async with writers.transaction(team.tenant) as transaction:
            await keep_case(transaction.driver, team.tenant, case)
            await log_change(transaction, "case.registered", case.id, 1)
        for reader in readers.values():
            await reader.read_all()
        knew = {name for name, reader in readers.items() if str(case.id) in reader.versions}
        assert knew == {"administrator", "sbsys", "professional"}
        async with writers.transaction(team.tenant) as transaction:
            await erase(transaction, case)
            await log_change(transaction, "case.erased", case.id, 2)
        for reader in readers.values():
            await reader.read_all()
        told = {name for name, reader in readers.items() if str(case.id) in reader.gone}
        assert told == {"administrator", "sbsys"}
        assert readers["sbsys"].types[str(case.id)] == {"case.registered", "case.erased"}
        assert readers["sbsys"].versions[str(case.id)] == 2

    async def test_a_case_joined_into_another_is_gone_for_those_who_had_it(
        self, stack: Stack, team: MadeRegister, writers: Database
    ) -> None:
        stays = drawn_case(team, team.employees[0], system="nexus")
        goes = drawn_case(team, team.employees[3], system="fasit")
        for case in (stays, goes):
            await register_case(writers, team.tenant, case)
        async with writers.transaction(team.tenant) as transaction:
            for table in (registration, participant, citizen):
                await transaction.execute(
                    update(table)
                    .where(table.c.tenant_id == team.tenant, table.c.case_id == goes.id)
                    .values(case_id=stays.id)
                )
            await change(transaction, goes.id, "joined", joined_into_id=stays.id)
            await change(transaction, stays.id, "changed")
        people = {"took part": team.employees[3].person, "takes no part": team.employees[4].person}
        systems = {"had it": "fasit", "had the other": "nexus", "never had any": "sbsys"}
        steward = stack.caller("cases", team.tenant, Role.DATA_STEWARD)
        readers = {"steward": Reader(steward)}
        for name, person in people.items():
            caller = stack.caller("cases", team.tenant, Role.PROFESSIONAL, person=person)
            readers[name] = Reader(caller)
        for name, code in systems.items():
            readers[name] = Reader(system(stack, team.tenant, code))
        for reader in readers.values():
            await reader.read_all()
        assert {name for name, each in readers.items() if str(goes.id) in each.gone} == {
            "steward",
            "had it",
            "took part",
        }
        assert {name for name, each in readers.items() if str(stays.id) in each.versions} == {
            "steward",
            "had it",
            "had the other",
            "took part",
        }
        assert readers["had it"].types[str(goes.id)] == {"case.registered", "case.joined"}


def system(stack: Stack, tenant: UUID, code: str) -> CallerClient:
    """Return a case system that speaks for one source."""
    return stack.caller("cases", tenant, Role.CASE_SYSTEM, scopes=frozenset({f"system:{code}"}))


async def erase(transaction: Transaction, case: MadeCase) -> None:
    """Erase a case and all its parts; keep who is to hear of it."""
    tenant = transaction.tenant
    for table in (participant, citizen, registration):
        await transaction.execute(
            delete(table).where(table.c.tenant_id == tenant, table.c.case_id == case.id)
        )
    await transaction.execute(
        delete(citizen_case).where(citizen_case.c.tenant_id == tenant, citizen_case.c.id == case.id)
    )
    await transaction.execute(
        insert(erasure).values(
            tenant_id=tenant,
            id=uuid4(),
            subject_type="case",
            subject_id=case.id,
            systems=sorted(case.systems),
            erased_at=func.now(),
            reason="Sletning",
            recorded_by="kirsten",
        )
    )


class TestFollowing:
    @pytest.mark.parametrize("after", ["x", "1.1.1", "2.0.0.1", f"1.1.{10**12}.1", "0.1.1.1"])
    async def test_an_unknown_position_is_gone(self, stack: Stack, tenant: UUID, after: str) -> None:
        client = stack.caller("cases", tenant, Role.ANALYST)
        refused(await client.get(f"{CHANGES}?after={after}"), 410, "unknown-position")

    @pytest.mark.parametrize(
        "query", ["limit=0", "limit=501", "wait=31", "wait=-1", "wait=nan", "pageSize=5"]
    )
    async def test_bounds(self, stack: Stack, tenant: UUID, query: str) -> None:
        client = stack.caller("cases", tenant, Role.ANALYST)
        assert (await client.get(f"{CHANGES}?{query}")).status_code == 400

    async def test_it_waits_without_a_transaction(
        self, stack: Stack, team: MadeRegister, writers: Database, databases: dict[str, TestDatabase]
    ) -> None:
        client = stack.caller("cases", team.tenant, Role.ANALYST)
        start = ok(await client.get(CHANGES))
        assert (start["items"], start["caughtUp"]) == ([], True)
        waiting = asyncio.create_task(client.get(f"{CHANGES}?after={start['next']}&wait=20"))
        await asyncio.sleep(0.5)
        open_now = await rows(
            databases["cases"],
            "SELECT state FROM pg_stat_activity WHERE datname = current_database() "
            "AND state LIKE 'idle in transaction%'",
        )
        assert (waiting.done(), open_now) == (False, [])
        case = replace(
            draw_register(team.tenant, seed=1, cases=1).cases[0],
            units=frozenset(),
            professionals=frozenset(),
        )
        async with writers.transaction(team.tenant) as transaction:
            await keep_case(transaction.driver, team.tenant, case)
            await log_change(transaction, "case.registered", case.id, 1)
        (item,) = ok(await waiting)["items"]
        assert (item["caseId"], item["type"]) == (str(case.id), "case.registered")

    async def test_what_is_known_is_not_sent_again(self, stack: Stack, tenant: UUID) -> None:
        client = stack.caller("cases", tenant, Role.ANALYST)
        first = await client.get(CHANGES)
        again = await client.get(CHANGES, headers={"If-None-Match": first.headers["etag"]})
        assert (first.status_code, again.status_code) == (200, 304)

    async def test_others_changes_are_read_past(
        self, stack: Stack, team: MadeRegister, writers: Database
    ) -> None:
        """Whoever sees little isn't sent one empty page after the other."""
        case = draw_register(team.tenant, seed=1, cases=1).cases[0]
        own = team.employees[0]
        case = replace(case, units=frozenset(), professionals=frozenset({own.id}))
        async with writers.transaction(team.tenant) as transaction:
            for _ in range(30):
                await log_change(transaction, "case.changed", uuid4(), 1)
            await keep_case(transaction.driver, team.tenant, case)
            await log_change(transaction, "case.registered", case.id, 1)
        client = stack.caller("cases", team.tenant, Role.PROFESSIONAL, person=own.person)
        page = ok(await client.get(f"{CHANGES}?limit=5"))
        assert [item["caseId"] for item in page["items"]] == [str(case.id)]
