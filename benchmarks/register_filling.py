"""Fills a register with a million cases in a minute, and with fifty; it measures nothing."""

import hashlib
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

import asyncpg

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_TABLES = ("citizen_case", "registration", "involvement", "participant")

_STAFF = """
INSERT INTO area (tenant_id, id, version, name, municipality_code)
    SELECT $1, md5($1::uuid::text || 'area')::uuid, 1, 'Børn og Unge', '0766';
INSERT INTO unit (tenant_id, id, version, name, area_id, municipality_code, counts_as_unit,
                  authority_function, external, laws)
    SELECT $1, md5($1::uuid::text || 'unit' || n)::uuid, 1, 'Enhed ' || n,
           md5($1::uuid::text || 'area')::uuid, '0766',
           true, n % 3 = 0, false, '{}'
    FROM generate_series(0, 199) AS n;
INSERT INTO person (tenant_id, id, version, name)
    SELECT $1, md5($1::uuid::text || 'person' || n)::uuid, 1, 'Medarbejder ' || n
    FROM generate_series(0, 1999) AS n;
INSERT INTO professional (tenant_id, id, version, person_id, unit_id, professional_group, language,
                          valid_from)
    SELECT $1, md5($1::uuid::text || 'professional' || n)::uuid, 1,
           md5($1::uuid::text || 'person' || n)::uuid,
           md5($1::uuid::text || 'unit' || n % 200)::uuid, 'Socialrådgiver', 'da', '2015-01-01'
    FROM generate_series(0, 1999) AS n;
"""

_MANY = """
INSERT INTO citizen_case (tenant_id, id, version, respondent_label, level, status, target_group,
                          municipality_code, registered_at, updated_at, closed_at)
    SELECT $1, id, 1 + n % 9, 'Forløb ' || n, CASE WHEN hash % 10 = 0 THEN 'complex' ELSE 'ordinary' END,
           status,
           ('{youth,children-and-family,specialised-social,chronic-illness,dementia,other}'::text[])
               [1 + hash / 10 % 6],
           (700 + hash / 60 % 98)::text, registered, updated, CASE WHEN status = 'closed' THEN updated END
    FROM (SELECT n, id, hash,
                 ('{opened,informed,decided,closed,closed,closed,closed,closed,closed,closed}'::text[])
                     [1 + hash / 6000 % 10] AS status,
                 registered, registered + hash % 700 * interval '1 day 1 second' AS updated
          FROM (SELECT n, abs(hashint4(n) / 2) AS hash,
                       -- In the order of registration, as ids of version 7 are.
                       ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id,
                       -- Many at the same second, as after a nightly sync.
                       timestamptz '2015-01-01' + n / 20 * interval '6600 seconds' AS registered
                FROM generate_series(1, $2) AS n) AS drawn) AS dated
"""
_FEW = """
INSERT INTO citizen_case (tenant_id, id, version, respondent_label, level, status, target_group,
                          municipality_code, registered_at, updated_at)
    SELECT $1, gen_random_uuid(), 1, 'Forløb ' || n, 'complex', 'opened', 'youth', '766',
           timestamptz '2026-01-01' + n * interval '1 hour',
           timestamptz '2026-06-01' + n * interval '1 hour'
    FROM generate_series(1, $2::integer) AS n
"""
_PARTS = (
    "INSERT INTO registration (tenant_id, id, version, system, reference, case_id, source_version) "
    "SELECT $1, id, 1, 'esdh', id::text, id, 1 FROM citizen_case AS own WHERE tenant_id = $1 AND {some}",
    "INSERT INTO involvement (tenant_id, id, case_id, registration_id, unit_id, role, laws, valid_from) "
    "SELECT own.tenant_id, own.id, own.id, own.id, units.ids[1 + abs(uuid_hash(own.id) / 8) % 200], "
    "'provider', '{{}}', registered_at FROM citizen_case AS own, "
    "(SELECT array_agg(id ORDER BY id) AS ids FROM unit WHERE tenant_id = $1) AS units "
    "WHERE own.tenant_id = $1 AND {some}",
    "INSERT INTO participant (tenant_id, id, case_id, registration_id, professional_id, role, valid_from) "
    "SELECT own.tenant_id, own.id, own.id, own.id, staff.ids[1 + abs(uuid_hash(own.id) / 8) % 1999], "
    "'participant', registered_at FROM citizen_case AS own, "
    "(SELECT array_agg(id ORDER BY id) AS ids FROM professional WHERE tenant_id = $1 AND id <> $2) "
    "AS staff WHERE own.tenant_id = $1 AND {some}",
)
"""Of each kind one part a case; everybody but one person takes part in many."""

_SOME = "uuid_hash(own.id) % 4 = 0"
"""To save time, one case in four has parts; the others are seen only by those who see all."""

_OWN = """
INSERT INTO participant (tenant_id, id, case_id, registration_id, professional_id, role, valid_from)
    SELECT $1, gen_random_uuid(), id, id, $2, 'participant', registered_at
    FROM citizen_case WHERE tenant_id = $1 AND level = 'complex' ORDER BY id LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class Filling:
    """Who has how many cases, and in how many the person with few takes part."""

    tenant: UUID
    cases: int
    own: int = 3


def person_with_few(tenant: UUID) -> UUID:
    """Return the person who takes part in few cases."""
    return _named(tenant, "person0")


def professional_with_few(tenant: UUID) -> UUID:
    """Return that person's employment."""
    return _named(tenant, "professional0")


def units_of(tenant: UUID, count: int) -> frozenset[UUID]:
    """Return some of the two hundred units; each takes part in as many cases as the others."""
    return frozenset(_named(tenant, f"unit{number}") for number in range(count))


def _named(tenant: UUID, name: str) -> UUID:
    return UUID(hashlib.md5(f"{tenant}{name}".encode(), usedforsecurity=False).hexdigest())


async def fill(superuser: str, many: Filling, few: Filling) -> None:
    """Write both tenants' cases, past checks of references and with indexes made at the end."""
    connection = await asyncpg.connect(superuser)
    try:
        await connection.execute(
            "SET session_replication_role = replica; SET maintenance_work_mem = '256MB'"
        )
        indexes = await _drop_indexes(connection)
        for filling, cases in ((many, _MANY), (few, _FEW)):
            await _write(connection, filling, cases)
        for index in indexes:
            await connection.execute(index)
        await connection.execute("VACUUM (ANALYZE)")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


async def _write(connection: Connection, filling: Filling, cases: str) -> None:
    for statement in _STAFF.split(";")[:-1]:
        await connection.execute(statement, filling.tenant)
    await connection.execute(cases, filling.tenant, filling.cases)
    own = professional_with_few(filling.tenant)
    for statement in _PARTS:
        values = [own] if "$2" in statement else []
        await connection.execute(statement.format(some=_SOME), filling.tenant, *values)
    await connection.execute(_OWN, filling.tenant, own, filling.own)


async def _drop_indexes(connection: Connection) -> list[str]:
    """Drop the indexes that no constraint needs; return how to make them again."""
    found = await connection.fetch(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY($1) AND indexname NOT IN "
        "(SELECT conname FROM pg_constraint)",
        _TABLES,
    )
    for row in found:
        await connection.execute(f'DROP INDEX "{row["indexname"]}"')
    return [row["indexdef"] for row in found]
