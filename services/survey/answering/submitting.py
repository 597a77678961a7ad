"""Use cases of submitting and correcting: what is asked is remembered, what is written checks that.

Whatever doesn't fit is told only once the write has said that it was asked for by the right ones: from
whom the round is closed to, or who holds an old link, nothing is heard of the form.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn
from uuid import UUID

from services.survey.answering.asked import AskedForm, FrozenRound, RoundMemory
from services.survey.answering.desk import SubmissionDesk
from services.survey.answering.errors import (
    ALREADY_SUBMITTED,
    ANSWERS_CHANGED,
    NO_LONGER_ASKED,
    RESPONSE_WITHDRAWN,
)
from services.survey.answering.plain import plain_cells
from services.survey.answering.repository import read_frozen_round
from services.survey.answering.schemas import (
    AnsweredBy,
    CorrectionView,
    CorrectResponse,
    SubmissionView,
    SubmitResponse,
)
from services.survey.answering.sheet import Sheet, lay_out_for_good
from services.survey.answering.submission import Submission, Taken, Verdict
from services.survey.answering.taking import take_answers
from services.survey.answering.tokens import RespondentToken
from services.survey.rounds.errors import ROUND_CLOSED
from shared.access.policy import unauthenticated
from shared.database.connection import Database, Transaction
from shared.errors import (
    BROKEN_RULE,
    IDEMPOTENCY_KEY_REUSED,
    Fault,
    Problem,
    broken_rule,
    unavailable,
)
from shared.idempotency import Attempt

_CHANGED_AT_MOST = 5

_FAULTS: dict[Verdict, Fault] = {
    Verdict.KEY_REUSED: IDEMPOTENCY_KEY_REUSED,
    Verdict.WITHDRAWN: RESPONSE_WITHDRAWN,
    Verdict.CLOSED: ROUND_CLOSED,
    Verdict.LEFT: NO_LONGER_ASKED,
}


@dataclass(frozen=True, slots=True)
class Try:
    """One try at handing a form in: by whom, under which key, over which version."""

    respondent: RespondentToken
    attempt: Attempt
    number: int = 0


class Submitting:
    """Hands forms in at the desk, by what is remembered of their rounds."""

    def __init__(self, database: Database, desk: SubmissionDesk, memory: RoundMemory) -> None:
        self._database = database
        self._desk = desk
        self._memory = memory

    async def submit(
        self, respondent: RespondentToken, attempt: Attempt, wanted: SubmitResponse
    ) -> SubmissionView:
        """Take one form and keep its answers.

        Raises
        ------
        Problem
            401 for a revoked token; 409 after closing or a first submission; 422 for answers that
            don't fit the form, naming every one; 503 when too many submit at once.
        """
        since, _ = await self._hand_in(Try(respondent, attempt), wanted)
        return SubmissionView(form_id=wanted.form_id, version=1, submitted_at=since)

    async def correct(
        self, respondent: RespondentToken, attempt: Attempt, wanted: CorrectResponse
    ) -> CorrectionView:
        """Keep another version of a form's answers.

        Raises
        ------
        Problem
            As for submitting, and 409 if the version built upon is not the newest.
        """
        since, moment = await self._hand_in(Try(respondent, attempt, wanted.based_on), wanted)
        version = wanted.based_on + 1
        return CorrectionView(
            form_id=wanted.form_id, version=version, submitted_at=since, corrected_at=moment
        )

    async def submit_plain(self, tried: Try, wanted: object) -> SubmissionView | None:
        """Take one form as its JSON is; None if it isn't taken, for whatever reason."""
        frozen = await self._frozen(tried.respondent)
        form_id = wanted.get("formId") if type(wanted) is dict else None
        form = frozen.by_text.get(form_id) if type(form_id) is str else None
        if form is None or form.invitation != tried.respondent.invitation or type(wanted) is not dict:
            return None
        cells = plain_cells(form, wanted)
        if cells is None:
            return None
        submission = Submission(
            round=frozen.id,
            revision=frozen.revision,
            invitation=tried.respondent.invitation,
            generation=tried.respondent.generation,
            form=form.id,
            measurement=form.measurement,
            number=0,
            cells=cells,
            texts=None,
            share_with_team=False,
            language=wanted.get("language"),
            answered_by=AnsweredBy.SELF.value,
            operation=tried.attempt.operation,
            key=tried.attempt.key,
            fingerprint=tried.attempt.fingerprint,
        )
        taken = await self._desk.take(tried.respondent.tenant, submission)
        if taken.since is None:
            return None
        return SubmissionView(form_id=form.id, version=1, submitted_at=taken.since)

    async def _hand_in(self, tried: Try, wanted: SubmitResponse) -> tuple[datetime, datetime]:
        tenant = tried.respondent.tenant
        for _ in range(_CHANGED_AT_MOST):
            frozen = await self._frozen(tried.respondent)
            asked = frozen.form_of(tried.respondent.invitation, wanted.form_id)
            sheet = lay_out_for_good(asked, wanted) if asked else None
            taken = await self._desk.take(tenant, _submission(tried, wanted, (frozen, asked, sheet)))
            if taken.since is not None and taken.moment is not None:
                return taken.since, taken.moment
            # `made` without a time: what was made is being deleted, and the next look finds it gone.
            if taken.verdict not in {Verdict.STALE, Verdict.MADE}:
                _refuse(taken, tried, sheet)
            self._memory.forget(tenant, frozen.id)
        raise unavailable()

    async def foresee(self, transaction: Transaction, respondent: RespondentToken) -> None:
        """Remember the round of whoever opens a form, as they will soon hand it in."""
        if self._memory.recall(respondent.tenant, respondent.invitation) is None:
            frozen = await read_frozen_round(transaction, respondent.invitation)
            if frozen is not None:
                self._memory.keep(respondent.tenant, frozen)

    async def _frozen(self, respondent: RespondentToken) -> FrozenRound:
        frozen = self._memory.recall(respondent.tenant, respondent.invitation)
        if frozen is None:
            async with self._database.transaction(respondent.tenant) as transaction:
                frozen = await read_frozen_round(transaction, respondent.invitation)
            if frozen is None:
                raise unauthenticated()
            self._memory.keep(respondent.tenant, frozen)
        return frozen


def _submission(
    tried: Try, wanted: SubmitResponse, by: tuple[FrozenRound, AskedForm | None, Sheet | None]
) -> Submission:
    frozen, asked, sheet = by
    fits = sheet is not None and not sheet.errors
    return Submission(
        round=frozen.id,
        revision=frozen.revision,
        invitation=tried.respondent.invitation,
        generation=tried.respondent.generation,
        form=wanted.form_id,
        measurement=asked.measurement if asked else None,
        number=tried.number,
        cells=sheet.cells if sheet and fits else None,
        texts=sheet.stored_texts if sheet and fits else None,
        share_with_team=wanted.share_with_team,
        language=wanted.language,
        answered_by=wanted.answered_by.value,
        operation=tried.attempt.operation,
        key=tried.attempt.key,
        fingerprint=tried.attempt.fingerprint,
    )


def _refuse(taken: Taken, tried: Try, sheet: Sheet | None) -> NoReturn:
    if taken.verdict is Verdict.UNAUTHENTICATED:
        raise unauthenticated()
    if taken.verdict is Verdict.UNKNOWN_FORM:
        raise broken_rule("/formId", "unknown-form", "You are not asked this form.")
    if taken.verdict is Verdict.OUTDATED:
        raise Problem(ANSWERS_CHANGED if tried.number else ALREADY_SUBMITTED)
    if taken.verdict is Verdict.UNFIT and sheet is not None:
        raise Problem(BROKEN_RULE, sheet.errors)
    raise Problem(_FAULTS[taken.verdict])


@asynccontextmanager
async def taking_answers(database: Database) -> AsyncIterator[Submitting]:
    """Take answers while the body runs; at its end all that were handed in are taken."""

    async def write(tenant: UUID, submissions: Sequence[Submission], waits: bool) -> list[Taken]:
        return await take_answers(database, tenant, submissions, waits=waits)

    desk = SubmissionDesk(write)
    async with desk.open():
        yield Submitting(database, desk, RoundMemory())
