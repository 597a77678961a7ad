"""Routes of a case's team. What may not be seen and what does not exist answer alike: `not-available`."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from services.analytics.asking import PERSONS, RESEARCHERS, CaseId, Earlier, Later, WaveQuery
from services.analytics.case_team.schemas import CaseChangeView, RelationsView, SuggestionsView
from services.analytics.case_team.service import CaseTeam
from services.analytics.release.envelope import Released
from shared.access.policy import Caller, allow
from shared.app.language import preferred_language
from shared.app.routing import strict_router
from shared.representation import represent

router = strict_router("case-team")


async def _case_team(request: Request) -> CaseTeam:
    team: CaseTeam = request.app.state.case_team
    return team


async def _waves(earlier: Earlier, later: Later) -> tuple[str, str]:
    return earlier, later


TeamNow = Annotated[CaseTeam, Depends(_case_team)]


@router.get(
    "/v1/cases/{caseId}/relations",
    dependencies=[allow(*PERSONS)],
    response_model=Released[RelationsView],
)
async def get_relations(
    request: Request, case_id: CaseId, wave: WaveQuery, caller: Caller, team: TeamNow
) -> Response:
    """See a case's relations two by two and as a network: for its own team, once the round is closed."""
    return represent(request, await team.relations(caller, case_id, wave))


@router.get(
    "/v1/cases/{caseId}/change",
    dependencies=[allow(*PERSONS, *RESEARCHERS)],
    response_model=Released[CaseChangeView],
)
async def get_change(
    request: Request,
    waves: Annotated[tuple[str, str], Depends(_waves)],
    case_id: CaseId,
    caller: Caller,
    team: TeamNow,
) -> Response:
    """See how a case changed between two closed waves: of all, and of those who answered both."""
    return represent(request, await team.change(caller, case_id, *waves))


@router.get(
    "/v1/cases/{caseId}/meeting-suggestions",
    dependencies=[allow(*PERSONS)],
    response_model=Released[SuggestionsView],
)
async def get_meeting_suggestions(
    request: Request, case_id: CaseId, wave: WaveQuery, caller: Caller, team: TeamNow
) -> Response:
    """See what the team's pattern suggests to take up in its two network meetings, and why."""
    language = preferred_language(request.headers.get("accept-language"))
    view = await team.suggestions(caller, case_id, wave, language)
    return represent(request, view, headers={"Content-Language": language})
