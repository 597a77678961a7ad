"""Rounds and invitations on the wire."""

from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from shared.contracts.survey import Form, RoundState, Visibility
from shared.wire import Code, Line, Moment, WireModel


class Wave(WireModel):
    """When in a development a round measures."""

    code: Code = Field(examples=["baseline"])
    ordinal: int = Field(ge=1, le=100)
    label: Line = Field(examples=["Før netværksmøderne"])


class InstrumentChoice(WireModel):
    """An instrument to ask with."""

    code: Code = Field(examples=["relational-capacity"])
    version: int = Field(ge=1, le=1000)


class Informed(WireModel):
    """When those asked, and asked about, were told of it; no round opens without."""

    citizen_informed_at: Moment
    employees_informed_at: Moment


STANDARD_INSTRUMENTS = [
    InstrumentChoice(code="relational-capacity", version=1),
    InstrumentChoice(code="coherent-leadership", version=1),
    InstrumentChoice(code="citizen-experienced-quality", version=1),
]


class OpenRound(WireModel):
    """Open a round for a case: its roster is taken as it is now."""

    case_id: UUID
    wave: Wave
    visibility: Visibility = Field(
        description="`team-open`: the team sees the exact matrix after closing. "
        "`confidential`: only aggregates. Told before the first question, and never loosened."
    )
    purpose: Line = Field(examples=["At styrke samarbejdet omkring borgeren"])
    informed: Informed
    instruments: list[InstrumentChoice] = Field(default=STANDARD_INSTRUMENTS, min_length=1, max_length=10)

    @model_validator(mode="after")
    def _asks_with_each_instrument_once(self) -> Self:
        if len({each.code for each in self.instruments}) != len(self.instruments):
            raise ValueError("an instrument is named twice")
        return self


class NotAsked(WireModel):
    """Somebody, or everybody, who is not asked with an instrument, and why."""

    instrument: str = Field(examples=["relational-capacity"])
    respondent_id: UUID | None
    reason: str = Field(examples=["no-leader", "too-few-participants", "no-citizen"])


class MeasurementView(WireModel):
    """One instrument in a round."""

    id: UUID
    instrument: str = Field(examples=["relational-capacity"])
    instrument_version: int
    form: Form
    respondents: int = Field(examples=[8], description="How many are asked.")


class RoundView(WireModel):
    """A round as it is stored."""

    id: UUID
    version: int
    case_id: UUID
    wave: Wave
    visibility: Visibility
    state: RoundState
    opened_at: Moment
    closed_at: Moment | None
    measurements: list[MeasurementView]
    not_asked: list[NotAsked]


class CloseRound(WireModel):
    """Close a round: no answer is taken afterwards, drafts are deleted."""


class InvitationKind(StrEnum):
    """Who is invited."""

    PROFESSIONAL = "professional"
    CITIZEN = "citizen"


class InvitationView(WireModel):
    """One person's invitation to a round; never what was answered."""

    id: UUID
    round_id: UUID
    kind: InvitationKind
    respondent_id: UUID = Field(description="The person's id, or the citizen's pseudonym.")
    label: str = Field(examples=["Anne Holm, Familieafdelingen"])
    forms: int
    submitted: int


class LinkView(WireModel):
    """A respondent's personal link; the token stands in its fragment, which no server logs."""

    invitation_id: UUID
    link: str = Field(examples=["https://svar.hedensted.example/#rt_AZnA3gAAcACAAAAAAAAAAA"])


class RequestLink(WireModel):
    """Ask for a respondent's link, in order to send it."""

    purpose: Line = Field(default="invitation", examples=["invitation", "reminder"])


class RevokeLink(WireModel):
    """Make every link sent so far worthless."""

    purpose: Line = Field(examples=["revocation"], default="revocation")
