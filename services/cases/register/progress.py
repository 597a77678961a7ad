"""How far a case has come and how sensitive it is: pure rules, after SF1470's states of a case."""

from collections.abc import Iterable
from enum import StrEnum


class CaseStatus(StrEnum):
    """How far a source system's file has come, in SF1470's words: opstået, oplyst, afgjort, afsluttet."""

    OPENED = "opened"
    INFORMED = "informed"
    DECIDED = "decided"
    CLOSED = "closed"


class Sensitivity(StrEnum):
    """How sensitive a file is, the least first."""

    NOT_CONFIDENTIAL = "not-confidential"
    CONFIDENTIAL = "confidential"
    SENSITIVE = "sensitive"
    VIP = "vip"


class TargetGroup(StrEnum):
    """Whom the effort is for."""

    YOUTH = "youth"
    CHILDREN_AND_FAMILY = "children-and-family"
    SPECIALISED_SOCIAL = "specialised-social"
    CHRONIC_ILLNESS = "chronic-illness"
    SPECIAL_EMPLOYMENT = "special-employment"
    DEMENTIA = "dementia"
    PREVENTABLE_READMISSION = "preventable-readmission"
    EXPOSED_ADULTS = "exposed-adults"
    EXPOSED_CHILDREN = "exposed-children"
    OTHER = "other"


_STATUSES = list(CaseStatus)
_SENSITIVITIES = list(Sensitivity)
_BACK = {
    CaseStatus.DECIDED: CaseStatus.INFORMED,  # new information about what was decided
    CaseStatus.CLOSED: CaseStatus.INFORMED,  # taken up again (genoptaget)
}


def may_follow(before: CaseStatus, after: CaseStatus) -> bool:
    """Tell whether a file may go from one state to another.

    Forward any number of steps, as a nightly sync may miss some; back only to new information after a
    decision, or when a closed file is taken up again.
    """
    return _STATUSES.index(after) >= _STATUSES.index(before) or _BACK.get(before) is after


def status_of_case(statuses: Iterable[CaseStatus]) -> CaseStatus:
    """Return a case's state: that of the file which has come least far; closed when no file is open."""
    return min(statuses, key=_STATUSES.index, default=CaseStatus.CLOSED)


def highest(sensitivities: Iterable[Sensitivity | None]) -> Sensitivity | None:
    """Return the highest sensitivity that any file states."""
    return max((each for each in sensitivities if each), key=_SENSITIVITIES.index, default=None)
