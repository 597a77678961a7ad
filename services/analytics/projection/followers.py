"""The two projections: answers from the survey, and who is who from the register."""

from collections.abc import Awaitable, Callable, Sequence
from itertools import groupby

from services.analytics.projection.repository import (
    clear_some,
    know_tenants,
    upsert_cubes,
    upsert_register,
)
from services.analytics.projection.tables import measurement_cube, register_state
from services.analytics.projection.versions import REGISTER_FEED, SURVEY_FEED
from shared.changes.events import ChangeEvent
from shared.contracts.register import (
    AREA,
    CASE,
    COLLABORATION_GROUP,
    ENROLMENT,
    PROFESSIONAL,
    STUDY,
    UNIT,
)
from shared.contracts.survey import MEASUREMENT
from shared.database.connection import Transaction

_KEPT_OF_REGISTER = {CASE, PROFESSIONAL, ENROLMENT, STUDY, AREA, UNIT, COLLABORATION_GROUP}


class SurveyProjection:
    """Keeps every measurement as one cube."""

    async def apply(self, transaction: Transaction, generation: int, events: Sequence[ChangeEvent]) -> None:
        """Write the measurements among the events."""
        kept = [event for event in events if event.kind == MEASUREMENT]
        await _by_tenant(transaction, kept, lambda own: upsert_cubes(transaction, generation, own))

    async def clear(self, transaction: Transaction, generation: int) -> bool:
        """Delete some rows of a generation."""
        return await clear_some(transaction, measurement_cube, SURVEY_FEED, generation)


class RegisterProjection:
    """Keeps who takes part in which case, who is employed where, study arms, and what units are called."""

    async def apply(self, transaction: Transaction, generation: int, events: Sequence[ChangeEvent]) -> None:
        """Write the subjects that analytics needs."""
        kept = [event for event in events if event.kind in _KEPT_OF_REGISTER]
        await _by_tenant(transaction, kept, lambda own: upsert_register(transaction, generation, own))

    async def clear(self, transaction: Transaction, generation: int) -> bool:
        """Delete some rows of a generation."""
        return await clear_some(transaction, register_state, REGISTER_FEED, generation)


async def _by_tenant(
    transaction: Transaction,
    events: Sequence[ChangeEvent],
    write: Callable[[list[ChangeEvent]], Awaitable[None]],
) -> None:
    """Go through the events tenant by tenant, in one order, so that two never wait for each other."""
    ordered = sorted(events, key=lambda event: event.tenantid)
    tenants = sorted({event.tenantid for event in ordered})
    if tenants:
        await know_tenants(transaction, tenants)
    for tenant, own in groupby(ordered, key=lambda event: event.tenantid):
        await transaction.act_for(tenant)
        await write(list(own))
