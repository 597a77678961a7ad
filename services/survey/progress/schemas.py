"""Progress on the wire: counts and rates, never a name and never an answer."""

from typing import Self
from uuid import UUID

from pydantic import Field

from services.survey.progress.tiers import Tier, tier_of
from shared.contracts.survey import Form, RoundState
from shared.wire import Code, WireModel


class ResponseRate(WireModel):
    """The share of those asked who have submitted all they were asked, and how far that carries."""

    rate: float = Field(ge=0, le=1, examples=[0.875])
    tier: Tier = Field(description="`high`: at least 80 %, `medium`: at least 65 %, `low`: less.")

    @classmethod
    def of(cls, submitted: int, invited: int) -> Self | None:
        """Work the rate out; of nobody there is none."""
        return cls(rate=submitted / invited, tier=tier_of(submitted, invited)) if invited else None


class InvitationCounts(WireModel):
    """How many invitations there are, and how many of them stand how: each in one state only."""

    total: int = Field(examples=[8], description="All who were asked, those who left or withdrew too.")
    invited: int = Field(examples=[1], description="Not opened yet.")
    opened: int = Field(examples=[0], description="Looked at, nothing kept yet.")
    started: int = Field(examples=[1], description="Begun, or submitted in part.")
    submitted: int = Field(examples=[5], description="Everything asked is submitted.")
    declined: int = Field(examples=[1])
    expired: int = Field(examples=[0], description="Not submitted in time.")
    left: int = Field(examples=[0], description="Left the case or group before submitting.")
    withdrawn: int = Field(examples=[0], description="Took all answers back; they are deleted.")


class MeasurementProgress(WireModel):
    """How far one instrument of a round has come."""

    instrument: str = Field(examples=["relational-capacity"])
    instrument_version: int = Field(examples=[1])
    form: Form
    asked: int = Field(examples=[8], description="How many have anybody or anything to rate.")
    started: int = Field(examples=[6], description="How many of them have begun or submitted.")
    submitted: int = Field(examples=[5])
    response: ResponseRate | None = Field(description="Null where nobody is asked.")


class RoundProgress(WireModel):
    """How far a round has come.

    Leaders see the round's own rate only, and only where at least as many are asked as figures about
    people need (`SURVEY_MINIMUM_GROUP_SIZE`): all else is null for them.
    """

    round_id: UUID
    state: RoundState
    response: ResponseRate | None = Field(description="Null where it is not available.")
    invitations: InvitationCounts | None = Field(description="Null for leaders.")
    measurements: list[MeasurementProgress] | None = Field(description="Null for leaders.", max_length=20)


class SurveyProgress(WireModel):
    """How far the rounds together have come that the caller may see."""

    rounds: int = Field(examples=[12], description="How many rounds the figures are of.")
    response: ResponseRate | None = Field(description="Null where it is not available.")
    invitations: InvitationCounts | None = Field(description="Null for leaders.")
    measurements: list[MeasurementProgress] | None = Field(
        description="By instrument and version, over the rounds; null for leaders.", max_length=200
    )


class ProgressFilter(WireModel):
    """Which rounds are counted."""

    wave: Code | None = Field(default=None, description="Rounds of this wave.", examples=["baseline"])
    state: RoundState | None = Field(default=None, description="Rounds in this state.")
