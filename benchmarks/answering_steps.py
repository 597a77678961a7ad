"""The survey as it is deployed, or with some of what makes submitting fast left out, to see what each adds.

Run by `benchmarks.answering`: `python -m benchmarks.answering_steps STEP`, with the survey's environment.
"""

import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from unittest.mock import patch
from uuid import UUID

from fastapi import FastAPI
from sqlalchemy import func, insert, select, update

from services.survey import main
from services.survey.answering.asked import FrozenRound, RoundMemory
from services.survey.answering.desk import SubmissionDesk, Write
from services.survey.answering.submission import Submission, Taken, Verdict
from services.survey.answering.submitting import Submitting
from services.survey.answering.taking import take_answers
from services.survey.rounds.repository import count_up
from services.survey.rounds.tables import answer_set, form, invitation, survey_round
from services.survey.settings import SurveySettings
from shared.changes.log import log_change
from shared.contracts.survey import MEASUREMENT
from shared.database.connection import Database, Transaction
from shared.errors import UNAUTHENTICATED, Problem
from shared.idempotency import Attempt, Made, once
from shared.server import serve


class _Forgetful(RoundMemory):
    """Remembers nothing: every submission reads what is asked."""

    def keep(self, tenant: UUID, found: FrozenRound) -> None:
        """Forget at once."""


class _Alone(SubmissionDesk):
    """Takes each submission in a transaction of its own."""

    async def take(self, tenant: UUID, submission: Submission) -> Taken:
        """Take answers without waiting for others."""
        (taken,) = await self._write(tenant, [submission], True)
        return taken


def _by_function(database: Database) -> Write:
    """Take answers as the survey does."""

    async def write(tenant: UUID, submissions: Sequence[Submission], waits: bool) -> list[Taken]:
        return await take_answers(database, tenant, submissions, waits=waits)

    return write


def _by_statements(database: Database) -> Write:
    """Take answers as a route is written that meets no rush: one statement after the other."""

    async def write(tenant: UUID, submissions: Sequence[Submission], _waits: bool) -> list[Taken]:
        (submission,) = submissions
        async with database.transaction(tenant) as transaction:

            async def make() -> Made:
                return await _make(transaction, submission)

            caller = f"invitation/{submission.invitation}"
            attempt = Attempt(submission.operation, caller, submission.key, submission.fingerprint)
            await once(transaction, attempt, make)
        now = datetime.now(UTC)
        return [Taken(Verdict.TAKEN, now, now)]

    return write


async def _make(transaction: Transaction, wanted: Submission) -> Made:
    held = await transaction.first(
        select(survey_round.c.state, invitation.c.generation)
        .join(
            invitation,
            (invitation.c.tenant_id == survey_round.c.tenant_id)
            & (invitation.c.round_id == survey_round.c.id),
        )
        .where(invitation.c.tenant_id == transaction.tenant, invitation.c.id == wanted.invitation)
        .with_for_update(read=True, of=survey_round)
    )
    if held is None or held.state != "open" or held.generation != wanted.generation:
        raise Problem(UNAUTHENTICATED)
    taken = await transaction.execute(
        update(form)
        .where(form.c.tenant_id == transaction.tenant, form.c.id == wanted.form, form.c.number == 0)
        .values(number=1, submitted_at=func.clock_timestamp(), draft=None)
        .returning(form.c.measurement_id)
    )
    measurement = taken.scalar_one()
    await transaction.execute(
        insert(answer_set).values(
            tenant_id=transaction.tenant,
            form_id=wanted.form,
            number=1,
            measurement_id=measurement,
            cells=wanted.cells,
            answered_at=func.now(),
            answered_by="self",
        )
    )
    version = await count_up(transaction, measurement)
    await log_change(transaction, MEASUREMENT, measurement, version)
    return Made(201, wanted.form)


@dataclass(frozen=True, slots=True)
class Step:
    """Which parts of the fast way are there."""

    writes: Callable[[Database], Write] = _by_function
    memory: type[RoundMemory] = RoundMemory
    desk: type[SubmissionDesk] = SubmissionDesk
    swift: bool = True
    processes: int = 1


STEPS = {
    "plain": Step(_by_statements, _Forgetful, _Alone, swift=False),
    "one statement": Step(_by_function, _Forgetful, _Alone, swift=False),
    "remembered rounds": Step(desk=_Alone, swift=False),
    "swift lane": Step(desk=_Alone),
    "taken together": Step(),
    "a process per core": Step(processes=2),
}
"""Each step has all that those before it have; the last is what is deployed."""


def _build(step: Step, settings: SurveySettings) -> FastAPI:
    app = main.build(settings)
    if not step.swift:
        app.user_middleware.pop()  # the innermost
    return app


def run(step: Step) -> None:
    """Serve the survey with a step's parts."""

    @asynccontextmanager
    async def taking(database: Database) -> AsyncIterator[Submitting]:
        desk = step.desk(step.writes(database))
        async with desk.open():
            yield Submitting(database, desk, step.memory())

    settings = SurveySettings()
    with patch.object(main, "taking_answers", taking):
        serve(main.SERVICE, _build(step, settings), settings)


if __name__ == "__main__":
    run(STEPS[sys.argv[1]])
