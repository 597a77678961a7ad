"""Works a network form's answers out one by one: each dimension's matrix, and who gave no rating; pure."""

from functools import cache

import numpy as np

from services.analytics.methods.cube import DONT_KNOW, DONT_WORK_WITH, LOWEST
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.scores import given_scores, received_scores
from services.analytics.projection.measurement import Measurement
from services.analytics.release.envelope import FigureView, score
from services.analytics.scores.schemas import DimensionMatrix, MarkedPair

_UNRATED = {DONT_KNOW: "dont-know", DONT_WORK_WITH: "dont-work-with"}


def dimension_matrices(network: Measurement) -> list[DimensionMatrix]:
    """Show each dimension's answers, exactly."""
    return [_dimension(network, item, code) for item, code in enumerate(network.state.items)]


def _dimension(network: Measurement, item: int, code: str) -> DimensionMatrix:
    dyads = dyads_of(network.cube, [item])
    answers, asked = network.cube.cells[:, :, item].tolist(), network.cube.asked.tolist()
    return DimensionMatrix(
        code=code,
        cells=[
            [_answer(value, was_asked) for value, was_asked in zip(row, row_asked, strict=True)]
            for row, row_asked in zip(answers, asked, strict=True)
        ],
        given=[score(each) for each in given_scores(dyads)],
        received=[score(each) for each in received_scores(dyads)],
    )


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
