"""Use cases of standing: what the register knows of cases, what is held of them, and whose were shown.

The register says who leads a case now, so the tag is of that too.
"""

from dataclasses import replace
from functools import partial
from hashlib import blake2b

from services.analytics.projection.repository import read_kind, read_register
from services.analytics.release.decisions import by_register
from services.analytics.release.envelope import Released
from services.analytics.resident.asked import Asked, Figured
from services.analytics.resident.service import Resident
from services.analytics.standing.attention import AttentionQuestion, attention_list
from services.analytics.standing.case_standing import StandingQuestion, case_standing
from services.analytics.standing.schemas import AttentionList, CaseStandingView
from shared.audit import Access, record_accesses
from shared.contracts.register import CASE, CaseState
from shared.database.connection import Database


class Standing:
    """Answers where cases stand. To who has the list already nothing is shown, and nothing recorded."""

    def __init__(self, database: Database, resident: Resident) -> None:
        self._database = database
        self._resident = resident

    async def of_case(self, asked: Asked, question: StandingQuestion) -> Figured[CaseStandingView]:
        """Return where a case stands, to whom it may be shown."""
        async with self._database.transaction(asked.caller.tenant, asked.caller) as transaction:
            known = await read_register(transaction, CASE, question.case_id)
        case = CaseState.model_validate(known) if known else None
        # Of what the register decides for this caller alone: a version would tell others that there is one.
        seen = asked.and_of(by_register(asked.caller, case))
        own = replace(question, case=case)
        access = Access("read", "case-standing", question.case_id, "case-results")
        return await self._resident.release(seen, partial(case_standing, own), access)

    async def attention(self, asked: Asked, question: AttentionQuestion) -> Figured[AttentionList]:
        """Return a page of a wave's list, each case on it recorded as read."""
        async with self._database.transaction(asked.caller.tenant, asked.caller) as transaction:
            known = [CaseState.model_validate(each) for each in await read_kind(transaction, CASE)]
        seen = _knowing(asked, known)
        own = replace(question, cases={each.id: each for each in known})
        figured = await self._resident.release(seen, partial(attention_list, own))
        await self._record(asked, figured.view)
        return figured

    async def _record(self, asked: Asked, view: Released[AttentionList] | None) -> None:
        if view is None or view.result is None or not view.result.items:
            return
        shown = view.result.items
        async with self._database.transaction(asked.caller.tenant, asked.caller) as transaction:
            await record_accesses(
                transaction,
                [Access("read", "attention-list", each.case_id, "case-attention") for each in shown],
            )


def _knowing(asked: Asked, cases: list[CaseState]) -> Asked:
    """Let the tag be of the cases' versions, too."""
    digest = blake2b(digest_size=12)
    for each in cases:
        digest.update(each.id.bytes + each.version.to_bytes(8, "big"))
    return asked.and_of(digest.hexdigest())
