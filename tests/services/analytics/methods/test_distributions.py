"""Tail areas and quantiles against SciPy's own distributions."""

import subprocess
import sys
from importlib import import_module

import pytest

from services.analytics.methods.distributions import (
    f_quantile,
    t_estimate,
    t_quantile,
    t_two_sided_p,
)
from services.analytics.methods.results import Reason

stats = import_module("scipy.stats")


@pytest.mark.parametrize("df", [0.7, 1, 3.8, 8.13886, 250])
@pytest.mark.parametrize("t", [-30.0, -2.0, 0.0, 0.3, 6.0])
def test_p_is_both_tails(t: float, df: float) -> None:
    assert t_two_sided_p(t, df) == pytest.approx(2 * stats.t.sf(abs(t), df), rel=1e-10)


@pytest.mark.parametrize("df", [0.7, 1, 3.8, 250])
def test_t_quantile(df: float) -> None:
    assert t_quantile(0.975, df) == pytest.approx(stats.t.ppf(0.975, df), rel=1e-10)


def test_f_quantile() -> None:
    assert f_quantile(0.975, 49, 245) == pytest.approx(stats.f.ppf(0.975, 49, 245), rel=1e-10)


@pytest.mark.parametrize(
    ("variance", "df", "reason"),
    [
        (-1e-3, 5.0, Reason.NEGATIVE_VARIANCE),
        (0.0, 5.0, Reason.NO_RESIDUAL_VARIANCE),
        (1.0, Reason.TOO_FEW_CLUSTERS, Reason.TOO_FEW_CLUSTERS),
    ],
)
def test_no_uncertainty_without_a_variance(variance: float, df: float | Reason, reason: Reason) -> None:
    held = t_estimate(0.4, variance, df)
    assert held.value.value == 0.4
    assert held.standard_error.reason is held.p.reason is held.interval.reason is reason


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="degrees of freedom"):
        t_two_sided_p(1.0, 0.0)
    with pytest.raises(ValueError, match="degrees of freedom"):
        f_quantile(0.5, 1, -1)
    with pytest.raises(ValueError, match="probability"):
        t_estimate(0.0, 1.0, 3.0, level=1.0)


def test_importing_the_methods_loads_no_scipy_and_no_web() -> None:
    script = (
        "import sys, importlib, pkgutil; from services.analytics import methods as m;"
        "[importlib.import_module(m.__name__ + '.' + x.name) for x in pkgutil.iter_modules(m.__path__)];"
        "print(sorted({n.split('.')[0] for n in sys.modules} &"
        " {'scipy', 'pandas', 'fastapi', 'sqlalchemy', 'pydantic', 'shared', 'numpy'}))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "['numpy']"
