"""Pooled scores: what several cases say together, each mean by its name; refuses mixed forms."""

from collections.abc import Sequence

import numpy as np

from services.analytics.methods.cube import Cube, Tally, merge, tally
from services.analytics.methods.dyads import Dyads, MissingRule, dyads_of
from services.analytics.methods.exact import float_mean, float_sd, mean_of_ratios, rounded
from services.analytics.methods.records import record
from services.analytics.methods.results import Quantity
from services.analytics.methods.scores import (
    Score,
    dimension_scores,
    mean_of_dyads,
    pooled_cells,
)


@record
class PooledScores:
    """Several cases of one instrument and wave.

    Attributes
    ----------
    cases : int
        Cases with a score.
    tally : Tally
        All asked cells by what was answered.
    respondents : int
        Respondents who were asked about anybody, over all cases.
    mean_of_cases, sd_of_cases : Quantity
        Mean and standard deviation (ddof 1) of the case scores.
    mean_of_dyads, pooled_cells : Score
        Mean over all cases' dyad means; mean over all cases' valid cells.
    dimensions : tuple of Score
        Per item, over all cases' valid cells.
    """

    cases: int
    tally: Tally
    respondents: int
    mean_of_cases: Quantity
    sd_of_cases: Quantity
    mean_of_dyads: Score
    pooled_cells: Score
    dimensions: tuple[Score, ...]


def pooled_scores(cubes: Sequence[Cube], rule: MissingRule = MissingRule.AVAILABLE) -> PooledScores:
    """Return the scores of several cases together.

    Raises
    ------
    ValueError
        If the cubes don't have the same number of items.

    Examples
    --------
    >>> from services.analytics.methods.cube import rectangular
    >>> both = pooled_scores([rectangular([[[4, 4]]]), rectangular([[[1, 3]], [[3, 3]]])])
    >>> both.mean_of_cases.value, both.mean_of_dyads.value.value
    (3.25, 3.0)
    """
    tables = [dyads_of(cube, rule=rule) for cube in cubes]
    scores = [mean_of_dyads(table).value.value for table in tables]
    known = [score for score in scores if score is not None]
    return PooledScores(
        cases=len(known),
        tally=merge(tuple(tally(cube) for cube in cubes)),
        respondents=sum(int(cube.asked.any(axis=1).sum()) for cube in cubes),
        mean_of_cases=float_mean(known),
        sd_of_cases=float_sd(known),
        mean_of_dyads=_mean_of_dyads(tables),
        pooled_cells=pooled_cells(cubes),
        dimensions=dimension_scores(cubes),
    )


def _mean_of_dyads(tables: Sequence[Dyads]) -> Score:
    nothing = [np.zeros(0, dtype=np.int64)]
    sums = np.concatenate(nothing + [table.sums.ravel() for table in tables])
    counts = np.concatenate(nothing + [table.counts.ravel() for table in tables])
    return Score(
        value=rounded(mean_of_ratios(sums, counts)),
        cells=int(counts.sum()),
        dyads=int((counts > 0).sum()),
        raters=sum(int(table.included.any(axis=1).sum()) for table in tables),
    )
