"""Follows the register's feed for one thing only: what has been erased there."""

from collections.abc import Sequence
from itertools import groupby

from services.survey.erasure.repository import stay_awake
from services.survey.erasure.service import Erased, Eraser
from shared.changes.events import ChangeEvent
from shared.contracts.register import CASE, CITIZEN, PERSON, PROFESSIONAL
from shared.database.connection import Transaction

_FOLLOWED = {CASE, CITIZEN, PERSON, PROFESSIONAL}


class ErasureProjection:
    """Keeps nothing of the feed; erasing is the same whatever the generation, and however often."""

    def __init__(self, eraser: Eraser) -> None:
        self._eraser = eraser

    async def apply(self, transaction: Transaction, generation: int, events: Sequence[ChangeEvent]) -> None:
        """Erase what the events say is gone, tenant by tenant and round by round.

        The feed's position moves when all is done, so a page that was interrupted comes again.
        """
        gone = [event for event in events if event.data is None and event.kind in _FOLLOWED]
        ordered = sorted(gone, key=lambda event: event.tenantid)
        for tenant, own in groupby(ordered, key=lambda event: event.tenantid):
            erased = [Erased(event.kind, event.subject) for event in own]
            for clearance in await self._eraser.find(tenant, erased):
                await self._eraser.clear(clearance)
                await stay_awake(transaction)

    async def clear(self, transaction: Transaction, generation: int) -> bool:
        """Nothing is kept, so nothing is left."""
        return True
