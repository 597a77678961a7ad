"""Which cases others than their teams see one by one, and what may be summed up beside them; pure.

Whoever sees a sum over cases takes away those that are shown by themselves. What is left must be nobody's,
or enough cases' of enough people, none of whose scores is known closely by their mean and spread.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from math import fsum
from uuid import UUID

import numpy as np
import numpy.typing as npt

from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.scores import mean_of_dyads
from services.analytics.projection.measurement import Measurement
from services.analytics.release.bounds import (
    HIGHEST,
    LOWEST,
    MARGIN,
    MEAN_MARGIN,
    ZERO,
    known_range,
)
from services.analytics.release.decisions import GroupSize
from services.analytics.release.lattice import Sums


@dataclass(frozen=True, slots=True)
class ScoredCase:
    """A case's score, who stands behind it, and whether others than its team see it by itself."""

    score: float
    people: frozenset[UUID]
    is_shown: bool = False


@dataclass(frozen=True, slots=True)
class Least:
    """How many people stand behind a figure over cases at least, and how many cases."""

    people: GroupSize
    cases: GroupSize

    def is_reached_by(self, cases: Sequence[ScoredCase]) -> bool:
        """Tell whether these are enough cases, of enough people."""
        people = frozenset[UUID]().union(*(each.people for each in cases))
        return self.cases.is_reached_by(len(cases)) and self.people.is_reached_by(len(people))


def are_enough(hidden: Sequence[ScoredCase], size: GroupSize) -> bool:
    """Tell whether the sum, number and spread of some hidden cases' scores may be worked out."""
    if not hidden:
        return True
    low, high = known_range(sums_of(hidden))
    return Least(size, size).is_reached_by(hidden) and high - low >= MEAN_MARGIN - ZERO


def sums_of(cases: Iterable[ScoredCase]) -> Sums:
    """Return what mean, n and spread of cases' scores are made of."""
    scores = [each.score for each in cases]
    return Sums(len(scores), fsum(scores), fsum(score**2 for score in scores))


def scored(network: Measurement, size: GroupSize) -> ScoredCase | None:
    """Return a case's score with who stands behind it; None where nobody rated anybody."""
    found = mean_of_dyads(dyads_of(network.cube)).value.value
    if found is None:
        return None
    return ScoredCase(found, network.raters(), is_shown(network, size))


def hidden_among(networks: Iterable[Measurement], size: GroupSize) -> list[ScoredCase]:
    """Return those of some cases that others than their team do not see."""
    hidden = (each for each in networks if not is_shown(each, size))
    return [found for each in hidden if (found := scored(each, size)) is not None]


def without_dimensions(networks: Iterable[Measurement], size: GroupSize) -> list[ScoredCase]:
    """Return those of some cases whose dimensions others than their team do not see."""
    hidden = (each for each in networks if not (is_shown(each, size) and shows_dimensions(each, size)))
    return [found for each in hidden if (found := scored(each, size)) is not None]


def is_shown(network: Measurement, size: GroupSize) -> bool:
    """Tell whether a case's score is shown to others: of enough people, not all at one end of the scale."""

    def decide() -> bool:
        enough = size.is_reached_by(len(network.raters()))
        return enough and _is_open(network.cube.cells[network.cube.valid])

    return network.worked_out.once(("is-shown", size.minimum), decide)


def shown_among(networks: Mapping[UUID, Measurement], size: GroupSize) -> dict[UUID, Measurement]:
    """Return those of some cases whose scores are shown to others: what statistics over cases are made of.

    Whoever sees these one by one takes them out of a line, a spread or a mean over cases, and no sum of
    what is left keeps a few apart as well as leaving them out does.
    """
    return {case_id: each for case_id, each in networks.items() if is_shown(each, size)}


def shows_dimensions(network: Measurement, size: GroupSize) -> bool:
    """Tell whether a case's dimensions are shown to others: each of them, or none."""
    valid, cells = network.cube.valid, network.cube.cells
    return all(
        size.is_reached_by(len(_raters_of(network, item)))
        and _is_open(cells[:, :, item][valid[:, :, item]])
        for item in range(network.cube.items)
    )


def _raters_of(network: Measurement, item: int) -> frozenset[UUID]:
    """Return who rated anybody on one dimension."""
    return frozenset(compress(network.persons(), np.any(network.cube.valid[:, :, item], axis=1).tolist()))


def _is_open(answers: npt.NDArray[np.int8]) -> bool:
    """Tell whether mean and number alone leave each answer a point of the scale or more."""
    others, total = answers.size - 1, int(answers.sum())
    low, high = max(LOWEST, total - HIGHEST * others), min(HIGHEST, total - LOWEST * others)
    return high - low >= MARGIN - ZERO
