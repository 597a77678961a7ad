"""What `survey` tells other services: every measurement as one cube of answers. Owned by `survey`."""

from enum import StrEnum
from uuid import UUID

from shared.wire import WireModel

MEASUREMENT = "measurement"
ROUND = "round"

NOT_ANSWERED = 0
DONT_KNOW = -1
DONT_WORK_WITH = -2


class Form(StrEnum):
    """Who rates whom: each other, the own leader, or the citizen the case's help."""

    NETWORK = "network"
    OWN_LEADER = "own-leader"
    CITIZEN = "citizen"


class Visibility(StrEnum):
    """What the team may see after closing; fixed at opening, never loosened."""

    TEAM_OPEN = "team-open"
    CONFIDENTIAL = "confidential"


class RoundState(StrEnum):
    """Whether answers are still taken."""

    OPEN = "open"
    CLOSED = "closed"


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
    leader_label: str | None = None
    role: str | None = None


class RoundInFeed(WireModel):
    """A round in the feed."""

    version: int
    id: UUID
    case_id: UUID
    wave: str
    state: RoundState


class SubScale(WireModel):
    """Items that are also summed up on their own."""

    code: str
    items: list[str]


class MeasurementState(WireModel):
    """One instrument in one round: a frozen roster and one cell per respondent, subject and item.

    `cells` is base64 of int8 values in C order, shape (respondents, subjects, items): 0 not
    answered, -1 don't know, -2 don't work with this one, 1..5. `asked` is base64 of one byte per
    (respondent, subject): whether the one was asked about the other.
    """

    version: int
    id: UUID
    round_id: UUID
    case_id: UUID
    wave: str
    wave_ordinal: int
    visibility: Visibility
    round_state: RoundState
    instrument: str
    instrument_version: int
    form: Form
    items: list[str]
    sub_scales: list[SubScale]
    respondents: list[Seat]
    subjects: list[Seat]
    submitted: list[bool]
    shared_with_team: list[bool]
    level: str
    units: int
    authority_functions: int
    rule_set: str
    cells: str
    asked: str
