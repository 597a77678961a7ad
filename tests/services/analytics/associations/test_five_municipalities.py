"""The five-municipality sample over REST against the methods applied to the files themselves.

Both leave the same cases out: those of fewer than five raters, and the last ones that fill no step.
"""

import numpy as np
import pytest

from services.analytics.associations.schemas import AssociationsSeen, BootstrapView
from services.analytics.associations.views import SEED
from services.analytics.methods.association import leadership_to_rk, rk_to_citizen
from services.analytics.methods.least_squares import design_of
from services.analytics.methods.mixed_models import mixed_model
from services.analytics.methods.moderation import moderated_slope, more_units_than
from services.analytics.methods.noncentral import two_sided_power
from services.analytics.methods.path import path_effects
from services.analytics.methods.power import Spread, power_of_moderator, power_of_slope
from services.analytics.methods.regression import combined
from services.analytics.methods.resampling import Bootstrap, drawn_sums
from services.analytics.methods.results import Estimate
from services.analytics.methods.slope_bootstrap import slope_interval
from services.analytics.release.envelope import EstimateView
from tests.services.analytics.five_municipalities import (
    case_table,
    of_citizens,
    respondent_table,
    shown_cases,
)
from tests.services.analytics.told_sample import ToldSample

EXACT = 1e-9


@pytest.fixture(scope="module", params=["baseline", "follow-up"])
def wave(request: pytest.FixtureRequest) -> str:
    code: str = request.param
    return code


@pytest.fixture(scope="module")
async def found(wave: str, told_sample: ToldSample) -> AssociationsSeen:
    return AssociationsSeen.model_validate(await told_sample.to_analyst(f"waves/{wave}/associations"))


def same(view: EstimateView, wanted: Estimate) -> None:
    shown = (view.value, view.standard_error.value, view.degrees_of_freedom.value, view.p.value)
    held = (wanted.value.value, wanted.standard_error.value, wanted.df.value, wanted.p.value)
    assert shown == pytest.approx(held, abs=EXACT)
    assert (view.interval.low, view.interval.high) == pytest.approx(
        (wanted.interval.low, wanted.interval.high), abs=EXACT
    )


def same_draws(view: BootstrapView, wanted: Bootstrap) -> None:
    assert (view.draws, view.seed, view.clusters) == (2_000, SEED, wanted.clusters)
    for shown, held in ((view.percentile, wanted.percentile), (view.bca, wanted.bca)):
        assert (shown.low, shown.high) == pytest.approx((held.low, held.high), abs=EXACT)


def spread_of_line(x: np.ndarray, y: np.ndarray) -> Spread:
    line = np.polynomial.Polynomial.fit(x, y, 1)
    return Spread(float(x.std(ddof=1)), float(np.sqrt(((y - line(x)) ** 2).sum() / (len(x) - 2))))


def group_of_citizens(wave: str, chosen: np.ndarray, cases: int) -> np.ndarray:
    """Return where the chosen cases stand, as of some step: a group that gains too few stays as it was."""
    until = [step[chosen[step]] for step in of_citizens(wave)]
    return next(group for group in until if len(group) == cases)


def test_how_many_cases_are_left() -> None:
    """What is of too few raters is nearly half of these small teams."""
    assert [len(shown_cases(code)) for code in ("baseline", "follow-up")] == [29, 28]
    assert [len(of_citizens(code)[-1]) for code in ("baseline", "follow-up")] == [25, 15]


def test_leadership_to_rk(wave: str, found: AssociationsSeen) -> None:
    x, y, cases, leaders = respondent_table(wave)
    wanted, view = leadership_to_rk(x, y, cases, leaders), found.leadership_to_rk
    assert view is not None
    assert (view.n, view.cases, view.leaders) == (wanted.n, wanted.cases, wanted.leaders)
    same(view.by_case.slope, wanted.by_case.slope)
    same(view.by_case.intercept, wanted.by_case.intercept)
    same(view.by_leader.slope, wanted.by_leader.slope)
    same(view.two_way.slope, wanted.two_way.slope)
    same_draws(view.bootstrap, slope_interval(x, y, cases, SEED))
    assert view.percent.scale_range.value == pytest.approx(wanted.percent.scale_range.value, abs=EXACT)
    assert view.percent.relative_to_means.value == pytest.approx(
        wanted.percent.relative_to_means.value, abs=EXACT
    )


def test_the_band_about_the_line_and_the_power(wave: str, found: AssociationsSeen) -> None:
    x, y, cases, _ = respondent_table(wave)
    view = found.leadership_to_rk
    assert view is not None
    places = [point.at_leadership for point in view.band]
    assert len(places) > 5
    wanted = combined(y, design_of(x), [(1.0, place) for place in places], cases)
    for point, held in zip(view.band, wanted, strict=True):
        assert (point.value, point.interval.low, point.interval.high) == pytest.approx(
            (held.value.value, held.interval.low, held.interval.high), abs=EXACT
        )
    fit = leadership_to_rk(x, y, cases, cases).by_case.slope
    ratio = 0.67 / (fit.standard_error.value or 0)
    assert view.power.effect == 0.67
    wanted_power = two_sided_power(ratio, fit.df.value or 0)
    assert view.power.power.value == pytest.approx(wanted_power, abs=EXACT)


def test_the_points_are_the_respondents(wave: str, found: AssociationsSeen) -> None:
    x, y, _, _ = respondent_table(wave)
    points = found.points or []
    assert sorted(each.leadership for each in points) == pytest.approx(sorted(x), abs=0.05 + EXACT)
    assert sorted(each.rk for each in points) == pytest.approx(sorted(y), abs=0.05 + EXACT)


def test_the_mixed_model_beside_it(wave: str, found: AssociationsSeen) -> None:
    x, y, cases, leaders = respondent_table(wave)
    wanted = mixed_model(y, design_of(x), {"case": cases, "leader": leaders})
    view = found.leadership_to_rk
    assert view is not None
    assert view.mixed.slope.value == pytest.approx(wanted.coefficients[1].value.value, abs=EXACT)
    assert [(term.name, term.levels) for term in view.mixed.terms] == [
        ("case", len(set(cases))),
        ("leader", len(set(leaders))),
    ]


def test_rk_to_citizen(wave: str, found: AssociationsSeen) -> None:
    table, view = case_table(), found.rk_to_citizen
    assert view is not None
    own = of_citizens(wave)[-1]
    rk, citizen = table.rk[wave][own], table.citizen[wave][own]
    wanted = rk_to_citizen(rk, citizen)
    assert (view.n, view.citizens) == (wanted.n, wanted.n)
    same(view.regression.slope, wanted.regression.slope)
    power = power_of_slope(0.4, spread_of_line(rk, citizen), len(own))
    assert view.power.power.value == pytest.approx(power.value, abs=EXACT)


def test_moderation_by_the_number_of_units(wave: str, found: AssociationsSeen) -> None:
    table, many = case_table(), more_units_than(case_table().units)
    assert found.rk_to_citizen is not None
    view = found.rk_to_citizen.moderation
    assert view is not None
    groups = [
        group_of_citizens(wave, chosen, cases)
        for chosen, cases in ((many, view.moderated), (~many, view.n - view.moderated))
    ]
    own = np.concatenate(groups)
    rk, citizen = table.rk[wave][own], table.citizen[wave][own]
    wanted = moderated_slope(rk, citizen, many[own])
    same(view.interaction, wanted.interaction)
    same(view.slope_with, wanted.slope_with)
    assert (view.n, view.moderated) == (wanted.n, wanted.moderated)
    spread = spread_of_line(rk, citizen)
    power = power_of_moderator(0.4, spread, wanted.moderated, wanted.n - wanted.moderated)
    assert view.power.power.value == pytest.approx(power.value, abs=EXACT)


def test_complex_cases_only(wave: str, found: AssociationsSeen) -> None:
    table, view = case_table(), found.rk_to_citizen
    assert view is not None
    assert view.complex_only is not None
    chosen = group_of_citizens(wave, table.units > 4, view.complex_only.n)
    wanted = rk_to_citizen(table.rk[wave][chosen], table.citizen[wave][chosen])
    assert view.complex_only.n == wanted.n
    same(view.complex_only.regression.slope, wanted.regression.slope)


def test_whose_resources_nobody_recorded_are_one_group(found: AssociationsSeen) -> None:
    view = found.rk_to_citizen
    assert view is not None
    assert [(each.resources, each.n) for each in view.by_resources] == [("unknown", view.n)]


def test_the_path(wave: str, found: AssociationsSeen) -> None:
    table, view = case_table(), found.path
    assert view is not None
    generator = np.random.default_rng(SEED)
    own = of_citizens(wave)[-1]
    wanted = path_effects(
        table.leadership[wave][own],
        table.rk[wave][own],
        table.citizen[wave][own],
        lambda sums: drawn_sums(sums, 2_000, generator),
    )
    assert view.n == wanted.n
    for shown, held in (
        (view.leadership_to_rk, wanted.leadership_to_rk),
        (view.rk_to_citizen, wanted.rk_to_citizen),
        (view.direct, wanted.direct),
        (view.total, wanted.total),
    ):
        same(shown, held)
    same_draws(view.indirect, wanted.indirect)
