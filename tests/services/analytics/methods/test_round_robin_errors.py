"""Sampling variances: the closed form against the exact variance of quadratic forms."""

import numpy as np
import pytest

from services.analytics.methods.round_robin_errors import component_variances
from services.analytics.methods.social_relations_gaps import case_least_squares

NAMES = ["actor", "partner", "relationship", "actor_partner", "dyadic"]


@pytest.mark.parametrize("members", [4, 5, 6, 8])
def test_lashley_and_bond_is_the_general_form_without_gaps(members: int) -> None:
    draws = np.random.default_rng(members)
    levels = draws.normal(0, 1, (members, 1)) + draws.normal(0, 1, members)
    held = case_least_squares(levels + draws.normal(3, 1, (members, members)))
    estimates = [getattr(held, name) for name in NAMES]
    values = np.array([[one.value.value] for one in estimates])
    wanted = component_variances(values, members).ravel()
    for one, variance in zip(estimates, wanted, strict=True):
        if variance > 0:
            assert one.standard_error.value == pytest.approx(np.sqrt(variance), rel=1e-9)
        else:
            assert one.standard_error.value is None


def test_small_cases_are_refused() -> None:
    with pytest.raises(ValueError, match="4 members"):
        component_variances(np.ones((5, 1)), 3)
