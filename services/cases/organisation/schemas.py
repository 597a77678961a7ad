"""The organisation on the wire."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.wire import Language, Line, Moment, MunicipalityCode, WireModel

Email = Annotated[str, StringConstraints(max_length=254, pattern=r"^[^@\s\x00]{1,64}@[^@\s\x00]{1,189}$")]
Mobile = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{7,14}$")]

_ENDED = "When it ended, or will end; what has ended stays readable."
_PROVISIONAL: Any = Field(
    description="A registration named it before anybody had sent it; the next `PUT` makes it sure."
)


class PutArea(WireModel):
    """An area (hovedområde, forvaltning): the top level of an organisation."""

    name: Line = Field(examples=["Børn og Unge"])
    municipality_code: MunicipalityCode = Field(examples=["0766"])
    valid_to: Moment | None = Field(default=None, description=_ENDED)


class AreaView(PutArea):
    """An area as it is stored."""

    id: UUID
    provisional: bool = _PROVISIONAL
    version: int


class PutUnit(WireModel):
    """A professional unit (faglig enhed) inside an area."""

    name: Line = Field(examples=["Familieafdelingen"])
    area_id: UUID
    parent_id: UUID | None = Field(default=None, description="The unit this one is part of.")
    municipality_code: MunicipalityCode = Field(examples=["0766"])
    counts_as_unit: bool = Field(
        default=True,
        description="Whether it counts towards complexity itself, or its nearest ancestor that does.",
    )
    authority_function: bool = Field(
        default=False, description="The default role of its involvements: authority or provider."
    )
    external: bool = Field(default=False, description="Outside the municipality: police, region, GP.")
    laws: list[Line] = Field(default=[], max_length=20, examples=[["Barnets lov"]])
    valid_to: Moment | None = Field(default=None, description=_ENDED)


class UnitView(PutUnit):
    """A unit as it is stored."""

    id: UUID
    provisional: bool = _PROVISIONAL
    merged_into_id: UUID | None = Field(description="The unit that took over when this one was merged.")
    version: int


class PutPerson(WireModel):
    """A person who works somewhere; never a citizen."""

    name: Line = Field(examples=["Anne Holm"], description="As colleagues know the person.")


class PersonView(PutPerson):
    """A person as it is stored."""

    id: UUID
    provisional: bool = _PROVISIONAL
    version: int


class PutProfessional(WireModel):
    """A professional (fagperson): a person's employment in a unit."""

    person_id: UUID
    unit_id: UUID
    professional_group: Line = Field(examples=["Socialrådgiver"])
    leader_id: UUID | None = Field(
        default=None, description="The leader's own employment; null for who has none, as a GP."
    )
    email: Email | None = None
    mobile: Mobile | None = Field(default=None, examples=["+4512345678"])
    language: Language = "da"
    valid_from: Moment
    valid_to: Moment | None = None


class ProfessionalView(PutProfessional):
    """A professional as it is stored."""

    id: UUID
    provisional: bool = _PROVISIONAL
    version: int


class MergeUnit(WireModel):
    """The merging of one unit into another, from now on."""

    into_unit_id: UUID = Field(
        description="The unit that goes on with the professionals, the units below and the cases."
    )
