"""Use cases of erasure: find the rounds that hold something of those erased, and clear them one by one.

Each round is cleared in a transaction of its own, and clearing it again does nothing: whoever is
interrupted begins again. A submission under way lands before its round is cleared, or finds it done.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.survey.erasure.remainder import FrozenRoster, Gone, Remainder, without
from services.survey.erasure.repository import (
    allow_erasure,
    answers_of,
    count_erasure,
    delete_empty_invitations,
    delete_forms,
    delete_measurement,
    delete_round,
    delete_texts_about,
    employments_of,
    forget_in_standings,
    forget_names,
    forms_of,
    put_cells,
    put_draft,
    put_not_asked,
    put_roster,
    put_seats,
    rosters_of,
    rounds_naming,
    rounds_of_cases,
    take_round,
)
from shared.access.principal import Principal, Role
from shared.audit import Access, record_access
from shared.changes.log import log_change
from shared.contracts.register import CASE, PERSON
from shared.contracts.survey import MEASUREMENT, ROUND, Form, Seat
from shared.database.connection import Database, Transaction

_PURPOSE = "erasure-in-register"


@dataclass(frozen=True, slots=True)
class Erased:
    """Something that the register holds no longer."""

    kind: str
    subject: UUID


@dataclass(frozen=True, slots=True)
class Clearance:
    """One round to clear: altogether, or of those gone. `because` is what the audit names."""

    tenant: UUID
    round_id: UUID
    gone: Gone | None
    because: tuple[Erased, ...]


class Eraser:
    """Clears rounds in the survey's own name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, tenant: UUID, erased: Sequence[Erased]) -> list[Clearance]:
        """Return what must be cleared; from now on no round opens with a roster from before."""
        async with self._database.transaction(tenant, _service(tenant)) as transaction:
            await count_erasure(transaction)
            await forget_in_standings(transaction, [each.subject for each in erased])
            whole = await _whole_rounds(transaction, tenant, erased)
            done = {each.round_id for each in whole}
            parts = await _parts_of_rounds(transaction, tenant, erased)
        return [*whole, *(each for each in parts if each.round_id not in done)]

    async def clear(self, clearance: Clearance) -> None:
        """Clear one round; one that is no longer there is clear."""
        async with self._database.transaction(clearance.tenant, _service(clearance.tenant)) as transaction:
            taken = await take_round(transaction, clearance.round_id)
            if taken is None:
                return
            await allow_erasure(transaction)
            await _clear_measurements(transaction, clearance)
            if clearance.gone is None:
                await delete_round(transaction, clearance.round_id)
            else:
                await _forget(transaction, clearance.round_id, clearance.gone, taken.not_asked)
            await log_change(transaction, ROUND, clearance.round_id, taken.version)
            for each in clearance.because:
                await record_access(transaction, Access("erase", each.kind, each.subject, _PURPOSE))


def _service(tenant: UUID) -> Principal:
    return Principal(subject="survey", issuer="survey", roles=frozenset({Role.SERVICE}), tenant=tenant)


async def _whole_rounds(
    transaction: Transaction, tenant: UUID, erased: Sequence[Erased]
) -> list[Clearance]:
    cases = {each.subject: each for each in erased if each.kind == CASE}
    rows = await rounds_of_cases(transaction, cases)
    return [Clearance(tenant, row.id, None, (cases[row.case_id],)) for row in rows]


async def _parts_of_rounds(
    transaction: Transaction, tenant: UUID, erased: Sequence[Erased]
) -> list[Clearance]:
    """Find the rounds that name somebody, also as a leader whose person only another round tells."""
    named = {each.subject: each for each in erased if each.kind != CASE}
    persons = frozenset(subject for subject, each in named.items() if each.kind == PERSON)
    for employment, person in (await employments_of(transaction, persons)).items():
        named.setdefault(employment, named[person])
    gone = Gone(persons, frozenset(named) - persons)
    because: dict[UUID, set[Erased]] = {}
    for row in await rounds_naming(transaction, named):
        because.setdefault(row.round_id, set()).add(named[row.named_id])
    return [
        Clearance(tenant, round_id, gone, tuple(sorted(found, key=lambda each: each.subject)))
        for round_id, found in because.items()
    ]


async def _clear_measurements(transaction: Transaction, clearance: Clearance) -> None:
    for row in await rosters_of(transaction, [clearance.round_id]):
        roster = FrozenRoster(Form(row.form), _seats(row.respondents), _seats(row.subjects), row.asked)
        left = without(roster, clearance.gone) if clearance.gone else None
        if left is None or not left.roster.is_measurable:
            await delete_forms(transaction, [each.id for each in await forms_of(transaction, row.id)])
            await delete_measurement(transaction, row.id)
            await log_change(transaction, MEASUREMENT, row.id, row.version + 1)
        elif left.roster != roster:
            await _cut(transaction, row, left)
            version = await put_roster(transaction, row.id, left.roster)
            await log_change(transaction, MEASUREMENT, row.id, version)
    await delete_empty_invitations(transaction, clearance.round_id)


def _seats(stored: Sequence[Mapping[str, Any]]) -> tuple[Seat, ...]:
    return tuple(Seat.model_validate(seat) for seat in stored)


async def _cut(transaction: Transaction, row: Row[Any], left: Remainder) -> None:
    """Delete the forms of those gone; take what others said of them out of answers and drafts."""
    forms = await forms_of(transaction, row.id)
    kept = {each.id: place for each in forms if (place := left.row_of(each.seat)) is not None}
    await delete_forms(transaction, [each.id for each in forms if each.id not in kept])
    moved = {each.id: kept[each.id] for each in forms if kept.get(each.id, each.seat) != each.seat}
    await put_seats(transaction, row.id, moved)
    if len(left.columns) == len(row.subjects):
        return
    answers = await answers_of(transaction, row.id)
    await put_cells(
        transaction,
        {(each.form_id, each.number): left.cells(each.cells, len(row.items)) for each in answers},
    )
    subjects = {str(subject.id) for subject in left.roster.subjects}
    gone = {subject["id"] for subject in row.subjects} - subjects
    await delete_texts_about(transaction, kept, [UUID(subject) for subject in gone])
    for each in forms:
        ratings, texts = _not_about(gone, each.draft), _not_about(gone, each.draft_texts)
        if each.id in kept and (ratings, texts) != (each.draft, each.draft_texts):
            await put_draft(transaction, each.id, ratings, texts)


def _not_about(gone: Collection[str], draft: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
    """Return what a draft holds about others."""
    return draft and [each for each in draft if each.get("subjectId") not in gone]


async def _forget(
    transaction: Transaction, round_id: UUID, gone: Gone, not_asked: list[dict[str, Any]]
) -> None:
    ids = {str(each) for each in gone.ids}
    left = [each for each in not_asked if each["respondent_id"] not in ids]
    if left != not_asked:
        await put_not_asked(transaction, round_id, left)
    await forget_names(transaction, round_id, gone.ids)
