"""Every statement on rule sets: their revisions, and which one a tenant classifies by."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_if_absent

from services.cases.classification.tables import rule_set, rule_set_activation
from shared.database.connection import Transaction


async def read_rule_set(
    transaction: Transaction, code: str, revision: int, *, hold: bool = False
) -> Row[Any] | None:
    """Return a revision of a rule set; `hold` keeps others from changing or activating it."""
    statement = select(rule_set).where(
        rule_set.c.tenant_id == transaction.tenant,
        rule_set.c.code == code,
        rule_set.c.revision == revision,
    )
    return await transaction.first(statement.with_for_update() if hold else statement)


async def add_rule_set(
    transaction: Transaction, code: str, revision: int, values: Mapping[str, Any]
) -> bool:
    """Add a revision unless somebody just has; tell whether it was added."""
    added = await transaction.execute(
        insert_if_absent(rule_set)
        .values(
            tenant_id=transaction.tenant,
            id=func.uuidv7(),
            version=1,
            code=code,
            revision=revision,
            **values,
        )
        .on_conflict_do_nothing()
    )
    return added.rowcount == 1


async def change_rule_set(transaction: Transaction, rule_set_id: UUID, values: Mapping[str, Any]) -> None:
    """Change a revision."""
    await transaction.execute(
        update(rule_set)
        .where(rule_set.c.tenant_id == transaction.tenant, rule_set.c.id == rule_set_id)
        .values(**values, version=rule_set.c.version + 1)
    )


async def hold_activation(transaction: Transaction) -> int:
    """Keep others from activating until the transaction ends; return how often it was done so far."""
    await transaction.hold("active-rule-set")
    return await count_activations(transaction)


async def count_activations(transaction: Transaction) -> int:
    """Return how often the tenant activated a rule set."""
    counted = await transaction.execute(
        select(func.count())
        .select_from(rule_set_activation)
        .where(rule_set_activation.c.tenant_id == transaction.tenant)
    )
    return int(counted.scalar_one())


async def add_activation(transaction: Transaction, rule_set_id: UUID | None) -> None:
    """Note that a rule set is active from now on; None is the built-in one."""
    await transaction.execute(
        insert(rule_set_activation).values(
            tenant_id=transaction.tenant,
            id=func.uuidv7(),
            rule_set_id=rule_set_id,
            at=func.clock_timestamp(),
            actor=transaction.caller.recorded_as,
        )
    )
