"""Cuts on the wire."""

from enum import StrEnum

from pydantic import Field

from services.analytics.release.envelope import IntervalView
from services.analytics.scores.schemas import Provenance
from shared.wire import WireModel


class Direction(StrEnum):
    """Whether the cut is of those who are rated, or of those who rate."""

    RECEIVED = "received"
    GIVEN = "given"


class Attribute(StrEnum):
    """What people are put together by; complexity is the case's, and the same in both directions."""

    UNIT = "unit"
    AREA = "area"
    MUNICIPALITY = "municipality"
    PROFESSIONAL_GROUP = "professional-group"
    ROLE = "role"
    COMPLEXITY = "complexity"


class Crossing(StrEnum):
    """What both who rate and who are rated are put together by."""

    UNIT = "unit"
    PROFESSIONAL_GROUP = "professional-group"
    ROLE = "role"


class CutFiguresView(WireModel):
    """The mean of dyad means, and what stands behind it: shown together or not at all."""

    mean: float = Field(examples=[3.8], description="Of all dyad means; every dyad weighs the same.")
    spread: float = Field(examples=[0.7], description="Standard deviation of the dyad means (divisor n).")
    dyads: int = Field(examples=[64], description="Pairs of one who rates and one who is rated in a case.")
    raters: int = Field(examples=[17], description="Different people who rated.")
    rated: int = Field(examples=[12], description="Different people who were rated.")
    interval: IntervalView = Field(
        description="Of the mean, clustered by case (CR2, Satterthwaite); of few cases there is none."
    )


class PartyView(WireModel):
    """Who is put together in a cut, as things were when the rounds opened."""

    key: str | None = Field(
        examples=["Socialrådgiver"],
        description="The unit's or area's id, or the code or name itself; null for those without any.",
    )
    label: str | None = Field(examples=["Socialrådgiver"], description="What the register calls it now.")


class CapacityView(WireModel):
    """One cut."""

    party: PartyView = Field(description="Whose figures they are.")
    figures: CutFiguresView = Field(description="What was given or received.")


class Capacities(WireModel):
    """Relational capacity of a wave in one direction, by one attribute."""

    provenance: Provenance = Field(description="Where the figures come from.")
    direction: Direction = Field(description="As asked for.")
    by: Attribute = Field(description="As asked for.")
    overall: CutFiguresView | None = Field(description="Of the whole wave.")
    cuts: list[CapacityView] = Field(
        description="By key. What may not be seen and what there is not are not listed, alike."
    )


class InterfaceView(WireModel):
    """What the people of one party say of working with those of another, or with each other."""

    raters: PartyView = Field(description="Who rate.")
    rated: PartyView = Field(description="Who are rated.")
    figures: CutFiguresView = Field(description="What the ones say of the others.")


class Interfaces(WireModel):
    """Relational capacity of a wave between parties."""

    provenance: Provenance = Field(description="Where the figures come from.")
    by: Crossing = Field(description="As asked for.")
    interfaces: list[InterfaceView] = Field(
        description="By keys. What may not be seen and what there is not are not listed, alike."
    )


class CapacityDevelopment(WireModel):
    """Relational capacity over time: one entry for each wave of which anything is shown."""

    waves: list[Capacities] = Field(description="In the order of the waves.")
