"""Contamination: counts as R tabulates them, memberships counted once, and empty arms."""

import pytest

from services.analytics.methods.contamination import contamination
from services.analytics.methods.results import Reason

from .gappy_cases import GappyCases, computed_by_r, gappy

R = computed_by_r("effects")


def test_counts_are_r_s() -> None:
    cases = GappyCases()
    arm = dict(zip(cases.cases, cases.arms.tolist(), strict=True))
    rows = gappy("members")
    held = contamination(
        [row["professional_id"] for row in rows],
        [row["case_id"] for row in rows],
        [arm[row["case_id"]] for row in rows],
    )
    found = [
        held.professionals,
        held.both,
        held.control_memberships,
        held.exposed_memberships,
        held.control_cases,
        held.exposed_cases,
    ]
    assert found == R["contamination"]
    assert held.share.value == found[1] / found[0]
    assert held.exposed_share.value == found[3] / found[2]


def test_a_membership_given_twice_counts_once() -> None:
    once = contamination(list("abb"), ["S1", "S1", "S2"], [1, 1, 0])
    twice = contamination(list("abbb"), ["S1", "S1", "S2", "S2"], [1, 1, 0, 0])
    assert once == twice
    assert once.exposed_share.value == 1.0


def test_separate_arms_share_nobody() -> None:
    held = contamination(list("ab"), ["S1", "S2"], [1, 0])
    assert (held.both, held.share.value, held.exposed_cases) == (0, 0.0, 0)


def test_no_members_is_undefined() -> None:
    held = contamination([], [], [])
    assert held.share.reason is held.exposed_share.reason is Reason.NO_DATA


def test_malformed_input_is_refused() -> None:
    with pytest.raises(ValueError, match="one label per row"):
        contamination(["a"], ["S1", "S2"], [0, 1])
