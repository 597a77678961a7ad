"""Every statement that tells how cases stand: who may see each, and whether it goes on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, and_, select, tuple_

from services.cases.organisation.repository import employed
from services.cases.organisation.tables import professional, unit
from services.cases.register.progress import CaseStatus
from services.cases.register.repository import active_now
from services.cases.register.tables import (
    CASE_TEAM,
    citizen_case,
    involvement,
    participant,
    registration,
)
from shared.changes.feed import Subject
from shared.contracts.register import CaseParticipant, CaseState
from shared.database.connection import Transaction

_Parts = Mapping[Subject, list[Row[Any]]]


async def read_case_states(
    transaction: Transaction, subjects: Sequence[Subject]
) -> Mapping[Subject, dict[str, Any]]:
    """Return cases as the feed tells of them."""
    found = await read_standings(transaction, subjects)
    return {subject: state.model_dump(mode="json", by_alias=True) for subject, state in found.items()}


async def read_standings(
    transaction: Transaction, subjects: Sequence[Subject]
) -> Mapping[Subject, CaseState]:
    """Return how cases stand, as many of them as there are."""
    cases = await transaction.rows(
        select(
            citizen_case.c.tenant_id,
            citizen_case.c.id,
            citizen_case.c.version,
            citizen_case.c.status,
            citizen_case.c.level,
        ).where(tuple_(citizen_case.c.tenant_id, citizen_case.c.id).in_(subjects))
    )
    people = await _people(transaction, subjects)
    units = await _units(transaction, subjects)
    sources = await _sources(transaction, subjects)
    return {
        subject: CaseState(
            version=row.version,
            id=row.id,
            participants=[
                CaseParticipant(
                    professional_id=each.professional_id, person_id=each.person_id, role=each.role
                )
                for each in people[subject]
            ],
            is_open=row.status != CaseStatus.CLOSED,
            level=row.level,
            unit_ids=sorted({each.unit_id for each in units[subject]}),
            systems=sorted({each.system for each in sources[subject]}),
            written_by=sorted(_by_hand(sources[subject])),
        )
        for row in cases
        for subject in [(row.tenant_id, row.id)]
    }


async def _people(transaction: Transaction, subjects: Sequence[Subject]) -> _Parts:
    rows = await transaction.rows(
        select(
            participant.c.tenant_id,
            participant.c.case_id,
            participant.c.professional_id,
            participant.c.role,
            professional.c.person_id,
        )
        .select_from(employed(participant))
        .where(
            tuple_(participant.c.tenant_id, participant.c.case_id).in_(subjects),
            active_now(participant),
        )
        .order_by(participant.c.professional_id, participant.c.role)
    )
    return _by_case(rows)


async def _units(transaction: Transaction, subjects: Sequence[Subject]) -> _Parts:
    """Return the units with an active part in each case, and every unit they are part of."""
    climb = (
        select(involvement.c.tenant_id, involvement.c.case_id, involvement.c.unit_id)
        .where(
            tuple_(involvement.c.tenant_id, involvement.c.case_id).in_(subjects), active_now(involvement)
        )
        .cte("climb", recursive=True)
    )
    above = and_(unit.c.tenant_id == climb.c.tenant_id, unit.c.id == climb.c.unit_id)
    climb = climb.union(
        select(climb.c.tenant_id, climb.c.case_id, unit.c.parent_id)
        .join(unit, above)
        .where(unit.c.parent_id.is_not(None))
    )
    return _by_case(await transaction.rows(select(climb)))


async def _sources(transaction: Transaction, subjects: Sequence[Subject]) -> _Parts:
    rows = await transaction.rows(
        select(
            registration.c.tenant_id,
            registration.c.case_id,
            registration.c.system,
            registration.c.written_by,
        )
        .where(tuple_(registration.c.tenant_id, registration.c.case_id).in_(subjects))
        .distinct()
    )
    return _by_case(rows)


def _by_hand(sources: Iterable[Row[Any]]) -> set[str]:
    return {each.written_by for each in sources if each.system == CASE_TEAM and each.written_by}


def _by_case(rows: Sequence[Row[Any]]) -> _Parts:
    found: defaultdict[Subject, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.tenant_id, row.case_id].append(row)
    return found
