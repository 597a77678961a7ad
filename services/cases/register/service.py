"""Use cases of the register: show a case, now or as it was, and tell who is around it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.cases.classification.reasons import Reason
from services.cases.classification.service import classify_case, note_classification
from services.cases.register.progress import CaseStatus
from services.cases.register.repository import (
    read_case,
    read_header_at,
    read_involvements,
    read_participants,
    read_registrations,
    settle_case,
)
from services.cases.register.schemas import (
    CaseRegistrationView,
    CaseView,
    InvolvementView,
    ParticipantView,
)
from services.cases.register.visibility import visible_to
from shared.audit import Access, record_access
from shared.changes.log import log_events
from shared.contracts.register import (
    CASE_CHANGED,
    CASE_CLOSED,
)
from shared.database.connection import Transaction
from shared.errors import NOT_FOUND, Problem
from shared.resources import view_of


async def require_case_for_caller(transaction: Transaction, case_id: UUID) -> Row[Any]:
    """Return a case; refuse one that is not there, another tenant's, or not the caller's, all alike."""
    row = await read_case(transaction, case_id, visible_to(transaction.caller, transaction.tenant))
    if row is None:
        raise Problem(NOT_FOUND)
    return row


async def show_case(transaction: Transaction, case_id: UUID, at: datetime | None = None) -> CaseView:
    """Return a case with its parts, now or as it was at a moment.

    Raises
    ------
    Problem
        404 for a case the caller doesn't see, and for a moment before there was one.
    """
    row = await require_case_for_caller(transaction, case_id)
    header = await _header(transaction, row, at)
    files = await read_registrations(transaction, case_id, at)
    units = await read_involvements(transaction, case_id, at)
    people = await read_participants(transaction, case_id, at)
    await record_access(transaction, Access("read", "case", case_id, "case-handling"))
    return CaseView(
        id=row.id,
        registered_at=row.registered_at,
        joined_into_id=row.joined_into_id,
        registrations=[_file(file, at) for file in files],
        involvements=[view_of(InvolvementView, part) for part in units],
        participants=[view_of(ParticipantView, part) for part in people],
        **header,
    )


def _file(row: Row[Any], at: datetime | None) -> CaseRegistrationView:
    status = CaseStatus(row.status) if at is None else None
    return view_of(CaseRegistrationView, row, status=status)


async def _header(transaction: Transaction, row: Row[Any], at: datetime | None) -> dict[str, Any]:
    """Return what a case is called and how complex it is, or was."""
    if at is None:
        judged = await classify_case(transaction, row.id)
        names = (
            "version",
            "respondent_label",
            "target_group",
            "municipality_code",
            "status",
            "kle_number",
            "sensitivity",
            "updated_at",
            "closed_at",
        )
        return {
            "level": judged.level,
            "units": judged.units,
            "authority_functions": judged.authority_functions,
            **{name: getattr(row, name) for name in names},
        }
    then = await read_header_at(transaction, row.id, at)
    if then is None:
        raise Problem(NOT_FOUND)
    is_closed = then.state["status"] == CaseStatus.CLOSED
    return {
        "version": then.version,
        "updated_at": then.at,
        "closed_at": then.at if is_closed else None,
        "level": then.level,
        "units": then.units,
        "authority_functions": then.authority_functions,
        **then.state,
    }


async def settle(transaction: Transaction, case_id: UUID, reason: Reason, *events: str) -> None:
    """Bring a case's row, complexity and feed in line after its files or parts changed.

    Parameters
    ----------
    events : str
        What to call the change in the feed, if not just a change.
    """
    settled = await settle_case(transaction, case_id)
    await note_classification(transaction, case_id, reason)
    closed = settled.status == CaseStatus.CLOSED and settled.status_before != CaseStatus.CLOSED
    happened = (*(events or (CASE_CHANGED,)), *((CASE_CLOSED,) if closed else ()))
    await log_events(transaction, happened, case_id, settled.version)
    await record_access(transaction, Access("write", "case", case_id, "case-registration"))
