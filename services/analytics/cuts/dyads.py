"""A wave's answers as the lattice needs them: one for each rater and rated, with where both stand; pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from services.analytics.methods.dyads import dyads_of
from services.analytics.projection.measurement import Measurement
from services.analytics.release.lattice import UNKNOWN, Answer
from shared.contracts.survey import Seat

COMPLEXITY = "complexity"
RATER, RATED = "rater", "rated"


@dataclass(frozen=True, slots=True)
class Dyad:
    """What one said of another in a case: the mean of the dimensions answered."""

    answer: Answer
    case: str


def dyads_in_steps(steps: Sequence[Iterable[Measurement]]) -> list[Dyad]:
    """Return the dyads of networks in which people rate people, with the step in which each entered."""
    return [
        dyad
        for step, measurements in enumerate(steps)
        for each in measurements
        for dyad in _dyads(each, step)
    ]


def _dyads(measurement: Measurement, step: int) -> Iterator[Dyad]:
    dyads, state = dyads_of(measurement.cube), measurement.state
    raters = [_stands(RATER, seat) for seat in state.respondents]
    rated = [_stands(RATED, seat) for seat in state.subjects]
    for one, other in np.argwhere(dyads.included).tolist():
        place = {COMPLEXITY: state.level or UNKNOWN, **raters[one], **rated[other]}
        value = int(dyads.sums[one, other]) / int(dyads.counts[one, other])
        people = _person(state.respondents[one]), _person(state.subjects[other])
        yield Dyad(Answer(people[0], place, value, people[1], step), str(state.case_id))


def _stands(side: str, seat: Seat) -> dict[str, str]:
    return {
        f"{side}-unit": _code(seat.unit_id),
        f"{side}-area": _code(seat.area_id),
        f"{side}-municipality": seat.municipality_code or UNKNOWN,
        f"{side}-professional-group": seat.professional_group or UNKNOWN,
        f"{side}-role": seat.role or UNKNOWN,
    }


def _person(seat: Seat) -> str:
    return str(seat.person_id or seat.id)


def _code(subject: UUID | None) -> str:
    return UNKNOWN if subject is None else str(subject)
