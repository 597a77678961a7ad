"""Exports of what is held about one, on the wire."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from shared.contracts.survey import RoundState, Visibility
from shared.wire import Language, Line, Moment, WireModel

ROUNDS_AT_ONCE = 100


class SubjectType(StrEnum):
    """Whose data: a citizen's (`citizenId`) or an employee's (`personId`)."""

    CITIZEN = "citizen"
    EMPLOYEE = "employee"


class ExportSurveyData(WireModel):
    """Read all that the survey holds about one."""

    subject_type: SubjectType
    subject_id: UUID = Field(description="The citizen's `citizenId` or the employee's `personId`.")
    purpose: Line = Field(default="access-request", examples=["Indsigt efter artikel 15"])
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


class GivenForm(WireModel):
    """One questionnaire as one answered it, newest version first; a draft is not submitted."""

    id: UUID
    instrument: str
    instrument_version: int
    title: str
    submitted_at: Moment | None
    share_with_team: bool
    versions: list[list[GivenRating]] = Field(max_length=100)
    draft: bool = Field(description="Whether a draft is kept; it is read where it is answered.")


class ReceivedRatings(WireModel):
    """That others rated this employee; never who, nor how."""

    instrument: str
    raters: int | None = Field(description="How many, if they are enough to be told; else null.")


class RoundTaken(WireModel):
    """One round, and what it holds about the one asked about."""

    round_id: UUID
    case_id: UUID
    wave: str
    state: RoundState
    visibility: Visibility
    purpose: str
    opened_at: Moment
    closed_at: Moment | None
    invitation_id: UUID | None
    label: str | None = Field(description="How the one is called in the questionnaires.")
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
