"""Dyads: what each rater gave each subject, as whole sums and counts; refuses unknown items."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

import numpy as np

from services.analytics.methods.arrays import BoolArray, FloatArray, IntArray, frozen
from services.analytics.methods.cube import Cube
from services.analytics.methods.records import record
from services.analytics.methods.results import Quantity, Reason, undefined


class MissingRule(StrEnum):
    """How many of a dyad's items must be valid for its mean to count."""

    AVAILABLE = "available"
    HALF = "half"
    STRICT = "strict"

    def least(self, items: int) -> int:
        """Return the fewest valid items that suffice out of `items`.

        Examples
        --------
        >>> [rule.least(5) for rule in MissingRule]
        [1, 3, 5]
        """
        if self is MissingRule.STRICT:
            return items
        return (items + 1) // 2 if self is MissingRule.HALF else 1


@record(eq=False)
class Dyads:
    """Every dyad's sum and number of valid items, 0 and 0 where the dyad has no mean.

    Attributes
    ----------
    sums, counts : (respondents, subjects) int64
        The dyad mean is sums / counts, in scale points.
    asked, answered : (respondents, subjects) bool
        Which pairs were asked, and which of them hold any valid item (a dyad that is
        answered but has count 0 fell to the missing rule).
    """

    sums: IntArray
    counts: IntArray
    asked: BoolArray
    answered: BoolArray

    @property
    def included(self) -> BoolArray:
        """Dyads that have a mean."""
        return self.counts > 0

    @property
    def means(self) -> FloatArray:
        """Dyad means for further arithmetic; NaN where there is none (never for the wire)."""
        held = np.full(self.counts.shape, np.nan)
        np.divide(self.sums, self.counts, out=held, where=self.included)
        return held

    def quantity(self, rater: int, subject: int) -> Quantity:
        """Return one dyad's mean, or why it has none."""
        at = rater, subject
        return _mean(
            int(self.sums[at]), int(self.counts[at]), bool(self.asked[at]), bool(self.answered[at])
        )

    def matrix(self) -> tuple[tuple[Quantity, ...], ...]:
        """Return all dyad means: rows are raters (given), columns subjects (received)."""
        held = (self.sums, self.counts, self.asked, self.answered)
        return tuple(tuple(map(_mean, *row)) for row in zip(*(one.tolist() for one in held), strict=True))


def dyads_of(
    cube: Cube, items: Sequence[int] | None = None, rule: MissingRule = MissingRule.AVAILABLE
) -> Dyads:
    """Return the dyad means over the chosen items: mean of the valid ones of each pair.

    Parameters
    ----------
    cube : Cube
        Respondents x subjects x items.
    items : sequence of int, optional
        Item positions, from 0; all when left out. The rule counts within them.
    rule : MissingRule
        `available` (one valid item is enough), `half` (at least half), `strict` (all).

    Raises
    ------
    ValueError
        If no item is chosen, or one twice, or one that the cube doesn't have.

    References
    ----------
    Samspil, `docs/methods.md`, scores.

    Examples
    --------
    >>> from services.analytics.methods.cube import round_robin
    >>> cube = round_robin([[[0, 0], [4, -1]], [[5, 2], [0, 0]]])
    >>> [[dyad.value for dyad in row] for row in dyads_of(cube).matrix()]
    [[None, 4.0], [3.5, None]]
    >>> dyads_of(cube, rule=MissingRule.STRICT).quantity(0, 1).reason.value
    'missing-rule'
    """
    chosen = _checked(range(cube.items) if items is None else items, cube.items)
    valid = cube.valid[:, :, chosen]
    counts = valid.sum(axis=2, dtype=np.int64)
    sums = np.where(valid, cube.cells[:, :, chosen], 0).sum(axis=2, dtype=np.int64)
    kept = counts >= rule.least(len(chosen))
    return Dyads(
        sums=frozen(np.where(kept, sums, 0)),
        counts=frozen(np.where(kept, counts, 0)),
        asked=frozen(cube.asked),
        answered=frozen(counts > 0),
    )


@lru_cache(maxsize=4096)
def _mean(total: int, count: int, asked: bool, answered: bool) -> Quantity:
    """Return one dyad's mean, or why it has none; of few answers there are few, so each is made once."""
    if count:
        return Quantity(total / count)
    if not asked:
        return undefined(Reason.NOT_ASKED)
    return undefined(Reason.MISSING_RULE if answered else Reason.NO_DATA)


def _checked(items: Sequence[int], held: int) -> list[int]:
    chosen = list(items)
    if not chosen or len(set(chosen)) < len(chosen):
        raise ValueError(f"choose each item once, and at least one: {chosen}")
    if min(chosen) < 0 or max(chosen) >= held:
        raise ValueError(f"items {chosen} are not among 0..{held - 1}")
    return chosen
