"""Use cases of people's own results: find out whose they are, let them out; who asked is recorded."""

from functools import partial
from uuid import UUID

from services.analytics.people.leader import Waves, leader_results
from services.analytics.people.professional import Own, professional_results
from services.analytics.people.schemas import LeaderResults, ProfessionalResults
from services.analytics.projection.holdings import Holdings
from services.analytics.projection.repository import read_register
from services.analytics.release.decisions import GroupSize, shows_own_results
from services.analytics.resident.asked import Asked, Figured
from services.analytics.resident.service import Resident
from shared.audit import Access
from shared.contracts.register import PROFESSIONAL, ProfessionalState
from shared.database.connection import Database

_PURPOSE = "own-results"
_OWN = "own"
"""Whose employment it is comes from the register, which the data version doesn't count: the tag says it."""


class People:
    """Answers people for their own results. What is somebody else's is worked out for nobody."""

    def __init__(self, database: Database, resident: Resident) -> None:
        self._database = database
        self._resident = resident

    async def of_professional(
        self, asked: Asked, professional: UUID, wave: str | None
    ) -> Figured[ProfessionalResults]:
        """Return how a professional experiences others and they that one, to that one alone."""
        access = Access("read", "professional-scores", professional, _PURPOSE)
        person = await self._own(asked, professional)
        if person is None:
            return await self._resident.release(asked, _nothing, access)
        work_out = partial(professional_results, Own(professional, person), wave)
        return await self._resident.release(asked.and_of(_OWN), work_out, access)

    async def of_leader(self, asked: Asked, leader: UUID, waves: Waves) -> Figured[LeaderResults]:
        """Return a leader's scores to that leader alone."""
        access = Access("read", "leader-scores", leader, _PURPOSE)
        if await self._own(asked, leader) is None:
            return await self._resident.release(asked, _nothing, access)
        work_out = partial(leader_results, leader, waves)
        return await self._resident.release(asked.and_of(_OWN), work_out, access)

    async def _own(self, asked: Asked, employment: UUID) -> UUID | None:
        """Return the caller as a person, if it is that person's employment."""
        async with self._database.transaction(asked.caller.tenant, asked.caller) as transaction:
            known = await read_register(transaction, PROFESSIONAL, employment)
        person = ProfessionalState.model_validate(known).person_id if known else None
        return person if shows_own_results(asked.caller.person, person) else None


def _nothing(_held: Holdings, _size: GroupSize) -> None:
    return None
