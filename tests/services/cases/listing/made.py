"""A register made by chance, straight into the tables, and what it holds said a second time in Python."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from tests.support.databases import TestDatabase

SYSTEMS = ("sbsys", "fasit", "nexus")
_START = datetime(2026, 1, 5, 7, 30, 0, 123457, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Employee:
    """A professional, the person behind, and the professional that leads."""

    id: UUID
    person: UUID
    unit: UUID
    leader: UUID | None


@dataclass(frozen=True, slots=True)
class MadeCase:
    """A case, and who and what is part of it now."""

    id: UUID
    respondent_label: str
    level: str
    status: str
    target_group: str | None
    municipality_code: str
    registered_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    joined_into_id: UUID | None
    systems: frozenset[str]
    units: frozenset[UUID]
    professionals: frozenset[UUID]
    citizen: UUID


@dataclass
class MadeRegister:
    """One tenant's units, people and cases. Unit 1 is part of unit 0; employee 0 leads 1 and 2."""

    tenant: UUID
    units: list[UUID] = field(default_factory=list)
    employees: list[Employee] = field(default_factory=list)
    cases: list[MadeCase] = field(default_factory=list)


def draw_register(tenant: UUID, seed: int, cases: int) -> MadeRegister:
    """Draw a register with many equal times and all kinds of cases."""
    chance = random.Random(seed)
    made = MadeRegister(tenant, [uuid4() for _ in range(5)])
    for number in range(6):
        leader = made.employees[0].id if number in {1, 2} else None
        made.employees.append(Employee(uuid4(), uuid4(), chance.choice(made.units), leader))
    for number in range(cases):
        made.cases.append(_draw_case(chance, made, number))
    return made


def _draw_case(chance: random.Random, made: MadeRegister, number: int) -> MadeCase:
    registered = _START + timedelta(seconds=chance.randrange(8))
    updated = registered + timedelta(microseconds=chance.randrange(4))
    status = chance.choice(["opened", "informed", "decided", "closed"])
    return MadeCase(
        id=uuid4(),
        respondent_label=f"Forløb {number} Ærø",
        level=chance.choice(["ordinary", "complex"]),
        status=status,
        target_group=chance.choice(["youth", "dementia", None]),
        municipality_code=chance.choice(["0766", "0730"]),
        registered_at=registered,
        updated_at=updated,
        closed_at=updated if status == "closed" else None,
        joined_into_id=made.cases[0].id if number and chance.random() < 0.1 else None,
        systems=frozenset(chance.sample(SYSTEMS, chance.randint(1, 2))),
        units=frozenset(chance.sample(made.units, chance.randint(0, 3))),
        professionals=frozenset(each.id for each in chance.sample(made.employees, chance.randint(0, 3))),
        citizen=uuid4(),
    )


async def keep(made: MadeRegister, database: TestDatabase) -> None:
    """Write a register into the tables, with parts that have ended and count for nothing."""
    connection = await asyncpg.connect(database.superuser)
    try:
        await _keep_organisation(connection, made)
        for case in made.cases:
            await keep_case(connection, made.tenant, case)
            await _keep_ended_parts(connection, made, case)
    finally:
        await connection.close()


async def _keep_organisation(connection: Any, made: MadeRegister) -> None:
    area = uuid4()
    await connection.execute(
        "INSERT INTO area (tenant_id, id, version, name, municipality_code) "
        "VALUES ($1, $2, 1, 'Børn og Unge', '0766')",
        made.tenant,
        area,
    )
    for number, unit in enumerate(made.units):
        await connection.execute(
            "INSERT INTO unit (tenant_id, id, version, name, area_id, parent_id, municipality_code, "
            "counts_as_unit, authority_function, external, laws) "
            "VALUES ($1, $2, 1, 'Enhed', $3, $4, '0766', true, false, false, '{}')",
            made.tenant,
            unit,
            area,
            made.units[0] if number == 1 else None,
        )
    for each in made.employees:
        await connection.execute(
            "INSERT INTO person (tenant_id, id, version, name) VALUES ($1, $2, 1, 'Medarbejder')",
            made.tenant,
            each.person,
        )
        await connection.execute(
            "INSERT INTO professional (tenant_id, id, version, person_id, unit_id, professional_group, "
            "leader_id, language, valid_from) VALUES ($1, $2, 1, $3, $4, 'Lærer', $5, 'da', '2020-01-01')",
            made.tenant,
            each.id,
            each.person,
            each.unit,
            each.leader,
        )


async def keep_case(connection: Any, tenant: UUID, case: MadeCase) -> None:
    """Write a case, a registration of each of its systems, and its parts in the first of them."""
    values = (case.level, case.status, case.target_group, case.municipality_code)
    times = (case.registered_at, case.updated_at, case.closed_at)
    await connection.execute(
        "INSERT INTO citizen_case (tenant_id, id, version, respondent_label, level, status, target_group, "
        "municipality_code, registered_at, updated_at, closed_at, joined_into_id, units_within, "
        "units_external, authorities_within) "
        "VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, 3, 2, 1)",
        *(tenant, case.id, case.respondent_label, *values, *times, case.joined_into_id),
    )
    files = {system: uuid4() for system in sorted(case.systems)}
    for system, file in files.items():
        await connection.execute(
            "INSERT INTO registration (tenant_id, id, version, system, reference, case_id, first_case_id, "
            "source_version) VALUES ($1, $2, 1, $3, $4, $5, $5, 1)",
            *(tenant, file, system, f"sag-{case.id}", case.id),
        )
    own = next(iter(files.values()))
    for unit in case.units:
        await connection.execute(
            "INSERT INTO involvement (tenant_id, id, case_id, registration_id, unit_id, role, laws, "
            "valid_from) VALUES ($1, uuidv7(), $2, $3, $4, 'provider', '{}', '2026-01-01')",
            *(tenant, case.id, own, unit),
        )
    for professional in case.professionals:
        await connection.execute(
            "INSERT INTO participant (tenant_id, id, case_id, registration_id, professional_id, role, "
            "valid_from) VALUES ($1, uuidv7(), $2, $3, $4, 'participant', '2026-01-01')",
            *(tenant, case.id, own, professional),
        )
    await connection.execute(
        "INSERT INTO citizen (tenant_id, id, case_id, registration_id, citizen_id, relation, valid_from) "
        "VALUES ($1, uuidv7(), $2, $3, $4, 'citizen', '2026-01-01')",
        *(tenant, case.id, own, case.citizen),
    )


async def _keep_ended_parts(connection: Any, made: MadeRegister, case: MadeCase) -> None:
    file = await connection.fetchval(
        "SELECT id FROM registration WHERE tenant_id = $1 AND case_id = $2 LIMIT 1", made.tenant, case.id
    )
    for unit in made.units[:1]:
        await connection.execute(
            "INSERT INTO involvement (tenant_id, id, case_id, registration_id, unit_id, role, laws, "
            "valid_from, valid_to) VALUES ($1, uuidv7(), $2, $3, $4, 'provider', '{}', '2025-01-01', "
            "'2025-02-01')",
            *(made.tenant, case.id, file, unit),
        )
    for employee in made.employees[:1]:
        await connection.execute(
            "INSERT INTO participant (tenant_id, id, case_id, registration_id, professional_id, role, "
            "valid_from, valid_to) VALUES ($1, uuidv7(), $2, $3, $4, 'participant', '2025-01-01', "
            "'2025-02-01')",
            *(made.tenant, case.id, file, employee.id),
        )
