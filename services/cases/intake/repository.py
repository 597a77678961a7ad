"""Every statement of taking in what a source says: few round trips, as case systems write all day.

Below the driver's own level, where one statement does what ten small ones would.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from asyncpg import ForeignKeyViolationError, Record

from shared.database.connection import Transaction
from shared.errors import unavailable

Rows: TypeAlias = list[Record]


@dataclass(frozen=True, slots=True)
class Source:
    """One source system's file."""

    system: str
    reference: str


def place_of(*name: object) -> int:
    """Return the number of the advisory lock that stands for a name."""
    digest = hashlib.blake2b("/".join(map(str, name)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


async def lock(transaction: Transaction, places: Iterable[int]) -> None:
    """Hold places until the transaction ends; always in one order, so that nobody waits in a circle.

    The organisation stands still meanwhile: a merger of units waits, and is waited for.
    """
    organisation = f"{transaction.tenant}/organisation"
    await transaction.driver.execute(_LOCK, sorted(set(places)), organisation)


async def read_target(
    transaction: Transaction, source: Source, case_id: UUID | None, citizens: Sequence[UUID]
) -> Record:
    """Return a source's registration, if it has one, and the case it is or should be part of."""
    found = await transaction.driver.fetchrow(
        _TARGET, transaction.tenant, source.system, source.reference, case_id, citizens
    )
    if found is None:
        raise LookupError("the look-up of a registration has one row")
    return found


async def hold_case(transaction: Transaction, case_id: UUID) -> Record | None:
    """Return a case's row and keep others from writing it."""
    return await transaction.driver.fetchrow(_HOLD_CASE, transaction.tenant, case_id)


async def read_parts(transaction: Transaction, case_id: UUID, registration_id: UUID | None) -> Rows:
    """Return what is active in a case: files, units, and the people of one registration."""
    rows: Rows = await transaction.driver.fetch(_PARTS, transaction.tenant, case_id, registration_id)
    return rows


async def mark_seen(transaction: Transaction, registration_id: UUID, snapshot: int) -> None:
    """Note that a nightly snapshot names a registration that hasn't changed."""
    await transaction.driver.execute(_MARK_SEEN, transaction.tenant, registration_id, snapshot)


async def read_known(
    transaction: Transaction, units: Iterable[UUID], professionals: Iterable[UUID]
) -> Rows:
    """Return the professionals that exist (`depth` -1), and each unit with the way up to what counts."""
    rows: Rows = await transaction.driver.fetch(_KNOWN, transaction.tenant, [*units], [*professionals])
    return rows


async def read_references(
    transaction: Transaction, system: str, units: Sequence[str], professionals: Sequence[str]
) -> Mapping[tuple[str, str], UUID]:
    """Return what a source's own references to units and professionals mean."""
    rows = await transaction.driver.fetch(_REFERENCES, transaction.tenant, system, units, professionals)
    return {(row["kind"], row["reference"]): row["subject_id"] for row in rows}


async def read_registration(transaction: Transaction, source: Source) -> Record | None:
    """Return a source's registration with its case's level."""
    return await transaction.driver.fetchrow(
        _REGISTRATION, transaction.tenant, source.system, source.reference
    )


async def end_registration(transaction: Transaction, registration_id: UUID) -> None:
    """End a registration and everything it said."""
    await transaction.driver.execute(_END, transaction.tenant, registration_id)


async def count_snapshot(
    transaction: Transaction, system: str, snapshot: int, taken_at: datetime
) -> Record:
    """Return how many live files a snapshot named, how many it did not, and the last one closed."""
    found = await transaction.driver.fetchrow(_COUNT, transaction.tenant, system, snapshot, taken_at)
    if found is None:
        raise LookupError("a count has one row")
    return found


async def read_unseen(
    transaction: Transaction, system: str, snapshot: int, taken_at: datetime, limit: int
) -> list[str]:
    """Return references of live files that a snapshot did not name and that are older than it."""
    rows = await transaction.driver.fetch(_UNSEEN, transaction.tenant, system, snapshot, taken_at, limit)
    return [row["reference"] for row in rows]


async def close_snapshot(transaction: Transaction, system: str, snapshot: int) -> None:
    """Note the last snapshot of a system."""
    await transaction.driver.execute(_CLOSE, transaction.tenant, system, snapshot)


async def save(transaction: Transaction, values: Sequence[Any]) -> None:
    """Write a case, a registration and all that changed with it, in one statement."""
    try:
        await transaction.driver.execute(_SAVE, transaction.tenant, *values)
    except ForeignKeyViolationError as gone:
        # Somebody it names was erased since we looked; sent again, they are unknown.
        raise unavailable() from gone


_LOCK = """
SELECT pg_advisory_xact_lock_shared(hashtextextended($2, 0)), pg_advisory_xact_lock(place)
FROM unnest($1::bigint[]) AS place
"""

_TARGET = """
WITH stored AS (
    SELECT id, case_id, first_case_id, source_version, version, status, kle_number, sensitivity, joined,
           snapshot, ended_at
    FROM registration WHERE tenant_id = $1 AND system = $2 AND reference = $3
), named AS (
    SELECT coalesce(joined_into_id, id) AS id FROM citizen_case WHERE tenant_id = $1 AND id = $4
), open AS (
    SELECT id FROM citizen_case
    -- An array, or a plan made while the tables are small goes through every case of the tenant.
    WHERE $4::uuid IS NULL AND tenant_id = $1 AND id = ANY (ARRAY(
        SELECT case_id FROM citizen
        WHERE tenant_id = $1 AND citizen_id = ANY($5::uuid[]) AND valid_to IS NULL))
      AND status <> 'closed' AND joined_into_id IS NULL
    ORDER BY registered_at, id LIMIT 1
)
SELECT stored.*,
       coalesce(stored.case_id, (SELECT id FROM named), (SELECT id FROM open)) AS target,
       EXISTS (SELECT FROM erasure
               WHERE tenant_id = $1 AND subject_type = 'case' AND subject_id = $4) AS erased,
       clock_timestamp() AS now
FROM (SELECT) AS always LEFT JOIN stored ON true
"""

_HOLD_CASE = """
SELECT id, version, respondent_label, target_group, municipality_code, status, kle_number, sensitivity,
       registered_at, level, rule_set, units_within, units_external, authorities_within,
       authorities_external, closed_at, joined_into_id, clock_timestamp() AS now
FROM citizen_case WHERE tenant_id = $1 AND id = $2 FOR UPDATE
"""

_PARTS = """
SELECT 'registration' AS kind, id, id AS registration_id, system, NULL::uuid AS subject, status AS role,
       sensitivity AS more, NULL::text[] AS laws, false AS primary_contact, NULL::uuid AS stands_for
FROM registration WHERE tenant_id = $1 AND case_id = $2 AND ended_at IS NULL
UNION ALL
SELECT 'involvement', id, registration_id, NULL, unit_id, role, NULL, laws, false, NULL
FROM involvement WHERE tenant_id = $1 AND case_id = $2 AND valid_to IS NULL
UNION ALL
SELECT 'participant', id, registration_id, NULL, professional_id, role, NULL, NULL, primary_contact,
       source_professional_id
FROM participant
WHERE tenant_id = $1 AND case_id = $2 AND registration_id = $3 AND valid_to IS NULL
UNION ALL
SELECT 'citizen', id, registration_id, NULL, citizen_id, relation, NULL, NULL, false, NULL
FROM citizen WHERE tenant_id = $1 AND case_id = $2 AND registration_id = $3 AND valid_to IS NULL
"""

_MARK_SEEN = "UPDATE registration SET snapshot = greatest(snapshot, $3) WHERE tenant_id = $1 AND id = $2"

_KNOWN = """
WITH RECURSIVE climb AS (
    SELECT id AS origin, id, parent_id, merged_into_id, counts_as_unit, external, authority_function,
           0 AS depth
    FROM unit WHERE tenant_id = $1 AND id = ANY($2::uuid[])
    UNION ALL
    SELECT climb.origin, up.id, up.parent_id, up.merged_into_id, up.counts_as_unit, up.external,
           up.authority_function, climb.depth + 1
    FROM climb JOIN unit AS up ON up.tenant_id = $1 AND climb.depth < 64 AND up.id = CASE
        WHEN climb.merged_into_id IS NOT NULL THEN climb.merged_into_id
        WHEN NOT climb.counts_as_unit THEN climb.parent_id END
)
SELECT origin, id, depth, merged_into_id, counts_as_unit, external, authority_function FROM climb
UNION ALL
SELECT id, id, -1, NULL, false, false, false
FROM professional WHERE tenant_id = $1 AND id = ANY($3::uuid[])
ORDER BY depth
"""

_REFERENCES = """
SELECT kind, reference, subject_id FROM source_reference
WHERE tenant_id = $1 AND system = $2 AND (kind, reference) IN (
    SELECT 'unit', unnest($3::text[]) UNION ALL SELECT 'professional', unnest($4::text[]))
"""

_SAVE = """
WITH the_case AS (
    INSERT INTO citizen_case AS own (tenant_id, id, version, respondent_label, target_group,
        municipality_code, status, kle_number, sensitivity, registered_at, updated_at, closed_at, level,
        rule_set, units_within, units_external, authorities_within, authorities_external)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12, $13, $14, $15, $16, $17)
    ON CONFLICT (tenant_id, id) DO UPDATE SET version = $3, respondent_label = $4, target_group = $5,
        municipality_code = $6, status = $7, kle_number = $8, sensitivity = $9, updated_at = $10,
        closed_at = $11, level = $12, rule_set = $13, units_within = $14, units_external = $15,
        authorities_within = $16, authorities_external = $17
), the_file AS (
    INSERT INTO registration AS own (tenant_id, id, version, system, reference, case_id, first_case_id,
        source_version, status, kle_number, sensitivity, joined, snapshot, updated_at, written_by)
    VALUES ($1, $18, $19, $20, $21, $2, $22, $23, $24, $25, $26, $27, $28, $10, $38)
    ON CONFLICT (tenant_id, id) DO UPDATE SET version = $19, source_version = $23, status = $24,
        kle_number = $25, sensitivity = $26, snapshot = greatest(own.snapshot, $28), updated_at = $10,
        written_by = $38,
        ended_at = NULL
), no_units AS (
    UPDATE involvement SET valid_to = greatest(valid_from, $10)
    WHERE tenant_id = $1 AND id = ANY($29::uuid[]) AND cardinality($29::uuid[]) > 0
), no_people AS (
    UPDATE participant SET valid_to = greatest(valid_from, $10)
    WHERE tenant_id = $1 AND id = ANY($29::uuid[]) AND cardinality($29::uuid[]) > 0
), no_citizens AS (
    UPDATE citizen SET valid_to = greatest(valid_from, $10)
    WHERE tenant_id = $1 AND id = ANY($29::uuid[]) AND cardinality($29::uuid[]) > 0
), units AS (
    INSERT INTO involvement (tenant_id, id, case_id, registration_id, unit_id, role, laws, valid_from)
    SELECT $1, id, $2, $18, unit_id, role, laws, $10
    FROM jsonb_to_recordset($30::text::jsonb) AS part (id uuid, unit_id uuid, role text, laws text[])
), people AS (
    INSERT INTO participant (tenant_id, id, case_id, registration_id, professional_id, role,
        primary_contact, valid_from)
    SELECT $1, id, $2, $18, professional_id, role, primary_contact, $10
    FROM jsonb_to_recordset($31::text::jsonb)
        AS part (id uuid, professional_id uuid, role text, primary_contact boolean)
), judged AS (
    INSERT INTO classification (tenant_id, id, case_id, at, level, rule_set, units_within, units_external,
        authorities_within, authorities_external, units, authority_functions, reason, explanation)
    SELECT $1, uuidv7(), $2, $10, $12, $13, $14, $15, $16, $17, $34, $35, $36, $37::text::jsonb
    WHERE $37::text IS NOT NULL
), citizens AS (
    INSERT INTO citizen (tenant_id, id, case_id, registration_id, citizen_id, relation, valid_from)
    SELECT $1, id, $2, $18, citizen_id, relation, $10
    FROM jsonb_to_recordset($32::text::jsonb) AS part (id uuid, citizen_id uuid, relation text)
)
INSERT INTO case_history (tenant_id, case_id, version, at, state)
SELECT $1, $2, $3, $10, $33::text::jsonb WHERE $33::text IS NOT NULL
"""

_REGISTRATION = """
SELECT file.id, file.system, file.reference, file.case_id, file.source_version, file.status,
       file.kle_number, file.sensitivity, file.joined, file.updated_at, file.ended_at, file.version,
       file.snapshot, own.level
FROM registration AS file
JOIN citizen_case AS own ON own.tenant_id = file.tenant_id AND own.id = file.case_id
WHERE file.tenant_id = $1 AND file.system = $2 AND file.reference = $3
"""

_END = """
WITH no_units AS (
    UPDATE involvement SET valid_to = greatest(valid_from, clock_timestamp())
    WHERE tenant_id = $1 AND registration_id = $2 AND valid_to IS NULL
), no_people AS (
    UPDATE participant SET valid_to = greatest(valid_from, clock_timestamp())
    WHERE tenant_id = $1 AND registration_id = $2 AND valid_to IS NULL
), no_citizens AS (
    UPDATE citizen SET valid_to = greatest(valid_from, clock_timestamp())
    WHERE tenant_id = $1 AND registration_id = $2 AND valid_to IS NULL
)
UPDATE registration SET ended_at = clock_timestamp(), updated_at = clock_timestamp(),
    version = version + 1
WHERE tenant_id = $1 AND id = $2
"""

_COUNT = """
SELECT count(*) FILTER (WHERE snapshot >= $3) AS seen,
       count(*) FILTER (WHERE snapshot >= $3 IS NOT TRUE AND updated_at < $4) AS unseen,
       least($4, clock_timestamp()) AS until,
       (SELECT snapshot FROM case_source WHERE tenant_id = $1 AND system = $2) AS last
FROM registration WHERE tenant_id = $1 AND system = $2 AND ended_at IS NULL
"""

_UNSEEN = """
SELECT reference FROM registration
WHERE tenant_id = $1 AND system = $2 AND ended_at IS NULL AND snapshot >= $3 IS NOT TRUE
  AND updated_at < $4
ORDER BY id LIMIT $5
"""

_CLOSE = """
INSERT INTO case_source (tenant_id, system, snapshot, closed_at)
VALUES ($1, $2, $3, clock_timestamp())
ON CONFLICT (tenant_id, system) DO UPDATE
    SET snapshot = greatest(case_source.snapshot, $3), closed_at = clock_timestamp()
"""
