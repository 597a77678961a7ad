"""Every statement that erases: rows go, none is kept for later; what must not vanish is refused by keys."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Row,
    Table,
    and_,
    delete,
    distinct,
    func,
    or_,
    select,
    update,
)

from services.cases.classification.tables import classification
from services.cases.groups.tables import collaboration_group, group_member
from services.cases.organisation.tables import (
    organisation_history,
    person,
    professional,
    source_reference,
)
from services.cases.protection.schemas import SubjectType
from services.cases.protection.tables import information, objection
from services.cases.register.tables import (
    CASE_TEAM,
    case_history,
    citizen,
    citizen_case,
    citizen_pseudonym,
    handover,
    involvement,
    participant,
    registration,
)
from services.cases.studies.tables import enrolment
from shared.database.connection import Transaction
from shared.database.tables import idempotency_key

Ids = Collection[UUID]
Versions = dict[UUID, int]
"""What rows' ids have come to, or would have come to had they stayed."""


def _of(transaction: Transaction, table: Table, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(table.c.tenant_id == transaction.tenant, *conditions)


async def _delete(transaction: Transaction, column: Column[Any], ids: Ids) -> None:
    """Delete the tenant's rows whose column is one of the ids."""
    table = column.table
    if ids:
        await transaction.execute(delete(table).where(_of(transaction, table, column.in_(ids))))


async def _ids(
    transaction: Transaction, column: ColumnElement[Any], *conditions: ColumnElement[bool]
) -> set[UUID]:
    rows = await transaction.rows(
        select(column).where(_of(transaction, column.table, *conditions)).distinct()
    )
    return {row[0] for row in rows}


async def with_joined(transaction: Transaction, ids: Ids) -> set[UUID]:
    """Return the cases and all that were joined into them: they are the same citizen's."""
    mine = citizen_case.c.tenant_id == transaction.tenant
    whole = select(citizen_case.c.id).where(mine, citizen_case.c.id.in_(ids)).cte("whole", recursive=True)
    whole = whole.union(select(citizen_case.c.id).where(mine, citizen_case.c.joined_into_id == whole.c.id))
    return {row.id for row in await transaction.rows(select(whole.c.id))}


async def lock_cases(transaction: Transaction, ids: Ids) -> Versions:
    """Keep others from writing cases, in one order; return those there are with their versions."""
    rows = await transaction.rows(
        select(citizen_case.c.id, citizen_case.c.version)
        .where(_of(transaction, citizen_case, citizen_case.c.id.in_(ids)))
        .order_by(citizen_case.c.id)
        .with_for_update()
    )
    return {row.id: row.version for row in rows}


async def touch_cases(transaction: Transaction, ids: Ids) -> Versions:
    """Count a change to each case."""
    if not ids:
        return {}
    rows = await transaction.execute(
        update(citizen_case)
        .where(_of(transaction, citizen_case, citizen_case.c.id.in_(ids)))
        .values(version=citizen_case.c.version + 1, updated_at=func.clock_timestamp())
        .returning(citizen_case.c.id, citizen_case.c.version)
    )
    return {row.id: row.version for row in rows}


async def systems_with(transaction: Transaction, ids: Ids) -> Mapping[UUID, list[str]]:
    """Return, for each case, the source systems that sent files of it."""
    rows = await transaction.rows(
        select(registration.c.case_id, func.array_agg(distinct(registration.c.system)).label("systems"))
        .where(
            _of(transaction, registration, registration.c.case_id.in_(ids)),
            registration.c.system != CASE_TEAM,
        )
        .group_by(registration.c.case_id)
    )
    found = {row.case_id: row.systems for row in rows}
    return {each: found.get(each, []) for each in ids}


async def citizens_in(transaction: Transaction, ids: Ids) -> set[UUID]:
    """Return the citizens that any row of the cases names."""
    return await _ids(transaction, citizen.c.citizen_id, citizen.c.case_id.in_(ids))


async def citizens_left(transaction: Transaction, ids: Ids) -> set[UUID]:
    """Return those of the citizens that some case still names."""
    return await _ids(transaction, citizen.c.citizen_id, citizen.c.citizen_id.in_(ids))


async def take_enrolments(transaction: Transaction, ids: Ids) -> Versions:
    """Take cases out of their studies; return each enrolment with the version of its end."""
    rows = await transaction.execute(
        delete(enrolment)
        .where(_of(transaction, enrolment, enrolment.c.case_id.in_(ids)))
        .returning(enrolment.c.id, (enrolment.c.version + 1).label("version"))
    )
    return {row.id: row.version for row in rows}


async def delete_cases(transaction: Transaction, ids: Ids) -> None:
    """Delete cases that are in no study any more, with all that is theirs."""
    files = await _ids(transaction, registration.c.id, registration.c.case_id.in_(ids))
    # What a file said while it was in another case, before it was split off or joined.
    for part in (participant, involvement, citizen):
        await _delete(transaction, part.c.registration_id, files)
    for column in (
        participant.c.case_id,
        involvement.c.case_id,
        citizen.c.case_id,
        classification.c.case_id,
        case_history.c.case_id,
        handover.c.case_id,
        information.c.case_id,
        registration.c.case_id,
    ):
        await _delete(transaction, column, ids)
    # Keys of repeated requests stay for their day: they hold no more than the id, and a request sent
    # again must not make the case again.
    await transaction.execute(
        update(registration)
        .where(_of(transaction, registration, registration.c.first_case_id.in_(ids)))
        .values(first_case_id=None)
    )
    await _delete(transaction, citizen_case.c.id, ids)


async def cases_naming(transaction: Transaction, citizen_id: UUID) -> set[UUID]:
    """Return the cases that name, or once named, a citizen."""
    return await _ids(transaction, citizen.c.case_id, citizen.c.citizen_id == citizen_id)


async def cases_naming_others(transaction: Transaction, ids: Ids, citizen_id: UUID) -> set[UUID]:
    """Return those of the cases that name another citizen, too."""
    return await _ids(
        transaction, citizen.c.case_id, citizen.c.case_id.in_(ids), citizen.c.citizen_id != citizen_id
    )


async def systems_naming(transaction: Transaction, table: Table, naming: ColumnElement[bool]) -> list[str]:
    """Return the source systems that a case's parts of one kind come from."""
    rows = await transaction.rows(
        select(registration.c.system)
        .distinct()
        .join(
            table,
            and_(
                table.c.tenant_id == registration.c.tenant_id, table.c.registration_id == registration.c.id
            ),
        )
        .where(_of(transaction, registration, naming), registration.c.system != CASE_TEAM)
    )
    return [row[0] for row in rows]


async def is_known_citizen(transaction: Transaction, citizen_id: UUID) -> bool:
    """Tell whether anything at all is held about a citizen."""
    for column in (citizen.c.citizen_id, citizen_pseudonym.c.citizen_id):
        if await _ids(transaction, column, column == citizen_id):
            return True
    return any(
        [
            await _ids(transaction, table.c.subject_id, _about(table, SubjectType.CITIZEN, [citizen_id]))
            for table in (information, objection)
        ]
    )


def _about(table: Table, subject_type: SubjectType, ids: Ids) -> ColumnElement[bool]:
    return and_(table.c.subject_type == subject_type, table.c.subject_id.in_(ids))


async def forget(transaction: Transaction, subject_type: SubjectType, ids: Ids) -> None:
    """Delete what subjects were told, and their objections."""
    if not ids:
        return
    for table in (information, objection):
        records = await _ids(transaction, table.c.id, _about(table, subject_type, ids))
        await _delete(transaction, table.c.id, records)
        await _delete(transaction, idempotency_key.c.resource_id, records)


async def forget_citizens(transaction: Transaction, ids: Ids) -> None:
    """Delete citizens' pseudonyms, their parts in cases, what they were told, and their objections."""
    await _delete(transaction, citizen.c.citizen_id, ids)
    await _delete(transaction, citizen_pseudonym.c.citizen_id, ids)
    await forget(transaction, SubjectType.CITIZEN, ids)


async def lock_person(transaction: Transaction, person_id: UUID) -> Row[Any] | None:
    """Return a person, kept from change."""
    return await transaction.first(
        select(person.c.id, person.c.version)
        .where(_of(transaction, person, person.c.id == person_id))
        .with_for_update()
    )


async def employments_of(transaction: Transaction, person_id: UUID) -> set[UUID]:
    """Return a person's employments as they are before anything is kept from change."""
    return await _ids(transaction, professional.c.id, professional.c.person_id == person_id)


async def lock_employments(transaction: Transaction, person_id: UUID) -> Versions:
    """Return a person's employments with their versions, kept from change."""
    rows = await transaction.rows(
        select(professional.c.id, professional.c.version)
        .where(_of(transaction, professional, professional.c.person_id == person_id))
        .order_by(professional.c.id)
        .with_for_update()
    )
    return {row.id: row.version for row in rows}


def _handed(ids: Ids) -> ColumnElement[bool]:
    return or_(handover.c.from_professional_id.in_(ids), handover.c.to_professional_id.in_(ids))


async def cases_of_employments(transaction: Transaction, ids: Ids) -> set[UUID]:
    """Return the cases that employments have, or had, a part in."""
    if not ids:
        return set()
    parts = await _ids(transaction, participant.c.case_id, participant.c.professional_id.in_(ids))
    sent = await _ids(transaction, participant.c.case_id, participant.c.source_professional_id.in_(ids))
    return parts | sent | await _ids(transaction, handover.c.case_id, _handed(ids))


async def systems_of_employee(transaction: Transaction, ids: Ids) -> list[str]:
    """Return the source systems that know a person or the person's employments (`ids`)."""
    rows = await transaction.rows(
        select(source_reference.c.system)
        .distinct()
        .where(_of(transaction, source_reference, source_reference.c.subject_id.in_(ids)))
    )
    in_cases = await systems_naming(transaction, participant, participant.c.professional_id.in_(ids))
    return [*in_cases, *(row[0] for row in rows)]


async def leave_groups(transaction: Transaction, ids: Ids) -> Versions:
    """Take employments out of collaboration groups; return the groups with their new versions."""
    groups = await _ids(transaction, group_member.c.group_id, group_member.c.professional_id.in_(ids))
    if not groups:
        return {}
    await _delete(transaction, group_member.c.professional_id, ids)
    rows = await transaction.execute(
        update(collaboration_group)
        .where(_of(transaction, collaboration_group, collaboration_group.c.id.in_(groups)))
        .values(version=collaboration_group.c.version + 1)
        .returning(collaboration_group.c.id, collaboration_group.c.version)
    )
    return {row.id: row.version for row in rows}


async def unlead(transaction: Transaction, ids: Ids) -> set[UUID]:
    """Let nobody be led by the employments any more; return whose leader that changes."""
    rows = await transaction.execute(
        update(professional)
        .where(_of(transaction, professional, professional.c.leader_id.in_(ids)))
        .where(professional.c.id.not_in(ids))
        .values(leader_id=None, version=professional.c.version + 1)
        .returning(professional.c.id)
    )
    return {row.id for row in rows}


async def delete_employments(transaction: Transaction, ids: Ids) -> None:
    """Delete employments that lead nobody and are in no group, with their parts in cases and history."""
    await _delete(transaction, participant.c.professional_id, ids)
    await transaction.execute(
        update(participant)
        .where(_of(transaction, participant, participant.c.source_professional_id.in_(ids)))
        .values(source_professional_id=None)
    )
    await transaction.execute(delete(handover).where(_of(transaction, handover, _handed(ids))))
    await transaction.execute(
        delete(organisation_history).where(
            _of(transaction, organisation_history, organisation_history.c.kind == "professional"),
            organisation_history.c.subject_id.in_(ids),
        )
    )
    await _delete(transaction, source_reference.c.subject_id, ids)
    await _delete(transaction, idempotency_key.c.resource_id, ids)
    await transaction.execute(
        update(professional)
        .where(_of(transaction, professional, professional.c.id.in_(ids)))
        .values(leader_id=None)
    )
    await _delete(transaction, professional.c.id, ids)


async def delete_person(transaction: Transaction, person_id: UUID) -> None:
    """Delete a person without employments."""
    await _delete(transaction, source_reference.c.subject_id, [person_id])
    await _delete(transaction, idempotency_key.c.resource_id, [person_id])
    await _delete(transaction, person.c.id, [person_id])
