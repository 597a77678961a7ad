"""Exports of what is held about one, on the wire."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from services.survey.answering.schemas import AnsweredBy
from services.survey.invitations.contacts import Channel
from shared.contracts.survey import RoundState, Visibility
from shared.wire import Language, Moment, Purpose, WireModel

ROUNDS_AT_ONCE = 100


class SubjectType(StrEnum):
    """Whose data: a citizen's (`citizenId`) or an employee's (`personId`)."""

    CITIZEN = "citizen"
    EMPLOYEE = "employee"


class ExportSurveyData(WireModel):
    """Read all that the survey holds about one."""

    subject_type: SubjectType
    subject_id: UUID = Field(description="The citizen's `citizenId` or the employee's `personId`.")
    purpose: Purpose = Field(default="access-request", examples=["Indsigt efter artikel 15"])
    after_round_id: UUID | None = Field(
        default=None, description="Go on after this round: the `nextAfterRoundId` of the export before."
    )


class GivenAnswer(WireModel):
    """One answer in words and as it is stored; the value is null when nothing was rated."""

    item_id: str = Field(examples=["knowledge-sharing"])
    statement: str = Field(examples=["Anne Holm deler den viden, jeg har brug for."])
    value: int | None = Field(examples=[4])
    words: str = Field(examples=["Enig"])


class GivenRating(WireModel):
    """What one answered about one subject; what was left open is left out."""

    subject_id: UUID
    subject: str = Field(examples=["Anne Holm", "Forløb 27"])
    answers: list[GivenAnswer] = Field(max_length=100)


class GivenText(WireModel):
    """One answer in one's own words."""

    question_id: str = Field(examples=["what-works"])
    question: str = Field(examples=["Hvad fungerer godt i samarbejdet?"])
    subject_id: UUID | None = Field(description="Whom it is about; null where it is about all of it.")
    body: str = Field(max_length=10_000, examples=["Vi ringer til hinanden."])
    may_quote: bool = Field(description="Whether one allowed it to be quoted.")


class GivenVersion(WireModel):
    """What one submitted at one time: first, or to correct what was there."""

    number: int = Field(ge=1, examples=[1])
    answered_at: Moment
    answered_by: AnsweredBy | None = Field(description="Who filled it in.")
    answered_in: str | None = Field(description="The language answered in.", examples=["da"])
    ratings: list[GivenRating] = Field(max_length=200)
    texts: list[GivenText] = Field(max_length=4000)


class GivenForm(WireModel):
    """One questionnaire as one answered it, newest version first; a draft is not submitted."""

    id: UUID
    instrument: str
    instrument_version: int
    title: str
    submitted_at: Moment | None
    corrected_at: Moment | None
    share_with_team: bool
    versions: list[GivenVersion] = Field(max_length=100)
    draft: bool = Field(description="Whether a draft is kept; it is read where it is answered.")


class InvitationHeld(WireModel):
    """How one is invited, and what became of it; an address only until some days after closing."""

    channel: Channel
    contact: str | None = Field(max_length=320, examples=["anne.holm@hedensted.example"])
    language: str = Field(examples=["da"])
    opened_at: Moment | None
    declined_at: Moment | None
    withdrawn_at: Moment | None
    left_at: Moment | None
    bounced_at: Moment | None
    answer_until: Moment | None


class ReceivedRatings(WireModel):
    """That others rated this employee; never who, nor how."""

    instrument: str
    raters: int | None = Field(
        description="How many, once the round is closed and if they are enough; else null."
    )


class RoundTaken(WireModel):
    """One round, and what it holds about the one asked about."""

    round_id: UUID
    case_id: UUID | None
    group_id: UUID | None
    wave: str
    state: RoundState
    visibility: Visibility
    purpose: str
    opened_at: Moment | None
    closed_at: Moment | None
    invitation_id: UUID | None
    label: str | None = Field(description="How the one is called in the questionnaires.")
    invitation: InvitationHeld | None = Field(description="Null for whoever is only named or rated.")
    forms: list[GivenForm] = Field(max_length=200)
    received: list[ReceivedRatings] = Field(max_length=20)


class SurveyDataExport(WireModel):
    """All that the survey holds about one, at most 100 rounds at a time."""

    subject_type: SubjectType
    subject_id: UUID
    language: Language
    made_at: Moment
    rounds: list[RoundTaken] = Field(max_length=ROUNDS_AT_ONCE)
    next_after_round_id: UUID | None
