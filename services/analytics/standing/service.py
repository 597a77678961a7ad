"""Use case of the attention list: work it out of what is held, and record whose cases were shown."""

from functools import partial

from services.analytics.release.envelope import Released
from services.analytics.resident.asked import Asked, Figured
from services.analytics.resident.service import Resident
from services.analytics.standing.attention import AttentionQuestion, attention_list
from services.analytics.standing.schemas import AttentionList
from shared.audit import Access, record_accesses
from shared.database.connection import Database


class AttentionLists:
    """Answers with the cases that ask for attention, each recorded as read before it is answered.

    To who has the list already, nothing is shown and nothing recorded.
    """

    def __init__(self, database: Database, resident: Resident) -> None:
        self._database = database
        self._resident = resident

    async def show(self, asked: Asked, question: AttentionQuestion) -> Figured[AttentionList]:
        """Return a page of a wave's list."""
        figured = await self._resident.release(asked, partial(attention_list, question))
        await self._record(asked, figured.view)
        return figured

    async def _record(self, asked: Asked, view: Released[AttentionList] | None) -> None:
        if view is None or view.result is None or not view.result.items:
            return
        rows = view.result.items
        async with self._database.transaction(asked.caller.tenant, asked.caller) as transaction:
            await record_accesses(
                transaction,
                [Access("read", "attention-list", each.case_id, "case-attention") for each in rows],
            )
