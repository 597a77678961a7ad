"""Handovers, joins and splits on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from shared.wire import NOT_BLANK, Code, Line, Moment, Reference, WireModel, storable

Note = Annotated[
    str,
    StringConstraints(min_length=1, max_length=2000, strip_whitespace=True),
    AfterValidator(storable),
    NOT_BLANK,
]


class HandOver(WireModel):
    """One professional takes another's place."""

    from_professional_id: UUID
    to_professional_id: UUID
    note: Note = Field(
        description="How the newcomer is introduced.",
        examples=["Mette tager over efter Jens og er med til netværksmødet den 3. marts."],
    )


class HandoverView(HandOver):
    """A handover as it is stored."""

    id: UUID
    case_id: UUID
    at: Moment


class JoinCase(WireModel):
    """Another case that turned out to be the same one."""

    case_id: UUID = Field(description="The case that goes up in this one.")


class SplitOff(WireModel):
    """One registration that belongs elsewhere."""

    system: Code
    reference: Reference


class SplitCase(WireModel):
    """The registrations that turned out to be about somebody else."""

    registrations: Annotated[list[SplitOff], Field(min_length=1, max_length=100)]
    respondent_label: Line = Field(examples=["Forløb 28"])
