"""Routes of handovers, joins and splits."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy import select
from starlette.responses import Response

from services.cases.handling import service
from services.cases.handling.schemas import HandOver, HandoverView, JoinCase, SplitCase
from services.cases.register.api import READERS, CaseId
from services.cases.register.schemas import CaseView
from services.cases.register.service import require_case_for_caller, show_case
from services.cases.register.tables import handover
from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.database.connection import InTransaction, Transaction
from shared.idempotency import Attempt, Attempted, Made, once
from shared.paging import Page, Paging, read_page
from shared.representation import represent
from shared.resources import view_of

router = strict_router("cases")

_HANDLERS = (Role.CASE_WORKER, Role.ADMINISTRATOR)


class _Handling:
    """One try at changing a case: its transaction, made once whatever is sent again."""

    def __init__(self, case_id: CaseId, attempt: Attempted, transaction: InTransaction) -> None:
        self.case_id: UUID = case_id
        self.attempt: Attempt = attempt
        self.transaction: Transaction = transaction


Handling = Annotated[_Handling, Depends()]


@router.post(
    "/v1/cases/{caseId}/handovers",
    dependencies=[allow(*_HANDLERS)],
    status_code=201,
    response_model=HandoverView,
)
async def hand_over_case(request: Request, wanted: HandOver, handling: Handling) -> Response:
    """Let one professional take another's place in a case, with a word on how the newcomer is introduced.

    The old part ends and a new one begins, so the history stays. A source system that goes on naming the
    old professional means the new one.
    """

    async def make() -> Made:
        return Made(201, await service.hand_over(handling.transaction, handling.case_id, wanted))

    made = await once(handling.transaction, handling.attempt, make)
    view = await service.show_handover(handling.transaction, made.resource)
    return represent(request, view, status=made.status)


@router.get(
    "/v1/cases/{caseId}/handovers", dependencies=[allow(*READERS)], response_model=Page[HandoverView]
)
async def list_handovers(
    request: Request, case_id: CaseId, page: Paging, transaction: InTransaction
) -> Response:
    """List a case's handovers."""
    await require_case_for_caller(transaction, case_id)
    found = await read_page(
        transaction,
        select(handover).where(handover.c.case_id == case_id),
        handover,
        page,
        lambda row: view_of(HandoverView, row),
    )
    return represent(request, found)


@router.post(
    "/v1/cases/{caseId}/joins", dependencies=[allow(*_HANDLERS)], status_code=200, response_model=CaseView
)
async def join_case(request: Request, wanted: JoinCase, handling: Handling) -> Response:
    """Let another case, which turned out to be the same, go up in this one."""

    async def make() -> Made:
        await service.join_case(handling.transaction, handling.case_id, wanted)
        return Made(200, handling.case_id)

    made = await once(handling.transaction, handling.attempt, make)
    view = await show_case(handling.transaction, made.resource)
    return represent(request, view, version=view.version, status=made.status)


@router.post(
    "/v1/cases/{caseId}/splits", dependencies=[allow(*_HANDLERS)], status_code=201, response_model=CaseView
)
async def split_case(request: Request, wanted: SplitCase, handling: Handling) -> Response:
    """Let some registrations, which turned out to be about somebody else, be a case of their own."""

    async def make() -> Made:
        return Made(201, await service.split_case(handling.transaction, handling.case_id, wanted))

    made = await once(handling.transaction, handling.attempt, make)
    view = await show_case(handling.transaction, made.resource)
    location = {"Location": f"/v1/cases/{view.id}"}
    return represent(request, view, version=view.version, status=made.status, headers=location)
