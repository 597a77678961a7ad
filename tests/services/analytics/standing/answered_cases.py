"""Six cases of three that answered in one tenant, and the people who look at them."""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import httpx2

from shared.access.principal import Role
from tests.services.analytics.case_team.rounds_by_pair import Waves, answered_wave
from tests.support.databases import TestDatabase
from tests.support.municipality import Municipality
from tests.support.services import CallerClient


@dataclass(frozen=True, slots=True)
class Town:
    """A tenant's cases, the first of five people and all others of three."""

    municipality: Municipality
    cases: list[Waves]

    def caller(self, *roles: Role, person: UUID | None = None, **claims: Any) -> CallerClient:
        """Return somebody of the tenant."""
        return self.municipality.caller("analytics", *roles, person=person, **claims)

    def member(self, case: int) -> CallerClient:
        """Return a member of a case's team."""
        return self.cases[case].member()

    def unit(self, case: int) -> UUID:
        """Return the unit that a case's people are of."""
        return self.cases[case].members[0].unit

    async def standing(
        self, client: CallerClient, case: int, query: str = "wave=baseline"
    ) -> httpx2.Response:
        """Ask where a case stands."""
        return await client.get(f"/v1/cases/{self.cases[case].case}/standing?{query}")

    async def attention(self, client: CallerClient, query: str = "") -> httpx2.Response:
        """Ask which cases ask for attention."""
        return await client.get(f"/v1/waves/baseline/attention-list?level=ordinary{query}")


async def answered_town(municipality: Municipality, databases: dict[str, TestDatabase]) -> Town:
    """Let six cases answer, each higher than the one before.

    The one of five people closes last, so that each small one has enough beside it to enter figures.
    """
    cases: dict[int, Waves] = {}
    for number in (1, 2, 3, 4, 5, 0):
        unit = await municipality.unit()
        members = await asyncio.gather(*(municipality.employee(unit) for _ in range(3 if number else 5)))
        team = sorted(members, key=lambda each: str(each.id))
        held = Waves(municipality, await municipality.case(team), team)
        await answered_wave(held, databases, partial(_rating, number))
        cases[number] = held
    return Town(municipality, [cases[number] for number in range(6)])


def _rating(case: int, rater: int, subject: int) -> int:
    return min(max(1 + case + (rater % 2) - (subject == 2), 1), 5)
