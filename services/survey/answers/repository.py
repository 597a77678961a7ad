"""Every statement of answer exports: which measurements, and all of some of them at one moment."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, select

from services.survey.answers.rows import AnswersGiven, Measured, TextGiven
from services.survey.answers.schemas import ExportAnswers, Versions
from services.survey.instruments.shelf import instruments_among
from services.survey.rounds.tables import (
    answer_set,
    form,
    invitation,
    measurement,
    survey_round,
    text_answer,
)
from services.survey.standing.visibility import rounds_visible_to
from shared.database.connection import Transaction

_OF_ROUND = and_(
    survey_round.c.tenant_id == measurement.c.tenant_id, survey_round.c.id == measurement.c.round_id
)
_MEASURED = measurement.join(survey_round, _OF_ROUND)
_FORM_OF_SET = and_(form.c.tenant_id == answer_set.c.tenant_id, form.c.id == answer_set.c.form_id)
_INVITED = and_(invitation.c.tenant_id == form.c.tenant_id, invitation.c.id == form.c.invitation_id)
_SHOWN = (
    *(survey_round.c[name] for name in ("case_id", "group_id", "wave", "wave_ordinal", "state")),
    *(survey_round.c[name] for name in ("visibility", "opened_at", "citizen_resources")),
    *(measurement.c[name] for name in ("id", "round_id", "instrument", "instrument_version", "form")),
    *(measurement.c[name] for name in ("items", "focus_items", "respondents", "subjects", "asked")),
    *(measurement.c[name] for name in ("level", "units", "authority_functions")),
)
_OF_TEXT = [
    text_answer.c[name] for name in ("form_id", "number", "question", "subject_id", "body", "may_quote")
]
_ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


async def read_known_rounds(transaction: Transaction, rounds: Collection[UUID]) -> set[UUID]:
    """Return those of some rounds that the caller may see."""
    found = await transaction.rows(
        select(survey_round.c.id).where(*_seen(transaction), survey_round.c.id.in_(rounds))
    )
    return {row.id for row in found}


async def read_plan(transaction: Transaction, wanted: ExportAnswers) -> list[Row[Any]]:
    """Return the measurements that an export takes in, in its order, with their rounds."""
    return await transaction.rows(
        select(
            measurement.c.id,
            measurement.c.round_id,
            measurement.c.instrument,
            measurement.c.instrument_version,
        )
        .select_from(_MEASURED)
        .where(*_seen(transaction), *_asked_for(wanted))
        .order_by(
            survey_round.c.wave_ordinal,
            survey_round.c.id,
            measurement.c.instrument,
            measurement.c.id,
        )
    )


def _seen(transaction: Transaction) -> tuple[ColumnElement[bool], ...]:
    tenant = transaction.tenant
    return survey_round.c.tenant_id == tenant, rounds_visible_to(transaction.caller, tenant)


def _asked_for(wanted: ExportAnswers) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.round_ids is not None:
        found.append(survey_round.c.id.in_(wanted.round_ids))
    if wanted.wave is not None:
        found.append(survey_round.c.wave == wanted.wave)
    if wanted.case_ids is not None:
        found.append(survey_round.c.case_id.in_(wanted.case_ids))
    if wanted.instrument is not None:
        found.append(measurement.c.instrument == wanted.instrument)
    return found


async def stand_still(transaction: Transaction) -> None:
    """Let every statement that follows see the same moment, or a roster and its answers may not fit."""
    await transaction.driver.execute(_ONE_MOMENT)


async def read_measured(
    transaction: Transaction, measurements: Sequence[UUID], versions: Versions
) -> list[Measured]:
    """Return measurements with all their answers, in the order asked for; none that is gone meanwhile."""
    tenant = transaction.tenant
    rows = await transaction.rows(
        select(*_SHOWN)
        .select_from(_MEASURED)
        .where(measurement.c.tenant_id == tenant, measurement.c.id.in_(measurements))
    )
    keys = {(tenant, row.instrument, row.instrument_version) for row in rows}
    instruments = await instruments_among(transaction, keys)
    answers = await _read_answers(transaction, measurements, versions)
    found = {
        row.id: Measured(
            row, instruments[tenant, row.instrument, row.instrument_version], answers.get(row.id, [])
        )
        for row in rows
    }
    return [found[each] for each in measurements if each in found]


async def _read_answers(
    transaction: Transaction, measurements: Sequence[UUID], versions: Versions
) -> dict[UUID, list[AnswersGiven]]:
    statement = (
        select(
            *(answer_set.c[name] for name in ("measurement_id", "form_id", "cells", "answered_at")),
            *(answer_set.c[name] for name in ("language", "answered_by")),
            answer_set.c.number.label("answer_number"),
            *(form.c[name] for name in ("seat", "number", "submitted_at", "share_with_team")),
            invitation.c.kind,
        )
        .select_from(answer_set.join(form, _FORM_OF_SET).join(invitation, _INVITED))
        .where(
            answer_set.c.tenant_id == transaction.tenant,
            answer_set.c.measurement_id.in_(measurements),
        )
        .order_by(form.c.seat, answer_set.c.number)
    )
    if versions is Versions.NEWEST:
        statement = statement.where(answer_set.c.number == form.c.number)
    rows = await transaction.rows(statement)
    texts = await _read_texts(transaction, {row.form_id for row in rows})
    found: dict[UUID, list[AnswersGiven]] = {}
    for row in rows:
        said = tuple(texts.get((row.form_id, row.answer_number), ()))
        given = AnswersGiven(row, row.answer_number, row.cells, row.answered_at, said)
        found.setdefault(row.measurement_id, []).append(given)
    return found


async def _read_texts(
    transaction: Transaction, forms: Collection[UUID]
) -> dict[tuple[UUID, int], list[TextGiven]]:
    if not forms:
        return {}
    rows = await transaction.rows(
        select(*_OF_TEXT)
        .where(text_answer.c.tenant_id == transaction.tenant, text_answer.c.form_id.in_(forms))
        .order_by(text_answer.c.question, text_answer.c.subject_id)
    )
    found: dict[tuple[UUID, int], list[TextGiven]] = {}
    for row in rows:
        text = TextGiven(row.question, row.subject_id, row.body, row.may_quote)
        found.setdefault((row.form_id, row.number), []).append(text)
    return found
