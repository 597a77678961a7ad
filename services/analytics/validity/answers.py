"""Lays the answers to one version of an instrument out as rows, by case, with who gave them; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import numpy.typing as npt

from services.analytics.projection.measurement import Measurement

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answers:
    """Rows x items by case, NaN where there is no answer, and the person of each row."""

    tables: tuple[Floats, ...]
    people: tuple[UUID, ...]

    @property
    def rows(self) -> Floats:
        """All rows."""
        return np.vstack(self.tables)

    def people_of_complete(self) -> set[UUID]:
        """Return whose rows hold every answer."""
        complete = np.flatnonzero(~np.isnan(self.rows).any(axis=1))
        return {self.people[row] for row in complete}


def single_answers(measurements: Sequence[Measurement]) -> Answers:
    """Return a row for whatever anybody was asked about: dyads, or forms."""
    return Answers(
        tuple(each.cube.rows() for each in measurements),
        tuple(
            person
            for each in measurements
            for person, asked in zip(each.persons(), each.cube.asked, strict=True)
            for _ in range(int(asked.sum()))
        ),
    )


def rater_means(measurements: Sequence[Measurement]) -> Answers:
    """Return a row for each rater: the mean of what was answered about everybody, by item."""
    return Answers(
        tuple(_means(each) for each in measurements),
        tuple(person for each in measurements for person in each.persons()),
    )


def _means(measurement: Measurement) -> Floats:
    valid = measurement.cube.valid
    counts = valid.sum(axis=1)
    held = np.full(counts.shape, np.nan)
    np.divide(np.where(valid, measurement.cube.cells, 0).sum(axis=1), counts, out=held, where=counts > 0)
    return held
