"""The use case of access: all that the survey holds about one, for whoever may have it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.survey.answering.views import subjects_asked
from services.survey.erasure.repository import employments_of
from services.survey.exports.reading import Rated, Rater, given_ratings, given_texts, rated_in
from services.survey.exports.repository import (
    read_answers,
    read_cells,
    read_forms,
    read_measurements,
    read_rounds,
    read_texts,
)
from services.survey.exports.schemas import (
    ROUNDS_AT_ONCE,
    ExportSurveyData,
    GivenForm,
    GivenVersion,
    InvitationHeld,
    ReceivedRatings,
    RoundTaken,
    SubjectType,
    SurveyDataExport,
)
from services.survey.instruments.definition import Instrument
from services.survey.instruments.shelf import instrument_of
from shared.access.principal import Principal, Role
from shared.audit import Access, record_access
from shared.contracts.survey import RoundState
from shared.database.connection import Transaction
from shared.errors import NOT_FOUND, Problem
from shared.resources import view_of
from shared.wire import Language

_STEWARDS = (Role.DATA_STEWARD, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Reader:
    """How an export is read: in which language, and how many people must stand behind a count."""

    language: Language
    enough: int


async def export(transaction: Transaction, wanted: ExportSurveyData, reader: Reader) -> SurveyDataExport:
    """Return all that is held about a citizen or an employee.

    Raises
    ------
    Problem
        404 for whom nothing is held about, and for whom the caller may not ask about, alike.
    """
    if not _may_ask(transaction.caller, wanted):
        raise Problem(NOT_FOUND)
    person = wanted.subject_id
    employments = frozenset(await employments_of(transaction, [person]))
    found = await read_rounds(transaction, person, {person, *employments}, wanted.after_round_id)
    if not found and wanted.after_round_id is None:
        raise Problem(NOT_FOUND)
    rounds = found[:ROUNDS_AT_ONCE]
    forms = await _given(transaction, rounds, reader)
    received = await _received(transaction, rounds, wanted, employments)
    await record_access(transaction, Access("export", wanted.subject_type, person, wanted.purpose))
    return SurveyDataExport(
        subject_type=wanted.subject_type,
        subject_id=person,
        language=reader.language,
        made_at=datetime.now(UTC),
        rounds=[
            _round_taken(row, forms.get(row.invitation_id, []), _told(received.get(row.id, {}), reader))
            for row in rounds
        ],
        next_after_round_id=rounds[-1].id if len(found) > ROUNDS_AT_ONCE else None,
    )


def _may_ask(caller: Principal, wanted: ExportSurveyData) -> bool:
    """Let stewards ask about everybody, and employees about themselves."""
    own = wanted.subject_type is SubjectType.EMPLOYEE and caller.person == wanted.subject_id
    return own or caller.is_any(*_STEWARDS)


async def _given(
    transaction: Transaction, rounds: Sequence[Row[Any]], reader: Reader
) -> dict[UUID, list[GivenForm]]:
    invitations = [row.invitation_id for row in rounds if row.invitation_id]
    rows = await read_forms(transaction, invitations)
    forms = [row.id for row in rows]
    answers = _by_form(await read_answers(transaction, forms))
    texts = _by_form(await read_texts(transaction, forms))
    given: dict[UUID, list[GivenForm]] = {}
    for row in rows:
        instrument = await instrument_of(transaction, row.instrument, row.instrument_version)
        said = [
            _given_version(row, each, texts.get(row.id, ()), (instrument, reader.language))
            for each in answers.get(row.id, ())
        ]
        form = _given_form(row, said, instrument, reader.language)
        given.setdefault(row.invitation_id, []).append(form)
    return given


def _by_form(rows: Sequence[Row[Any]]) -> dict[UUID, list[Row[Any]]]:
    found: dict[UUID, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.form_id, []).append(row)
    return found


def _given_version(
    row: Row[Any], answers: Row[Any], texts: Sequence[Row[Any]], read_by: tuple[Instrument, Language]
) -> GivenVersion:
    instrument, language = read_by
    own = [each for each in texts if each.number == answers.number]
    return GivenVersion(
        number=answers.number,
        answered_at=answers.answered_at,
        answered_by=answers.answered_by,
        answered_in=answers.answered_in,
        ratings=given_ratings(answers.cells, subjects_asked(row, instrument), instrument, language),
        texts=given_texts(own, instrument, language),
    )


def _given_form(
    row: Row[Any], versions: list[GivenVersion], instrument: Instrument, language: Language
) -> GivenForm:
    return view_of(
        GivenForm,
        row,
        title=instrument.title.said_in(language),
        versions=versions,
        draft=row.has_draft,
    )


async def _received(
    transaction: Transaction,
    rounds: Sequence[Row[Any]],
    wanted: ExportSurveyData,
    employments: frozenset[UUID],
) -> dict[UUID, dict[str, int]]:
    """Count, by round and instrument, who answered about an employee.

    Of a round that is not closed nobody is counted: a count that rises tells when somebody answered.
    """
    if wanted.subject_type is SubjectType.CITIZEN:
        return {}
    closed = {row.id for row in rounds if row.state == RoundState.CLOSED}
    measured = await read_measurements(transaction, [row.id for row in rounds])
    rated: dict[UUID, tuple[Row[Any], Rated]] = {
        row.id: (row, found) for row in measured if (found := rated_in(row, wanted.subject_id, employments))
    }
    answers: dict[UUID, list[Rater]] = {}
    counted = [each for each, (row, _) in rated.items() if row.round_id in closed]
    for row in await read_cells(transaction, counted):
        answers.setdefault(row.measurement_id, []).append(Rater(row.invitation_id, row.seat, row.cells))
    counts: dict[UUID, dict[str, int]] = {}
    for measurement, (row, where) in rated.items():
        counts.setdefault(row.round_id, {})[row.instrument] = where.raters(answers.get(measurement, []))
    return counts


def _told(counts: Mapping[str, int], reader: Reader) -> list[ReceivedRatings]:
    return [
        ReceivedRatings(instrument=instrument, raters=count if count >= reader.enough else None)
        for instrument, count in counts.items()
    ]


def _round_taken(row: Row[Any], forms: list[GivenForm], received: list[ReceivedRatings]) -> RoundTaken:
    return RoundTaken(
        round_id=row.id,
        case_id=row.case_id,
        group_id=row.group_id,
        wave=row.wave,
        state=row.state,
        visibility=row.visibility,
        purpose=row.request["purpose"],
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        invitation_id=row.invitation_id,
        label=row.label,
        invitation=_invitation_held(row) if row.invitation_id else None,
        forms=forms,
        received=received,
    )


def _invitation_held(row: Row[Any]) -> InvitationHeld:
    return InvitationHeld(**{name: getattr(row, f"own_{name}") for name in InvitationHeld.model_fields})
