"""Use cases of rules: put one, and try to open the round it asks for."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Row

from services.survey.rounds.cases_client import CasesClient
from services.survey.rounds.checking import instruments_offered
from services.survey.rounds.errors import EMPTY_ROSTER, ROUND_EXISTS
from services.survey.rounds.repository import ROUND_ROWS
from services.survey.rounds.schemas import Informed, OpenRound
from services.survey.rounds.service import RoundOpener
from services.survey.rules.repository import RULE_ROWS, ActiveRule, note_outcome
from services.survey.rules.schemas import PutRoundRule, RoundRuleView, RuleCaseView, RuleOutcome
from shared.access.principal import Principal
from shared.contracts.register import Roster
from shared.database.connection import Database, Transaction
from shared.errors import BROKEN_RULE, UNAVAILABLE, Problem
from shared.representation import CREATION, Precondition
from shared.resources import Put, put_row, select_row, view_of


async def put_rule(
    transaction: Transaction, rule_id: UUID, wanted: PutRoundRule, precondition: Precondition
) -> Put:
    """Create or change a rule.

    Raises
    ------
    Problem
        412 if the precondition does not hold; 422 for instruments or items that nobody knows.
    """
    _, unknown = await instruments_offered(transaction, wanted.instruments)
    if unknown:
        raise Problem(BROKEN_RULE, unknown)
    values = {"request": wanted.model_dump(mode="json", by_alias=True)}
    return await put_row(transaction, RULE_ROWS, rule_id, values, precondition)


def rule_view(row: Row[Any]) -> RoundRuleView:
    """Show a rule as it is stored."""
    content = PutRoundRule.model_validate(row.request)
    return RoundRuleView(id=row.id, version=row.version, **dict(content))


def rule_case_view(row: Row[Any]) -> RuleCaseView:
    """Show what became of a case."""
    return view_of(RuleCaseView, row, case_id=row.id)


class RuleKeeper:
    """Opens the rounds that rules ask for, in the survey's own name."""

    def __init__(self, database: Database, cases: CasesClient, opener: RoundOpener) -> None:
        self._database = database
        self._cases = cases
        self._opener = opener

    async def apply(self, caller: Principal, rule: ActiveRule, case_id: UUID) -> None:
        """Open the round of a case, or note what it waits for; the same round, however often."""
        round_id = uuid5(rule.id, str(case_id))
        outcome = await self._try(caller, round_id, rule, case_id)
        opened = round_id if outcome is RuleOutcome.OPENED else None
        async with self._database.transaction(rule.tenant, caller) as transaction:
            await note_outcome(transaction, rule.id, case_id, outcome, opened)

    async def _try(self, caller: Principal, round_id: UUID, rule: ActiveRule, case_id: UUID) -> RuleOutcome:
        try:
            roster = await self._cases.read_roster(rule.tenant, case_id)
            missing = _not_informed(roster)
            if missing is not None:
                return missing
            await self._opener.open_round(
                caller, round_id, _wanted(rule.content, case_id, roster), CREATION
            )
        except Problem as problem:
            if problem.fault is UNAVAILABLE:
                raise
            if await self._is_there(caller, round_id):
                return RuleOutcome.OPENED  # by somebody at the same time, or before something went wrong
            return _OUTCOMES.get(problem.fault.code, RuleOutcome.REFUSED)
        return RuleOutcome.OPENED

    async def _is_there(self, caller: Principal, round_id: UUID) -> bool:
        async with self._database.transaction(caller.tenant, caller) as transaction:
            row = await transaction.first(select_row(ROUND_ROWS, transaction.tenant, round_id))
        return row is not None


_OUTCOMES = {EMPTY_ROSTER.code: RuleOutcome.NOBODY_TO_ASK, ROUND_EXISTS.code: RuleOutcome.ROUND_EXISTS}


def _not_informed(roster: Roster) -> RuleOutcome | None:
    """Say who has not been told yet; whom there is nobody of need not be."""
    if roster.members and roster.informed.employees_at is None:
        return RuleOutcome.EMPLOYEES_NOT_INFORMED
    if roster.citizens and roster.informed.citizens_at is None:
        return RuleOutcome.CITIZEN_NOT_INFORMED
    return None


def _wanted(rule: PutRoundRule, case_id: UUID, roster: Roster) -> OpenRound:
    now = datetime.now(UTC)
    return OpenRound(
        case_id=case_id,
        wave=rule.wave,
        visibility=rule.visibility,
        purpose=rule.purpose,
        legal_basis=rule.legal_basis,
        informed=Informed(
            citizen_informed_at=roster.informed.citizens_at or now,
            employees_informed_at=roster.informed.employees_at or now,
        ),
        instruments=rule.instruments,
        closes_at=None if rule.answer_days is None else now + timedelta(days=rule.answer_days),
        reminders=rule.reminders,
    )
