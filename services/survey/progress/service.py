"""Use cases of progress: of one round, and of all; what whom is told follows from who handles a round."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.survey.invitations.states import InvitationState
from services.survey.progress.repository import (
    Which,
    count_for_rates,
    count_forms,
    count_invitations,
    count_rounds,
    handled,
    meets,
    seen,
    this_round,
)
from services.survey.progress.schemas import (
    InvitationCounts,
    MeasurementProgress,
    ProgressFilter,
    ResponseRate,
    RoundProgress,
    SurveyProgress,
)
from services.survey.standing.handling import HANDLING
from services.survey.standing.visibility import find_round
from shared.database.connection import Transaction
from shared.resources import view_of


async def show_round_progress(transaction: Transaction, round_id: UUID, enough: int) -> RoundProgress:
    """Return how far a round has come: all to who handles it, its rate to who is only named in it.

    Raises
    ------
    Problem
        404 for a round that the caller may not see.
    """
    row = await find_round(transaction, round_id)
    which = handled(transaction, this_round(round_id))
    if await count_rounds(transaction, which):
        invitations, measurements = await _counts(transaction, which)
        rate = _rate(invitations)
        return RoundProgress(
            round_id=round_id,
            state=row.state,
            response=rate,
            invitations=invitations,
            measurements=measurements,
        )
    counted = await count_for_rates(transaction, seen(transaction, this_round(round_id)), enough)
    return RoundProgress(
        round_id=round_id, state=row.state, response=_rate_of(counted), invitations=None, measurements=None
    )


async def show_survey_progress(
    transaction: Transaction, wanted: ProgressFilter, enough: int
) -> SurveyProgress:
    """Return how far the rounds have come that the caller handles; for who handles none, a rate."""
    if not transaction.caller.is_any(*HANDLING):
        counted = await count_for_rates(transaction, seen(transaction, meets(wanted)), enough)
        return SurveyProgress(
            rounds=counted.rounds, response=_rate_of(counted), invitations=None, measurements=None
        )
    which = handled(transaction, meets(wanted))
    invitations, measurements = await _counts(transaction, which)
    return SurveyProgress(
        rounds=await count_rounds(transaction, which),
        response=_rate(invitations),
        invitations=invitations,
        measurements=measurements,
    )


async def _counts(
    transaction: Transaction, which: Which
) -> tuple[InvitationCounts, list[MeasurementProgress]]:
    counted = await count_invitations(transaction, which)
    states = {each.value: counted.get(each, 0) for each in InvitationState}
    invitations = InvitationCounts(total=sum(states.values()), **states)
    return invitations, _measurements(await count_forms(transaction, which))


def _measurements(rows: Sequence[Row[Any]]) -> list[MeasurementProgress]:
    return [
        view_of(MeasurementProgress, row, response=ResponseRate.of(row.submitted, row.asked))
        for row in rows
    ]


def _rate(invitations: InvitationCounts) -> ResponseRate | None:
    return ResponseRate.of(invitations.submitted, invitations.total)


def _rate_of(counted: Row[Any]) -> ResponseRate | None:
    return ResponseRate.of(int(counted.submitted), int(counted.invited))
