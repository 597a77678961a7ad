"""Works out how far the line of leadership and RK may lie off, place by place on the scale; pure."""

import numpy as np

from services.analytics.associations.respondents import Respondents
from services.analytics.associations.schemas import BandPointView
from services.analytics.methods.least_squares import design_of
from services.analytics.methods.regression import combined
from services.analytics.methods.results import Estimate
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import figure, interval

PLACES = tuple(1 + quarter / 4 for quarter in range(17))
"""Where a band can stand, whatever the data: an end that followed them would be somebody's score."""


def band_view(rows: Respondents, size: GroupSize) -> list[BandPointView]:
    """Show the line with its interval at each place that enough people lie on both sides of, or at.

    The intervals are each place's own, not all at once.
    """
    places = _places_inside(rows, size)
    if len(places) < 2:
        return []
    found = combined(rows.rk, design_of(rows.leadership), [(1.0, place) for place in places], rows.cases)
    if any(each.value.value is None for each in found):
        return []
    return [_point(place, each) for place, each in zip(places, found, strict=True)]


def _places_inside(rows: Respondents, size: GroupSize) -> list[float]:
    """Return the places that enough different people lie at or below, and at or above."""
    lowest, highest = np.full((2, len(rows)), np.nan)
    np.fmin.at(lowest, rows.people, rows.leadership)
    np.fmax.at(highest, rows.people, rows.leadership)
    return [
        place
        for place in PLACES
        if size.is_reached_by(int((lowest <= place).sum()))
        and size.is_reached_by(int((highest >= place).sum()))
    ]


def _point(place: float, found: Estimate) -> BandPointView:
    height = figure(found.value)
    return BandPointView(
        value=height.value, reason=height.reason, at_leadership=place, interval=interval(found.interval)
    )
