"""Cluster trials: R's power and sizes, each design effect by its formula, and what none covers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.cluster_trial import (
    ClusterDesign,
    Formula,
    clusters_needed,
    detectable_difference,
    power_of_trial,
)
from services.analytics.methods.results import Reason

from .gappy_cases import computed_by_r

R = computed_by_r("association")
KISH = ClusterDesign(5, 0.25)


def test_power_and_sizes_are_r_s() -> None:
    assert power_of_trial(0.4, 0.8, (27, 27), KISH).value == pytest.approx(R["power/trial"], rel=1e-9)
    assert clusters_needed(0.4, 0.8, KISH).value == R["power/trial_needed"]
    unequal = power_of_trial(0.4, 0.8, (20, 30), ClusterDesign(5, 0.25, cv=0.4))
    assert unequal.value == pytest.approx(R["power/trial_unequal"], rel=1e-9)
    least = detectable_difference(0.8, (27, 27), KISH)
    assert least.value == pytest.approx(R["power/trial_detectable"], rel=1e-8)


def test_each_design_effect_is_named() -> None:
    assert (KISH.formula, KISH.effect) == (Formula.KISH, 2.0)
    unequal = ClusterDesign(5, 0.25, cv=0.4)
    assert unequal.formula is Formula.ELDRIDGE
    assert unequal.effect == pytest.approx(1 + (1.16 * 5 - 1) * 0.25)
    baseline = ClusterDesign(5, 0.25, baseline=(0.8, 0.5))
    assert baseline.formula is Formula.TEERENSTRA
    r = (5 * 0.25 * 0.8 + 0.75 * 0.5) / 2
    assert baseline.effect == pytest.approx(2 * (1 - r**2))


@given(st.floats(1, 30), st.floats(0, 1), st.floats(0, 2))
def test_clustering_never_helps(size: float, icc: float, cv: float) -> None:
    assert ClusterDesign(size, icc, cv).effect >= 1 - 1e-12
    assert ClusterDesign(size, icc, cv).effect >= ClusterDesign(size, icc).effect - 1e-12


@given(st.floats(0.1, 2), st.floats(0, 0.6), st.floats(0.5, 0.95))
def test_the_needed_clusters_are_the_fewest(difference: float, icc: float, power: float) -> None:
    design = ClusterDesign(4, icc)
    needed = clusters_needed(difference, 0.8, design, power).value
    assert needed is not None
    enough = power_of_trial(difference, 0.8, (int(needed), int(needed)), design).value
    assert enough is not None
    assert enough >= power
    if needed > 2:
        fewer = power_of_trial(difference, 0.8, (int(needed) - 1, int(needed) - 1), design).value
        assert fewer is not None
        assert fewer < power


def test_what_has_no_power_says_why() -> None:
    assert power_of_trial(0.4, 0.8, (2, 0), KISH).reason is Reason.TOO_FEW_CLUSTERS
    assert clusters_needed(0.0, 0.8, KISH).reason is Reason.NOT_IDENTIFIED
    assert detectable_difference(0.8, (1, 1), KISH).reason is Reason.TOO_FEW_CLUSTERS
    certain = ClusterDesign(5, 1.0, baseline=(1.0, 1.0))
    assert power_of_trial(0.4, 0.8, (5, 5), certain).reason is Reason.NO_RESIDUAL_VARIANCE


def test_malformed_input_is_refused() -> None:
    with pytest.raises(ValueError, match="no such design"):
        ClusterDesign(0.5, 0.2)
    with pytest.raises(ValueError, match="autocorrelation"):
        ClusterDesign(5, 0.2, baseline=(1.2, 0))
    with pytest.raises(ValueError, match="both unequal"):
        ClusterDesign(5, 0.2, 0.4, (0.5, 0.5))
    with pytest.raises(ValueError, match="positive"):
        power_of_trial(0.4, 0, (5, 5), KISH)
    with pytest.raises(ValueError, match="between alpha and 1"):
        clusters_needed(0.4, 0.8, KISH, power=1.0)
