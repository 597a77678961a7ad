"""Routes of the rules that open rounds."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Request
from sqlalchemy import select
from starlette.responses import Response

from services.survey.rounds.tables import round_rule, rule_case
from services.survey.rules import service
from services.survey.rules.repository import RULE_ROWS, select_rule_cases
from services.survey.rules.schemas import PutRoundRule, RoundRuleView, RuleCaseView
from shared.access.policy import allow
from shared.access.principal import Role
from shared.app.routing import strict_router
from shared.database.connection import InTransaction
from shared.paging import Page, Paging, read_page
from shared.representation import Conditional, represent
from shared.resources import read_row

router = strict_router("rules")

READERS = (Role.CASE_WORKER, Role.ADMINISTRATOR, Role.DATA_STEWARD)

RuleId = Annotated[UUID, Path(alias="ruleId")]


@router.put(
    "/v1/round-rules/{ruleId}",
    dependencies=[allow(Role.ADMINISTRATOR)],
    response_model=RoundRuleView,
    responses={201: {"model": RoundRuleView, "description": "Created"}},
)
async def put_round_rule(
    request: Request,
    rule_id: RuleId,
    wanted: PutRoundRule,
    precondition: Conditional,
    transaction: InTransaction,
) -> Response:
    """Create or change a rule that opens rounds by itself; set `active` to false to stop it."""
    put = await service.put_rule(transaction, rule_id, wanted, precondition)
    view = service.rule_view(await read_row(transaction, RULE_ROWS, rule_id))
    return represent(request, view, version=put.version, status=put.status)


@router.get("/v1/round-rules/{ruleId}", dependencies=[allow(*READERS)], response_model=RoundRuleView)
async def get_round_rule(request: Request, rule_id: RuleId, transaction: InTransaction) -> Response:
    """Read a rule."""
    view = service.rule_view(await read_row(transaction, RULE_ROWS, rule_id))
    return represent(request, view, version=view.version)


@router.get("/v1/round-rules", dependencies=[allow(*READERS)], response_model=Page[RoundRuleView])
async def list_round_rules(request: Request, page: Paging, transaction: InTransaction) -> Response:
    """List the rules."""
    found = await read_page(transaction, select(round_rule), round_rule, page, service.rule_view)
    return represent(request, found)


@router.get(
    "/v1/round-rules/{ruleId}/cases",
    dependencies=[allow(Role.ADMINISTRATOR, Role.DATA_STEWARD)],
    response_model=Page[RuleCaseView],
)
async def list_rule_cases(
    request: Request, rule_id: RuleId, page: Paging, transaction: InTransaction
) -> Response:
    """List the cases a rule was for, and what became of each: opened, or what it waits for."""
    await read_row(transaction, RULE_ROWS, rule_id)
    of_rule = select_rule_cases(rule_id)
    found = await read_page(transaction, of_rule, rule_case, page, service.rule_case_view)
    return represent(request, found)
