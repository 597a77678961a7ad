"""Use cases of people's own results: find out whose they are, record the reading, let them out."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar
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

Content = TypeVar("Content")

_PURPOSE = "own-results"


class People:
    """Answers people for their own results. What is somebody else's is worked out for nobody."""

    def __init__(self, database: Database, resident: Resident) -> None:
        self._database = database
        self._resident = resident

    async def of_professional(
        self, asked: Asked, professional: UUID, wave: str | None
    ) -> Figured[ProfessionalResults]:
        """Return how a professional experiences others and they that one, to that one alone."""
        person = await self._own(asked, professional)
        if person is None:
            return await self._resident.release(asked, _nothing)
        work_out = partial(professional_results, Own(professional, person), wave)
        return await self._release(asked, work_out, "professional-scores", professional)

    async def of_leader(self, asked: Asked, leader: UUID, waves: Waves) -> Figured[LeaderResults]:
        """Return a leader's scores to that leader alone."""
        if await self._own(asked, leader) is None:
            return await self._resident.release(asked, _nothing)
        return await self._release(asked, partial(leader_results, leader, waves), "leader-scores", leader)

    async def _own(self, asked: Asked, employment: UUID) -> UUID | None:
        """Return the caller as a person, if it is that person's employment."""
        async with self._database.transaction(asked.caller.tenant, asked.caller) as transaction:
            known = await read_register(transaction, PROFESSIONAL, employment)
        person = ProfessionalState.model_validate(known).person_id if known else None
        return person if shows_own_results(asked.caller.person, person) else None

    async def _release(
        self,
        asked: Asked,
        work_out: Callable[[Holdings, GroupSize], Content | None],
        what: str,
        employment: UUID,
    ) -> Figured[Content]:
        # Whose employment it is comes from the register, which the data version doesn't count.
        own = asked.and_of("own")
        return await self._resident.release(own, work_out, Access("read", what, employment, _PURPOSE))


def _nothing(_held: Holdings, _size: GroupSize) -> None:
    return None
