"""Scores: given, received and case scores of one cube, with counts; refuses unnamed orders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

import numpy as np

from services.analytics.methods.arrays import IntArray
from services.analytics.methods.cube import Cube
from services.analytics.methods.dyads import Dyads, MissingRule, dyads_of
from services.analytics.methods.exact import mean, mean_of_few_ratios, mean_of_ratios, rounded
from services.analytics.methods.records import record
from services.analytics.methods.results import Quantity, Reason, undefined

ItemGroups = Mapping[str, Sequence[int]]

RK_SUB_SCORES: ItemGroups = {"orientation": (1, 2, 5), "behaviour": (0, 3, 4)}
"""Of the six-item form: items 2, 3, 6 and 1, 4, 5, counted from 0."""


@record
class Score:
    """A mean in scale points, and what stands behind it.

    Attributes
    ----------
    value : Quantity
        The mean.
    cells, dyads, raters : int
        Valid cells, dyads with a mean and raters with such a dyad that entered it.
    """

    value: Quantity
    cells: int
    dyads: int
    raters: int


def given_scores(dyads: Dyads) -> tuple[Score, ...]:
    """Return each rater's given score: the unweighted mean of the dyad means in their row.

    Examples
    --------
    >>> from services.analytics.methods.cube import rectangular
    >>> given_scores(dyads_of(rectangular([[[4, 2], [5, 0]]])))[0]
    Score(value=Quantity(value=4.0, reason=None), cells=3, dyads=2, raters=1)
    """
    return tuple(map(_of_one_rater, dyads.sums.tolist(), dyads.counts.tolist()))


def received_scores(dyads: Dyads) -> tuple[Score, ...]:
    """Return each subject's received score: the unweighted mean of the dyad means in their column.

    Examples
    --------
    >>> from services.analytics.methods.cube import rectangular
    >>> dyads = dyads_of(rectangular([[[4], [5]], [[2], [0]]]))
    >>> [one.value.value for one in received_scores(dyads)]
    [3.0, 5.0]
    """
    return tuple(map(_of_one_subject, dyads.sums.T.tolist(), dyads.counts.T.tolist()))


def given_scores_by_item(cube: Cube) -> tuple[tuple[Score, ...], ...]:
    """Return for each item what `given_scores(dyads_of(cube, [item]))` returns, worked out at once.

    Examples
    --------
    >>> from services.analytics.methods.cube import rectangular
    >>> found = given_scores_by_item(rectangular([[[4, 2], [5, 0]]]))
    >>> [[one.value.value for one in item] for item in found]
    [[4.5], [2.0]]
    """
    return tuple(
        tuple(_of_answers(*line, min(line[1], 1)) for line in zip(*item, strict=True))
        for item in _answers_along(cube, 1)
    )


def received_scores_by_item(cube: Cube) -> tuple[tuple[Score, ...], ...]:
    """Return for each item what `received_scores(dyads_of(cube, [item]))` returns, worked out at once.

    Examples
    --------
    >>> from services.analytics.methods.cube import rectangular
    >>> found = received_scores_by_item(rectangular([[[4, 2], [5, 0]]]))
    >>> [[one.value.value for one in item] for item in found]
    [[4.0, 5.0], [2.0, None]]
    """
    return tuple(
        tuple(_of_answers(*line, line[1]) for line in zip(*item, strict=True))
        for item in _answers_along(cube, 0)
    )


def _answers_along(cube: Cube, axis: int) -> Iterator[tuple[list[int], list[int]]]:
    """Yield each item's sums of valid answers along an axis, and how many these are."""
    valid = cube.valid
    sums = np.where(valid, cube.cells, 0).sum(axis=axis, dtype=np.int64)
    yield from zip(sums.T.tolist(), valid.sum(axis=axis).T.tolist(), strict=True)


@lru_cache(maxsize=4096)
def _of_answers(total: int, answers: int, raters: int) -> Score:
    """Return a mean of whole answers; of a team's few there are few, so each is made once."""
    value = Quantity(total / answers) if answers else undefined(Reason.NO_DATA)
    return Score(value, answers, answers, raters)


def mean_of_dyads(dyads: Dyads) -> Score:
    """Return the case score (primary): the unweighted mean of the case's dyad means.

    Notes
    -----
    sum_ij m_ij / n over the n dyads with a mean m_ij = (sum of valid items) / (their
    number). Undefined (`no-data`) without a dyad.

    Examples
    --------
    >>> from services.analytics.methods.cube import rectangular
    >>> mean_of_dyads(dyads_of(rectangular([[[4], [5]], [[2], [0]]]))).value.value
    3.6666666666666665
    """
    return _score(mean_of_ratios(dyads.sums, dyads.counts), dyads.counts)


def mean_of_given(dyads: Dyads) -> Score:
    """Return the mean of the raters' given means: every rater weighs the same.

    Examples
    --------
    >>> from services.analytics.methods.cube import rectangular
    >>> mean_of_given(dyads_of(rectangular([[[4], [5]], [[2], [0]]]))).value.value
    3.25
    """
    rows = zip(dyads.sums, dyads.counts, strict=True)
    return _score(mean(mean_of_ratios(sums, counts) for sums, counts in rows), dyads.counts)


def pooled_cells(cubes: Sequence[Cube], items: Sequence[int] | None = None) -> Score:
    """Return the pooled mean of all valid cells: every answer weighs the same, no missing rule.

    Parameters
    ----------
    cubes : sequence of Cube
        One case's cube, or several cases'.
    items : sequence of int, optional
        Item positions, from 0; all when left out.

    Raises
    ------
    ValueError
        If an item isn't there.

    Examples
    --------
    >>> from services.analytics.methods.cube import rectangular
    >>> pooled_cells([rectangular([[[4, 5], [1, 0]]])]).value.value
    3.3333333333333335
    """
    tables = [dyads_of(cube, items) for cube in cubes]
    cells = sum(int(table.counts.sum()) for table in tables)
    total = sum(int(table.sums.sum()) for table in tables)
    return Score(
        value=rounded(Fraction(total, cells) if cells else None),
        cells=cells,
        dyads=sum(int(table.included.sum()) for table in tables),
        raters=sum(int(table.included.any(axis=1).sum()) for table in tables),
    )


def dimension_scores(cubes: Sequence[Cube]) -> tuple[Score, ...]:
    """Return each item's mean over all its valid cells (the dimension bars).

    Raises
    ------
    ValueError
        If the cubes don't have the same number of items.

    Examples
    --------
    >>> from services.analytics.methods.cube import rectangular
    >>> [bar.value.value for bar in dimension_scores([rectangular([[[4, 5], [1, 0]]])])]
    [2.5, 5.0]
    """
    widths = {cube.items for cube in cubes}
    if len(widths) > 1:
        raise ValueError(f"cubes of one instrument have the same items, got {sorted(widths)}")
    return tuple(pooled_cells(cubes, [item]) for item in range(max(widths, default=0)))


def sub_scores(
    cube: Cube, groups: ItemGroups, rule: MissingRule = MissingRule.AVAILABLE
) -> dict[str, Score]:
    """Return each item group's case score (mean of dyad means over the group's items).

    Raises
    ------
    ValueError
        If a group is empty or names an item that isn't there.

    Examples
    --------
    >>> from services.analytics.methods.cube import rectangular
    >>> parts = sub_scores(rectangular([[[4, 5, 1]]]), {"first": [0, 1], "last": [2]})
    >>> parts["first"].value.value, parts["last"].value.value
    (4.5, 1.0)
    """
    return {name: mean_of_dyads(dyads_of(cube, items, rule)) for name, items in groups.items()}


def by_missing_rule(cube: Cube, items: Sequence[int] | None = None) -> dict[MissingRule, Score]:
    """Return the case score under each missing rule (the sensitivity block).

    Examples
    --------
    >>> from services.analytics.methods.cube import rectangular
    >>> block = by_missing_rule(rectangular([[[4, 5], [1, 0]]]))
    >>> [block[rule].value.value for rule in MissingRule]
    [2.75, 2.75, 4.5]
    """
    return {rule: mean_of_dyads(dyads_of(cube, items, rule)) for rule in MissingRule}


def _of_one_rater(sums: list[int], counts: list[int]) -> Score:
    dyads = sum(count > 0 for count in counts)
    return Score(mean_of_few_ratios(sums, counts), sum(counts), dyads, min(dyads, 1))


def _of_one_subject(sums: list[int], counts: list[int]) -> Score:
    dyads = sum(count > 0 for count in counts)
    return Score(mean_of_few_ratios(sums, counts), sum(counts), dyads, dyads)


def _score(value: Fraction | None, counts: IntArray) -> Score:
    # In a loop: of a team's few cells, each call of NumPy takes longer than all of it.
    by_rater = [[count for count in row if count > 0] for row in counts.tolist()]
    return Score(
        value=rounded(value),
        cells=sum(map(sum, by_rater)),
        dyads=sum(map(len, by_rater)),
        raters=sum(map(bool, by_rater)),
    )
