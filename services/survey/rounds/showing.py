"""Use cases of reading a round: shown with what it asks, and with what changed since the one before."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.survey.rounds.comparison import FrozenPeople, changes_between, frozen_people
from services.survey.rounds.repository import ROUND_ROWS, read_measurements
from services.survey.rounds.schemas import (
    Changes,
    MeasurementView,
    RatedResources,
    RoundSummary,
    RoundView,
    Wave,
)
from services.survey.standing.handling import handled_round
from shared.access.principal import Role
from shared.audit import Access, record_access
from shared.database.connection import Transaction
from shared.resources import read_row, select_row, view_of

STAFF = (Role.CASE_SYSTEM, Role.CASE_WORKER, Role.ADMINISTRATOR)
"""Who opens and closes rounds."""


async def show_round(transaction: Transaction, round_id: UUID) -> RoundView:
    """Return a round with its measurements; who only takes part is not told who is not asked, and why."""
    row = await read_row(transaction, ROUND_ROWS, round_id)
    measurements = await read_measurements(transaction, round_id)
    views = [measurement_view(each) for each in measurements]
    knows_all = transaction.caller.is_any(Role.SERVICE) or await handled_round(transaction, round_id)
    return view_of(
        RoundView,
        row,
        wave=Wave.model_validate(row.request["wave"]),
        purpose=row.request["purpose"],
        legal_basis=row.request.get("legal_basis"),
        citizen_resources=_resources(row),
        measurements=views,
        judgements=sum(each.judgements for each in views),
        not_asked=row.not_asked if knows_all else None,
        changes=await _changes(transaction, row, measurements) if knows_all else None,
    )


def summary_of(row: Row[Any]) -> RoundSummary:
    """Show a round in a list."""
    return view_of(RoundSummary, row, wave=Wave.model_validate(row.request["wave"]))


def measurement_view(row: Row[Any]) -> MeasurementView:
    """Show one instrument of a round."""
    return view_of(
        MeasurementView,
        row,
        respondents=len(row.respondents),
        subjects=len(row.subjects),
        judgements=sum(row.asked) * len(row.items),
    )


def _resources(row: Row[Any]) -> RatedResources | None:
    if row.citizen_resources is None:
        return None
    return RatedResources(level=row.citizen_resources, rated_by=row.resources_rated_by)


async def _changes(transaction: Transaction, row: Row[Any], measurements: list[Row[Any]]) -> Changes | None:
    """Compare with the round before, unless it is gone or this one has not opened; the audit notes it."""
    if row.based_on is None or not measurements:
        return None
    earlier = await transaction.first(select_row(ROUND_ROWS, transaction.tenant, row.based_on))
    if earlier is None:
        return None
    before = _people(earlier, await read_measurements(transaction, earlier.id))
    await record_access(transaction, Access("compare", "round", row.id, "measurement"))
    return changes_between(before, _people(row, measurements))


def _people(row: Row[Any], measurements: list[Row[Any]]) -> FrozenPeople:
    return frozen_people([each.respondents for each in measurements], row.not_asked)
