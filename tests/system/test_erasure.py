"""Erased in the register, gone everywhere: a case, a citizen and an employee, through all services.

The whole of every table is searched for ids and names; what is left is compared with scores computed here
from the answers that remain, and a projection made again from nothing must say the same.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from statistics import fmean
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from deploy.local.postgres import ServerAddress
from shared.access.principal import Role
from tests.support.databases import TestDatabase, make_database
from tests.support.municipality import Employee, Municipality, OpenedRound, ok
from tests.support.records import audited, rows
from tests.support.services import Stack, running_stack
from tests.support.traces import traces

SERVICES = ("cases", "survey", "analytics")
CITIZEN_VALUE = 5
Values = dict[UUID, int]


@pytest.fixture(scope="module")
def own_databases(postgres: ServerAddress) -> dict[str, TestDatabase]:
    """Give databases of this module's own: their feeds begin anew here."""
    return {name: make_database(postgres, name, name=f"samspil_{name}_erasing") for name in SERVICES}


@pytest.fixture(scope="module")
async def own_stack(own_databases: dict[str, TestDatabase]) -> AsyncIterator[Stack]:
    """Run the services on them; each test has a tenant of its own in it."""
    async with running_stack(own_databases) as stack:
        yield stack


@dataclass(frozen=True, slots=True)
class Team:
    """A case whose people answered, each with one value for everybody."""

    case: UUID
    citizen: UUID
    round: OpenedRound
    values: Values


@dataclass(frozen=True, slots=True)
class Place:
    """Two cases of one municipality; Anne is in both, and Grethe leads everybody."""

    stack: Stack
    databases: dict[str, TestDatabase]
    municipality: Municipality
    leader: Employee
    anne: Employee
    others: list[Employee]
    first: Team
    second: Team

    async def left_of(self, *wanted: UUID | str) -> dict[str, dict[str, int]]:
        """Return what the survey and analytics still hold of somebody, by service and table."""
        found = {name: await traces(self.databases[name], *wanted) for name in ("survey", "analytics")}
        return {name: tables for name, tables in found.items() if tables}

    async def erase(self, path: str, reason: str) -> None:
        """Erase something in the register."""
        steward = self.municipality.caller("cases", Role.DATA_STEWARD)
        answer = await steward.request("DELETE", f"{path}?reason={reason}")
        assert answer.status_code == 204, answer.text

    async def matrix(self, team: Team) -> dict[str, Any]:
        """Return a case's matrix as one of its team sees it."""
        member = self.municipality.caller("analytics", Role.PROFESSIONAL, person=self.others[0].person)
        answer: dict[str, Any] = ok(await member.get(f"/v1/cases/{team.case}/matrix?wave=baseline"))
        return answer

    async def received(self, team: Team) -> dict[UUID, float] | None:
        """Return what each employment received in a case, as analytics says, or None if it says nothing."""
        matrix = await self.matrix(team)
        if matrix["status"] != "available":
            return None
        return {UUID(each["id"]): each["received"]["value"] for each in matrix["result"]["participants"]}


def expected(values: Values, *gone: Employee) -> dict[UUID, float]:
    """Compute what each received from all others who are left."""
    left = {each: value for each, value in values.items() if each not in {one.id for one in gone}}
    return {each: fmean(value for other, value in left.items() if other != each) for each in left}


async def eventually(look: Callable[[], Awaitable[object]], wanted: object) -> None:
    """Wait until something is seen."""
    seen: object = None
    for _ in range(600):
        seen = await look()
        if seen == wanted:
            return
        await asyncio.sleep(0.1)
    assert seen == wanted


async def answered_case(municipality: Municipality, members: list[Employee], citizens: int) -> Team:
    """Register a case, let everybody answer, and close its round."""
    opened = await municipality.open_round(await municipality.case(members, citizens=citizens))
    values = {member.id: number % 5 + 1 for number, member in enumerate(members)}
    for member in members:
        await _answer(opened, member.person, values[member.id])
    await _answer(opened, None, CITIZEN_VALUE)
    await opened.close()
    citizen, *_ = [each for each in await opened.invitations() if each["kind"] == "citizen"]
    return Team(UUID(opened.view["caseId"]), UUID(citizen["respondentId"]), opened, values)


async def _answer(opened: OpenedRound, person: UUID | None, value: int) -> None:
    client = await opened.respondent(person)
    for form in ok(await client.get("/v1/response"))["forms"]:
        answers = [{"itemId": item["id"], "value": value} for item in form["statements"]]
        ratings = [{"subjectId": each["id"], "answers": answers} for each in form["subjects"]]
        body = {"formId": form["id"], "ratings": ratings}
        ok(await client.post("/v1/response", body, key=uuid4().hex))


@pytest.fixture
async def place(own_stack: Stack, own_databases: dict[str, TestDatabase], tenant: UUID) -> Place:
    """Have two cases answered and closed, and scores to be seen."""
    municipality = Municipality(own_stack, tenant)
    unit = await municipality.unit()
    leader = await municipality.employee(unit)
    anne, *others = [await municipality.employee(unit, leader.id) for _ in range(4)]
    first = await answered_case(municipality, [anne, *others], citizens=1)
    second = await answered_case(municipality, [others[0], anne, *others[1:]], citizens=2)
    made = Place(own_stack, own_databases, municipality, leader, anne, others, first, second)
    for team in (first, second):
        await eventually(partial(made.received, team), expected(team.values))
    return made


def known_as(employee: Employee) -> tuple[UUID | str, ...]:
    """Return an employee's ids, and the name they were registered with."""
    return employee.person, employee.id, f"P{employee.id.hex[:4]}"


async def rebuilt(place: Place) -> None:
    """Let analytics make its projections again from nothing, as after a restored backup."""
    generation = "SELECT max(generation) AS newest FROM feed_position WHERE state = 'active'"
    before = (await rows(place.databases["analytics"], generation))[0]["newest"]
    for name in ("cases", "survey"):
        connection = await asyncpg.connect(place.databases[name].superuser)
        await connection.execute("UPDATE feed_epoch SET epoch = epoch + 1")
        await connection.close()
    # A feed that is waited for tells of its new epoch with its next page.
    await place.municipality.unit()
    counted = "SELECT count(*) AS done FROM feed_position WHERE state = 'active' AND generation > $1"

    async def done() -> int:
        return int((await rows(place.databases["analytics"], counted, before))[0]["done"])

    await eventually(done, 2)


async def test_an_erased_case_leaves_nothing(place: Place) -> None:
    case, opened = place.first.case, place.first.round
    wanted = [case, opened.id, place.first.citizen]
    assert set(await place.left_of(*wanted)) == {"survey", "analytics"}
    await place.erase(f"/v1/cases/{case}", "registered-in-error")
    await eventually(lambda: place.left_of(*wanted), {})
    assert await place.received(place.first) is None
    never = await place.municipality.caller("analytics", Role.PROFESSIONAL, person=place.anne.person).get(
        f"/v1/cases/{uuid4()}/matrix?wave=baseline"
    )
    assert await place.matrix(place.first) == never.json()
    assert await place.received(place.second) == expected(place.second.values)
    assert [each[:2] for each in await audited(place.databases["survey"], case)] == [("erase", "case")]


async def test_an_erased_citizen_leaves_nothing(place: Place) -> None:
    assert set(await place.left_of(place.second.citizen)) == {"survey", "analytics"}
    await place.erase(f"/v1/citizens/{place.second.citizen}", "citizen-request")
    await eventually(lambda: place.left_of(place.second.citizen), {})
    for team in (place.first, place.second):
        assert await place.received(team) == expected(team.values)


async def test_an_erased_employee_leaves_nothing_and_others_keep_their_answers(place: Place) -> None:
    anne = known_as(place.anne)
    found = await place.left_of(*anne)
    assert {"measurement", "invitation", "named_in_round"} <= set(found["survey"])
    assert {"measurement_cube", "register_state"} <= set(found["analytics"])
    await place.erase(f"/v1/persons/{place.anne.person}", "employee-request")
    await eventually(lambda: place.left_of(*anne), {})
    for team in (place.first, place.second):
        assert await place.received(team) == expected(team.values, place.anne)
    await rebuilt(place)
    assert await place.left_of(*anne) == {}
    for team in (place.first, place.second):
        assert await place.received(team) == expected(team.values, place.anne)


async def test_an_erased_leader_leaves_nothing(place: Place) -> None:
    leader = known_as(place.leader)
    assert set(await place.left_of(*leader)) == {"survey", "analytics"}
    await place.erase(f"/v1/persons/{place.leader.person}", "employee-request")
    await eventually(lambda: place.left_of(*leader), {})
    for team in (place.first, place.second):
        assert await place.received(team) == expected(team.values)
