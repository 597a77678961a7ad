"""Every statement on rules and what became of the cases they are for."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from services.survey.rounds.tables import round_rule, rule_case, standing
from services.survey.rules.schemas import WAITING, PutRoundRule, RuleOutcome
from shared.contracts.survey import About
from shared.database.connection import Transaction
from shared.resources import Resource

RULE_ROWS = Resource(round_rule, "round-rule", told=False)

LOOK_AGAIN = timedelta(minutes=15)
_AT_ONCE = 50


def select_rule_cases(rule_id: UUID) -> Select[Any]:
    """Select the cases a rule was for."""
    return select(rule_case).where(rule_case.c.rule_id == rule_id)


@dataclass(frozen=True, slots=True)
class ActiveRule:
    """A tenant's rule that opens rounds now."""

    tenant: UUID
    id: UUID
    content: PutRoundRule


async def read_rules(transaction: Transaction) -> list[ActiveRule]:
    """Return every tenant's active rules; for the feed's role."""
    rows = await transaction.rows(
        select(round_rule)
        .where(round_rule.c.request["active"].as_boolean())
        .order_by(round_rule.c.tenant_id, round_rule.c.id)
    )
    return [ActiveRule(row.tenant_id, row.id, PutRoundRule.model_validate(row.request)) for row in rows]


async def read_cases_for(transaction: Transaction, rule: ActiveRule) -> list[UUID]:
    """Return some cases that a rule is for and that are to be looked at now; for the feed's role."""
    done = (
        select(rule_case.c.id)
        .where(
            rule_case.c.tenant_id == rule.tenant,
            rule_case.c.rule_id == rule.id,
            or_(rule_case.c.look_again_at.is_(None), rule_case.c.look_again_at > func.now()),
        )
        .scalar_subquery()
    )
    rows = await transaction.rows(
        select(standing.c.id)
        .where(
            standing.c.tenant_id == rule.tenant,
            standing.c.about == About.CASE,
            standing.c.is_open,
            standing.c.level.in_(rule.content.levels),
            standing.c.level_since >= rule.content.begins_at,
            standing.c.id.not_in(done),
        )
        .order_by(standing.c.level_since, standing.c.id)
        .limit(_AT_ONCE)
    )
    return [row.id for row in rows]


async def note_outcome(
    transaction: Transaction, rule_id: UUID, case_id: UUID, outcome: RuleOutcome, round_id: UUID | None
) -> None:
    """Note what became of a case; one that waits is looked at again later."""
    noted = insert(rule_case).values(
        tenant_id=transaction.tenant,
        rule_id=rule_id,
        id=case_id,
        outcome=outcome,
        round_id=round_id,
        looked_at=func.now(),
        look_again_at=func.now() + LOOK_AGAIN if outcome in WAITING else None,
    )
    await transaction.execute(
        noted.on_conflict_do_update(
            index_elements=[rule_case.c.tenant_id, rule_case.c.rule_id, rule_case.c.id],
            set_={
                name: noted.excluded[name] for name in ("outcome", "round_id", "looked_at", "look_again_at")
            },
        )
    )
