"""Subscriptions and deliveries on the wire; a secret is in an answer once, and then no more."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from services.gateway.feed.types import EventType
from services.gateway.outbound.addresses import LONGEST_URL
from services.gateway.webhooks.states import DeliveryState, DisabledReason, Failure, SubscriptionState
from shared.wire import Line, Moment, WireModel

_ID = "0199c0de-0000-7000-8000-00000000eb01"
_SHOWN_ONCE = ["whsec_vises-kun-denne-ene-gang"]
_STATUS = Field(description="The receiver's HTTP status; null if it gave none.", examples=[503])
_FAILURE = Field(description="Why it did not count.", examples=["refused-status"])


def _wanted(types: Sequence[EventType]) -> list[EventType]:
    if EventType.WEBHOOK_PING in types:
        raise ValueError("is only told when asked for")
    return sorted(set(types))


class PutWebhook(WireModel):
    """Where a tenant wants to be told of what."""

    url: str = Field(
        min_length=9,
        max_length=LONGEST_URL,
        description="The https address that events are posted to.",
        examples=["https://fagsystem.hedensted.example/samspil"],
    )
    types: Annotated[list[EventType], AfterValidator(_wanted)] = Field(
        default=[],
        max_length=30,
        description="The types wanted; empty, all there are and all that come.",
        examples=[["round.closed", "scores.changed"]],
    )
    description: Line = Field(description="What it is for.", examples=["Fagsystem, børn og unge"])
    state: Literal[SubscriptionState.ACTIVE, SubscriptionState.PAUSED] = Field(
        default=SubscriptionState.ACTIVE,
        description="`paused`: nothing is sent, and nothing that happens meanwhile is kept to be sent. "
        "`active` also begins again what was disabled.",
        examples=["active"],
    )


class WebhookView(WireModel):
    """A subscription as it is stored."""

    id: UUID = Field(examples=[_ID])
    version: int
    url: str = Field(examples=["https://fagsystem.hedensted.example/samspil"])
    types: list[EventType] = Field(examples=[["round.closed", "scores.changed"]])
    description: str = Field(examples=["Fagsystem, børn og unge"])
    state: SubscriptionState = Field(examples=["active"])
    disabled_reason: DisabledReason | None = Field(
        description="Why it was disabled by itself: the receiver answered 410, failed for five "
        "days, or the tenant was closed down.",
        examples=[None],
    )
    failing_since: Moment | None = Field(
        description="Since when no attempt has succeeded; null while the last one did.", examples=[None]
    )
    previous_secret_until: Moment | None = Field(
        description="Until when messages are signed with the secret before, too.", examples=[None]
    )
    created_at: Moment


class CreatedWebhookView(WebhookView):
    """A new subscription, with its secret; it is shown this once and stored nowhere."""

    secret: str = Field(description="Signs every message; 32 random bytes.", examples=_SHOWN_ONCE)


class RotateSecret(WireModel):
    """Make a new secret."""

    previous_valid_hours: int = Field(
        default=24,
        ge=0,
        le=168,
        description="So long messages are signed with both secrets.",
        examples=[24],
    )


class WebhookSecretView(WireModel):
    """A new secret; it is shown this once and stored nowhere."""

    secret: str = Field(description="Signs every message from now on.", examples=_SHOWN_ONCE)
    previous_secret_until: Moment = Field(description="Until when the one before signs, too.")


class ReplayEvents(WireModel):
    """Send again: all since a time that the subscription wants, or named events."""

    since: Moment | None = Field(
        default=None, description="All that was recorded since.", examples=["2026-11-22T09:30:00Z"]
    )
    event_ids: list[UUID] = Field(default=[], max_length=1000, description="These events.", examples=[[]])

    @model_validator(mode="after")
    def _say_one(self) -> "ReplayEvents":
        if (self.since is None) == (not self.event_ids):
            raise ValueError("name a time or events")
        return self


class ReplayView(WireModel):
    """What is sent again."""

    queued: int = Field(description="Deliveries that are due now.", examples=[17])


class DeliveryView(WireModel):
    """One event on its way to one subscription."""

    id: UUID = Field(examples=["0199c0de-0000-7000-8000-0000000de117"])
    event_id: UUID = Field(
        description="The event's id: `webhook-id` of each attempt.",
        examples=["6f1c0d9e-5b0a-5c37-9d3a-0a4f2d0f6f11"],
    )
    type: EventType = Field(examples=["round.closed"])
    state: DeliveryState = Field(examples=["pending"])
    attempts: int = Field(description="Attempts made since it was last asked for.", examples=[2])
    next_at: Moment | None = Field(description="When it is tried next; null when it is over.")
    created_at: Moment
    finished_at: Moment | None = Field(description="When it was received or given up.")
    last_status: int | None = _STATUS
    last_failure: Failure | None = _FAILURE


class AttemptView(WireModel):
    """One attempt at a delivery."""

    at: Moment
    status: int | None = _STATUS
    failure: Failure | None = _FAILURE
    milliseconds: int = Field(description="How long it took.", examples=[87])


class DeliveryDetailView(DeliveryView):
    """A delivery with its attempts, oldest first; of very many the newest hundred."""

    log: list[AttemptView] = Field(max_length=100)
