"""Satterthwaite's degrees of freedom: balanced designs, and none without a residual to vary."""

import numpy as np
import pytest

from services.analytics.methods.descent import Lowest, lowest
from services.analytics.methods.least_squares import LeastSquares, least_squares
from services.analytics.methods.mixed_degrees import degrees_of_freedom
from services.analytics.methods.mixed_profile import MixedProfile


@pytest.mark.parametrize("groups", [4, 9, 20])
def test_a_balanced_mean_has_groups_less_one(groups: int) -> None:
    draws = np.random.default_rng(groups)
    codes = np.repeat(np.arange(groups), 5)
    fit = least_squares(
        draws.normal(0, 2, groups)[codes] + draws.normal(0, 1, codes.size), np.ones((codes.size, 1))
    )
    assert isinstance(fit, LeastSquares)
    profile = MixedProfile(fit, [codes])
    best = lowest(profile.criterion, np.ones(1), np.array([True]))
    assert isinstance(best, Lowest)
    assert degrees_of_freedom(profile, best, fit.unbasis)[0] == pytest.approx(groups - 1, rel=1e-6)


def test_a_term_at_zero_leaves_the_degrees_of_a_sample() -> None:
    codes = np.repeat(np.arange(3), 2)
    fit = least_squares([1, 5, 2, 4, 3, 2.5], np.ones((6, 1)))
    assert isinstance(fit, LeastSquares)
    profile = MixedProfile(fit, [codes])
    best = lowest(profile.criterion, np.ones(1), np.array([True]))
    assert isinstance(best, Lowest)
    assert not best.inside.any()
    assert degrees_of_freedom(profile, best, fit.unbasis)[0] == pytest.approx(5.0, rel=1e-9)
