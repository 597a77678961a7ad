"""Works out what a source's snapshot changes: pure, and the same whatever order things come in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shared.contracts.register import AREA, PERSON, PROFESSIONAL, UNIT

Values = Mapping[str, object]

MOST_ENDED = 0.3
FEWEST_ENDED = 10


class Kind(StrEnum):
    """What an organisation consists of, in the order in which one needs the other."""

    AREA = AREA
    UNIT = UNIT
    PERSON = PERSON
    PROFESSIONAL = PROFESSIONAL


@dataclass(frozen=True, slots=True)
class Held:
    """What is stored of one of a source's things.

    Attributes
    ----------
    living : bool
        Whether the source sent it the last time.
    newer : bool
        Whether it was sent by itself after the snapshot was taken, so that the snapshot says nothing of it.
    """

    values: Values
    living: bool = True
    newer: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """What a snapshot makes of a source's things of one kind.

    Attributes
    ----------
    new : mapping
        Everything about each that was never there.
    changed, revived : mapping
        The fields that change; of what comes back that may be none.
    ended : frozenset
        The references of what is no longer sent.
    newer : int
        How many are left alone since the source said something newer of them.
    """

    new: Mapping[str, Values] = field(default_factory=dict)
    changed: Mapping[str, Values] = field(default_factory=dict)
    revived: Mapping[str, Values] = field(default_factory=dict)
    ended: frozenset[str] = frozenset()
    newer: int = 0

    @property
    def written(self) -> Mapping[str, Values]:
        """Return the fields to write of each that was there before."""
        return {**self.changed, **self.revived}


def difference(held: Mapping[str, Held], wanted: Mapping[str, Values]) -> Difference:
    """Compare what is stored with what a source says now.

    A field that a wanted thing leaves out is left as it is.

    Examples
    --------
    >>> held = {"a": Held({"name": "Old"}), "b": Held({"name": "B"})}
    >>> found = difference(held, {"a": {"name": "New"}})
    >>> found.changed, found.ended
    ({'a': {'name': 'New'}}, frozenset({'b'}))
    """
    new, changed, revived = {}, {}, {}
    for reference, values in wanted.items():
        known = held.get(reference)
        if known is None:
            new[reference] = values
        elif not known.newer:
            fields = {name: each for name, each in values.items() if known.values[name] != each}
            if not known.living:
                revived[reference] = fields
            elif fields:
                changed[reference] = fields
    return Difference(
        new=new,
        changed=changed,
        revived=revived,
        ended=frozenset(
            reference
            for reference, known in held.items()
            if known.living and not known.newer and reference not in wanted
        ),
        newer=sum(known.newer for known in held.values()),
    )


def ends_too_many(held: Mapping[str, Held], ended: int) -> bool:
    """Tell whether so much would end that the snapshot is rather half of one."""
    living = sum(known.living for known in held.values())
    return ended > FEWEST_ENDED and ended > MOST_ENDED * living
