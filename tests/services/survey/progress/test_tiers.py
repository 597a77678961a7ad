"""Tiers: whole numbers, never rounded up."""

import pytest

from services.survey.progress.tiers import Tier, tier_of


@pytest.mark.parametrize(
    ("submitted", "invited", "tier"),
    [
        (28, 35, Tier.HIGH),
        (27, 35, Tier.MEDIUM),
        (799, 1000, Tier.MEDIUM),
        (13, 20, Tier.MEDIUM),
        (649, 1000, Tier.LOW),
        (0, 1, Tier.LOW),
        (1, 1, Tier.HIGH),
    ],
)
def test_tiers_begin_exactly_at_80_and_65_percent(submitted: int, invited: int, tier: Tier) -> None:
    assert tier_of(submitted, invited) is tier
