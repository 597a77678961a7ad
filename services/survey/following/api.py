"""The route of the survey's public feed."""

from fastapi import Request
from starlette.responses import Response

from services.survey.following.schemas import SurveyChangePage
from services.survey.following.service import tell_survey_changes
from services.survey.standing.handling import HANDLING
from shared.access.policy import Caller, allow
from shared.app.routing import strict_router
from shared.changes.following import Follower, Following
from shared.representation import represent

router = strict_router("rounds")


@router.get(
    "/v1/survey-changes",
    dependencies=[allow(*HANDLING)],
    response_model=SurveyChangePage,
    responses={410: {"description": "The position no longer exists"}},
)
async def list_survey_changes(request: Request, caller: Caller, wanted: Following) -> Response:
    """Follow what happens to the rounds you handle: opened, answered, closed, links to send.

    A change may be told more than once, and comes with the round and its counts as they are now; several
    of one type may be told as one. An invitation is named only while its link is still to be sent. 410 says
    that the position is unknown, as after a restore: read from the beginning. An erased round is told to
    administrators and data stewards.
    """
    follower = Follower(request.app.state.database, request.app.state.bell, tell_survey_changes)
    told = await follower.follow(caller, wanted, request.is_disconnected)
    return represent(request, SurveyChangePage(items=told.items, next=told.next, caught_up=told.caught_up))
