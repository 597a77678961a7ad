"""A case that answered pair by pair in two waves, and the people who look at it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx2

from shared.access.principal import Role
from tests.services.analytics.rounds_with_answers import followed
from tests.support.databases import TestDatabase
from tests.support.municipality import Employee, Municipality, OpenedRound, ok
from tests.support.services import CallerClient

FOLLOW_UP = {"code": "follow-up", "ordinal": 2, "label": "Efter netværksmøderne"}
Rating = Callable[[int, int], Any]
"""What one place in the team says of another, on everything; None: they don't work together."""


def before(rater: int, subject: int) -> int:
    """Rate everybody as one's own place says, from 1 to 5."""
    return rater + 1


def after(rater: int, subject: int) -> int:
    """Rate everybody one better, as far as the scale goes."""
    return min(rater + 2, 5)


@dataclass(frozen=True, slots=True)
class Waves:
    """A case and its team in the order of the matrix."""

    municipality: Municipality
    case: UUID
    members: list[Employee]

    def member(self, number: int = 0) -> CallerClient:
        """Return a member of the team, looking at results."""
        return self.person(self.members[number].person)

    def person(self, person: UUID | None, *roles: Role, **claims: Any) -> CallerClient:
        """Return anybody of the tenant, looking at results."""
        return self.municipality.caller(
            "analytics", *(roles or (Role.PROFESSIONAL,)), person=person, **claims
        )

    async def ask(self, client: CallerClient, what: str, query: str = "wave=baseline") -> httpx2.Response:
        """Ask for something of the case."""
        return await client.get(f"/v1/cases/{self.case}/{what}?{query}")


async def two_waves(
    municipality: Municipality, databases: dict[str, TestDatabase], **opening: Any
) -> Waves:
    """Let five people answer before and after."""
    unit = await municipality.unit()
    members = [await municipality.employee(unit) for _ in range(5)]
    members.sort(key=lambda each: str(each.id))
    case_id = await municipality.case(members)
    held = Waves(municipality, case_id, members)
    await answered_wave(held, databases, before, **opening)
    await answered_wave(held, databases, after, wave=FOLLOW_UP, **opening)
    return held


async def answered_wave(
    held: Waves, databases: dict[str, TestDatabase], rating: Rating, **opening: Any
) -> OpenedRound:
    """Open a round, let everybody answer the network form, and close it."""
    opened = await held.municipality.open_round(held.case, **opening)
    await asyncio.gather(
        *(answer_by_pair(opened, held.members, number, rating) for number in range(len(held.members)))
    )
    await opened.close()
    await followed(databases, opened, held.case)
    return opened


async def answer_by_pair(opened: OpenedRound, members: list[Employee], number: int, rating: Rating) -> None:
    """Let one member rate every other."""
    client = await opened.respondent(members[number].person)
    (form,) = (each for each in ok(await client.get("/v1/response"))["forms"] if each["form"] == "network")
    places = {str(member.id): place for place, member in enumerate(members)}
    ratings = [
        _rating(form, subject["id"], rating(number, places[subject["id"]])) for subject in form["subjects"]
    ]
    ok(await client.post("/v1/response", {"formId": form["id"], "ratings": ratings}, key=uuid4().hex))


def _rating(form: dict[str, Any], subject: str, value: Any) -> dict[str, Any]:
    if value is None:
        return {"subjectId": subject, "doesNotWorkWith": True}
    answers = [{"itemId": item["id"], "value": value} for item in form["statements"]]
    return {"subjectId": subject, "answers": answers}
