"""Use cases of erasure: a case, a citizen, an employee; each in one transaction, and told in the feed."""

from collections.abc import Iterable
from uuid import UUID

from services.cases.intake.repository import lock, place_of
from services.cases.organisation.repository import PROFESSIONAL_ROWS, note_changes
from services.cases.protection import removal
from services.cases.protection.repository import add_erasures, due_among, erased_among
from services.cases.protection.schemas import (
    ErasedType,
    ErasureReason,
    RetentionItem,
    RetentionOutcome,
    RetentionRunView,
    SubjectType,
)
from services.cases.register.tables import citizen
from shared.audit import Access, record_access
from shared.changes.log import log_change, log_changes
from shared.contracts.register import (
    CASE,
    CASE_CHANGED,
    CASE_ERASED,
    CITIZEN,
    COLLABORATION_GROUP,
    ENROLMENT,
    PERSON,
    PROFESSIONAL,
)
from shared.database.connection import Transaction
from shared.errors import NOT_FOUND, Problem, unavailable

_ERASE = "erase"
_STATUS = {
    RetentionOutcome.ERASED: 204,
    RetentionOutcome.NOT_DUE: 409,
    RetentionOutcome.NOT_FOUND: 404,
}


async def erase_case(transaction: Transaction, case_id: UUID, reason: ErasureReason) -> None:
    """Erase a case; one erased before stays so.

    Raises
    ------
    Problem
        404 for a case that never was the tenant's.
    """
    held = await _hold_citizens(transaction, [case_id])
    if not await _erase_cases(transaction, [case_id], held, reason):
        await _require_erased(transaction, ErasedType.CASE, case_id)


async def _require_erased(transaction: Transaction, erased: ErasedType, subject: UUID) -> None:
    if not await erased_among(transaction, erased, [subject]):
        raise Problem(NOT_FOUND)


async def _hold_citizens(transaction: Transaction, ids: Iterable[UUID]) -> set[UUID]:
    """Keep sources from speaking of the citizens of cases; before any case is locked, as sources do."""
    cases = await removal.with_joined(transaction, set(ids))
    citizens = await removal.citizens_in(transaction, cases)
    await lock(transaction, [place_of(transaction.tenant, "citizen", each) for each in citizens])
    return citizens


async def _erase_cases(
    transaction: Transaction, ids: Iterable[UUID], held: set[UUID], reason: ErasureReason
) -> set[UUID]:
    """Erase those of the cases that are there, with what was joined into them; return all erased.

    `held` are the citizens whom no source speaks of meanwhile: if a case has come to name another, it is
    for the caller to try again.
    """
    versions = await removal.lock_cases(transaction, await removal.with_joined(transaction, set(ids)))
    cases = set(versions)
    if not cases:
        return cases
    systems = await removal.systems_with(transaction, cases)
    citizens = await removal.citizens_in(transaction, cases)
    if not citizens <= held:
        raise unavailable()
    enrolments = await removal.take_enrolments(transaction, cases)
    await removal.delete_cases(transaction, cases)
    left = await removal.citizens_left(transaction, citizens)
    await removal.forget_citizens(transaction, citizens - left)
    await add_erasures(transaction, ErasedType.CASE, systems, reason)
    await log_changes(transaction, ENROLMENT, enrolments)
    ends = {case_id: version + 1 for case_id, version in versions.items()}
    await log_changes(transaction, CASE_ERASED, ends)
    for case_id in sorted(cases):
        await record_access(transaction, Access(_ERASE, CASE, case_id, reason))
    return cases


async def run_retention(transaction: Transaction, ids: list[UUID]) -> None:
    """Erase those of the cases that are due."""
    held = await _hold_citizens(transaction, ids)
    await removal.lock_cases(transaction, ids)
    await _erase_cases(transaction, await due_among(transaction, ids), held, ErasureReason.RETENTION)


async def retention_outcomes(transaction: Transaction, ids: list[UUID]) -> RetentionRunView:
    """Tell what became of the cases of a retention run."""
    erased = await erased_among(transaction, ErasedType.CASE, ids)
    there = await removal.lock_cases(transaction, set(ids) - erased)
    outcomes = [
        (
            RetentionOutcome.ERASED
            if each in erased
            else RetentionOutcome.NOT_DUE
            if each in there
            else RetentionOutcome.NOT_FOUND
        )
        for each in ids
    ]
    return RetentionRunView(
        items=[
            RetentionItem(case_id=each, status=_STATUS[outcome], code=outcome)
            for each, outcome in zip(ids, outcomes, strict=True)
        ]
    )


async def erase_citizen(transaction: Transaction, citizen_id: UUID, reason: ErasureReason) -> None:
    """Erase a citizen: out of every case, and the cases that are about nobody else as a whole.

    Raises
    ------
    Problem
        404 for a citizen the tenant never knew.
    """
    if not await removal.is_known_citizen(transaction, citizen_id):
        await _require_erased(transaction, ErasedType.CITIZEN, citizen_id)
        return
    await lock(transaction, [place_of(transaction.tenant, "citizen", citizen_id)])
    cases = await removal.cases_naming(transaction, citizen_id)
    held = {citizen_id, *await _hold_citizens(transaction, cases)}
    await removal.lock_cases(transaction, await removal.with_joined(transaction, cases))
    naming = citizen.c.citizen_id == citizen_id
    systems = {citizen_id: await removal.systems_naming(transaction, citizen, naming)}
    staying = await removal.cases_naming_others(transaction, cases, citizen_id)
    await _erase_cases(transaction, cases - staying, held, reason)
    await removal.forget_citizens(transaction, [citizen_id])
    changed = await removal.touch_cases(transaction, staying)
    await log_changes(transaction, CASE_CHANGED, changed)
    await _note_erasure(transaction, ErasedType.CITIZEN, systems, reason)
    await log_change(transaction, CITIZEN, citizen_id, 1)


async def erase_person(transaction: Transaction, person_id: UUID, reason: ErasureReason) -> None:
    """Erase an employee: the person, every employment, and their parts in cases and groups.

    Raises
    ------
    Problem
        404 for a person the tenant never had.
    """
    there = await removal.employments_of(transaction, person_id)
    # Cases first, as whoever writes one holds it while it names professionals.
    cases = await removal.cases_of_employments(transaction, there)
    await removal.lock_cases(transaction, cases)
    stored = await removal.lock_person(transaction, person_id)
    if stored is None:
        await _require_erased(transaction, ErasedType.EMPLOYEE, person_id)
        return
    employments = await removal.lock_employments(transaction, person_id)
    cases |= await removal.cases_of_employments(transaction, employments)
    systems = await removal.systems_of_employee(transaction, [person_id, *employments])
    groups = await removal.leave_groups(transaction, employments)
    led = await removal.unlead(transaction, employments)
    await removal.delete_employments(transaction, employments)
    await removal.delete_person(transaction, person_id)
    await removal.forget(transaction, SubjectType.EMPLOYEE, [person_id])
    gone = {each: version + 1 for each, version in employments.items()}
    await log_changes(transaction, CASE_CHANGED, await removal.touch_cases(transaction, cases))
    await log_changes(transaction, COLLABORATION_GROUP, groups)
    await note_changes(transaction, PROFESSIONAL_ROWS, led)
    await log_changes(transaction, PROFESSIONAL, gone)
    await log_change(transaction, PERSON, person_id, stored.version + 1)
    await _note_erasure(transaction, ErasedType.EMPLOYEE, {person_id: systems}, reason)


async def _note_erasure(
    transaction: Transaction, erased: ErasedType, systems: dict[UUID, list[str]], reason: ErasureReason
) -> None:
    await add_erasures(transaction, erased, systems, reason)
    for subject in systems:
        await record_access(transaction, Access(_ERASE, erased, subject, reason))
