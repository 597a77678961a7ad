"""Rounds on the wire: what is wanted of one, and how it is shown."""

from enum import StrEnum
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from shared.app.batches import BatchProblem
from shared.contracts.survey import CitizenResources, Form, RoundState, Visibility
from shared.wire import Code, Line, Moment, Purpose, WireModel

_CASE = "0198f4a0-7c1e-7a55-8d20-6b1f0a3c9e11"
_PERSON = "0198f4a0-9d02-7b31-9c44-2f7be0d1a5c3"
_LEGAL_BASIS = "Databeskyttelsesforordningens artikel 6, stk. 1, litra e"


class NetworkSubjects(StrEnum):
    """Whom a network form asks about: each of the others, or groups of them as wholes."""

    PARTICIPANTS = "participants"
    GROUPS = "groups"


class Reason(StrEnum):
    """Why somebody, or everybody, is not asked."""

    NO_LEADER = "no-leader"
    OBJECTED = "objected"
    EMPLOYMENT_ENDED = "employment-ended"
    LEFT = "left"
    TOO_FEW_PARTICIPANTS = "too-few-participants"
    NO_CITIZEN = "no-citizen"
    NO_GROUP = "no-group"


class ClosingReason(StrEnum):
    """Why a round was closed or cancelled."""

    ASKED = "asked"
    TIME = "time"
    CASE_CLOSED = "case-closed"
    CITIZEN_DECEASED = "citizen-deceased"
    EMPTY_ROSTER = "empty-roster"


class Wave(WireModel):
    """When in a development a round measures."""

    code: Code = Field(examples=["baseline"])
    ordinal: int = Field(ge=1, le=100)
    label: Line = Field(examples=["Før netværksmøderne"])


class InstrumentChoice(WireModel):
    """An instrument to ask with."""

    code: Code = Field(examples=["relational-capacity"])
    version: int = Field(ge=1, le=1000, examples=[1])
    focus_items: list[Code] = Field(
        default=[],
        max_length=100,
        examples=[["knowledge-sharing"]],
        description="The items those asked have chosen to work on; all items are asked all the same.",
    )

    @model_validator(mode="after")
    def _names_each_item_once(self) -> Self:
        if len(set(self.focus_items)) != len(self.focus_items):
            raise ValueError("an item is named twice")
        return self


class Informed(WireModel):
    """When those asked, and asked about, were told of it; no round opens without."""

    citizen_informed_at: Moment | None = Field(
        description="Null only for a collaboration group.", examples=["2026-03-02T08:30:00Z"]
    )
    employees_informed_at: Moment


def _ascend(days: list[int]) -> list[int]:
    if days != sorted(set(days)):
        raise ValueError("the days do not ascend")
    return days


class Reminders(WireModel):
    """When those who have not answered are reminded."""

    after_days: Annotated[list[Annotated[int, Field(ge=1, le=365)]], AfterValidator(_ascend)] = Field(
        default=[], max_length=10, examples=[[3, 7]], description="Days after opening; none by default."
    )


class RatedResources(WireModel):
    """How much the citizen can do alone, and who says so."""

    level: CitizenResources
    rated_by: Line = Field(examples=["sagsbehandler"])


def _each_once(choices: list[InstrumentChoice]) -> list[InstrumentChoice]:
    if len({each.code for each in choices}) != len(choices):
        raise ValueError("an instrument is named twice")
    return choices


Instruments = Annotated[
    list[InstrumentChoice], Field(min_length=1, max_length=10), AfterValidator(_each_once)
]

STANDARD_INSTRUMENTS = [
    InstrumentChoice(code="relational-capacity", version=1),
    InstrumentChoice(code="coherent-leadership", version=1),
    InstrumentChoice(code="citizen-experienced-quality", version=1),
]


class RoundContent(WireModel):
    """All that is said of a round except whom it is about."""

    wave: Wave
    visibility: Visibility = Field(
        description="`team-open`: the team sees the exact matrix after closing. "
        "`confidential`: only aggregates. Told before the first question, and never loosened."
    )
    purpose: Purpose = Field(examples=["At styrke samarbejdet omkring borgeren"])
    legal_basis: Line = Field(
        examples=[_LEGAL_BASIS], description="What allows it; told before the first question."
    )
    informed: Informed
    instruments: Instruments = Field(default=STANDARD_INSTRUMENTS)
    network_subjects: NetworkSubjects = Field(
        default=NetworkSubjects.PARTICIPANTS,
        description="`groups`: a case's professional groups, or a collaboration group's subject groups.",
    )
    based_on: UUID | None = Field(
        default=None,
        description="An earlier round of the same: changes since then are told.",
        examples=[None],
    )
    opens_at: Moment | None = Field(default=None, description="Null: now.", examples=[None])
    closes_at: Moment | None = Field(
        default=None, description="Null: when somebody closes it.", examples=["2026-12-18T16:00:00Z"]
    )
    reminders: Reminders = Reminders()
    citizen_resources: RatedResources | None = None


class OpenRound(RoundContent):
    """Open a round for a case or a collaboration group: its roster is taken when it opens."""

    case_id: UUID | None = Field(
        default=None,
        description="Exactly one of `caseId` and `groupId`.",
        examples=[_CASE],
    )
    group_id: UUID | None = Field(default=None, examples=[None])

    @model_validator(mode="after")
    def _is_about_one(self) -> Self:
        if (self.case_id is None) == (self.group_id is None):
            raise ValueError("a round is about a case or a collaboration group")
        return self


class NotAsked(WireModel):
    """Somebody, or everybody, who is not asked with an instrument or at all, and why."""

    instrument: str | None = Field(
        examples=["relational-capacity"], description="Null: with none of the instruments."
    )
    respondent_id: UUID | None = Field(
        description="An employment or a citizen; null: nobody is asked.", examples=[_PERSON]
    )
    reason: Reason


class MeasurementView(WireModel):
    """One instrument in a round."""

    id: UUID
    instrument: str = Field(examples=["relational-capacity"])
    instrument_version: int
    form: Form
    respondents: int = Field(examples=[8], description="How many are asked.")
    subjects: int = Field(examples=[8], description="How many are asked about.")
    judgements: int = Field(examples=[336], description="How many statements are judged, all in all.")
    focus_items: list[str] = Field(examples=[["knowledge-sharing"]])


class Participant(WireModel):
    """An employment or a citizen in a roster."""

    respondent_id: UUID
    person_id: UUID | None = Field(description="Null for citizens.", examples=[_PERSON])
    label: str = Field(examples=["Anne Holm, Familieafdelingen"])


class Changes(WireModel):
    """What is different from the roster of the round this one is based on."""

    joined: list[Participant]
    left: list[Participant]
    changed_leader: list[Participant]


class RoundSummary(WireModel):
    """A round in the list."""

    id: UUID
    version: int
    case_id: UUID | None = Field(examples=[_CASE])
    group_id: UUID | None
    wave: Wave
    visibility: Visibility
    state: RoundState = Field(examples=["open"])
    opens_at: Moment | None
    closes_at: Moment | None = Field(examples=["2026-12-18T16:00:00Z"])
    opened_at: Moment | None = Field(examples=["2026-11-23T07:00:00Z"])
    closed_at: Moment | None
    closed_because: ClosingReason | None = Field(examples=[None])
    based_on: UUID | None


class RoundView(RoundSummary):
    """A round as it is stored."""

    purpose: str = Field(examples=["At styrke samarbejdet omkring borgeren"])
    legal_basis: str | None = Field(examples=[_LEGAL_BASIS])
    citizen_resources: RatedResources | None
    measurements: list[MeasurementView]
    judgements: int = Field(examples=[336], description="The effort: statements judged by everybody.")
    not_asked: list[NotAsked] | None = Field(description="Null for those who only take part.")
    changes: Changes | None = Field(description="Null without `basedOn`, and for those who only take part.")


class CloseRound(WireModel):
    """Close a round: no answer is taken afterwards, drafts are deleted."""

    reason: Literal[ClosingReason.ASKED, ClosingReason.CITIZEN_DECEASED] = ClosingReason.ASKED


class CancelRound(WireModel):
    """Cancel a planned round: it never opens."""


class UpdateRoster(WireModel):
    """Ask the register again who is in the case or group, and follow it."""

    purpose: Purpose = Field(examples=["Ny kontaktperson fra jobcentret"])


class RosterUpdateView(WireModel):
    """Who has come to an open round and who has gone since it opened."""

    round_id: UUID
    version: int
    roster_revision: int = Field(description="Rises whenever whom the round asks changes.")
    joined: list[UUID] = Field(description="Invitations made since the round opened.")
    left: list[UUID] = Field(description="Invitations of those who are no longer there.")
    changed_leader: list[Participant] = Field(
        description="Whose leader is another by now; they are asked about the leader at opening."
    )


class PlannedRespondent(WireModel):
    """Somebody who would be asked."""

    respondent_id: UUID
    label: str = Field(examples=["Anne Holm, Familieafdelingen"])
    judgements: int = Field(examples=[42])


class PlannedSubject(WireModel):
    """Somebody, or something, that would be asked about."""

    subject_id: UUID
    label: str = Field(examples=["Anne Holm, Familieafdelingen"])


class MeasurementPreview(WireModel):
    """One instrument as it would be asked."""

    instrument: str = Field(examples=["relational-capacity"])
    instrument_version: int
    form: Form
    respondents: list[PlannedRespondent]
    subjects: list[PlannedSubject]
    judgements: int = Field(examples=[336])


class Effort(WireModel):
    """How much one person is asked."""

    most: int = Field(examples=[49])
    mean: float = Field(examples=[44.5])


class RoundPreview(WireModel):
    """Who would be asked what, and who not and why; nothing of it is stored."""

    measurements: list[MeasurementPreview]
    not_asked: list[NotAsked]
    judgements: int = Field(examples=[336])
    judgements_per_person: Effort


class BatchedRound(WireModel):
    """A round of a batch."""

    round_id: UUID
    case_id: UUID


class OpenRounds(WireModel):
    """Open up to 200 rounds that differ only in their cases."""

    round: RoundContent
    items: list[BatchedRound] = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _names_each_round_once(self) -> Self:
        if len({each.round_id for each in self.items}) != len(self.items):
            raise ValueError("a round is named twice")
        return self


class BatchItem(WireModel):
    """What became of one round."""

    round_id: UUID
    case_id: UUID
    status: int = Field(description="What a call of its own would have answered.", examples=[201])
    state: RoundState | None
    problem: BatchProblem | None


class BatchAnswer(WireModel):
    """What became of each round, in the order they were sent."""

    items: list[BatchItem]


class InvitationKind(StrEnum):
    """Who is invited."""

    PROFESSIONAL = "professional"
    CITIZEN = "citizen"
