"""Use cases of studies: plan one, enrol cases in its arms, withdraw them; an arm once given stays."""

from uuid import UUID, uuid5

from services.cases.studies.errors import ALLOCATION_FIXED, ARMS_FIXED
from services.cases.studies.repository import (
    ENROLMENT_ROWS,
    STUDY_ROWS,
    has_enrolments,
    lock_row,
    read_cases,
)
from services.cases.studies.schemas import PutEnrolment, PutStudy, PutWithdrawal
from shared.audit import Access, record_access
from shared.database.connection import Transaction
from shared.errors import NOT_FOUND, Problem, broken_rule
from shared.representation import Precondition
from shared.resources import Put, put_row

Place = tuple[UUID, UUID]
"""A study, and a case in it."""

_CHECKED = Precondition(absent=False, overwrite=True, versions=frozenset())
_ALLOCATION = ("arm", "stratum", "method", "seed", "allocated_at")
_STRATIFIED = "stratified-random"
_DRAWN = ("random", _STRATIFIED)


async def put_study(
    transaction: Transaction, study_id: UUID, wanted: PutStudy, precondition: Precondition
) -> Put:
    """Create or change a study; its arms are fixed once cases are enrolled."""
    values = wanted.model_dump(mode="json")
    stored = await lock_row(transaction, STUDY_ROWS, study_id)
    if stored is not None and _arms(stored.arms) != _arms(values["arms"]):
        precondition.check_change(stored.version)
        if await has_enrolments(transaction, study_id):
            raise Problem(ARMS_FIXED)
    return await put_row(transaction, STUDY_ROWS, study_id, values, precondition)


def _arms(arms: list[dict[str, object]]) -> dict[object, object]:
    """Return what an arm is to a study; its name may be said better at any time."""
    return {arm["code"]: arm.get("control", False) for arm in arms}


def enrolment_id(study_id: UUID, case_id: UUID) -> UUID:
    """Return the id of a case's one place in a study."""
    return uuid5(study_id, str(case_id))


async def put_enrolment(
    transaction: Transaction, place: Place, wanted: PutEnrolment, precondition: Precondition
) -> Put:
    """Enrol a case in an arm the study has, or say more of how it was chosen.

    Raises
    ------
    Problem
        404 without study or case; 409 for a place that is given otherwise already; 422 for an arm
        that the study has not, or a method that doesn't fit stratum and seed.
    """
    study_id, case_id = place
    study = await lock_row(transaction, STUDY_ROWS, study_id)
    if study is None or case_id not in await read_cases(transaction, [case_id]):
        raise Problem(NOT_FOUND)
    if wanted.arm not in _arms(study.arms):
        raise broken_rule("/arm", "unknown-arm", "The study has no such arm.")
    _require_sound_method(wanted)
    own_id, values = enrolment_id(study_id, case_id), wanted.model_dump()
    stored = await lock_row(transaction, ENROLMENT_ROWS, own_id)
    if stored is not None and any(getattr(stored, name) != values[name] for name in _ALLOCATION):
        precondition.check_change(stored.version)
        raise Problem(ALLOCATION_FIXED)
    values = {"study_id": study_id, "case_id": case_id, **values}
    put = await put_row(transaction, ENROLMENT_ROWS, own_id, values, precondition)
    if put.changed:
        await note_access(transaction, "write", case_id)
    return put


def _require_sound_method(wanted: PutEnrolment) -> None:
    if wanted.seed is not None and wanted.method not in _DRAWN:
        raise broken_rule("/seed", "not-drawn", "Only an arm that was drawn at random has a seed.")
    if wanted.stratum is None and wanted.method == _STRATIFIED:
        raise broken_rule("/stratum", "stratum-missing", "A stratified draw is made in a stratum.")


async def withdraw_case(
    transaction: Transaction, place: Place, wanted: PutWithdrawal, precondition: Precondition
) -> Put:
    """Note that a case takes no further part; the row and its arm stay.

    Raises
    ------
    Problem
        404 for a case not enrolled; 412 for another state than the caller builds upon; 422 for a
        withdrawal before the allocation.
    """
    own_id = enrolment_id(*place)
    stored = await lock_row(transaction, ENROLMENT_ROWS, own_id)
    if stored is None:
        raise Problem(NOT_FOUND)
    if (stored.withdrawn_at, stored.withdrawal_reason) == (wanted.withdrawn_at, wanted.reason):
        return Put(version=stored.version, changed=False)
    first = stored.withdrawn_at is None
    if not (first and precondition.absent):
        precondition.check_change(stored.version)
    if wanted.withdrawn_at < stored.allocated_at:
        raise broken_rule("/withdrawnAt", "before-allocation", "A case leaves a study after it came in.")
    values = {"withdrawn_at": wanted.withdrawn_at, "withdrawal_reason": wanted.reason}
    put = await put_row(transaction, ENROLMENT_ROWS, own_id, values, _CHECKED)
    await note_access(transaction, "write", place[1])
    return Put(version=put.version, created=first)


async def note_access(transaction: Transaction, action: str, case_id: UUID) -> None:
    """Record that somebody read or wrote a case's place in a study."""
    await record_access(transaction, study_access(action, case_id))


def study_access(action: str, case_id: UUID) -> Access:
    """Say that a case's place in a study was read or written."""
    return Access(action, "case", case_id, "study")


async def note_list_access(transaction: Transaction, study_id: UUID) -> None:
    """Record that somebody read the places of many cases."""
    await record_access(transaction, Access("read", "study", study_id, "study"))
