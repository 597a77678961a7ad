"""Works a network form's answers out one by one: each dimension's matrix, and who gave no rating; pure."""

from functools import cache

import numpy as np

from services.analytics.methods.cube import DONT_KNOW, DONT_WORK_WITH, LOWEST
from services.analytics.methods.scores import given_scores_by_item, received_scores_by_item
from services.analytics.projection.measurement import Measurement
from services.analytics.release.envelope import FigureView, score
from services.analytics.scores.schemas import DimensionMatrix, MarkedPair

_UNRATED = {DONT_KNOW: "dont-know", DONT_WORK_WITH: "dont-work-with"}


def dimension_matrices(network: Measurement) -> list[DimensionMatrix]:
    """Show each dimension's answers, exactly."""
    cube = network.cube
    asked = cube.asked.tolist()
    return [
        DimensionMatrix(
            code=code,
            cells=[list(map(_answer, *row)) for row in zip(answers, asked, strict=True)],
            given=list(map(score, given)),
            received=list(map(score, received)),
        )
        for code, answers, given, received in zip(
            network.state.items,
            np.moveaxis(cube.cells, 2, 0).tolist(),
            given_scores_by_item(cube),
            received_scores_by_item(cube),
            strict=True,
        )
    ]


@cache
def _answer(value: int, asked: bool) -> FigureView:
    """Show an answer; there are few, so each is made once."""
    if not asked:
        return FigureView(value=None, reason="not-asked")
    if value >= LOWEST:
        return FigureView(value=float(value))
    return FigureView(value=None, reason=_UNRATED.get(value, "not-answered"))


def marked_pairs(network: Measurement, mark: int) -> list[MarkedPair]:
    """Return who gave this answer about whom, and on which dimensions, in the participants' order."""
    given = (network.cube.cells == mark) & network.cube.asked[:, :, None]
    raters, subjects, items = network.state.respondents, network.state.subjects, network.state.items
    return [
        MarkedPair(
            rater=raters[one].id,
            subject=subjects[other].id,
            dimensions=[items[item] for item in np.flatnonzero(given[one, other])],
        )
        for one, other in np.argwhere(given.any(axis=2)).tolist()
    ]
