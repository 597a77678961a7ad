"""A collaboration group that answered in two waves, and the people who look at it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx2

from shared.access.principal import Role
from tests.support.databases import TestDatabase
from tests.support.municipality import Employee, Municipality, OpenedRound, group_round_body, ok, submit
from tests.support.records import rows
from tests.support.services import CallerClient

BASELINE = {"code": "baseline", "ordinal": 1, "label": "Ved begyndelsen"}
FOLLOW_UP = {"code": "follow-up", "ordinal": 2, "label": "Ved slutningen"}
INSTRUMENTS = [
    {"code": "relational-capacity", "version": 1},
    {"code": "quality-indicators", "version": 1},
]

_ANSWERS = "SELECT id, version FROM measurement WHERE round_id = $1 ORDER BY id"
_PROJECTED = "SELECT id, version FROM measurement_cube WHERE round_id = $1 ORDER BY id"
_GROUP = "SELECT version FROM collaboration_group WHERE id = $1"
_PROJECTED_GROUP = "SELECT version FROM register_state WHERE kind = 'collaboration-group' AND id = $1"


@dataclass(frozen=True, slots=True)
class AnsweredGroup:
    """A group that answered, its members, and a lead who was asked nothing."""

    municipality: Municipality
    group: UUID
    members: list[Employee]

    def person(self, person: UUID | None, *roles: Role) -> CallerClient:
        """Return anybody of the tenant, looking at results."""
        return self.municipality.caller("analytics", *(roles or (Role.PROFESSIONAL,)), person=person)

    def member(self) -> CallerClient:
        """Return a member, looking at results."""
        return self.person(self.members[0].person)

    def analyst(self) -> CallerClient:
        """Return an analyst."""
        return self.person(None, Role.ANALYST)

    async def ask(
        self, client: CallerClient, what: str, query: str = "", group: UUID | None = None
    ) -> httpx2.Response:
        """Ask for something of the group, or of another."""
        return await client.get(f"/v1/collaboration-groups/{group or self.group}/{what}{query}")


async def answered_group(
    municipality: Municipality,
    databases: dict[str, TestDatabase],
    sizes: Sequence[int],
    **opening: Any,
) -> AnsweredGroup:
    """Let units of so many people rate each other as wholes: 2 at the beginning, 4 at the end."""
    units = [await municipality.unit() for _ in sizes]
    members = [
        await municipality.employee(unit)
        for unit, size in zip(units, sizes, strict=True)
        for _ in range(size)
    ]
    wholes = [
        {"code": f"unit-{place}", "name": f"Enhed {place}", "unitIds": [str(unit)]}
        for place, unit in enumerate(units)
    ]
    group_id = await municipality.group(members, subjectGroups=wholes)
    held = AnsweredGroup(municipality, group_id, members)
    await answered_wave(held, databases, (2,), wave=BASELINE, **opening)
    await answered_wave(held, databases, (4,), wave=FOLLOW_UP, **opening)
    return held


async def answered_wave(
    held: AnsweredGroup, databases: dict[str, TestDatabase], values: Sequence[int], **opening: Any
) -> OpenedRound:
    """Open a round, let everybody answer with one of the values in turn, and close it."""
    opened = await opened_round(held, **opening)
    await asyncio.gather(
        *(_answer(opened, member, values[place % len(values)]) for place, member in enumerate(held.members))
    )
    await opened.close()
    await followed_group(databases, opened, held.group)
    return opened


async def opened_round(held: AnsweredGroup, **opening: Any) -> OpenedRound:
    """Open a round in which wholes are rated, and the service is judged."""
    round_id = uuid4()
    body = group_round_body(
        held.group, **{"instruments": INSTRUMENTS, "networkSubjects": "groups", **opening}
    )
    administrator = held.municipality.caller("survey", Role.ADMINISTRATOR)
    view = ok(await administrator.create(f"/v1/rounds/{round_id}", body))
    return OpenedRound(held.municipality, round_id, view)


async def _answer(opened: OpenedRound, member: Employee, value: int) -> None:
    client = await opened.respondent(member.person)
    for form in ok(await client.get("/v1/response"))["forms"]:
        ok(await submit(client, form, value))


async def followed_group(databases: dict[str, TestDatabase], opened: OpenedRound, group: UUID) -> None:
    """Wait until analytics has everything of a round and its group."""
    told = [
        await rows(databases["survey"], _ANSWERS, opened.id),
        await rows(databases["cases"], _GROUP, group),
    ]
    for _ in range(400):
        found = [
            await rows(databases["analytics"], _PROJECTED, opened.id),
            await rows(databases["analytics"], _PROJECTED_GROUP, group),
        ]
        if found == told:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("analytics does not follow")
