"""Rounds of which analytics has everything, and the people who look at them."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2

from shared.access.principal import Role
from tests.support.databases import TestDatabase
from tests.support.municipality import Employee, Municipality, OpenedRound, ok, submit
from tests.support.records import rows
from tests.support.services import CallerClient

NOT_AVAILABLE = b'{"status":"not-available","result":null}'

_ANSWERS = "SELECT id, version FROM measurement WHERE round_id = $1 ORDER BY id"
_PROJECTED = "SELECT id, version FROM measurement_cube WHERE round_id = $1 ORDER BY id"
_CASE = "SELECT version FROM citizen_case WHERE id = $1"
_PROJECTED_CASE = "SELECT version FROM register_state WHERE kind = 'case' AND id = $1"


async def followed(databases: dict[str, TestDatabase], opened: OpenedRound, case_id: UUID) -> None:
    """Wait until analytics has everything of a round and its case."""
    told = [
        await rows(databases["survey"], _ANSWERS, opened.id),
        await rows(databases["cases"], _CASE, case_id),
    ]
    for _ in range(400):
        found = [
            await rows(databases["analytics"], _PROJECTED, opened.id),
            await rows(databases["analytics"], _PROJECTED_CASE, case_id),
        ]
        if found == told:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("analytics does not follow")


@dataclass(frozen=True, slots=True)
class Answered:
    """A case whose round was answered."""

    municipality: Municipality
    case: UUID
    leader: Employee
    members: list[Employee]
    round: OpenedRound

    def member(self, number: int = 0) -> CallerClient:
        """Return a member of the team, looking at results."""
        return self.person(self.members[number].person)

    def person(self, person: UUID | None, *roles: Role) -> CallerClient:
        """Return anybody of the tenant, looking at results."""
        return self.municipality.caller("analytics", *(roles or (Role.PROFESSIONAL,)), person=person)

    async def matrix(self, client: CallerClient) -> httpx2.Response:
        """Ask for the matrix."""
        return await client.get(f"/v1/cases/{self.case}/matrix?wave=baseline")

    async def scores(self, client: CallerClient) -> httpx2.Response:
        """Ask for the case's scores."""
        return await client.get(f"/v1/cases/{self.case}/scores?wave=baseline")

    async def leadership(self, client: CallerClient) -> httpx2.Response:
        """Ask for the leader's scores."""
        return await client.get(f"/v1/leaders/{self.leader.id}/scores?wave=baseline")


async def answered(
    municipality: Municipality,
    databases: dict[str, TestDatabase],
    people: int,
    values: tuple[Any, ...] = (4,),
    **opening: Any,
) -> Answered:
    """Let so many people of one leader answer, and close; `values` are theirs in turn."""
    unit = await municipality.unit()
    leader = await municipality.employee(unit)
    members = await asyncio.gather(*(municipality.employee(unit, leader.id) for _ in range(people)))
    case_id = await municipality.case(members)
    opened = await municipality.open_round(case_id, **opening)
    await asyncio.gather(
        *(
            answer_everything(opened, member, values[number % len(values)])
            for number, member in enumerate(members)
        )
    )
    await opened.close()
    await followed(databases, opened, case_id)
    return Answered(municipality, case_id, leader, members, opened)


async def answer_everything(opened: OpenedRound, member: Employee, value: Any) -> None:
    """Let one member answer all forms alike."""
    client = await opened.respondent(member.person)
    for form in ok(await client.get("/v1/response"))["forms"]:
        ok(await submit(client, form, value))


def nothing(answer: httpx2.Response) -> None:
    """Require the one answer there is for what is hidden and for what does not exist."""
    assert (answer.status_code, answer.content) == (200, NOT_AVAILABLE)


def something(answer: httpx2.Response) -> dict[str, Any]:
    """Require a result."""
    body = ok(answer)
    assert body["status"] == "available"
    result: dict[str, Any] = body["result"]
    return result
