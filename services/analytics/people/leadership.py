"""What employees answered about their leaders in a wave, each person once over all cases; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

import numpy as np

from services.analytics.methods.cube import rectangular
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.exact import mean
from services.analytics.projection.measurement import Measurement
from services.analytics.release.bounds import is_open
from services.analytics.release.decisions import GroupSize
from services.analytics.release.lattice import Sums
from shared.contracts.survey import Seat


@dataclass(frozen=True, slots=True)
class Led:
    """One leader's employees as they were asked in a wave: a form for each seat, whoever sits in it."""

    leader: UUID
    forms: Sequence[tuple[Measurement, int]]
    """Each with the seat's place among its respondents."""

    @property
    def measurements(self) -> list[Measurement]:
        """The measurements that the forms are of, each once."""
        return list({each.state.id: each for each, _ in self.forms}.values())

    @property
    def seats(self) -> list[Seat]:
        """The employees' seats."""
        return [each.respondents[place] for each, place in self.forms]

    @property
    def person(self) -> UUID:
        """Who leads, as a person where that is known: one person may lead through two employments."""
        return next((seat.leader_person_id for seat in self.seats if seat.leader_person_id), self.leader)

    @property
    def sub_scales(self) -> Mapping[str, Sequence[int]]:
        """The instrument's sub-scales as positions of items."""
        return self.forms[0][0].item_groups()

    def answers(self, items: Sequence[int] | None = None) -> "Answers":
        """Return what was answered on some items, or on all."""
        cells = np.stack([each.cube.cells[place] for each, place in self.forms])
        dyads = dyads_of(rectangular(cells), items)
        persons = [seat.person_id or seat.id for seat in self.seats]
        return Answers(persons, dyads.sums[:, 0].tolist(), dyads.counts[:, 0].tolist())

    def incomplete(self) -> set[UUID]:
        """Return the persons who left something open in a form that they answered some of."""
        whole = self.answers()
        items = self.forms[0][0].cube.items
        return {
            person for person, count in zip(whole.persons, whole.counts, strict=True) if 0 < count < items
        }


@dataclass(frozen=True, slots=True)
class Answers:
    """The sum and number of valid answers in each form, and whose form it is."""

    persons: Sequence[UUID]
    sums: Sequence[int]
    counts: Sequence[int]

    def means(self) -> dict[UUID, Fraction]:
        """Return each person's mean of the means of their forms; who answered nothing is left out."""
        own: dict[UUID, list[Fraction | None]] = {}
        for person, total, count in zip(self.persons, self.sums, self.counts, strict=True):
            if count:
                own.setdefault(person, []).append(Fraction(total, count))
        return {person: found for person, each in own.items() if (found := mean(each)) is not None}


def led_in(measurements: Iterable[Measurement]) -> dict[UUID, Led]:
    """Return everybody who leads somebody that was asked in own-leader forms, in a fixed order."""
    forms: dict[UUID, list[tuple[Measurement, int]]] = {}
    for each in measurements:
        for place, seat in enumerate(each.respondents):
            if seat.leader_id is not None and each.cube.asked[place].any():
                forms.setdefault(seat.leader_id, []).append((each, place))
    return {leader: Led(leader, forms[leader]) for leader in sorted(forms)}


def sums_of(values: Iterable[Fraction]) -> Sums:
    """Return what mean, n and spread of some values are made of."""
    held = list(values)
    return Sums(len(held), float(sum(held)), float(sum(value**2 for value in held)))


def may_leave(values: Mapping[UUID, Fraction], size: GroupSize) -> bool:
    """Tell whether enough people stand behind a mean, and its spread leaves open what each answered."""
    return size.is_reached_by(len(values)) and is_open(sums_of(values.values()))
