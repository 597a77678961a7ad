"""Rules that open rounds, on the wire."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from services.survey.rounds.schemas import STANDARD_INSTRUMENTS, Instruments, Reminders, Wave
from shared.contracts.survey import Visibility
from shared.wire import Code, Line, Moment, Purpose, WireModel


class PutRoundRule(WireModel):
    """Open a round by itself whenever a case comes to one of these levels of complexity.

    A case had its level before the rule began is left alone. Nobody is asked before it is recorded in the
    register that citizen and employees were informed: until then the case waits.
    """

    name: Line = Field(examples=["Baseline, når et forløb bliver komplekst"])
    levels: list[Code] = Field(default=["complex"], min_length=1, max_length=20, examples=[["complex"]])
    begins_at: Moment = Field(
        description="Cases that come to their level from then on.", examples=["2026-09-01T00:00:00Z"]
    )
    active: bool = Field(default=True, description="Whether it opens rounds now.")
    wave: Wave
    visibility: Visibility
    purpose: Purpose = Field(examples=["At styrke samarbejdet omkring borgeren"])
    legal_basis: Line = Field(examples=["Databeskyttelsesforordningens artikel 6, stk. 1, litra e"])
    instruments: Instruments = Field(default=STANDARD_INSTRUMENTS)
    answer_days: int | None = Field(
        default=None, ge=1, le=365, description="Days from opening to closing; null: closed by call."
    )
    reminders: Reminders = Field(default=Reminders())


class RoundRuleView(PutRoundRule):
    """A rule as it is stored."""

    id: UUID
    version: int


class RuleOutcome(StrEnum):
    """What became of a case that a rule is for; those waiting are looked at again."""

    OPENED = "opened"
    ROUND_EXISTS = "round-exists"
    CITIZEN_NOT_INFORMED = "citizen-not-informed"
    EMPLOYEES_NOT_INFORMED = "employees-not-informed"
    NOBODY_TO_ASK = "nobody-to-ask"
    REFUSED = "refused"


WAITING = {
    RuleOutcome.CITIZEN_NOT_INFORMED,
    RuleOutcome.EMPLOYEES_NOT_INFORMED,
    RuleOutcome.NOBODY_TO_ASK,
    RuleOutcome.REFUSED,
}


class RuleCaseView(WireModel):
    """A case that a rule is for, and what became of it."""

    case_id: UUID
    outcome: RuleOutcome
    round_id: UUID | None
    looked_at: Moment
    look_again_at: Moment | None
