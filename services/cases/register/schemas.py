"""Cases and registrations on the wire."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared.contracts.register import InvolvementRole, ParticipantRole
from shared.wire import Code, Line, Moment, Reference, SourceVersion, WireModel


class RegisterCase(WireModel):
    """A case (borgerforløb): everything around a citizen or family, across sectors."""

    respondent_label: Line = Field(
        examples=["Forløb 27"],
        description="How the professionals recognise the case; never a name or a CPR number.",
    )


class InvolvementPart(WireModel):
    """A unit's part in a case, as one source system knows it."""

    unit_id: UUID
    role: InvolvementRole
    laws: list[Line] = Field(default=[], max_length=20, examples=[["Barnets lov"]])


class ParticipantPart(WireModel):
    """A professional's part in a case, as one source system knows it."""

    professional_id: UUID
    role: ParticipantRole = ParticipantRole.PARTICIPANT


class CitizenPart(WireModel):
    """The citizen, or one of the family; the id is a pseudonym of the source system's."""

    citizen_id: UUID
    relation: Code = Field(default="citizen", examples=["citizen", "parent"])


class PutRegistration(WireModel):
    """What one source system's file says of a case: all of it, each time."""

    case_id: UUID
    source_version: SourceVersion
    respondent_label: Line = Field(examples=["Forløb 27"])
    involvements: Annotated[list[InvolvementPart], Field(max_length=100)]
    participants: Annotated[list[ParticipantPart], Field(max_length=100)]
    citizens: list[CitizenPart] = Field(default=[], max_length=20)

    @model_validator(mode="after")
    def _names_nothing_twice(self) -> Self:
        for ids, what in (
            ([(part.unit_id, part.role) for part in self.involvements], "a unit in one role"),
            ([part.professional_id for part in self.participants], "a professional"),
            ([part.citizen_id for part in self.citizens], "a citizen"),
        ):
            if len(set(ids)) != len(ids):
                raise ValueError(f"{what} is named twice")
        return self


class RegistrationView(WireModel):
    """A registration as it is stored."""

    id: UUID
    system: Code
    reference: Reference
    case_id: UUID
    source_version: int
    version: int


class InvolvementView(InvolvementPart):
    """A unit's part in a case."""

    system: str
    valid_from: Moment
    valid_to: Moment | None


class ParticipantView(ParticipantPart):
    """A professional's part in a case."""

    system: str
    valid_from: Moment
    valid_to: Moment | None


class CaseView(WireModel):
    """A case with the parts active now."""

    id: UUID
    version: int
    respondent_label: str
    registered_at: Moment
    level: str
    involvements: list[InvolvementView]
    participants: list[ParticipantView]


class CaseSummary(WireModel):
    """A case in a list."""

    id: UUID
    version: int
    respondent_label: str
    registered_at: Moment
