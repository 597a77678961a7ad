"""Routes of rounds."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query, Request
from starlette.responses import Response

from services.survey.rounds import batches, service
from services.survey.rounds.errors import ROUND_NOT_OPEN, ROUND_NOT_PLANNED
from services.survey.rounds.repository import select_rounds
from services.survey.rounds.schemas import (
    BatchAnswer,
    CancelRound,
    CloseRound,
    ClosingReason,
    OpenRound,
    OpenRounds,
    RatedResources,
    RosterUpdateView,
    RoundPreview,
    RoundSummary,
    RoundView,
    UpdateRoster,
)
from services.survey.rounds.showing import STAFF, show_round, summary_of
from services.survey.rounds.tables import survey_round
from services.survey.rounds.updating import RosterFollower
from services.survey.standing.handling import find_handled_round
from services.survey.standing.visibility import find_round
from shared.access.policy import Caller, allow
from shared.access.principal import Principal, Role
from shared.app.language import preferred_language
from shared.app.routing import strict_router
from shared.contracts.survey import RoundState
from shared.database.connection import InTransaction
from shared.errors import Problem
from shared.idempotency import Attempted
from shared.paging import Page, Paging, read_page
from shared.representation import Conditional, represent
from shared.wire import Code

router = strict_router("rounds")

_READERS = (*STAFF, Role.DATA_STEWARD, Role.LEADER, Role.PROFESSIONAL)

RoundId = Annotated[UUID, Path(alias="roundId")]


async def _round_opener(request: Request) -> service.RoundOpener:
    opener: service.RoundOpener = request.app.state.round_opener
    return opener


async def _roster_follower(request: Request) -> RosterFollower:
    follower: RosterFollower = request.app.state.roster_follower
    return follower


Opener = Annotated[service.RoundOpener, Depends(_round_opener)]
Follower = Annotated[RosterFollower, Depends(_roster_follower)]


@dataclass(frozen=True, slots=True)
class _Filter:
    case_id: UUID | None
    group_id: UUID | None
    wave: str | None
    state: RoundState | None


async def _filter(
    case_id: Annotated[UUID | None, Query(alias="caseId", description="Only rounds of this case.")] = None,
    group_id: Annotated[
        UUID | None, Query(alias="groupId", description="Only rounds of this collaboration group.")
    ] = None,
    wave: Annotated[Code | None, Query(description="Only rounds of this wave.")] = None,
    state: Annotated[RoundState | None, Query(description="Only rounds in this state.")] = None,
) -> _Filter:
    return _Filter(case_id, group_id, wave, state)


@router.put(
    "/v1/rounds/{roundId}",
    dependencies=[allow(*STAFF)],
    response_model=RoundView,
    responses={201: {"model": RoundView, "description": "Opened or planned"}},
)
async def open_round(
    request: Request,
    round_id: RoundId,
    wanted: OpenRound,
    precondition: Conditional,
    opener: Opener,
) -> Response:
    """Open a round for a case or a collaboration group, now or at a time; a planned one can be changed."""
    caller: Principal = request.state.principal
    view, put = await opener.open_round(caller, round_id, wanted, precondition)
    return represent(request, view, version=put.version, status=put.status)


@router.get("/v1/rounds/{roundId}", dependencies=[allow(*_READERS)], response_model=RoundView)
async def get_round(request: Request, round_id: RoundId, transaction: InTransaction) -> Response:
    """Read a round."""
    await find_round(transaction, round_id)
    view = await show_round(transaction, round_id)
    return represent(request, view, version=view.version)


@router.get("/v1/rounds", dependencies=[allow(*_READERS)], response_model=Page[RoundSummary])
async def list_rounds(
    request: Request,
    chosen: Annotated[_Filter, Depends(_filter)],
    page: Paging,
    transaction: InTransaction,
) -> Response:
    """List the rounds that the caller may see."""
    statement = select_rounds(transaction)
    for name in ("case_id", "group_id", "wave", "state"):
        value = getattr(chosen, name)
        if value is not None:
            statement = statement.where(survey_round.c[name] == value)
    return represent(request, await read_page(transaction, statement, survey_round, page, summary_of))


@router.put("/v1/rounds/{roundId}/closure", dependencies=[allow(*STAFF)], response_model=RoundView)
async def close_round(
    request: Request, round_id: RoundId, wanted: CloseRound, transaction: InTransaction
) -> Response:
    """Close a round; closing it again changes nothing."""
    await find_handled_round(transaction, round_id)
    await service.close(transaction, round_id, ClosingReason(wanted.reason))
    view = await show_round(transaction, round_id)
    if view.state is not RoundState.CLOSED:
        raise Problem(ROUND_NOT_OPEN)
    return represent(request, view, version=view.version)


@router.put("/v1/rounds/{roundId}/cancellation", dependencies=[allow(*STAFF)], response_model=RoundView)
async def cancel_round(
    request: Request, round_id: RoundId, _wanted: CancelRound, transaction: InTransaction
) -> Response:
    """Cancel a planned round; cancelling it again changes nothing."""
    await find_handled_round(transaction, round_id)
    await service.cancel(transaction, round_id, ClosingReason.ASKED)
    view = await show_round(transaction, round_id)
    if view.state is not RoundState.CANCELLED:
        raise Problem(ROUND_NOT_PLANNED)
    return represent(request, view, version=view.version)


@router.put(
    "/v1/rounds/{roundId}/citizen-resources", dependencies=[allow(*STAFF)], response_model=RoundView
)
async def rate_citizen_resources(
    request: Request, round_id: RoundId, wanted: RatedResources, transaction: InTransaction
) -> Response:
    """Record how much the citizen can do alone, and who says so."""
    view = await service.rate_resources(transaction, round_id, wanted)
    return represent(request, view, version=view.version)


@router.post(
    "/v1/rounds/{roundId}/roster-updates", dependencies=[allow(*STAFF)], response_model=RosterUpdateView
)
async def update_roster(
    request: Request, round_id: RoundId, wanted: UpdateRoster, attempt: Attempted, following: Follower
) -> Response:
    """Ask the register again who is there: invite who joined, stop asking who left and about them."""
    caller: Principal = request.state.principal
    view = await following.follow(caller, round_id, attempt, wanted.purpose)
    return represent(request, view, version=view.version)


@router.post("/v1/round-previews", dependencies=[allow(*STAFF)], response_model=RoundPreview)
async def preview_round(request: Request, wanted: OpenRound, caller: Caller, opener: Opener) -> Response:
    """Say who would be asked what, who not and why, and how much it asks of each; nothing is stored."""
    return represent(request, await opener.preview(caller, wanted))


@router.post("/v1/round-batches", dependencies=[allow(*STAFF)], status_code=207, response_model=BatchAnswer)
async def open_rounds(request: Request, wanted: OpenRounds, caller: Caller, opener: Opener) -> Response:
    """Open up to 200 rounds, each opened or refused by itself; their ids make it safe to repeat."""
    language = preferred_language(request.headers.get("accept-language"))
    return represent(request, await batches.open_rounds(opener, caller, wanted, language), status=207)
