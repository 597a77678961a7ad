"""What happens in the survey, on the wire: counts and ids of rounds, never a person or an answer."""

from uuid import UUID

from pydantic import Field

from shared.contracts.survey import RoundState, SurveyChangeType, Visibility
from shared.wire import Moment, WireModel


class RoundFollowed(WireModel):
    """A round as it is now."""

    id: UUID
    version: int = Field(description="Counts the round's changes; its ETag.")
    case_id: UUID | None
    group_id: UUID | None
    wave: str = Field(examples=["baseline"])
    wave_ordinal: int = Field(examples=[1])
    visibility: Visibility
    state: RoundState
    opens_at: Moment | None
    closes_at: Moment | None
    opened_at: Moment | None
    closed_at: Moment | None


class ResponseCounts(WireModel):
    """How far one instrument of a round has come now: how many forms, of whom is not told."""

    instrument: str = Field(examples=["relational-capacity"])
    instrument_version: int = Field(examples=[1])
    invited: int = Field(examples=[8], description="How many are asked.")
    started: int = Field(examples=[6], description="How many have begun or submitted.")
    submitted: int = Field(examples=[5], description="How many have submitted and not withdrawn.")


class SurveyChange(WireModel):
    """Something that happened in a round, with the round as it is now."""

    id: str = Field(
        examples=["1.1.81234.5678"], description="The position right after it; grows within the feed."
    )
    type: SurveyChangeType = Field(
        description="`invitation.due`: somebody's link is to be sent, who gets it by SMS or Digital Post: "
        "ask for it at `/v1/invitations/{invitationId}/link`.",
        examples=["response.submitted"],
    )
    round_id: UUID
    round: RoundFollowed | None = Field(description="The round now; null when it is erased.")
    response: ResponseCounts | None = Field(
        description="With `response.*`: how far its instrument has come now."
    )
    invitation_id: UUID | None = Field(description="With `invitation.due`: whose link is to be sent.")


class SurveyChangePage(WireModel):
    """A page of changes. Read on `after` `next`, also when the page is empty."""

    items: list[SurveyChange]
    next: str = Field(description="Send as `after` to read on.", examples=["1.1.81234.5678"])
    caught_up: bool = Field(description="Nothing more can be told at the moment.")
