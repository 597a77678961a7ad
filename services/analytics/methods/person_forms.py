"""Person forms: scores of the leadership and citizen forms; refuses several subjects."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import IntArray, labels
from services.analytics.methods.cube import Cube
from services.analytics.methods.dyads import Dyads, MissingRule, dyads_of
from services.analytics.methods.exact import mean, mean_of_ratios, rounded
from services.analytics.methods.records import record
from services.analytics.methods.scores import ItemGroups, Score, given_scores

LEADERSHIP_GROUPS: ItemGroups = {
    "framing": (0, 1),
    "engagement": (2, 3),
    "involvement": (4, 5, 6),
}
"""Of the seven-item form: items 1-2, 3-4 and 5-7, counted from 0."""


@record
class FormScore:
    """Mean of a one-subject form, whole and by item group.

    Attributes
    ----------
    overall : Score
        Mean over persons of the means of their valid items; `raters` counts persons,
        `dyads` their filled-in forms.
    groups : mapping of str to Score
        The same over each item group.
    """

    overall: Score
    groups: Mapping[str, Score]


def form_scores(
    cube: Cube,
    items: tuple[int, ...] | None = None,
    rule: MissingRule = MissingRule.AVAILABLE,
) -> tuple[Score, ...]:
    """Return each respondent's mean of valid items, in scale points.

    Raises
    ------
    ValueError
        If the cube has not exactly one subject, or an item isn't there.

    Examples
    --------
    >>> from services.analytics.methods.cube import rectangular
    >>> [one.value.value for one in form_scores(rectangular([[[4, 5]], [[3, -1]]]))]
    [4.5, 3.0]
    """
    return given_scores(_forms(cube, items, rule))


def form_score(
    cube: Cube,
    groups: ItemGroups,
    persons: npt.ArrayLike | None = None,
    rule: MissingRule = MissingRule.AVAILABLE,
) -> FormScore:
    """Return the mean over persons of a one-subject form: a leader's or a citizen's score.

    Parameters
    ----------
    cube : Cube
        Forms x 1 x items. One case's forms, or several cases' stacked.
    groups : mapping of str to item positions
        `LEADERSHIP_GROUPS` for leadership; {} where there are none (citizen).
    persons : (forms,) labels, optional
        Who filled in each form. Someone with several forms (one leader over several
        cases) is averaged first and counts once. Left out: each form is a person.
    rule : MissingRule
        For each form's mean.

    Raises
    ------
    ValueError
        If the cube has not exactly one subject, persons don't fit, or an item isn't there.

    Examples
    --------
    >>> from services.analytics.methods.cube import rectangular
    >>> cube = rectangular([[[5, 5]], [[1, 1]], [[2, 4]]])
    >>> form_score(cube, {}, ["A", "A", "B"]).overall
    Score(value=Quantity(value=3.0, reason=None), cells=6, dyads=3, raters=2)
    """
    forms = cube.cells.shape[0]
    who = labels(np.arange(forms) if persons is None else persons, forms, "persons")
    return FormScore(
        overall=_over_persons(_forms(cube, None, rule), who),
        groups={
            name: _over_persons(_forms(cube, tuple(items), rule), who) for name, items in groups.items()
        },
    )


def _forms(cube: Cube, items: tuple[int, ...] | None, rule: MissingRule) -> Dyads:
    if cube.cells.shape[1] != 1:
        raise ValueError(f"a person form has one subject, got {cube.cells.shape[1]}")
    return dyads_of(cube, items, rule)


def _over_persons(forms: Dyads, who: IntArray) -> Score:
    sums, counts = forms.sums[:, 0], forms.counts[:, 0]
    persons = np.unique(who[counts > 0])
    means = [mean_of_ratios(sums[who == person], counts[who == person]) for person in persons]
    return Score(
        value=rounded(mean(means)),
        cells=int(counts.sum()),
        dyads=int((counts > 0).sum()),
        raters=len(persons),
    )
