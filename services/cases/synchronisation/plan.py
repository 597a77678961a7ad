"""What a source sends against what is stored of it: who is who, what changes and what can't be; pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.cases.organisation.repository import living_unit
from services.cases.synchronisation.difference import (
    Difference,
    Held,
    Kind,
    Values,
    difference,
    ends_too_many,
)
from services.cases.synchronisation.references import (
    circular,
    in_circles,
    pointer_of,
    values_of,
)
from services.cases.synchronisation.schemas import Sent, SentInSnapshot
from shared.errors import FieldError

Place = tuple[Kind, str]
Owner = tuple[Kind, str | None, str | None]

_EMPLOYING = (Kind.UNIT, Kind.PROFESSIONAL)


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of a source, and how all the tenant's units hang together.

    Attributes
    ----------
    ids : mapping
        What each of the source's references stands for.
    claimed : frozenset
        The places of what was in the register before the source had a reference to it.
    parents, successors : mapping
        What each unit is part of, and what it was merged into.
    """

    ids: Mapping[Place, UUID]
    held: Mapping[Kind, Mapping[str, Held]]
    claimed: frozenset[Place] = frozenset()
    parents: Mapping[UUID, UUID | None] = field(default_factory=dict)
    successors: Mapping[UUID, UUID | None] = field(default_factory=dict)

    def holding(self, kind: Kind) -> Mapping[str, Held]:
        """Return what is stored of one kind."""
        return self.held.get(kind, {})


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written of a source, and the id of everything in it."""

    ids: Mapping[Place, UUID]
    differences: Mapping[Kind, Difference]
    claimed: frozenset[Place]
    errors: Sequence[FieldError] = ()
    suspicious: bool = False


def make_plan(
    sent: Mapping[Kind, Sequence[SentInSnapshot]], stored: Stored, new_id: Callable[[], UUID]
) -> Plan:
    """Work out what a snapshot changes. A reference to a merged unit leads to the one that goes on."""
    ids = dict(stored.ids)
    for kind, things in sent.items():
        for each in things:
            ids.setdefault((kind, each.reference), each.id or new_id())
    wanted = {
        kind: {each.reference: wanted_values(each, (kind, each.reference), ids, stored) for each in things}
        for kind, things in sent.items()
    }
    differences = {kind: difference(stored.holding(kind), wanted[kind]) for kind in wanted}
    return Plan(
        ids=ids,
        differences=differences,
        claimed=stored.claimed,
        errors=list(_circular(sent.get(Kind.UNIT, ()), wanted.get(Kind.UNIT, {}), ids, stored)),
        suspicious=any(
            ends_too_many(stored.holding(kind), len(differences[kind].ended))
            for kind in _EMPLOYING
            if kind in differences
        ),
    )


def wanted_values(sent: Sent, place: Place, ids: Mapping[Place, UUID], stored: Stored) -> Values:
    """Return what a thing should become; a unit that was merged stays as it is."""

    def find(kind: Kind, reference: str) -> UUID | None:
        found = ids.get((kind, reference))
        return living_unit(found, stored.successors) if found and kind is Kind.UNIT else found

    kind, reference = place
    if kind is Kind.UNIT and stored.successors.get(ids[place]) is not None:
        return stored.holding(kind)[reference].values
    return values_of(sent, find)


def _circular(
    units: Sequence[SentInSnapshot],
    wanted: Mapping[str, Values],
    ids: Mapping[Place, UUID],
    stored: Stored,
) -> Iterator[FieldError]:
    """Find circles that only mergers into another system's units could have closed."""
    parents = dict(stored.parents)
    parents |= {ids[Kind.UNIT, reference]: parent_of(values) for reference, values in wanted.items()}
    round_and_round = in_circles(parents)
    for index, each in enumerate(units):
        if ids[Kind.UNIT, each.reference] in round_and_round:
            yield circular(pointer_of(Kind.UNIT, index, "parent_reference"))


def parent_of(values: Values) -> UUID | None:
    """Return the unit that a unit is part of."""
    parent = values["parent_id"]
    return parent if isinstance(parent, UUID) else None


def claims(
    given: Mapping[Place, UUID], known: Mapping[Place, UUID], owners: Mapping[UUID, Owner]
) -> tuple[dict[Place, UUID], dict[Place, FieldError]]:
    """Return which things a source takes over by their ids, and which it may not.

    Parameters
    ----------
    given : mapping
        The ids it names.
    known : mapping
        What its references stand for already.
    owners : mapping
        What has each id that is in use, and whose it is.
    """
    claimed: dict[Place, UUID] = {}
    refused: dict[Place, FieldError] = {}
    for place, wanted in given.items():
        if known.get(place) == wanted:
            continue
        owner = owners.get(wanted)
        if place in known:
            refused[place] = FieldError("/id", "other-id", "The reference stands for something else.")
        elif owner is not None and (owner[0] is not place[0] or owner[1] is not None):
            refused[place] = FieldError(
                "/id", "not-yours", "The id is of another kind or another source's."
            )
        elif owner is not None:
            claimed[place] = wanted
    return claimed, refused
