"""Invitations on the wire: never an address, and never what was answered."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from services.survey.invitations.contacts import LONGEST_EMAIL, LONGEST_MOBILE, Channel
from services.survey.invitations.states import InvitationState
from services.survey.rounds.schemas import InvitationKind
from shared.wire import Language, Moment, Purpose, WireModel


class BounceReason(StrEnum):
    """Why a message did not arrive."""

    UNKNOWN_RECIPIENT = "unknown-recipient"
    NOT_REGISTERED = "not-registered"
    REFUSED = "refused"
    UNDELIVERABLE = "undeliverable"


class InvitationView(WireModel):
    """One person's invitation to a round; never what was answered, nor where a link is sent."""

    id: UUID
    version: int
    round_id: UUID
    kind: InvitationKind
    respondent_id: UUID = Field(description="The person's id, or the citizen's pseudonym.")
    label: str = Field(examples=["Anne Holm, Familieafdelingen"])
    state: InvitationState
    language: Language
    channel: Channel
    forms: int = Field(description="How many forms are asked.", examples=[2])
    submitted: int = Field(description="How many of them are submitted.", examples=[1])
    answer_until: Moment | None = Field(
        description="The deadline: the own one, or the round's; null while there is none."
    )
    opened_at: Moment | None
    declined_at: Moment | None = Field(examples=[None])
    left_at: Moment | None = Field(examples=[None])
    bounced_at: Moment | None = Field(
        description="The last message did not arrive; none is sent until there is a new contact.",
        examples=[None],
    )
    last_sent_at: Moment | None = Field(
        description="When a message was last handed over, to the mail server or to the sending system."
    )


class LinkView(WireModel):
    """A respondent's personal link; the token stands in its fragment, which no server logs."""

    invitation_id: UUID
    link: str = Field(examples=["https://svar.hedensted.example/#rt_AZnA3gAAcACAAAAAAAAAAAA"])
    kind: InvitationKind
    respondent_id: UUID = Field(description="The person's id, or the citizen's pseudonym.")
    channel: Channel
    contact: str | None = Field(
        examples=["+4520123456"], description="The address or number to send it to, if one is kept."
    )
    language: Language


class RequestLink(WireModel):
    """Ask for a respondent's link, in order to send it."""

    purpose: Purpose = Field(default="invitation", examples=["invitation", "reminder"])


class RevokeLink(WireModel):
    """Make every link sent so far worthless."""

    purpose: Purpose = Field(examples=["revocation"], default="revocation")


class PutContact(WireModel):
    """Say how somebody gets the link; what was not yet sent is sent there."""

    channel: Channel
    email: str | None = Field(
        default=None,
        max_length=LONGEST_EMAIL,
        examples=["anne.holm@hedensted.example"],
        description="For the channel `e-mail`, and only for it.",
    )
    mobile: str | None = Field(
        default=None,
        max_length=LONGEST_MOBILE,
        examples=[None],
        description="For the channel `sms`, and only for it: E.164, or eight Danish digits.",
    )
    language: Language


class PutExtension(WireModel):
    """Let one person answer longer, also past the end of the round."""

    answer_until: Moment | None = Field(
        examples=["2026-12-22T16:00:00Z"], description="Null takes the extension away."
    )


class PutBounce(WireModel):
    """Say that a message did not arrive."""

    reason: BounceReason
