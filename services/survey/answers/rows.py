"""Lays stored answers out as the rows of an export: long or wide, every version, nothing guessed; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.survey.answers.pseudonyms import Pseudonyms
from services.survey.answers.schemas import AnswerKind, Layout
from services.survey.instruments.definition import Instrument
from shared.contracts.survey import DONT_KNOW, DONT_WORK_WITH, NOT_ANSWERED, Form, Seat
from shared.spreadsheet import Cell
from shared.wire import rfc3339

_SPECIAL: Mapping[int, AnswerKind] = {
    NOT_ANSWERED: "not-answered",
    DONT_KNOW: "dont-know",
    DONT_WORK_WITH: "dont-work-with",
}
_KINDS = {Form.CITIZEN: "case", Form.COLLABORATION: "collaboration", Form.OWN_LEADER: "leader"}
_NO_TEXT: tuple[Cell, ...] = (None, None, None)
_NO_SUBJECT: tuple[Cell, ...] = (None,) * 7


@dataclass(frozen=True, slots=True)
class TextGiven:
    """One free text; `subject` may be nobody on the roster, where it is about all of it."""

    question: str
    subject: UUID
    body: str
    may_quote: bool


@dataclass(frozen=True, slots=True)
class AnswersGiven:
    """One version of a form's answers."""

    form: Row[Any]
    number: int
    cells: bytes
    answered_at: datetime
    texts: tuple[TextGiven, ...]


@dataclass(frozen=True)
class Measured:
    """One instrument in one round as it was read at one moment, and all answers to it."""

    row: Row[Any]
    instrument: Instrument
    answers: Sequence[AnswersGiven]

    @cached_property
    def respondents(self) -> list[Seat]:
        """Everybody asked."""
        return [Seat.model_validate(each) for each in self.row.respondents]

    @cached_property
    def subjects(self) -> list[Seat]:
        """Everybody and everything rated."""
        return [Seat.model_validate(each) for each in self.row.subjects]


@dataclass(frozen=True)
class Layouting:
    """How rows are laid out: long or wide (then over which items), in which language, under which keys."""

    layout: Layout
    items: Sequence[str]
    language: str
    keys: Pseudonyms

    def rows_of(self, measured: Measured) -> Iterator[tuple[Cell, ...]]:
        """Lay out all answers of a measurement, seat by seat, each version after the one before."""
        about_round = _about_round(measured.row)
        for given in measured.answers:
            respondent = self._respondent(measured, given.form)
            about_answer = _about_answer(given)
            for place in _answered_places(measured, given):
                subject = self._subject(measured, given.form.seat, place)
                shared = (*about_round, *respondent, *subject, "rating", *about_answer, *_NO_TEXT)
                yield from self._ratings(measured, shared, _cells_of(measured, given.cells, place))
            for text in given.texts:
                subject = self._text_subject(measured, given.form.seat, text.subject)
                yield (
                    *(*about_round, *respondent, *subject, "text", *about_answer),
                    *(text.question, text.body, text.may_quote),
                    *self._no_items,
                )

    @cached_property
    def _no_items(self) -> tuple[Cell, ...]:
        return (None,) * (6 if self.layout is Layout.LONG else len(self.items))

    def _ratings(
        self, measured: Measured, shared: tuple[Cell, ...], codes: Sequence[int]
    ) -> Iterator[tuple[Cell, ...]]:
        if self.layout is Layout.WIDE:
            own = dict(zip(measured.row.items, codes, strict=True))
            yield (*shared, *(_wide_cell(own.get(item)) for item in self.items))
            return
        words = _words(measured.instrument, self.language)
        labels = {item.id: item.label.said_in(self.language) for item in measured.instrument.items}
        for item, code in zip(measured.row.items, codes, strict=True):
            kind = _SPECIAL.get(code, "rated")
            yield (
                *shared,
                *(item, labels[item], item in measured.row.focus_items),
                *(kind, code if kind == "rated" else None, words.get(code)),
            )

    def _respondent(self, measured: Measured, form: Row[Any]) -> tuple[Cell, ...]:
        seat = measured.respondents[form.seat]
        return (
            self.keys.of(seat.person_id or seat.id),
            form.seat + 1,
            form.kind,
            seat.role,
            seat.professional_group,
            _text(seat.unit_id),
            _text(seat.area_id),
            seat.municipality_code,
            self.keys.of(seat.leader_person_id or seat.leader_id),
        )

    def _subject(self, measured: Measured, seat: int, place: int) -> tuple[Cell, ...]:
        subject = measured.subjects[place]
        form = Form(measured.row.form)
        who = subject.person_id or subject.id
        if form is Form.OWN_LEADER:
            respondent = measured.respondents[seat]
            who = respondent.leader_person_id or respondent.leader_id or who
        kind = _KINDS.get(form, "professional" if subject.person_id else "group")
        group = subject.label if kind == "group" else subject.professional_group
        return (
            *(self.keys.of(who), place + 1, kind, subject.role, group),
            *(_text(subject.unit_id), _text(subject.area_id)),
        )

    def _text_subject(self, measured: Measured, seat: int, subject: UUID) -> tuple[Cell, ...]:
        """Say whom a text is about; of one about everything, nobody."""
        leader = measured.respondents[seat].leader_id if measured.row.form == Form.OWN_LEADER else None
        for place, each in enumerate(measured.subjects):
            if subject in {each.id, leader}:
                return self._subject(measured, seat, place)
        return _NO_SUBJECT


def _about_round(row: Row[Any]) -> tuple[Cell, ...]:
    return (
        str(row.round_id),
        _text(row.case_id),
        _text(row.group_id),
        row.wave,
        row.wave_ordinal,
        row.state,
        row.visibility,
        _moment(row.opened_at),
        row.level,
        row.units,
        row.authority_functions,
        row.citizen_resources,
        row.instrument,
        row.instrument_version,
        row.form,
    )


def _about_answer(given: AnswersGiven) -> tuple[Cell, ...]:
    form = given.form
    return (
        given.number,
        given.number == form.number,
        _moment(form.submitted_at),
        _moment(given.answered_at),
        form.answered_by,
        form.language,
        form.share_with_team,
    )


def _answered_places(measured: Measured, given: AnswersGiven) -> Iterator[int]:
    """Name whom one was asked about, and whom one rated before the other left."""
    count = len(measured.subjects)
    asked = measured.row.asked[given.form.seat * count :][:count]
    for place in range(count):
        if asked[place] or any(_cells_of(measured, given.cells, place)):
            yield place


def _cells_of(measured: Measured, cells: bytes, place: int) -> list[int]:
    """Read one subject's codes; of who joined after the answer was given, nothing is answered."""
    width = len(measured.row.items)
    own = cells[place * width :][:width].ljust(width, bytes([NOT_ANSWERED]))
    return [cell - 256 if cell > 127 else cell for cell in own]


def _wide_cell(code: int | None) -> Cell:
    """Write a code; None, left empty, is an item that this version doesn't have."""
    return code if code is None else _SPECIAL.get(code, code)


def _words(instrument: Instrument, language: str) -> dict[int, str]:
    words = {option.value: option.label.said_in(language) for option in instrument.options}
    words[DONT_KNOW] = instrument.dont_know.label.said_in(language)
    if instrument.dont_work_with is not None:
        words[DONT_WORK_WITH] = instrument.dont_work_with.label.said_in(language)
    return words


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _moment(value: datetime | None) -> str | None:
    return None if value is None else rfc3339(value)
