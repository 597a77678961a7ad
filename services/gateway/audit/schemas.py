"""The audit of all services on the wire."""

from enum import StrEnum

from pydantic import Field

from shared.audit_trail import AuditEventView


class AuditedService(StrEnum):
    """Whose audit a row is from."""

    CASES = "cases"
    SURVEY = "survey"
    ANALYTICS = "analytics"
    GATEWAY = "gateway"


class AuditEntryView(AuditEventView):
    """A use of personal data, a token issued, or a refusal: who, what, when, why; nothing of the data."""

    service: AuditedService = Field(examples=["cases"], description="Where it happened.")
