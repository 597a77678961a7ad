"""What must hold of a register's rows whatever was written in whatever order, asked of the database."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from services.cases.classification.complexity import DEFAULT_RULE_SET, Counts, UnitPart, count, level_of
from shared.contracts.register import InvolvementRole

Connection: TypeAlias = "asyncpg.Connection[Any] | asyncpg.Pool[Any]"
"""A superuser's way to the rows; a pool, where many ask at once."""

_PARTS = {"involvement": "unit_id, role", "participant": "professional_id", "citizen": "citizen_id"}
_STATUSES = "ARRAY['opened', 'informed', 'decided', 'closed']"
_SENSITIVITIES = "ARRAY['not-confidential', 'confidential', 'sensitive', 'vip']"


_OF_PARTS = {
    "active in another case than its file's, or after that ended": """
        SELECT part.id FROM {table} AS part
        JOIN registration AS file ON file.tenant_id = $1 AND file.id = part.registration_id
        WHERE part.tenant_id = $1 AND part.valid_to IS NULL
          AND (file.case_id <> part.case_id OR file.ended_at IS NOT NULL)""",
    "ends before it begins": """
        SELECT id FROM {table} WHERE tenant_id = $1 AND valid_to < valid_from""",
    "twice at once": """
        SELECT part.id FROM {table} AS part
        JOIN {table} AS other ON other.tenant_id = $1 AND {same} AND other.id > part.id
        WHERE part.tenant_id = $1
          AND tstzrange(part.valid_from, part.valid_to) && tstzrange(other.valid_from, other.valid_to)""",
}

_STANDING = """
SELECT own.id FROM citizen_case AS own
LEFT JOIN LATERAL (
    SELECT min(array_position({statuses}, status)) AS least,
           max(array_position({sensitivities}, sensitivity)) AS most
    FROM registration
    WHERE tenant_id = $1 AND case_id = own.id AND ended_at IS NULL) AS file ON true
WHERE own.tenant_id = $1 AND (
    own.status <> ({statuses})[coalesce(file.least, 4)]
    OR own.sensitivity IS DISTINCT FROM ({sensitivities})[file.most]
    OR (own.closed_at IS NULL) = (own.status = 'closed'))
"""


def _of_parts(table: str, key: str) -> dict[str, str]:
    same = " AND ".join(f"other.{name} = part.{name}" for name in ("registration_id", *key.split(", ")))
    return {f"{table}: {name}": rule.format(table=table, same=same) for name, rule in _OF_PARTS.items()}


RULES: Mapping[str, str] = {
    **{name: rule for table, key in _PARTS.items() for name, rule in _of_parts(table, key).items()},
    "a closed file has units or people": """
        SELECT part.id FROM registration AS file
        JOIN (SELECT tenant_id, id, registration_id, valid_to FROM involvement
              UNION ALL SELECT tenant_id, id, registration_id, valid_to FROM participant) AS part
            ON part.tenant_id = $1 AND part.registration_id = file.id AND part.valid_to IS NULL
        WHERE file.tenant_id = $1 AND file.status = 'closed'""",
    "a unit that was merged goes on in a case": """
        SELECT part.id FROM involvement AS part
        JOIN unit ON unit.tenant_id = $1 AND unit.id = part.unit_id AND unit.merged_into_id IS NOT NULL
        WHERE part.tenant_id = $1 AND part.valid_to IS NULL""",
    "two primary contacts in one file": """
        SELECT registration_id FROM participant
        WHERE tenant_id = $1 AND valid_to IS NULL AND primary_contact
        GROUP BY registration_id HAVING count(*) > 1""",
    "a case that was joined away goes on, or leads nowhere": """
        SELECT own.id FROM citizen_case AS own
        JOIN citizen_case AS into_case ON into_case.tenant_id = $1 AND into_case.id = own.joined_into_id
        WHERE own.tenant_id = $1 AND (own.status <> 'closed' OR into_case.joined_into_id IS NOT NULL
            OR EXISTS (SELECT FROM registration WHERE tenant_id = $1 AND case_id = own.id))""",
    "a case stands otherwise than its files": _STANDING.format(
        statuses=_STATUSES, sensitivities=_SENSITIVITIES
    ),
    "a case's history ends otherwise than the case": """
        SELECT own.id FROM citizen_case AS own
        LEFT JOIN LATERAL (
            SELECT state FROM case_history AS past WHERE past.tenant_id = $1 AND past.case_id = own.id
            ORDER BY past.at DESC, past.version DESC LIMIT 1) AS last ON true
        WHERE own.tenant_id = $1 AND last.state IS DISTINCT FROM jsonb_build_object(
            'respondent_label', own.respondent_label, 'target_group', own.target_group,
            'municipality_code', own.municipality_code, 'status', own.status,
            'kle_number', own.kle_number, 'sensitivity', own.sensitivity)""",
    "a case's last classification is another than the case's": """
        SELECT own.id FROM citizen_case AS own
        LEFT JOIN LATERAL (
            SELECT * FROM classification AS past WHERE past.tenant_id = $1 AND past.case_id = own.id
            ORDER BY past.at DESC, past.id DESC LIMIT 1) AS last ON true
        WHERE own.tenant_id = $1 AND (own.level, own.rule_set, own.units_within, own.units_external,
                own.authorities_within, own.authorities_external)
            IS DISTINCT FROM (last.level, last.rule_set, last.units_within, last.units_external,
                last.authorities_within, last.authorities_external)""",
    "the feed's last word of a case is of another version": """
        SELECT own.id FROM citizen_case AS own
        WHERE own.tenant_id = $1 AND own.version IS DISTINCT FROM (
            SELECT max(version) FROM change_log WHERE tenant_id = $1 AND subject = own.id)""",
    "the feed tells of a case that was erased as if it were there": """
        SELECT told.subject FROM change_log AS told
        JOIN erasure ON erasure.tenant_id = $1 AND erasure.subject_id = told.subject
        WHERE told.tenant_id = $1 AND told.type LIKE 'case.%'
        GROUP BY told.subject
        HAVING (array_agg(told.type ORDER BY told.version DESC, told.id DESC))[1] <> 'case.erased'""",
}
"""Questions with a tenant, each of which finds nothing."""

_OPEN_TWICE = """
SELECT part.citizen_id FROM citizen AS part
JOIN citizen_case AS own ON own.tenant_id = $1 AND own.id = part.case_id AND own.status <> 'closed'
WHERE part.tenant_id = $1 AND part.valid_to IS NULL AND part.relation = 'citizen'
  AND part.citizen_id <> ALL ($2::uuid[])
GROUP BY part.citizen_id HAVING count(DISTINCT own.id) > 1
"""

_INVOLVED = """
SELECT case_id, unit_id, role FROM involvement WHERE tenant_id = $1 AND valid_to IS NULL
"""

_COUNTED = """
SELECT id, level, units_within, units_external, authorities_within, authorities_external
FROM citizen_case WHERE tenant_id = $1
"""


async def broken_rules(
    connection: Connection, tenant: UUID, *, excused: Collection[UUID] = ()
) -> dict[str, list[UUID]]:
    """Return the rules that don't hold, each with the ids of rows that break it.

    Parameters
    ----------
    excused : collection of UUID
        Citizens who may have two open cases: somebody split a case, or took an old file up again.
    """
    found = {name: [row[0] for row in await connection.fetch(rule, tenant)] for name, rule in RULES.items()}
    twice = await connection.fetch(_OPEN_TWICE, tenant, list(excused))
    found["a citizen has two open cases"] = [row[0] for row in twice]
    found["a case counts otherwise than its parts"] = await _miscounted(connection, tenant)
    return {name: ids for name, ids in found.items() if ids}


async def _miscounted(connection: Connection, tenant: UUID) -> list[UUID]:
    """Count each case's units once more, without a line of the register's own SQL."""
    units = {
        row["id"]: row for row in await connection.fetch("SELECT * FROM unit WHERE tenant_id = $1", tenant)
    }
    parts: dict[UUID, list[UnitPart]] = defaultdict(list)
    for row in await connection.fetch(_INVOLVED, tenant):
        unit = units.get(row["unit_id"])
        while unit is not None and not unit["counts_as_unit"]:
            unit = units.get(unit["parent_id"])
        if unit is not None:
            part = UnitPart(unit["id"], InvolvementRole(row["role"]), unit["external"])
            parts[row["case_id"]].append(part)
    wrong = []
    for case in await connection.fetch(_COUNTED, tenant):
        counts = count(parts[case["id"]])
        if (Counts(*case[2:6]), case["level"]) != (counts, level_of(counts, DEFAULT_RULE_SET)):
            wrong.append(case["id"])
    return wrong
