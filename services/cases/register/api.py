"""Routes that read cases."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request
from starlette.responses import Response

from services.cases.register import rosters, service
from services.cases.register.schemas import CaseView
from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.contracts.register import Roster
from shared.database.connection import InTransaction
from shared.representation import represent
from shared.wire import Moment

router = strict_router("cases")
internal_router = strict_router("internal", include_in_schema=False)

WRITERS = (Role.CASE_SYSTEM, Role.CASE_WORKER, Role.ADMINISTRATOR)
READERS = (*WRITERS, Role.PROFESSIONAL, Role.LEADER, Role.DATA_STEWARD)
"""Who may ask for cases at all; which ones each sees is `visibility`'s to say."""

CaseId = Annotated[UUID, Path(alias="caseId")]
At = Annotated[
    Moment | None, Query(description="Show it as it was then.", examples=["2026-03-01T12:00:00Z"])
]


@router.get("/v1/cases/{caseId}", dependencies=[allow(*READERS)], response_model=CaseView)
async def get_case(
    request: Request, case_id: CaseId, transaction: InTransaction, at: At = None
) -> Response:
    """Read a case with the units and professionals in it, now or as it was at a moment."""
    view = await service.show_case(transaction, case_id, at)
    return represent(request, view, version=view.version if at is None else None)


@internal_router.get(
    "/internal/cases/{caseId}/roster", dependencies=[allow(Role.SERVICE)], response_model=Roster
)
async def get_roster(request: Request, case_id: CaseId, transaction: InTransaction) -> Response:
    """Tell another service who is around a case now."""
    return represent(request, await rosters.read_case_roster(transaction, case_id))
