"""What each person says of each statement in one wave, whatever rounds the person was asked in; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from uuid import UUID

import numpy as np

from services.analytics.methods.arrays import IntArray
from services.analytics.methods.exact import mean_of_ratios, rounded
from services.analytics.methods.results import Quantity
from services.analytics.projection.measurement import Measurement
from services.analytics.release.bounds import is_open
from services.analytics.release.decisions import GroupSize
from services.analytics.release.lattice import Sums


@dataclass(frozen=True, slots=True)
class Ratings:
    """Sums and numbers of valid answers, people x statements; a person's rating is their own mean."""

    persons: tuple[UUID, ...]
    sums: IntArray
    counts: IntArray

    def of(self, item: int) -> dict[UUID, float]:
        """Return each person's rating of a statement."""
        own = zip(self.persons, self.sums[:, item].tolist(), self.counts[:, item].tolist(), strict=True)
        return {person: total / count for person, total, count in own if count}

    def mean(self, item: int) -> Quantity:
        """Return the mean of a statement over persons."""
        return rounded(mean_of_ratios(self.sums[:, item], self.counts[:, item]))

    def is_shown(self, item: int, size: GroupSize) -> bool:
        """Tell whether enough people rated a statement, and not all of one mind."""
        values = list(self.of(item).values())
        sums = Sums(len(values), fsum(values), fsum(value**2 for value in values))
        return size.is_reached_by(len(values)) and is_open(sums)


def ratings_of(measurements: Sequence[Measurement]) -> Ratings:
    """Put together what people said in several rounds of the same questions."""
    persons = tuple(sorted({person for each in measurements for person in each.persons()}))
    place = {person: row for row, person in enumerate(persons)}
    shape = (len(persons), len(measurements[0].state.items) if measurements else 0)
    sums, counts = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for each in measurements:
        valid = each.cube.valid
        rows = [place[person] for person in each.persons()]
        np.add.at(counts, rows, valid.sum(axis=1))
        np.add.at(sums, rows, np.where(valid, each.cube.cells, 0).sum(axis=1, dtype=np.int64))
    return Ratings(persons, sums, counts)
