"""What `cases` tells other services: the roster of a case, and its feed's states. Owned by `cases`."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from shared.wire import Code, Language, Line, Moment, MunicipalityCode, WireModel

AREA = "area"
UNIT = "unit"
PERSON = "person"
PROFESSIONAL = "professional"
CASE = "case"
CITIZEN = "citizen"
STUDY = "study"
ENROLMENT = "enrolment"
COLLABORATION_GROUP = "collaboration-group"

WIDE_PATHS = ("/v1/organisations/", "/v1/registration-batches/")
"""Below these much is sent at once, so bodies there may be large; the gateway passes them on."""


class RegisterChangeType(StrEnum):
    """What happens in the register, by the names it is told outside."""

    CASE_REGISTERED = "case.registered"
    CASE_CHANGED = "case.changed"
    CASE_CLASSIFIED = "case.classified"
    CASE_JOINED = "case.joined"
    CASE_CLOSED = "case.closed"
    CASE_ERASED = "case.erased"
    COLLABORATION_GROUP_CHANGED = "collaboration-group.changed"
    STUDY_CHANGED = "study.changed"
    ENROLMENT_CHANGED = "enrolment.changed"
    AREA_CHANGED = "area.changed"
    UNIT_CHANGED = "unit.changed"


# What happened to a case is told inside by the same name; before the dot stands whose state the feed shows.
CASE_REGISTERED = RegisterChangeType.CASE_REGISTERED
CASE_CHANGED = RegisterChangeType.CASE_CHANGED
CASE_CLASSIFIED = RegisterChangeType.CASE_CLASSIFIED
CASE_JOINED = RegisterChangeType.CASE_JOINED
CASE_CLOSED = RegisterChangeType.CASE_CLOSED
CASE_ERASED = RegisterChangeType.CASE_ERASED

TOLD_AS: dict[str, RegisterChangeType] = {
    CASE: RegisterChangeType.CASE_CHANGED,
    CASE_REGISTERED: RegisterChangeType.CASE_REGISTERED,
    CASE_CHANGED: RegisterChangeType.CASE_CHANGED,
    CASE_CLASSIFIED: RegisterChangeType.CASE_CLASSIFIED,
    CASE_JOINED: RegisterChangeType.CASE_JOINED,
    CASE_CLOSED: RegisterChangeType.CASE_CLOSED,
    CASE_ERASED: RegisterChangeType.CASE_ERASED,
    COLLABORATION_GROUP: RegisterChangeType.COLLABORATION_GROUP_CHANGED,
    STUDY: RegisterChangeType.STUDY_CHANGED,
    ENROLMENT: RegisterChangeType.ENROLMENT_CHANGED,
    AREA: RegisterChangeType.AREA_CHANGED,
    UNIT: RegisterChangeType.UNIT_CHANGED,
}
"""By what name each type in the feed is told outside; persons and citizens are not told of."""


class ParticipantRole(StrEnum):
    """A professional's part in a case; case leads are leaders."""

    PARTICIPANT = "participant"
    FACILITATOR = "facilitator"
    CO_LEADER = "co-leader"


class InvolvementRole(StrEnum):
    """A unit's part in a case: it decides, or it provides."""

    AUTHORITY = "authority"
    PROVIDER = "provider"


class Contact(WireModel):
    """How somebody can be reached, as far as the register knows."""

    email: Line | None = None
    mobile: Line | None = None
    language: Language = "da"


class LeftOutReason(StrEnum):
    """Why somebody around a case is not in its roster."""

    OBJECTED = "objected"
    EMPLOYMENT_ENDED = "employment-ended"


class LeftOut(WireModel):
    """Somebody who is named around a case and yet not in its roster: an employment, or a citizen."""

    id: UUID
    reason: LeftOutReason


class RosterMember(WireModel):
    """A professional in a case as things are now."""

    professional_id: UUID
    person_id: UUID
    label: Line
    professional_group: Line
    unit_id: UUID
    area_id: UUID
    municipality_code: MunicipalityCode
    leader_id: UUID | None
    leader_person_id: UUID | None = None
    leader_label: Line | None
    involvement_role: InvolvementRole | None
    role: ParticipantRole
    contact: Contact = Contact()


class RosterCitizen(WireModel):
    """The citizen, or one of a family; the id is a pseudonym."""

    citizen_id: UUID
    relation: str


class CaseParticipant(WireModel):
    """Who may see a case's team results, and as what."""

    professional_id: UUID
    person_id: UUID
    role: ParticipantRole


class CaseState(WireModel):
    """A case in the feed: enough to decide who may see it, and what its course means for a round.

    `unit_ids` are the units with an active part and every unit they are part of; `systems` the sources
    that hold a file in it, ended ones too; `written_by` who registered it by hand.
    """

    version: int
    id: UUID
    participants: list[CaseParticipant]
    is_open: bool = True
    level: str = ""
    unit_ids: list[UUID] = Field(default=[])
    systems: list[str] = Field(default=[])
    written_by: list[str] = Field(default=[])


class RosterInformed(WireModel):
    """When the last of those asked, and asked about, was told, as far as the register records it."""

    citizens_at: Moment | None
    employees_at: Moment | None


class Roster(WireModel):
    """Everybody around a case at one moment, with the case's complexity then."""

    case_id: UUID
    standing: CaseState
    respondent_label: Line
    level: str
    units: int
    authority_functions: int
    rule_set: str
    members: list[RosterMember]
    citizens: list[RosterCitizen]
    left_out: list[LeftOut] = Field(default=[])
    informed: RosterInformed


class GroupKind(StrEnum):
    """What people are measured together as, without a citizen case."""

    LEADERS = "leaders"
    AUTHORITY_FUNCTION = "authority-function"
    SERVICE_EFFORT = "service-effort"


class SubjectGroup(WireModel):
    """Some of a collaboration group's people, rated as one whole."""

    code: Code
    name: Line
    english_name: Line | None = None


class GroupRosterMember(RosterMember):
    """A member of a collaboration group as things are now, and the subject group it belongs to."""

    subject_group: Code | None


class GroupMemberState(WireModel):
    """Who may see a collaboration group's results, and as what."""

    professional_id: UUID
    person_id: UUID
    role: ParticipantRole
    subject_group: Code | None


class GroupState(WireModel):
    """A collaboration group in the feed: enough to decide who may see its results."""

    version: int
    id: UUID
    kind: GroupKind
    name: Line
    municipality_code: MunicipalityCode
    valid_to: Moment | None
    members: list[GroupMemberState]


class GroupRoster(WireModel):
    """Everybody in a collaboration group at one moment; a group has no complexity and no citizen."""

    group_id: UUID
    standing: GroupState
    kind: GroupKind
    respondent_label: Line
    municipality_code: MunicipalityCode
    valid_to: Moment | None
    subject_groups: list[SubjectGroup]
    members: list[GroupRosterMember]
    left_out: list[LeftOut] = Field(default=[])


class AreaState(WireModel):
    """An area in the feed."""

    version: int
    id: UUID
    name: str
    municipality_code: str


class UnitState(WireModel):
    """A unit in the feed."""

    version: int
    id: UUID
    name: str
    area_id: UUID
    municipality_code: str


class PersonState(WireModel):
    """A person in the feed: that there is one, and no more."""

    version: int
    id: UUID


class ProfessionalState(WireModel):
    """A professional in the feed: whose employment it is, and who leads it."""

    version: int
    id: UUID
    person_id: UUID
    unit_id: UUID
    leader_id: UUID | None


class StudyArm(WireModel):
    """An arm of a study; the control's cases go on as usual."""

    code: Code
    name: str
    control: bool = False


class StudyWave(WireModel):
    """A point in time at which a study's cases are to be measured."""

    code: Code
    ordinal: int
    label: str
    planned_at: Moment | None = None


class StudyState(WireModel):
    """A study in the feed."""

    version: int
    id: UUID
    name: str
    arms: list[StudyArm]
    waves: list[StudyWave]


class EnrolmentState(WireModel):
    """A case's place in a study; a withdrawn case keeps its arm."""

    version: int
    id: UUID
    study_id: UUID
    case_id: UUID
    arm: str
    stratum: str | None = None
    method: str | None = None
    allocated_at: Moment | None = None
    selected_by: str | None = None
    withdrawn_at: Moment | None = None
