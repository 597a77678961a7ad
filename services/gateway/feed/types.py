"""Which events are told outside: those whose names their providers give, and one of the gateway's own."""

from enum import StrEnum

from shared.contracts import register, scores, survey
from shared.contracts.register import RegisterChangeType
from shared.contracts.survey import SurveyChangeType


class EventType(StrEnum):
    """What happened."""

    CASE_REGISTERED = RegisterChangeType.CASE_REGISTERED
    CASE_CHANGED = RegisterChangeType.CASE_CHANGED
    CASE_CLASSIFIED = RegisterChangeType.CASE_CLASSIFIED
    CASE_JOINED = RegisterChangeType.CASE_JOINED
    CASE_CLOSED = RegisterChangeType.CASE_CLOSED
    CASE_ERASED = RegisterChangeType.CASE_ERASED
    COLLABORATION_GROUP_CHANGED = RegisterChangeType.COLLABORATION_GROUP_CHANGED
    STUDY_CHANGED = RegisterChangeType.STUDY_CHANGED
    ENROLMENT_CHANGED = RegisterChangeType.ENROLMENT_CHANGED
    AREA_CHANGED = RegisterChangeType.AREA_CHANGED
    UNIT_CHANGED = RegisterChangeType.UNIT_CHANGED
    ROUND_PLANNED = SurveyChangeType.ROUND_PLANNED
    ROUND_OPENED = SurveyChangeType.ROUND_OPENED
    ROUND_CHANGED = SurveyChangeType.ROUND_CHANGED
    ROUND_CLOSED = SurveyChangeType.ROUND_CLOSED
    ROUND_CANCELLED = SurveyChangeType.ROUND_CANCELLED
    ROUND_ERASED = SurveyChangeType.ROUND_ERASED
    RESPONSE_SUBMITTED = SurveyChangeType.RESPONSE_SUBMITTED
    RESPONSE_CORRECTED = SurveyChangeType.RESPONSE_CORRECTED
    RESPONSE_WITHDRAWN = SurveyChangeType.RESPONSE_WITHDRAWN
    INVITATION_DUE = SurveyChangeType.INVITATION_DUE
    SCORES_CHANGED = scores.SCORES_CHANGED
    WEBHOOK_PING = "webhook.ping"


TOLD_AS = {
    inside: EventType(outside)
    for inside, outside in (
        *register.TOLD_AS.items(),
        *survey.TOLD_AS.items(),
        (scores.SCORES_CHANGED, scores.SCORES_CHANGED),
    )
}
"""The outer name of each type in the feeds that is told; persons and citizens are not."""
