"""The use case of rosters: who is around a case now, who is not in it and why, and who was told."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.cases.classification.service import classify_case
from services.cases.protection.objectors import Asked, asked_citizens, asked_members, contact_of
from services.cases.protection.repository import all_informed_at
from services.cases.protection.schemas import SubjectType
from services.cases.register.repository import (
    CASE_ROWS,
    read_active_parts,
    read_roster,
    read_unemployed,
)
from services.cases.register.standing import read_standings
from services.cases.register.tables import citizen, involvement
from shared.contracts.register import (
    InvolvementRole,
    LeftOut,
    LeftOutReason,
    Roster,
    RosterCitizen,
    RosterInformed,
    RosterMember,
)
from shared.database.connection import Transaction
from shared.resources import read_row


async def read_case_roster(transaction: Transaction, case_id: UUID) -> Roster:
    """Return everybody around a case, for a round about to open.

    Raises
    ------
    Problem
        404 if the tenant has no such case.
    """
    row = await read_row(transaction, CASE_ROWS, case_id)
    subject = (transaction.tenant, case_id)
    classification = await classify_case(transaction, case_id)
    members = await _members(transaction, case_id)
    citizens = await _citizens(transaction, case_id)
    gone = [
        LeftOut(id=each, reason=LeftOutReason.EMPLOYMENT_ENDED)
        for each in await read_unemployed(transaction, case_id)
    ]
    return Roster(
        case_id=case_id,
        standing=(await read_standings(transaction, [subject]))[subject],
        respondent_label=row.respondent_label,
        level=classification.level,
        units=classification.units,
        authority_functions=classification.authority_functions,
        rule_set=classification.rule_set,
        members=members.those,
        citizens=citizens.those,
        left_out=[*members.left_out, *citizens.left_out, *gone],
        informed=await _informed(transaction, case_id, members.those, citizens.those),
    )


async def _members(transaction: Transaction, case_id: UUID) -> Asked[RosterMember]:
    roles = await _roles_by_unit(transaction, case_id)
    return await asked_members(
        transaction,
        [
            RosterMember(
                professional_id=each.id,
                person_id=each.person_id,
                label=each.name,
                professional_group=each.professional_group,
                unit_id=each.unit_id,
                area_id=each.area_id,
                municipality_code=each.municipality_code,
                leader_id=each.leader_id,
                leader_person_id=each.leader_person_id,
                leader_label=each.leader_name,
                involvement_role=roles.get(each.unit_id),
                role=each.role,
                contact=contact_of(each),
            )
            for each in await read_roster(transaction, case_id)
        ],
    )


async def _citizens(transaction: Transaction, case_id: UUID) -> Asked[RosterCitizen]:
    relations = _relation_by_citizen(await read_active_parts(transaction, citizen, case_id))
    return await asked_citizens(
        transaction,
        [
            RosterCitizen(citizen_id=citizen_id, relation=relation)
            for citizen_id, relation in sorted(relations.items())
        ],
    )


async def _informed(
    transaction: Transaction,
    case_id: UUID,
    members: Sequence[RosterMember],
    citizens: Sequence[RosterCitizen],
) -> RosterInformed:
    persons = {each.person_id for each in members}
    about = {each.citizen_id for each in citizens}
    return RosterInformed(
        employees_at=await all_informed_at(transaction, SubjectType.EMPLOYEE, persons, case_id),
        citizens_at=await all_informed_at(transaction, SubjectType.CITIZEN, about, case_id),
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
