"""Statements on many cases at once: their complexity from their parts, and keeping what has changed.

The same rule as in `complexity`, written a second time for the database; tests hold the two against each
other. A part counts from `valid_from` until before `valid_to`, by the clock when the statement begins.
Nobody writes a period that begins or ends in the future: a part ends when it is told to have ended. Should
that ever change, a case would have to be classified anew at that time, too, and the job that does so would
belong here: nothing reclassifies a case because time has passed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.cases.classification.complexity import Classification, Counts, RuleSet, explain
from services.cases.classification.schemas import classification_view
from shared.database.connection import Transaction

_COMPLEXITIES = """
WITH RECURSIVE part AS (
    SELECT case_id, unit_id, role, laws
    FROM involvement
    WHERE tenant_id = $1 AND case_id = ANY ($6::uuid[])
      AND valid_from <= statement_timestamp() AND (valid_to IS NULL OR valid_to > statement_timestamp())
), climb AS (
    SELECT id AS origin, id, parent_id, counts_as_unit, external
    FROM unit
    WHERE tenant_id = $1 AND id IN (SELECT unit_id FROM part)
    UNION
    SELECT climb.origin, above.id, above.parent_id, above.counts_as_unit, above.external
    FROM climb
    JOIN unit AS above ON above.tenant_id = $1 AND above.id = climb.parent_id
    WHERE NOT climb.counts_as_unit
), counting AS (
    SELECT part.case_id, part.role = 'authority' AS decides, part.laws, climb.id, climb.external
    FROM part
    JOIN climb ON climb.origin = part.unit_id AND climb.counts_as_unit
), law AS (
    SELECT case_id, array_agg(DISTINCT each) AS laws
    FROM counting, unnest(counting.laws) AS each
    GROUP BY case_id
), counted AS (
    SELECT case_id,
           count(DISTINCT id) FILTER (WHERE NOT external)::integer AS units_within,
           count(DISTINCT id) FILTER (WHERE external)::integer AS units_external,
           count(DISTINCT id) FILTER (WHERE decides AND NOT external)::integer AS authorities_within,
           count(DISTINCT id) FILTER (WHERE decides AND external)::integer AS authorities_external
    FROM counting
    GROUP BY case_id
), judged AS (
    SELECT kept.id, kept.level AS level_before, kept.rule_set AS rule_set_before,
           (kept.units_within, kept.units_external, kept.authorities_within, kept.authorities_external)
           AS counts_before,
           coalesce(counted.units_within, 0) AS units_within,
           coalesce(counted.units_external, 0) AS units_external,
           coalesce(counted.authorities_within, 0) AS authorities_within,
           coalesce(counted.authorities_external, 0) AS authorities_external
    FROM citizen_case AS kept
    LEFT JOIN counted ON counted.case_id = kept.id
    WHERE kept.tenant_id = $1 AND kept.id = ANY ($6::uuid[])
)
SELECT judged.id, judged.units_within, judged.units_external, judged.authorities_within,
       judged.authorities_external, judged.level_before, reached.level, coalesce(law.laws, '{}') AS laws
FROM judged
LEFT JOIN law ON law.case_id = judged.id
CROSS JOIN LATERAL (
    SELECT rule.level
    FROM unnest($2::text[], $3::integer[], $4::integer[])
         WITH ORDINALITY AS rule (level, min_units, min_authorities, rank)
    WHERE rule.min_units <= units_within + CASE WHEN $5 THEN units_external ELSE 0 END
      AND rule.min_authorities <= authorities_within + CASE WHEN $5 THEN authorities_external ELSE 0 END
    ORDER BY rule.rank DESC
    LIMIT 1
) AS reached
WHERE (reached.level, $7::text,
       (judged.units_within, judged.units_external, judged.authorities_within, judged.authorities_external))
   IS DISTINCT FROM (judged.level_before, judged.rule_set_before, judged.counts_before)
   OR NOT $8::boolean
ORDER BY judged.id
"""

_LOCK_NEXT = """
SELECT id FROM citizen_case
WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id > $2) AND joined_into_id IS NULL
ORDER BY id
LIMIT $3
FOR NO KEY UPDATE
"""

_NEXT_OF_UNIT = """
WITH RECURSIVE within AS (
    SELECT id FROM unit WHERE tenant_id = $1 AND id = $4
    UNION
    SELECT unit.id FROM unit JOIN within ON unit.tenant_id = $1 AND unit.parent_id = within.id
)
SELECT DISTINCT case_id AS id
FROM involvement
WHERE tenant_id = $1 AND unit_id IN (SELECT id FROM within) AND ($2::uuid IS NULL OR case_id > $2)
  AND valid_from <= statement_timestamp() AND (valid_to IS NULL OR valid_to > statement_timestamp())
ORDER BY case_id
LIMIT $3
"""

_LOCK_THESE = """
SELECT id FROM citizen_case
WHERE tenant_id = $1 AND id = ANY ($2::uuid[])
ORDER BY id
FOR NO KEY UPDATE
"""

_KEEP = """
WITH new AS (
    SELECT * FROM unnest($2::uuid[], $3::text[], $4::integer[], $5::integer[], $6::integer[], $7::integer[],
                         $8::integer[], $9::integer[], $10::text[], $11::boolean[])
    AS new (id, level, units_within, units_external, authorities_within, authorities_external,
            units, authority_functions, explanation, level_changed)
), changed AS (
    UPDATE citizen_case AS kept
    SET version = kept.version + 1, updated_at = clock_timestamp(), level = new.level, rule_set = $12,
        units_within = new.units_within, units_external = new.units_external,
        authorities_within = new.authorities_within, authorities_external = new.authorities_external
    FROM new
    WHERE kept.tenant_id = $1 AND kept.id = new.id AND kept.id = ANY ($2::uuid[])
    RETURNING kept.id, kept.version, kept.updated_at, new.level_changed
), history AS (
    INSERT INTO classification (tenant_id, id, case_id, at, level, units, authority_functions, rule_set,
        explanation, reason, units_within, units_external, authorities_within, authorities_external)
    SELECT $1, uuidv7(), id, changed.updated_at, level, units, authority_functions, $12,
           explanation::jsonb, $13, units_within, units_external, authorities_within, authorities_external
    FROM new JOIN changed USING (id)
), audited AS (
    INSERT INTO audit_event (tenant_id, actor, action, purpose, subject_type, subject_id, request_id)
    SELECT $1, $14, 'write', 'case-classification', 'case', id, '' FROM new
)
INSERT INTO change_log (epoch, tenant_id, type, subject, version)
SELECT epoch, $1, told.type, changed.id, changed.version
FROM changed
CROSS JOIN feed_epoch
CROSS JOIN (VALUES ('case.changed'), ('case.classified')) AS told (type)
WHERE told.type = 'case.changed' OR changed.level_changed
ORDER BY changed.id, told.type
"""

_TRANSITIONS = """
WITH combination AS (
    SELECT level, units_within, units_external, authorities_within, authorities_external, count(*) AS cases
    FROM citizen_case
    WHERE tenant_id = $1 AND joined_into_id IS NULL
    GROUP BY level, units_within, units_external, authorities_within, authorities_external
), moved AS MATERIALIZED (
    SELECT combination.*, reached.level AS to_level
    FROM combination
    CROSS JOIN LATERAL (
        SELECT rule.level
        FROM unnest($2::text[], $3::integer[], $4::integer[])
             WITH ORDINALITY AS rule (level, min_units, min_authorities, rank)
        WHERE rule.min_units <= units_within + CASE WHEN $5 THEN units_external ELSE 0 END
          AND rule.min_authorities <= authorities_within + CASE WHEN $5 THEN authorities_external ELSE 0 END
        ORDER BY rule.rank DESC
        LIMIT 1
    ) AS reached
)
SELECT level AS from_level, to_level, sum(cases)::integer AS cases, ARRAY (
    SELECT kept.id
    FROM citizen_case AS kept
    JOIN moved AS mover
    USING (level, units_within, units_external, authorities_within, authorities_external)
    WHERE kept.tenant_id = $1 AND kept.joined_into_id IS NULL
      AND mover.level = moved.level AND mover.to_level = moved.to_level
      AND mover.level <> mover.to_level
    ORDER BY kept.id
    LIMIT $6
) AS examples
FROM moved
GROUP BY level, to_level
ORDER BY cases DESC, level, to_level
"""


@dataclass(frozen=True, slots=True)
class ChangedCase:
    """A case that is classified otherwise now than its row says."""

    id: UUID
    current: Classification
    level_changed: bool


def columns_of(rules: RuleSet) -> tuple[list[str], list[int], list[int], bool]:
    """Return a rule set as the four parameters that the statements take."""
    return (
        [level.code for level in rules.levels],
        [level.min_units for level in rules.levels],
        [level.min_authority_functions for level in rules.levels],
        rules.external_units_count,
    )


def counts_of(row: Any) -> Counts:
    """Return the four counts of a row."""
    return Counts(
        row["units_within"], row["units_external"], row["authorities_within"], row["authorities_external"]
    )


async def lock_next_cases(
    transaction: Transaction, after: UUID | None, unit_id: UUID | None, at_most: int
) -> list[UUID]:
    """Lock and return the next cases by id: all, or those that a unit or one below it is involved in."""
    tenant = transaction.tenant
    if unit_id is None:
        return [row["id"] for row in await transaction.driver.fetch(_LOCK_NEXT, tenant, after, at_most)]
    found = await transaction.driver.fetch(_NEXT_OF_UNIT, tenant, after, at_most, unit_id)
    ids = [row["id"] for row in found]
    return [row["id"] for row in await transaction.driver.fetch(_LOCK_THESE, tenant, ids)]


async def read_complexities(
    transaction: Transaction, case_ids: Sequence[UUID], rules: RuleSet, *, changed_only: bool
) -> list[Any]:
    """Return cases' counts, laws and levels, worked out by the database, with the level kept before."""
    found: list[Any] = await transaction.driver.fetch(
        _COMPLEXITIES, transaction.tenant, *columns_of(rules), case_ids, rules.name, changed_only
    )
    return found


async def read_changed_cases(
    transaction: Transaction, case_ids: Sequence[UUID], rules: RuleSet
) -> list[ChangedCase]:
    """Classify cases and return those whose rows say otherwise."""
    return [
        ChangedCase(
            row["id"], explain(counts_of(row), row["laws"], rules), row["level"] != row["level_before"]
        )
        for row in await read_complexities(transaction, case_ids, rules, changed_only=True)
    ]


async def keep_changed_cases(
    transaction: Transaction, changed: Sequence[ChangedCase], rules: RuleSet, reason: str
) -> None:
    """Write changed complexities: case, history, audit and change log, each case's in one go."""
    if not changed:
        return
    found = [each.current for each in changed]
    await transaction.driver.execute(
        _KEEP,
        transaction.tenant,
        [each.id for each in changed],
        [each.level for each in found],
        [each.units_within for each in found],
        [each.units_external for each in found],
        [each.authorities_within for each in found],
        [each.authorities_external for each in found],
        [each.units for each in found],
        [each.authority_functions for each in found],
        [classification_view(each).model_dump_json(by_alias=True) for each in found],
        [each.level_changed for each in changed],
        rules.name,
        reason,
        transaction.caller.subject,
    )
    transaction.has_changes = True


async def read_transitions(transaction: Transaction, rules: RuleSet, examples: int) -> list[Any]:
    """Count cases by the level they have and the one they would have by other rules, with some examples."""
    found: list[Any] = await transaction.driver.fetch(
        _TRANSITIONS, transaction.tenant, *columns_of(rules), examples
    )
    return found
