"""Response rates and tiers, at their edges."""

import pytest

from services.analytics.methods.cube import round_robin
from services.analytics.methods.response import Response, Tier, response_of


@pytest.mark.parametrize(
    ("asked", "responded", "tier"),
    [
        (5, 4, Tier.HIGH),
        (35, 28, Tier.HIGH),
        (1000, 799, Tier.MEDIUM),
        (20, 13, Tier.MEDIUM),
        (1000, 649, Tier.LOW),
        (5, 0, Tier.LOW),
        (0, 0, None),
    ],
)
def test_tiers(asked: int, responded: int, tier: Tier | None) -> None:
    assert Response(asked, responded).tier is tier


def test_a_dont_know_is_an_answer_and_a_self_rating_is_none() -> None:
    cube = round_robin([[[5], [0], [0]], [[-1], [0], [0]], [[0], [-2], [0]]])
    held = response_of(cube)
    assert held == Response(asked=3, responded=2)
    assert held.rate.value == 2 / 3


def test_nobody_asked() -> None:
    held = response_of(round_robin([[[5]]]))
    assert held.rate.value is None
    assert held.tier is None
