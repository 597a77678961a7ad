"""What `survey` tells other services: every measurement as one cube of answers. Owned by `survey`."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from shared.wire import Moment, WireModel

MEASUREMENT = "measurement"
ROUND = "round"
INVITATION = "invitation"


class SurveyChangeType(StrEnum):
    """What happened."""

    ROUND_PLANNED = "round.planned"
    ROUND_OPENED = "round.opened"
    ROUND_CHANGED = "round.changed"
    ROUND_CLOSED = "round.closed"
    ROUND_CANCELLED = "round.cancelled"
    ROUND_ERASED = "round.erased"
    RESPONSE_SUBMITTED = "response.submitted"
    RESPONSE_CORRECTED = "response.corrected"
    RESPONSE_WITHDRAWN = "response.withdrawn"
    INVITATION_DUE = "invitation.due"


# Types in the feed; before the dot stands whose state it shows: a response's is its measurement's.
ROUND_PLANNED = SurveyChangeType.ROUND_PLANNED
ROUND_OPENED = SurveyChangeType.ROUND_OPENED
ROUND_CHANGED = SurveyChangeType.ROUND_CHANGED
ROUND_CLOSED = SurveyChangeType.ROUND_CLOSED
ROUND_CANCELLED = SurveyChangeType.ROUND_CANCELLED
ROUND_ERASED = SurveyChangeType.ROUND_ERASED
RESPONSE_SUBMITTED = "measurement.submitted"
RESPONSE_CORRECTED = "measurement.corrected"
RESPONSE_WITHDRAWN = "measurement.withdrawn"
INVITATION_DUE = SurveyChangeType.INVITATION_DUE

TOLD_AS: dict[str, SurveyChangeType] = {
    ROUND: SurveyChangeType.ROUND_CHANGED,
    ROUND_PLANNED: SurveyChangeType.ROUND_PLANNED,
    ROUND_OPENED: SurveyChangeType.ROUND_OPENED,
    ROUND_CHANGED: SurveyChangeType.ROUND_CHANGED,
    ROUND_CLOSED: SurveyChangeType.ROUND_CLOSED,
    ROUND_CANCELLED: SurveyChangeType.ROUND_CANCELLED,
    ROUND_ERASED: SurveyChangeType.ROUND_ERASED,
    RESPONSE_SUBMITTED: SurveyChangeType.RESPONSE_SUBMITTED,
    RESPONSE_CORRECTED: SurveyChangeType.RESPONSE_CORRECTED,
    RESPONSE_WITHDRAWN: SurveyChangeType.RESPONSE_WITHDRAWN,
    INVITATION_DUE: SurveyChangeType.INVITATION_DUE,
}
"""By what name each type in the feed is told outside; all else in it is the house's own."""

NOT_ANSWERED = 0
DONT_KNOW = -1
DONT_WORK_WITH = -2


class Form(StrEnum):
    """Who rates whom: each other, the own leader, the citizen the case's help, or all the collaboration."""

    NETWORK = "network"
    OWN_LEADER = "own-leader"
    CITIZEN = "citizen"
    COLLABORATION = "collaboration"


class About(StrEnum):
    """What a round measures: a citizen's case, or a collaboration group without one."""

    CASE = "case"
    COLLABORATION_GROUP = "collaboration-group"


class CitizenResources(StrEnum):
    """How much the citizen can do alone; it moderates what help can do."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    UNKNOWN = "unknown"


class Visibility(StrEnum):
    """What the team may see after closing; fixed at opening, never loosened."""

    TEAM_OPEN = "team-open"
    CONFIDENTIAL = "confidential"


class RoundState(StrEnum):
    """Whether answers are taken: not yet, now, no longer, or never."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Seat(WireModel):
    """A respondent or subject as it was when the round opened."""

    id: UUID
    person_id: UUID | None = None
    label: str
    professional_group: str | None = None
    unit_id: UUID | None = None
    area_id: UUID | None = None
    municipality_code: str | None = None
    leader_id: UUID | None = None
    leader_person_id: UUID | None = None
    leader_label: str | None = None
    role: str | None = None


class RoundInFeed(WireModel):
    """A round in the feed."""

    version: int
    id: UUID
    case_id: UUID | None
    group_id: UUID | None = None
    wave: str
    state: RoundState


class InvitationInFeed(WireModel):
    """An invitation in the feed: that its link is to be sent, never to whom, nor the link."""

    version: int
    id: UUID
    round_id: UUID


class SubScale(WireModel):
    """Items that are also summed up on their own."""

    code: str
    items: list[str]


class MeasurementState(WireModel):
    """One instrument in one round: a frozen roster and one cell per respondent, subject and item.

    It is about a case or a collaboration group, which has no citizen and no complexity.

    `cells` is base64 of int8 values in C order, shape (respondents, subjects, items): 0 not
    answered, -1 don't know, -2 don't work with this one, 1..5. `asked` is base64 of one byte per
    (respondent, subject): whether the one was asked about the other.
    """

    version: int
    id: UUID
    round_id: UUID
    case_id: UUID | None
    group_id: UUID | None = None
    wave: str
    wave_ordinal: int
    visibility: Visibility
    round_state: RoundState
    closed_at: Moment | None = None
    instrument: str
    instrument_version: int
    form: Form
    items: list[str]
    focus_items: list[str] = Field(default=[])
    sub_scales: list[SubScale]
    respondents: list[Seat]
    subjects: list[Seat]
    submitted: list[bool]
    shared_with_team: list[bool]
    level: str | None
    units: int | None
    authority_functions: int | None
    rule_set: str | None
    citizen_resources: CitizenResources | None = None
    cells: str
    asked: str
