"""Chi-square tails against SciPy, noncentralities, and tests without degrees of freedom."""

from importlib import import_module

import pytest

from services.analytics.methods.chi_square import (
    chi_square,
    chi_square_tail,
    noncentral_below,
    noncentrality,
)
from services.analytics.methods.results import Reason

stats = import_module("scipy.stats")


@pytest.mark.parametrize(("value", "df"), [(0.0, 1), (3.0, 2), (120.0, 9), (-1e-12, 4)])
def test_tails_are_scipy_s(value: float, df: int) -> None:
    assert chi_square_tail(value, df) == pytest.approx(stats.chi2.sf(max(value, 0), df), rel=1e-10)


@pytest.mark.parametrize("below", [0.95, 0.5, 0.05])
def test_noncentrality_gives_the_area_back(below: float) -> None:
    centre = noncentrality(40.0, 9, below)
    assert stats.ncx2.cdf(40.0, 9, centre) == pytest.approx(below, rel=1e-8)
    assert noncentral_below(40.0, 9, centre) == pytest.approx(below, rel=1e-8)


def test_a_statistic_below_its_df_has_no_noncentrality() -> None:
    assert noncentrality(2.0, 9, 0.95) == 0.0
    assert noncentrality(0.0, 9, 0.05) == 0.0


def test_reasons_and_refusals() -> None:
    assert chi_square(Reason.SINGULAR, 3).p.reason is Reason.SINGULAR
    assert chi_square(2.0, 0).p.reason is Reason.NO_DEGREES_OF_FREEDOM
    with pytest.raises(ValueError, match="positive"):
        chi_square_tail(1.0, 0)
