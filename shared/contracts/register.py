"""What `cases` tells other services: the roster of a case, and its feed's states. Owned by `cases`."""

from enum import StrEnum
from uuid import UUID

from shared.wire import Line, MunicipalityCode, WireModel

AREA = "area"
UNIT = "unit"
PERSON = "person"
PROFESSIONAL = "professional"
CASE = "case"
STUDY = "study"
ENROLMENT = "enrolment"


class ParticipantRole(StrEnum):
    """A professional's part in a case; case leads are leaders."""

    PARTICIPANT = "participant"
    FACILITATOR = "facilitator"
    CO_LEADER = "co-leader"


class InvolvementRole(StrEnum):
    """A unit's part in a case: it decides, or it provides."""

    AUTHORITY = "authority"
    PROVIDER = "provider"


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
    leader_label: Line | None
    involvement_role: InvolvementRole | None
    role: ParticipantRole


class RosterCitizen(WireModel):
    """The citizen, or one of a family; the id is a pseudonym."""

    citizen_id: UUID
    relation: str


class Roster(WireModel):
    """Everybody around a case at one moment, with the case's complexity then."""

    case_id: UUID
    respondent_label: Line
    level: str
    units: int
    authority_functions: int
    rule_set: str
    members: list[RosterMember]
    citizens: list[RosterCitizen]


class CaseParticipant(WireModel):
    """Who may see a case's team results, and as what."""

    professional_id: UUID
    person_id: UUID
    role: ParticipantRole


class CaseState(WireModel):
    """A case in the feed: enough to decide who may see its results."""

    version: int
    id: UUID
    participants: list[CaseParticipant]


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


class StudyState(WireModel):
    """A study in the feed."""

    version: int
    id: UUID
    name: str
    arms: list[dict[str, str]]


class EnrolmentState(WireModel):
    """A case's place in a study."""

    version: int
    id: UUID
    study_id: UUID
    case_id: UUID
    arm: str
