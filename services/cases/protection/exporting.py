"""The use case of access: all that is held about one, for whoever may have it."""

from datetime import UTC, datetime
from uuid import UUID

from services.cases.protection.export_views import (
    CitizenExport,
    EmployeeExport,
    ExportData,
)
from services.cases.protection.holdings import (
    held_about_citizen,
    held_about_employee,
    read_held,
    read_name,
)
from services.cases.protection.removal import is_known_citizen
from services.cases.protection.schemas import SubjectType
from services.cases.protection.visibility import is_self, is_steward
from services.cases.register.citizens import find_citizen
from services.cases.register.pseudonyms import CitizenKeys
from shared.audit import Access, record_access
from shared.database.connection import Transaction
from shared.errors import NOT_FOUND, Problem

_SECTIONS = {
    SubjectType.CITIZEN: held_about_citizen,
    SubjectType.EMPLOYEE: held_about_employee,
}
_EXPORTS: dict[SubjectType, type[CitizenExport] | type[EmployeeExport]] = {
    SubjectType.CITIZEN: CitizenExport,
    SubjectType.EMPLOYEE: EmployeeExport,
}


async def export_data(
    transaction: Transaction, keys: CitizenKeys, wanted: ExportData
) -> CitizenExport | EmployeeExport:
    """Return all that is held about a citizen or an employee, each part up to its bound.

    Raises
    ------
    Problem
        404 for whom nothing is held about, and for whom the caller may not ask about, alike.
    """
    subject_id = await _subject(transaction, keys, wanted)
    said = await _said(transaction, wanted.subject_type, subject_id)
    holdings = _SECTIONS[wanted.subject_type](transaction.tenant, subject_id)
    parts = {
        section.replace("-", "_"): await read_held(transaction, holding, wanted.after)
        for section, holding in holdings.items()
        if wanted.section in {None, section}
    }
    access = Access("export", wanted.subject_type, subject_id, "access-request")
    await record_access(transaction, access)
    return _EXPORTS[wanted.subject_type].model_validate({**said, **parts})


async def _said(transaction: Transaction, subject_type: SubjectType, subject_id: UUID) -> dict[str, object]:
    """Return what an export says of whom it is about."""
    said: dict[str, object] = {
        "subject_type": subject_type,
        "subject_id": subject_id,
        "made_at": datetime.now(UTC),
    }
    if subject_type is SubjectType.CITIZEN:
        known = await is_known_citizen(transaction, subject_id)
    else:
        said["name"] = await read_name(transaction, subject_id)
        known = said["name"] is not None
    if not known:
        raise Problem(NOT_FOUND)
    return said


async def _subject(transaction: Transaction, keys: CitizenKeys, wanted: ExportData) -> UUID:
    """Return whom an export is about; refuse whoever may not ask as if there were nobody."""
    found = wanted.subject_id
    if not is_steward(transaction.caller) and not (
        found is not None and is_self(transaction.caller, wanted.subject_type, found)
    ):
        raise Problem(NOT_FOUND)
    if wanted.cpr is not None:
        found = await find_citizen(transaction, keys, wanted.cpr)
    if found is None:
        raise Problem(NOT_FOUND)
    return found
