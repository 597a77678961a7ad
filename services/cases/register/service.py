"""Use cases of the register: register and change cases, and tell who is around them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.cases.classification.service import classify_case, note_classification
from services.cases.organisation.repository import known_ids
from services.cases.organisation.tables import professional, unit
from services.cases.register.repository import (
    CASE_ROWS,
    Source,
    add_registration,
    advance_registration,
    lock_registration,
    read_active_parts,
    read_roster,
    replace_parts,
    takes_part,
    touch_case,
)
from services.cases.register.schemas import (
    CaseView,
    InvolvementView,
    ParticipantView,
    PutRegistration,
    RegisterCase,
    RegistrationView,
)
from services.cases.register.tables import citizen, involvement, participant
from shared.access.principal import Role
from shared.audit import Access, record_access
from shared.changes.log import log_change
from shared.contracts.register import (
    CASE,
    InvolvementRole,
    Roster,
    RosterCitizen,
    RosterMember,
)
from shared.database.connection import Transaction
from shared.errors import (
    BROKEN_RULE,
    NOT_FOUND,
    OUTDATED_SOURCE_VERSION,
    FieldError,
    Problem,
    broken_rule,
)
from shared.representation import Precondition
from shared.resources import Put, put_row, read_row, view_of

TENANT_WIDE = (Role.CASE_SYSTEM, Role.CASE_WORKER, Role.ADMINISTRATOR)


async def put_case(
    transaction: Transaction, case_id: UUID, wanted: RegisterCase, precondition: Precondition
) -> Put:
    """Create a case that nobody takes part in yet, or change what it is called."""
    put = await put_row(transaction, CASE_ROWS, case_id, wanted.model_dump(), precondition)
    if put.created:
        await note_classification(transaction, case_id)
    if put.changed:
        await record_access(transaction, Access("write", "case", case_id, "case-registration"))
    return put


async def put_registration(
    transaction: Transaction, system: str, reference: str, wanted: PutRegistration
) -> tuple[RegistrationView, bool]:
    """Make a case what one source says of it; tell whether the registration is new.

    Raises
    ------
    Problem
        409 for an older source version; 422 for unknown units or professionals, all of them, and
        for a registration that belongs to another case.
    """
    stored = await lock_registration(transaction, system, reference)
    if stored is not None:
        if stored.case_id != wanted.case_id:
            raise broken_rule("/caseId", "other-case", "The registration belongs to another case.")
        if wanted.source_version < stored.source_version:
            raise Problem(OUTDATED_SOURCE_VERSION)
        if wanted.source_version == stored.source_version:
            return view_of(RegistrationView, stored), False
    await _require_known_parts(transaction, wanted)
    version = await touch_case(transaction, wanted.case_id, wanted.respondent_label)
    if stored is None:
        row = await add_registration(transaction, system, reference, wanted.case_id, wanted.source_version)
    else:
        row = await advance_registration(transaction, stored.id, wanted.source_version)
    source = Source(wanted.case_id, row.id)
    for table, parts in (
        (involvement, wanted.involvements),
        (participant, wanted.participants),
        (citizen, wanted.citizens),
    ):
        await replace_parts(transaction, table, source, [part.model_dump() for part in parts])
    await note_classification(transaction, wanted.case_id)
    await log_change(transaction, CASE, wanted.case_id, version)
    await record_access(transaction, Access("write", "case", wanted.case_id, "case-registration"))
    return view_of(RegistrationView, row), stored is None


async def _require_known_parts(transaction: Transaction, wanted: PutRegistration) -> None:
    """Refuse units and professionals the tenant does not have, naming every one of them."""
    units = [part.unit_id for part in wanted.involvements]
    people = [part.professional_id for part in wanted.participants]
    known = await known_ids(transaction, unit, units)
    known |= await known_ids(transaction, professional, people)
    unknown = [
        FieldError(f"/{where}/{index}/{field}", f"unknown-{what}", f"There is no such {what}.")
        for where, field, what, ids in (
            ("involvements", "unitId", "unit", units),
            ("participants", "professionalId", "professional", people),
        )
        for index, each in enumerate(ids)
        if each not in known
    ]
    if unknown:
        raise Problem(BROKEN_RULE, unknown)


async def require_case_for_caller(transaction: Transaction, case_id: UUID) -> Row[Any]:
    """Return a case; refuse one that is not there, another tenant's, or not the caller's, all alike."""
    row = await read_row(transaction, CASE_ROWS, case_id)
    caller = transaction.caller
    if caller.is_any(*TENANT_WIDE):
        return row
    if caller.person is None or not await takes_part(transaction, case_id, caller.person):
        raise Problem(NOT_FOUND)
    return row


async def show_case(transaction: Transaction, case_id: UUID) -> CaseView:
    """Return a case with its active parts and level."""
    row = await require_case_for_caller(transaction, case_id)
    parts = await read_active_parts(transaction, involvement, case_id)
    people = await read_active_parts(transaction, participant, case_id)
    await record_access(transaction, Access("read", "case", case_id, "case-handling"))
    return view_of(
        CaseView,
        row,
        level=(await classify_case(transaction, case_id)).level,
        involvements=[view_of(InvolvementView, part) for part in parts],
        participants=[view_of(ParticipantView, each) for each in people],
    )


async def read_case_roster(transaction: Transaction, case_id: UUID) -> Roster:
    """Return everybody around a case, for a round about to open."""
    row = await read_row(transaction, CASE_ROWS, case_id)
    roles = await _roles_by_unit(transaction, case_id)
    classification = await classify_case(transaction, case_id)
    citizens = await read_active_parts(transaction, citizen, case_id)
    members = await read_roster(transaction, case_id)
    return Roster(
        case_id=case_id,
        respondent_label=row.respondent_label,
        level=classification.level,
        units=classification.units,
        authority_functions=classification.authority_functions,
        rule_set=classification.rule_set,
        members=[
            RosterMember(
                professional_id=each.id,
                person_id=each.person_id,
                label=each.name,
                professional_group=each.professional_group,
                unit_id=each.unit_id,
                area_id=each.area_id,
                municipality_code=each.municipality_code,
                leader_id=each.leader_id,
                leader_label=each.leader_name,
                involvement_role=roles.get(each.unit_id),
                role=each.role,
            )
            for each in members
        ],
        citizens=[
            RosterCitizen(citizen_id=citizen_id, relation=relation)
            for citizen_id, relation in sorted(_relation_by_citizen(citizens).items())
        ],
    )


def _relation_by_citizen(parts: Sequence[Row[Any]]) -> dict[UUID, str]:
    """Return each citizen once, however many sources name the same; the first one's relation holds."""
    return {part.citizen_id: part.relation for part in reversed(parts)}


async def _roles_by_unit(transaction: Transaction, case_id: UUID) -> dict[UUID, InvolvementRole]:
    """Return each unit's role in a case; authority, where a unit has both."""
    parts = await read_active_parts(transaction, involvement, case_id)
    return {
        part.unit_id: InvolvementRole(part.role)
        for part in sorted(parts, key=lambda part: part.role, reverse=True)
    }
