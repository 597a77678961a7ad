"""Every statement on classifications, and the units' parts they are worked out from."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select, update

from services.cases.classification.complexity import DEFAULT_RULE_SET, Level, RuleSet, UnitPart
from services.cases.classification.reasons import Reason
from services.cases.classification.tables import (
    classification,
    reclassification,
    rule_set,
    rule_set_activation,
)
from services.cases.organisation.tables import unit
from services.cases.register.tables import citizen_case, involvement
from shared.contracts.register import InvolvementRole
from shared.database.connection import Transaction

_ACTIVE = """
SELECT code, revision, levels::text AS levels, external_units_count
FROM rule_set_activation AS latest
LEFT JOIN rule_set ON rule_set.tenant_id = latest.tenant_id AND rule_set.id = latest.rule_set_id
WHERE latest.tenant_id = $1
ORDER BY latest.at DESC, latest.id DESC LIMIT 1
"""

KEPT = (
    "level",
    "rule_set",
    "units_within",
    "units_external",
    "authorities_within",
    "authorities_external",
)
"""What a case's row repeats of its latest classification."""


HISTORY = 200
"""How many of a case's classifications are shown at most."""


async def read_parts(transaction: Transaction, case_id: UUID) -> list[UnitPart]:
    """Return the parts active now in a case, each under the unit that counts for it."""
    # Not now(): who waited for the case's row began before the parts it has to count.
    now = func.clock_timestamp()
    rows = await transaction.rows(
        select(involvement.c.unit_id, involvement.c.role, involvement.c.laws).where(
            involvement.c.tenant_id == transaction.tenant,
            involvement.c.case_id == case_id,
            involvement.c.valid_from <= now,
            or_(involvement.c.valid_to.is_(None), involvement.c.valid_to > now),
        )
    )
    return await counted_parts(
        transaction, [(row.unit_id, InvolvementRole(row.role), row.laws) for row in rows]
    )


async def counted_parts(
    transaction: Transaction, parts: Iterable[tuple[UUID, InvolvementRole, Sequence[str]]]
) -> list[UnitPart]:
    """Put each part under its unit's nearest ancestor that counts; without one it doesn't count."""
    every = list(parts)
    counting = await _counting_units(transaction, {unit_id for unit_id, _, _ in every})
    return [
        UnitPart(counting[unit_id].id, role, counting[unit_id].external, frozenset(laws))
        for unit_id, role, laws in every
        if unit_id in counting
    ]


async def _counting_units(transaction: Transaction, ids: set[UUID]) -> Mapping[UUID, Row[Any]]:
    """Climb from each unit to the first that counts."""
    if not ids:
        return {}
    mine = unit.c.tenant_id == transaction.tenant
    climb = (
        select(
            unit.c.id.label("origin"),
            unit.c.id,
            unit.c.parent_id,
            unit.c.counts_as_unit,
            unit.c.external,
        )
        .where(mine, unit.c.id.in_(ids))
        .cte("climb", recursive=True)
    )
    climb = climb.union(
        select(climb.c.origin, unit.c.id, unit.c.parent_id, unit.c.counts_as_unit, unit.c.external).where(
            mine, unit.c.id == climb.c.parent_id, climb.c.counts_as_unit.is_(False)
        )
    )
    rows = await transaction.rows(
        select(climb.c.origin, climb.c.id, climb.c.external).where(climb.c.counts_as_unit)
    )
    return {row.origin: row for row in rows}


async def read_history(transaction: Transaction, case_id: UUID) -> list[Row[Any]]:
    """Return a case's latest classifications, the oldest of them first."""
    latest = await transaction.rows(
        select(classification)
        .where(classification.c.tenant_id == transaction.tenant, classification.c.case_id == case_id)
        .order_by(classification.c.at.desc(), classification.c.id.desc())
        .limit(HISTORY)
    )
    return latest[::-1]


async def read_kept(transaction: Transaction, case_id: UUID) -> Row[Any]:
    """Return what a case's row says of its complexity, and whether it was ever classified."""
    classified = (
        select(classification.c.id)
        .where(classification.c.tenant_id == transaction.tenant, classification.c.case_id == case_id)
        .exists()
    )
    kept = (citizen_case.c[name] for name in KEPT)
    rows = await transaction.execute(
        select(*kept, classified.label("classified")).where(_is_case(transaction, case_id))
    )
    return rows.one()


async def keep_classification(transaction: Transaction, case_id: UUID, values: Mapping[str, Any]) -> int:
    """Write a case's complexity to its row; return the version the row has."""
    row = await transaction.execute(
        update(citizen_case)
        .where(_is_case(transaction, case_id))
        .values(**values)
        .returning(citizen_case.c.version)
    )
    return int(row.scalar_one())


def _is_case(transaction: Transaction, case_id: UUID) -> ColumnElement[bool]:
    return and_(citizen_case.c.tenant_id == transaction.tenant, citizen_case.c.id == case_id)


async def add_classification(transaction: Transaction, case_id: UUID, values: Mapping[str, Any]) -> None:
    """Add a row to a case's history, from the moment on that the case says it changed."""
    await transaction.execute(
        insert(classification).values(
            tenant_id=transaction.tenant,
            id=func.uuidv7(),
            case_id=case_id,
            at=select(citizen_case.c.updated_at).where(_is_case(transaction, case_id)).scalar_subquery(),
            **values,
        )
    )


async def active_rules(transaction: Transaction) -> RuleSet:
    """Return the rule set the tenant classifies by: the one activated last, else the built-in one."""
    # Below SQLAlchemy: this runs with every write of a case.
    row = await transaction.driver.fetchrow(_ACTIVE, transaction.tenant)
    if row is None or row["code"] is None:
        return DEFAULT_RULE_SET
    levels = tuple(Level(**level) for level in json.loads(row["levels"]))
    return RuleSet(row["code"], row["revision"], levels, row["external_units_count"])


async def read_activation(transaction: Transaction) -> Row[Any] | None:
    """Return the latest activation with its rule set, whose columns are null if it is the built-in one."""
    return await transaction.first(
        select(
            rule_set_activation.c.at,
            rule_set.c.code,
            rule_set.c.revision,
            rule_set.c.levels,
            rule_set.c.external_units_count,
        )
        .select_from(
            rule_set_activation.outerjoin(
                rule_set,
                and_(
                    rule_set.c.tenant_id == rule_set_activation.c.tenant_id,
                    rule_set.c.id == rule_set_activation.c.rule_set_id,
                ),
            )
        )
        .where(rule_set_activation.c.tenant_id == transaction.tenant)
        .order_by(rule_set_activation.c.at.desc(), rule_set_activation.c.id.desc())
        .limit(1)
    )


def rules_of(row: Row[Any]) -> RuleSet:
    """Make the rule set that a row holds."""
    levels = tuple(Level(**level) for level in row.levels)
    return RuleSet(row.code, row.revision, levels, row.external_units_count)


async def queue_reclassification(transaction: Transaction, reason: Reason, unit_id: UUID | None) -> None:
    """Have cases classified anew once this transaction has committed.

    Parameters
    ----------
    unit_id : UUID or None
        The unit whose cases, and those of all below it, may now count otherwise; None for all cases.
    """
    await transaction.execute(
        insert(reclassification).values(
            tenant_id=transaction.tenant,
            id=func.uuidv7(),
            reason=reason,
            unit_id=unit_id,
            cases=0,
            requested_at=func.clock_timestamp(),
        )
    )
    transaction.has_changes = True  # the bell that rings after the commit wakes the reclassifier
