"""Says what happened to the rounds a caller handles, with counts; refuses to name a person or an answer."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.survey.following.repository import read_counts, read_due, read_rounds
from services.survey.following.schemas import (
    ResponseCounts,
    RoundFollowed,
    SurveyChange,
)
from services.survey.standing.visibility import EVERY_ROUND
from shared.access.principal import Role
from shared.changes.events import kind_of
from shared.changes.feed import Stretch, position_of
from shared.changes.following import last_of_each_type
from shared.contracts.survey import INVITATION, MEASUREMENT, ROUND, TOLD_AS
from shared.database.connection import Transaction
from shared.resources import view_of

_SENDING = (Role.CASE_SYSTEM, Role.CASE_WORKER, Role.ADMINISTRATOR)
"""Roles that may ask for links, and so hear which are to be sent."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rows of a page are about, as far as the caller may know."""

    rounds: dict[UUID, RoundFollowed | None]
    counts: dict[UUID, Row[Any]] = field(default_factory=dict)
    due: dict[UUID, Row[Any]] = field(default_factory=dict)


async def tell_survey_changes(transaction: Transaction, read: Stretch) -> list[SurveyChange]:
    """Tell what happened to the rounds that the caller handles."""
    rows = last_of_each_type([row for row in read.rows if row["type"] in TOLD_AS])
    known = await _look_up(transaction, rows)
    told = (_change(row, known, read.next.feed_epoch) for row in rows)
    return [each for each in told if each is not None]


async def _look_up(transaction: Transaction, rows: Collection[Any]) -> _Known:
    changed = _subjects(rows, ROUND)
    counts = await read_counts(transaction, _subjects(rows, MEASUREMENT))
    due = await _due(transaction, _subjects(rows, INVITATION))
    meant = changed.union((row.round_id for row in counts), (row.round_id for row in due))
    found = await read_rounds(transaction, meant)
    rounds: dict[UUID, RoundFollowed | None] = {row.id: view_of(RoundFollowed, row) for row in found}
    if transaction.caller.is_any(*EVERY_ROUND):
        # Who sees all rounds sees all that are there: the others are erased.
        rounds.update(dict.fromkeys(changed - rounds.keys()))
    return _Known(rounds, {row.id: row for row in counts}, {row.id: row for row in due})


async def _due(transaction: Transaction, invitations: set[UUID]) -> list[Row[Any]]:
    if not transaction.caller.is_any(*_SENDING):
        return []
    return await read_due(transaction, invitations)


def _subjects(rows: Collection[Any], kind: str) -> set[UUID]:
    return {row["subject"] for row in rows if kind_of(row["type"]) == kind}


def _change(row: Any, known: _Known, epoch: int) -> SurveyChange | None:
    subject, kind = row["subject"], kind_of(row["type"])
    counted = known.counts.get(subject) if kind == MEASUREMENT else None
    due = known.due.get(subject) if kind == INVITATION else None
    about = counted or due
    round_id: UUID | None = subject if kind == ROUND else about.round_id if about is not None else None
    if round_id is None or round_id not in known.rounds:
        return None
    return SurveyChange(
        id=str(position_of(row, epoch)),
        type=TOLD_AS[row["type"]],
        round_id=round_id,
        round=known.rounds[round_id],
        response=None if counted is None else view_of(ResponseCounts, counted),
        invitation_id=None if due is None else subject,
    )
