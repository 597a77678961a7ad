"""Which events are told outside, and by what name; all else in the services' feeds is the house's own."""

from enum import StrEnum

from shared.contracts import register, scores, survey


class EventType(StrEnum):
    """What happened."""

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
    SCORES_CHANGED = "scores.changed"
    WEBHOOK_PING = "webhook.ping"


TOLD_AS = {
    **{str(each): each for each in EventType if each is not EventType.WEBHOOK_PING},
    register.CASE: EventType.CASE_CHANGED,
    register.COLLABORATION_GROUP: EventType.COLLABORATION_GROUP_CHANGED,
    register.STUDY: EventType.STUDY_CHANGED,
    register.ENROLMENT: EventType.ENROLMENT_CHANGED,
    register.AREA: EventType.AREA_CHANGED,
    register.UNIT: EventType.UNIT_CHANGED,
    survey.ROUND: EventType.ROUND_CHANGED,
    survey.RESPONSE_SUBMITTED: EventType.RESPONSE_SUBMITTED,
    survey.RESPONSE_CORRECTED: EventType.RESPONSE_CORRECTED,
    survey.RESPONSE_WITHDRAWN: EventType.RESPONSE_WITHDRAWN,
    scores.SCORES_CHANGED: EventType.SCORES_CHANGED,
}
"""The outer name of each type in the feeds that is told; persons and citizens are not."""
