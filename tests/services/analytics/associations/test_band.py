"""The band: about the line, narrowest where the data are, by hand; and never as far as one's own score."""

from collections.abc import Sequence
from uuid import UUID

import numpy as np
import pytest

from services.analytics.associations.band import PLACES, band_view
from services.analytics.associations.leadership import leadership_view
from services.analytics.associations.of_wave import associations, associations_seen, points_of
from services.analytics.associations.respondents import Respondents, TeamRows, respondents_of
from services.analytics.associations.schemas import BandPointView
from services.analytics.methods.distributions import t_quantile
from services.analytics.methods.least_squares import design_of
from services.analytics.methods.regression import regress
from services.analytics.methods.sandwich import Errors
from services.analytics.release.decisions import GroupSize
from tests.services.analytics.associations.test_of_wave import SIZE, wave
from tests.services.analytics.holdings_by_hand import holdings

ONE = GroupSize(1)
X = (1.0, 2.0, 3.0, 4.0, 5.0)
OFF = (-0.4, 0.8, -0.8, 0.8, -0.4)
"""Sums to 0, and so does its product with X, so that the line is 0.6 + 0.8 x; alike on both sides of 3."""
Y = tuple(0.6 + 0.8 * x + off for x, off in zip(X, OFF, strict=True))


def rows(
    x: Sequence[float],
    y: Sequence[float],
    cases: Sequence[int] | None = None,
    people: Sequence[int] | None = None,
) -> Respondents:
    """Return a row for each pair: of a leader and, unless told, of a case and a person of its own."""
    of_case = [*(cases or range(len(x)))]
    of_person = people or range(len(x))
    teams = []
    for case in sorted(set(of_case)):
        own = [at for at, of in enumerate(of_case) if of == case]
        pairs = [(x[at], y[at]) for at in own]
        teams.append(
            TeamRows(
                case=UUID(int=case + 1),
                leaders=tuple(100 + at for at in own),
                people=tuple(200 + of_person[at] for at in own),
                leadership=tuple(first for first, _ in pairs),
                rk=tuple(second for _, second in pairs),
                points=tuple(pairs),
            )
        )
    return respondents_of(teams)


def half_width(point: BandPointView) -> float:
    assert point.interval.low is not None
    assert point.interval.high is not None
    return (point.interval.high - point.interval.low) / 2


def by_place(found: Sequence[BandPointView]) -> dict[float, BandPointView]:
    return {each.at_leadership: each for each in found}


def test_by_hand() -> None:
    """Each row a cluster: the variance is the sum of c_i^2 e_i^2 / (1 - h_i), c_i y_i's part of the line.

    At the mean c_i = 1/5; h = .6, .3, .2, .3, .6; so it is .04 (.4 + .64/.7 + .8 + .64/.7 + .4).
    """
    found = by_place(band_view(rows(X, Y), ONE))[3.0]
    assert found.value == pytest.approx(3.0)
    variance = 0.04 * (0.4 + 0.64 / 0.7 + 0.8 + 0.64 / 0.7 + 0.4)
    assert half_width(found) == pytest.approx(t_quantile(0.975, satterthwaite(3.0)) * variance**0.5)


def satterthwaite(place: float) -> float:
    """Return (tr G)^2 / tr G^2 with G_ij = w_i w_j (1_ij - H_ij) and w_i = c_i / sqrt(1 - h_i)."""
    x = np.array(X)
    hat = 1 / 5 + np.outer(x - 3, x - 3) / 10
    weights = (1 / 5 + (place - 3) * (x - 3) / 10) / np.sqrt(1 - np.diag(hat))
    squares = np.outer(weights, weights) * (np.eye(5) - hat)
    return float(np.trace(squares) ** 2 / (squares**2).sum())


@pytest.mark.parametrize("place", [1.0, 2.25, 4.5])
def test_by_hand_elsewhere(place: float) -> None:
    x, off = np.array(X), np.array(OFF)
    lifts = 1 / 5 + (place - 3) * (x - 3) / 10
    spare = 4 / 5 - (x - 3) ** 2 / 10
    expected = t_quantile(0.975, satterthwaite(place)) * (lifts**2 * off**2 / spare).sum() ** 0.5
    found = by_place(band_view(rows(X, Y), ONE))[place]
    assert found.value == pytest.approx(0.6 + 0.8 * place)
    assert half_width(found) == pytest.approx(expected)


def test_lies_alike_about_the_line_and_is_narrowest_at_the_mean() -> None:
    found = band_view(rows(X, Y), ONE)
    assert [each.at_leadership for each in found] == [*PLACES]
    for each in found:
        assert each.value is not None
        assert each.interval.low is not None
        assert each.interval.high is not None
        assert each.value - each.interval.low == pytest.approx(each.interval.high - each.value)
    narrowest = min(found, key=half_width)
    assert narrowest.at_leadership == pytest.approx(np.mean(X))
    widths = [half_width(each) for each in found]
    assert widths == pytest.approx(widths[::-1])
    assert widths[8:] == sorted(widths[8:])


def test_is_the_released_line() -> None:
    many = rows(X * 2, Y + tuple(2 * y / 3 for y in Y), cases=[0, 0, 1, 1, 2, 2, 3, 3, 4, 4])
    view = leadership_view(many, GroupSize(5))
    assert view is not None
    intercept, slope = view.by_case.intercept.value, view.by_case.slope.value
    assert intercept is not None
    assert slope is not None
    assert [each.value for each in view.band] == pytest.approx(
        [intercept + slope * each.at_leadership for each in view.band]
    )


def test_ends_where_enough_people_lie_outside() -> None:
    """Of ten people the fifth from below is at 3.0, and so is the fifth from above at 3.5."""
    x = (1.1, 1.6, 2.1, 2.6, 3.0, 3.5, 3.9, 4.4, 4.6, 4.9)
    y = tuple(2 + each / 3 + at % 3 / 5 for at, each in enumerate(x))
    assert [each.at_leadership for each in band_view(rows(x, y), GroupSize(5))] == [3.0, 3.25, 3.5]
    further = band_view(rows(x, y), GroupSize(2))
    assert (further[0].at_leadership, further[-1].at_leadership) == (1.75, 4.5)
    assert band_view(rows(x, y), GroupSize(6)) == []


def test_rows_of_one_person_are_no_crowd() -> None:
    x = (1.1, 1.6, 2.1, 2.6, 3.0, 3.5, 3.9, 4.4, 4.6, 4.9)
    y = tuple(2 + each / 3 for each in x)
    alone = rows(x, y, people=[0 if each < 2.5 else at for at, each in enumerate(x)])
    assert {each.at_leadership for each in band_view(alone, GroupSize(5))} == set()
    assert band_view(rows(x, y), GroupSize(5)) != []


def test_leadership_that_is_the_same_has_no_band() -> None:
    assert band_view(rows([3.0] * 6, [1, 2, 3, 4, 5, 3]), ONE) == []


def test_an_exact_line_says_why_there_is_no_interval() -> None:
    found = band_view(rows(X, X), ONE)
    assert found[4].value == pytest.approx(2.0)
    assert (found[4].interval.low, found[4].interval.reason) == (None, "no-residual-variance")


def test_points_come_in_an_order_that_tells_nothing() -> None:
    x, y = [3.6, 1.0, 1.0], [2.3, 3.0, 2.0]
    found = [(each.leadership, each.rk) for each in points_of(rows(x, y))]
    assert found == [(1.0, 2.0), (1.0, 3.0), (3.6, 2.3)]
    assert points_of(rows(x[::-1], y[::-1])) == points_of(rows(x, y))


@pytest.mark.parametrize("with_points", [True, False])
def test_points_are_there_for_who_may_see_them(with_points: bool) -> None:
    held = holdings(wave(6))
    found = associations_seen("baseline", held, SIZE, with_points=with_points)
    assert found is not None
    assert (found.points is not None) is with_points
    assert found.leadership_to_rk == getattr(associations("baseline", held, SIZE), "leadership_to_rk", None)
    assert associations_seen("baseline", holdings(wave(4)), SIZE, with_points=True) is None


def test_is_the_intercept_when_leadership_is_counted_from_there() -> None:
    cases = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    x, y = X * 2, Y + tuple(2 * each / 3 for each in Y)
    for point in band_view(rows(x, y, cases), ONE):
        moved = regress(y, design_of([each - point.at_leadership for each in x]), Errors.CR2, [cases])
        found = moved.intercept.interval
        assert (point.interval.low, point.interval.high) == pytest.approx((found.low, found.high))
