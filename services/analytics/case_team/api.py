"""Routes of a case's team. What may not be seen and what does not exist answer alike: `not-available`."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query, Request
from starlette.responses import Response

from services.analytics.case_team.schemas import RelationsView
from services.analytics.case_team.service import CaseTeam
from services.analytics.release.envelope import Released
from shared.access.policy import Caller, allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.representation import represent
from shared.wire import Code

router = strict_router("case-team")

_PERSONS = (Role.PROFESSIONAL, Role.LEADER)

CaseId = Annotated[UUID, Path(alias="caseId")]
WaveQuery = Annotated[Code, Query(description="The wave's code.", examples=["baseline"])]


async def _case_team(request: Request) -> CaseTeam:
    team: CaseTeam = request.app.state.case_team
    return team


TeamNow = Annotated[CaseTeam, Depends(_case_team)]


@router.get(
    "/v1/cases/{caseId}/relations",
    dependencies=[allow(*_PERSONS)],
    response_model=Released[RelationsView],
)
async def get_relations(
    request: Request, case_id: CaseId, wave: WaveQuery, caller: Caller, team: TeamNow
) -> Response:
    """See a case's relations two by two and as a network: for its own team, once the round is closed."""
    return represent(request, await team.relations(caller, case_id, wave))
