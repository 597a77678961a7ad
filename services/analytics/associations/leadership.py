"""Relates how respondents experience their leader to the relational capacity they give; pure."""

from services.analytics.associations.band import band_view
from services.analytics.associations.powers import clustered_power
from services.analytics.associations.respondents import Respondents
from services.analytics.associations.schemas import LeadershipToRkView
from services.analytics.associations.views import (
    SEED,
    bootstrap_view,
    mixed_view,
    percent_view,
    regression_view,
)
from services.analytics.methods.association import leadership_to_rk
from services.analytics.methods.least_squares import design_of
from services.analytics.methods.mixed_models import Groups, mixed_model
from services.analytics.methods.slope_bootstrap import slope_interval
from services.analytics.release.decisions import GroupSize

MOST_CROSSED_LEADERS = 200
"""A crossed model costs its leaders cubed: with more of them, cases alone have intercepts."""


def leadership_view(rows: Respondents, size: GroupSize) -> LeadershipToRkView | None:
    """Show the slope, unless too few respondents, cases or leaders stand behind it.

    Leaders count as they are whom the answers are about, and a leader's scores are that leader's alone.
    """
    counts = rows.counts()
    if not all(map(size.is_reached_by, counts)):
        return None
    x, y, cases, leaders = rows.leadership, rows.rk, rows.cases, rows.leaders
    found = leadership_to_rk(x, y, cases, leaders)
    groups: Groups = {"case": cases}
    if found.leaders <= MOST_CROSSED_LEADERS:
        groups = {"case": cases, "leader": leaders}
    return LeadershipToRkView(
        unit_of_analysis=found.unit_of_analysis,
        n=found.n,
        people=counts[0],
        cases=found.cases,
        leaders=found.leaders,
        by_case=regression_view(found.by_case),
        by_leader=regression_view(found.by_leader),
        two_way=regression_view(found.two_way),
        bootstrap=bootstrap_view(slope_interval(x, y, cases, SEED)),
        mixed=mixed_view(mixed_model(y, design_of(x), groups)),
        percent=percent_view(found.percent),
        power=clustered_power(found.by_case.slope),
        band=band_view(rows, size),
    )
