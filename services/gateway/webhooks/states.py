"""What a subscription and a delivery can be, and why telling fails."""

from enum import StrEnum


class SubscriptionState(StrEnum):
    """Whether anybody is told: yes, not now, or no longer until somebody looks into it."""

    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"


class DisabledReason(StrEnum):
    """Why we stopped by ourselves."""

    GONE = "gone"
    FAILING = "failing"
    TENANT_CLOSED = "tenant-closed"


class DeliveryState(StrEnum):
    """How far a delivery has come: not yet, received, or given up."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


class Failure(StrEnum):
    """Why an attempt was none."""

    REFUSED_STATUS = "refused-status"
    TIMED_OUT = "timed-out"
    NAME_UNKNOWN = "name-unknown"
    ADDRESS_REFUSED = "address-refused"
    NOT_TRUSTED = "not-trusted"
    NOT_CONNECTED = "not-connected"
