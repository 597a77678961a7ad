"""An organisation on the wire as a source system knows it: by the source's own references."""

from typing import Annotated, Generic, TypeVar
from uuid import UUID

from pydantic import Field

from services.cases.organisation.schemas import Email, Mobile
from shared.wire import (
    Language,
    Line,
    Moment,
    MunicipalityCode,
    Reference,
    SourceVersion,
    WireModel,
)

View = TypeVar("View", bound=WireModel)

MOST_SHOWN = 200

_OWN_KEY = "Your own key for it; it never changes, and it is never a CPR number."
_ADOPTED = "The id of what is in the register already and is yours from now on; leave it out otherwise."
_VALID_TO = Field(default=None, description="When it ends, if the source knows.")
_LATEST = Field(description="Your own growing number; an older one is refused, an equal one does nothing.")


class AreaFromSource(WireModel):
    """An area (hovedområde, forvaltning)."""

    name: Line = Field(examples=["Børn og Unge"])
    municipality_code: MunicipalityCode = Field(examples=["0766"])
    valid_to: Moment | None = _VALID_TO


class UnitFromSource(WireModel):
    """A professional unit (faglig enhed)."""

    name: Line = Field(examples=["Familieafdelingen"])
    area_reference: Reference = Field(examples=["bu"])
    parent_reference: Reference | None = Field(default=None, examples=["bu-familie"])
    municipality_code: MunicipalityCode = Field(examples=["0766"])
    counts_as_unit: bool = Field(
        default=True,
        description="Whether it counts towards complexity itself, or its nearest ancestor that does.",
    )
    authority_function: bool = Field(default=False, description="Whether it decides (myndighed).")
    external: bool = Field(default=False, description="Outside the municipality: police, region, GP.")
    laws: list[Line] = Field(default=[], max_length=20, examples=[["Barnets lov"]])
    valid_to: Moment | None = _VALID_TO


class PersonFromSource(WireModel):
    """A person who works somewhere; never a citizen."""

    name: Line = Field(examples=["Anne Holm"], description="As colleagues know the person.")


class ProfessionalFromSource(WireModel):
    """A professional (fagperson): a person's employment in a unit."""

    person_reference: Reference = Field(examples=["anho"])
    unit_reference: Reference = Field(examples=["bu-familie"])
    professional_group: Line = Field(examples=["Socialrådgiver"])
    leader_reference: Reference | None = Field(
        default=None,
        examples=["kibe-1"],
        description="The leader's own employment; null for who has none, as a GP.",
    )
    email: Email | None = None
    mobile: Mobile | None = Field(default=None, examples=["+4512345678"])
    language: Language = "da"
    valid_from: Moment | None = Field(
        default=None, description="When it began; left out, it began when it was first sent."
    )
    valid_to: Moment | None = _VALID_TO


class _Named(WireModel):
    """What each thing in a snapshot has besides."""

    reference: Reference = Field(description=_OWN_KEY)
    id: UUID | None = Field(default=None, description=_ADOPTED)


class SnapshotArea(AreaFromSource, _Named):
    """An area in a snapshot."""


class SnapshotUnit(UnitFromSource, _Named):
    """A unit in a snapshot."""


class SnapshotPerson(PersonFromSource, _Named):
    """A person in a snapshot."""


class SnapshotProfessional(ProfessionalFromSource, _Named):
    """A professional in a snapshot."""


class SynchroniseOrganisation(WireModel):
    """A whole organisation as one source knows it now; what it leaves out has ended."""

    source_version: SourceVersion = _LATEST
    areas: Annotated[list[SnapshotArea], Field(max_length=200)]
    units: Annotated[list[SnapshotUnit], Field(max_length=5_000)]
    persons: Annotated[list[SnapshotPerson], Field(max_length=50_000)]
    professionals: Annotated[list[SnapshotProfessional], Field(max_length=50_000)]


class _Versioned(WireModel):
    """What one thing sent by itself has besides."""

    source_version: SourceVersion = _LATEST
    id: UUID | None = Field(default=None, description=_ADOPTED)


class PutAreaFromSource(AreaFromSource, _Versioned):
    """An area, by itself."""


class PutUnitFromSource(UnitFromSource, _Versioned):
    """A unit, by itself."""


class PutPersonFromSource(PersonFromSource, _Versioned):
    """A person, alone."""


class PutProfessionalFromSource(ProfessionalFromSource, _Versioned):
    """A professional, alone."""


Sent = AreaFromSource | UnitFromSource | PersonFromSource | ProfessionalFromSource
SentInSnapshot = SnapshotArea | SnapshotUnit | SnapshotPerson | SnapshotProfessional
SentAlone = PutAreaFromSource | PutUnitFromSource | PutPersonFromSource | PutProfessionalFromSource


class ChangedView(WireModel):
    """Something that changes."""

    reference: str
    fields: list[str] = Field(examples=[["unitReference", "leaderReference"]])


class KindDifferenceView(WireModel):
    """What changes among a source's things of one kind: all counted, up to 200 of each named."""

    new: int
    changed: int
    revived: int = Field(description="Ended before, and sent again.")
    ended: int = Field(description="No longer sent.")
    newer: int = Field(description="Left alone: sent by themselves after this snapshot was taken.")
    new_references: list[str] = Field(examples=[["jobcentret"]], max_length=MOST_SHOWN)
    changed_references: list[ChangedView] = Field(max_length=MOST_SHOWN)
    revived_references: list[str] = Field(examples=[["ppr"]], max_length=MOST_SHOWN)
    ended_references: list[str] = Field(examples=[["sundhedshuset"]], max_length=MOST_SHOWN)


class SnapshotErrorView(WireModel):
    """Something wrong in a snapshot: where (a JSON pointer) and why."""

    pointer: str = Field(examples=["/units/3/parentReference"])
    code: str = Field(examples=["unknown-reference"])
    detail: str = Field(examples=["No area, unit or person of this snapshot has the reference."])


class SynchronisationView(WireModel):
    """What a snapshot changed; in a dry run, what it would change."""

    system: str = Field(examples=["hr"])
    source_version: int
    dry_run: bool
    unchanged: bool = Field(description="Whether this source version was here already; it changes nothing.")
    suspicious: bool = Field(
        description="Whether more than 30 % of the units or employments, and more than 10, end."
    )
    areas: KindDifferenceView
    units: KindDifferenceView
    persons: KindDifferenceView
    professionals: KindDifferenceView
    errors: list[SnapshotErrorView] = Field(description="In a dry run: all that would be refused.")


class SourceView(WireModel):
    """What a source last sent as a whole."""

    system: str = Field(examples=["hr"])
    source_version: int
    synchronised_at: Moment


class SourcedView(WireModel, Generic[View]):
    """One of a source's things, and how it stands in the register."""

    system: str = Field(examples=["hr"])
    reference: str = Field(examples=["bu-familie"])
    source_version: int
    ended_at: Moment | None = Field(description="When the source stopped sending it.")
    current: View
