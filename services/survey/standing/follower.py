"""Follows the register's feed: how cases and collaboration groups stand."""

from collections.abc import Sequence
from itertools import groupby

from services.survey.standing.repository import forget_standing, keep_standing
from shared.changes.events import ChangeEvent
from shared.contracts.register import CASE, COLLABORATION_GROUP, CaseState, GroupState
from shared.database.connection import Transaction

_MODELS: dict[str, type[CaseState] | type[GroupState]] = {
    CASE: CaseState,
    COLLABORATION_GROUP: GroupState,
}


class StandingProjection:
    """Keeps one row of each, whatever the generation: a round is open while its rows are read anew."""

    async def apply(self, transaction: Transaction, generation: int, events: Sequence[ChangeEvent]) -> None:
        """Write the states among the events, tenant by tenant and in one order."""
        newest = {(event.tenantid, event.subject): event for event in events if event.kind in _MODELS}
        ordered = [newest[key] for key in sorted(newest)]
        for tenant, own in groupby(ordered, key=lambda event: event.tenantid):
            await transaction.act_for(tenant)
            for event in own:
                if event.data is None:
                    await forget_standing(transaction, event.subject)
                else:
                    await keep_standing(transaction, _MODELS[event.kind].model_validate(event.data))

    async def clear(self, transaction: Transaction, generation: int) -> bool:
        """There is nothing of an older generation."""
        return True
