"""Use cases of information, objections and retention rules."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from services.cases.protection.repository import (
    OBJECTION_ROWS,
    RULE_ROWS,
    add_information,
    hold_rules,
    rule_of,
)
from services.cases.protection.schemas import (
    InformationView,
    ObjectionView,
    PutObjection,
    PutRetentionRule,
    RecordInformation,
    SubjectType,
)
from services.cases.protection.tables import objection
from services.cases.protection.visibility import (
    is_self,
    is_steward,
    may_record,
    records_visible_to,
    sees_case,
)
from shared.audit import Access, record_access
from shared.database.connection import Transaction
from shared.errors import BROKEN_RULE, NOT_FOUND, STALE, FieldError, Problem, broken_rule
from shared.representation import Precondition
from shared.resources import Put, put_row, select_row, view_of

INFORMATION = "information-duty"
OBJECTION = "objection"


async def record_information(transaction: Transaction, wanted: RecordInformation) -> UUID:
    """Keep that somebody was told; return the record's id."""
    wrong = _in_future("/informedAt", wanted.informed_at)
    wrong += await _unknown_subject(transaction, wanted.subject_type, wanted.subject_id)
    if wanted.case_id is not None and not await sees_case(transaction, wanted.case_id):
        wrong.append(FieldError("/caseId", "unknown-case", "There is no such case."))
    if wrong:
        raise Problem(BROKEN_RULE, wrong)
    record_id = uuid7()
    await add_information(transaction, record_id, wanted)
    await note_subject_access(transaction, "write", wanted, INFORMATION)
    return record_id


async def put_objection(
    transaction: Transaction, objection_id: UUID, wanted: PutObjection, precondition: Precondition
) -> Put:
    """Record or change an objection; whose it is stays.

    Raises
    ------
    Problem
        412 also for an objection the caller may not see: nothing there to build upon.
    """
    stored = await transaction.first(select_row(OBJECTION_ROWS, transaction.tenant, objection_id))
    if stored is not None and not await _sees_objection(transaction, objection_id):
        raise Problem(STALE)
    wrong = _in_future("/objectedAt", wanted.objected_at)
    if wanted.withdrawn_at is not None:
        wrong += _in_future("/withdrawnAt", wanted.withdrawn_at)
        if wanted.withdrawn_at < wanted.objected_at:
            text = "An objection is withdrawn after it was made."
            wrong.append(FieldError("/withdrawnAt", "empty-period", text))
    wrong += await _unknown_objector(transaction, wanted)
    if stored is not None and (stored.subject_type, stored.subject_id) != (
        wanted.subject_type,
        wanted.subject_id,
    ):
        wrong.append(FieldError("/subjectId", "other-subject", "The objection is somebody else's."))
    if wrong:
        raise Problem(BROKEN_RULE, wrong)
    put = await put_row(transaction, OBJECTION_ROWS, objection_id, wanted.model_dump(), precondition)
    if put.changed:
        await note_subject_access(transaction, "write", wanted, OBJECTION)
    return put


async def show_objection(transaction: Transaction, objection_id: UUID) -> ObjectionView:
    """Return an objection; one that is not there and one not the caller's to see look alike."""
    if not await _sees_objection(transaction, objection_id):
        raise Problem(NOT_FOUND)
    row = await transaction.first(select_row(OBJECTION_ROWS, transaction.tenant, objection_id))
    if row is None:
        raise Problem(NOT_FOUND)
    view = view_of(ObjectionView, row)
    await note_subject_access(transaction, "read", view, OBJECTION)
    return view


async def _sees_objection(transaction: Transaction, objection_id: UUID) -> bool:
    visible = records_visible_to(objection, transaction, employees=False)
    statement = select_row(OBJECTION_ROWS, transaction.tenant, objection_id).where(visible)
    return await transaction.first(statement) is not None


async def put_retention_rule(
    transaction: Transaction, rule_id: UUID, wanted: PutRetentionRule, precondition: Precondition
) -> Put:
    """Set how long closed cases of a target group are kept; a group has one rule."""
    await hold_rules(transaction)
    there = await rule_of(transaction, wanted.target_group)
    if there not in {None, rule_id}:
        raise broken_rule("/targetGroup", "has-rule", "This target group has a rule already.")
    put = await put_row(transaction, RULE_ROWS, rule_id, wanted.model_dump(), precondition)
    if put.changed:
        await record_access(transaction, Access("write", "retention-rule", rule_id, "retention"))
    return put


async def note_subject_access(
    transaction: Transaction, action: str, about: RecordInformation | PutObjection, purpose: str
) -> None:
    """Record that somebody read or wrote what is held about a citizen or an employee."""
    await record_access(transaction, Access(action, about.subject_type, about.subject_id, purpose))


async def note_list_access(
    transaction: Transaction, shown: Sequence[InformationView | ObjectionView], purpose: str
) -> None:
    """Record that somebody read a list about one subject, if there was anything in it."""
    if shown:
        await note_subject_access(transaction, "read", shown[0], purpose)


def _in_future(pointer: str, moment: datetime) -> list[FieldError]:
    if moment <= datetime.now(UTC):
        return []
    return [FieldError(pointer, "in-future", "This has not happened yet.")]


async def _unknown_subject(
    transaction: Transaction, subject_type: SubjectType, subject_id: UUID
) -> list[FieldError]:
    if await may_record(transaction, subject_type, subject_id):
        return []
    return [_unknown(subject_type)]


async def _unknown_objector(transaction: Transaction, wanted: PutObjection) -> list[FieldError]:
    """Find who may not object through this caller: colleagues see nothing of each other's objections."""
    caller = transaction.caller
    is_colleague = wanted.subject_type is SubjectType.EMPLOYEE and not (
        is_steward(caller) or is_self(caller, wanted.subject_type, wanted.subject_id)
    )
    if is_colleague:
        return [_unknown(wanted.subject_type)]
    return await _unknown_subject(transaction, wanted.subject_type, wanted.subject_id)


def _unknown(subject_type: SubjectType) -> FieldError:
    what = "citizen" if subject_type is SubjectType.CITIZEN else "person"
    return FieldError("/subjectId", f"unknown-{what}", f"There is no such {what}.")
