"""Fixtures of the survey's tests: a small team in an open round."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import pytest

from shared.database.connection import Database
from tests.services.survey.made_rounds import RoundMaker
from tests.support.databases import TestDatabase
from tests.support.municipality import Employee, Municipality, OpenedRound, ok
from tests.support.services import CallerClient


@dataclass(frozen=True, slots=True)
class Team:
    """A leader, three employees who work together (the last has no leader), and their round."""

    leader: Employee
    anne: Employee
    bo: Employee
    doctor: Employee
    round: OpenedRound

    async def form(self, client: CallerClient, kind: str) -> dict[str, object]:
        """Return one of a respondent's forms."""
        forms = ok(await client.get("/v1/response"))["forms"]
        (found,) = [form for form in forms if form["form"] == kind]
        result: dict[str, object] = found
        return result


async def gather_team(municipality: Municipality) -> Team:
    """Register a team and open its round."""
    unit = await municipality.unit()
    leader = await municipality.employee(unit)
    anne, bo = [await municipality.employee(unit, leader.id) for _ in range(2)]
    doctor = await municipality.employee(unit)
    case_id = await municipality.case([anne, bo, doctor])
    return Team(leader, anne, bo, doctor, await municipality.open_round(case_id))


@pytest.fixture
async def team(municipality: Municipality) -> Team:
    """Give the test a team in an open round."""
    return await gather_team(municipality)


@pytest.fixture
async def maker(databases: dict[str, TestDatabase], tenant: UUID) -> AsyncIterator[RoundMaker]:
    """Write rounds of the test's tenant straight into the tables."""
    database = Database(databases["survey"].app, pool_size=1)
    yield RoundMaker(database, tenant)
    await database.close()
