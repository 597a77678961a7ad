"""Every statement on cases, registrations and the parts they say somebody has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Join,
    Row,
    Table,
    and_,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as insert_if_absent

from services.cases.organisation.tables import person, professional, unit
from services.cases.register.tables import (
    citizen_case,
    participant,
    registration,
)
from shared.changes.feed import Subject
from shared.contracts.register import CASE, CaseParticipant, CaseState, ParticipantRole
from shared.database.connection import Transaction
from shared.resources import Resource

CASE_ROWS = Resource(citizen_case, CASE)

_EMPLOYED = participant.join(
    professional,
    and_(
        professional.c.tenant_id == participant.c.tenant_id,
        professional.c.id == participant.c.professional_id,
    ),
)


def active_now(table: Table) -> ColumnElement[bool]:
    """Hold for rows whose period includes this moment."""
    now = func.clock_timestamp()
    return and_(table.c.valid_from <= now, or_(table.c.valid_to.is_(None), table.c.valid_to > now))


async def lock_registration(transaction: Transaction, system: str, reference: str) -> Row[Any] | None:
    """Return a registration and keep others from writing it, also when it does not exist yet."""
    name = f"{transaction.tenant}/{system}/{reference}"
    await transaction.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
    return await transaction.first(
        select(registration).where(
            registration.c.tenant_id == transaction.tenant,
            registration.c.system == system,
            registration.c.reference == reference,
        )
    )


async def add_registration(
    transaction: Transaction, system: str, reference: str, case_id: UUID, source_version: int
) -> Row[Any]:
    """Add a registration."""
    row = await transaction.execute(
        insert(registration)
        .values(
            tenant_id=transaction.tenant,
            id=func.uuidv7(),
            version=1,
            system=system,
            reference=reference,
            case_id=case_id,
            source_version=source_version,
        )
        .returning(*registration.c)
    )
    return row.one()


async def advance_registration(
    transaction: Transaction, registration_id: UUID, source_version: int
) -> Row[Any]:
    """Note the source version a registration has come to."""
    row = await transaction.execute(
        update(registration)
        .where(registration.c.tenant_id == transaction.tenant, registration.c.id == registration_id)
        .values(source_version=source_version, version=registration.c.version + 1)
        .returning(*registration.c)
    )
    return row.one()


async def touch_case(transaction: Transaction, case_id: UUID, respondent_label: str) -> int:
    """Create a case or count a change to it; its row stays locked. Return its version."""
    row = await transaction.execute(
        insert_if_absent(citizen_case)
        .values(
            tenant_id=transaction.tenant,
            id=case_id,
            version=1,
            respondent_label=respondent_label,
            registered_at=func.clock_timestamp(),
        )
        .on_conflict_do_update(
            index_elements=["tenant_id", "id"],
            set_={"version": citizen_case.c.version + 1, "respondent_label": respondent_label},
        )
        .returning(citizen_case.c.version)
    )
    return int(row.scalar_one())


@dataclass(frozen=True, slots=True)
class Source:
    """A registration's place: only its own rows are touched."""

    case_id: UUID
    registration_id: UUID


async def replace_parts(
    transaction: Transaction, table: Table, source: Source, wanted: Sequence[Mapping[str, Any]]
) -> None:
    """Make a source's active rows what it sends now: add the new, end the missing, keep the rest."""
    stored = await transaction.rows(
        select(table).where(
            table.c.tenant_id == transaction.tenant,
            table.c.registration_id == source.registration_id,
            table.c.valid_to.is_(None),
        )
    )
    kept = [row for row in stored if any(_same(row, part) for part in wanted)]
    ended = [row.id for row in stored if row not in kept]
    added = [part for part in wanted if not any(_same(row, part) for row in kept)]
    if ended:
        await transaction.execute(
            update(table)
            .where(table.c.tenant_id == transaction.tenant, table.c.id.in_(ended))
            # Not now(): who waited for the lock began before the rows it ends.
            .values(valid_to=func.greatest(table.c.valid_from, func.clock_timestamp()))
        )
    if added:
        await transaction.execute(
            insert(table).values(
                [
                    {
                        "tenant_id": transaction.tenant,
                        "id": func.uuidv7(),
                        "case_id": source.case_id,
                        "registration_id": source.registration_id,
                        "valid_from": func.clock_timestamp(),
                        **part,
                    }
                    for part in added
                ]
            )
        )


def _same(row: Row[Any], part: Mapping[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in part.items())


async def read_active_parts(transaction: Transaction, table: Table, case_id: UUID) -> list[Row[Any]]:
    """Return a case's parts of one kind active now, with the system each comes from."""
    return await transaction.rows(
        select(table, registration.c.system)
        .join(
            registration,
            and_(
                registration.c.tenant_id == table.c.tenant_id,
                registration.c.id == table.c.registration_id,
            ),
        )
        .where(
            table.c.tenant_id == transaction.tenant,
            table.c.case_id == case_id,
            active_now(table),
        )
        .order_by(table.c.id)
    )


async def takes_part(transaction: Transaction, case_id: UUID, person_id: UUID) -> bool:
    """Tell whether a person has an active part in a case."""
    row = await transaction.first(
        select(participant.c.id)
        .select_from(_EMPLOYED)
        .where(
            participant.c.tenant_id == transaction.tenant,
            participant.c.case_id == case_id,
            professional.c.person_id == person_id,
            active_now(participant),
        )
        .limit(1)
    )
    return row is not None


async def read_roster(transaction: Transaction, case_id: UUID) -> list[Row[Any]]:
    """Return everybody active in a case with person, unit, area and leader as they are now.

    Whom several sources name is there once, as a case lead if one of them says so.
    """
    leader = professional.alias("leader")
    leading = person.alias("leading")
    return await transaction.rows(
        select(
            professional.c.id,
            professional.c.person_id,
            person.c.name,
            professional.c.professional_group,
            professional.c.unit_id,
            unit.c.area_id,
            unit.c.municipality_code,
            professional.c.leader_id,
            leading.c.name.label("leader_name"),
            participant.c.role,
        )
        .select_from(_team(leader, leading))
        .where(
            participant.c.tenant_id == transaction.tenant,
            participant.c.case_id == case_id,
            active_now(participant),
            active_now(professional),
        )
        .ext(distinct_on(professional.c.id))
        .order_by(professional.c.id, participant.c.role == ParticipantRole.PARTICIPANT, participant.c.role)
    )


def _team(leader: FromClause, leading: FromClause) -> Join:
    """Join participants with person, unit and leader; a professional may have no leader."""
    return (
        _EMPLOYED.join(
            person,
            and_(person.c.tenant_id == professional.c.tenant_id, person.c.id == professional.c.person_id),
        )
        .join(unit, and_(unit.c.tenant_id == professional.c.tenant_id, unit.c.id == professional.c.unit_id))
        .outerjoin(
            leader,
            and_(leader.c.tenant_id == professional.c.tenant_id, leader.c.id == professional.c.leader_id),
        )
        .outerjoin(
            leading, and_(leading.c.tenant_id == leader.c.tenant_id, leading.c.id == leader.c.person_id)
        )
    )


async def read_case_states(
    transaction: Transaction, subjects: Sequence[Subject]
) -> Mapping[Subject, dict[str, Any]]:
    """Return cases as the feed tells of them."""
    cases = await transaction.rows(
        select(citizen_case.c.tenant_id, citizen_case.c.id, citizen_case.c.version).where(
            tuple_(citizen_case.c.tenant_id, citizen_case.c.id).in_(subjects)
        )
    )
    people = await transaction.rows(
        select(
            participant.c.tenant_id,
            participant.c.case_id,
            participant.c.professional_id,
            participant.c.role,
            professional.c.person_id,
        )
        .select_from(_EMPLOYED)
        .where(
            tuple_(participant.c.tenant_id, participant.c.case_id).in_(subjects),
            active_now(participant),
        )
        .order_by(participant.c.professional_id)
    )
    return {
        (case.tenant_id, case.id): CaseState(
            version=case.version,
            id=case.id,
            participants=[
                CaseParticipant(professional_id=row.professional_id, person_id=row.person_id, role=row.role)
                for row in people
                if (row.tenant_id, row.case_id) == (case.tenant_id, case.id)
            ],
        ).model_dump(mode="json", by_alias=True)
        for case in cases
    }
