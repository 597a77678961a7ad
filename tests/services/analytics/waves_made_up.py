"""Waves of made-up cases whose scores are told by hand, as analytics holds them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.analytics.projection.holdings import Holdings, Wave
from services.analytics.projection.measurement import Measurement
from tests.services.analytics.networks_by_hand import network


def case_of(number: int, score: int, people: int, **more: Any) -> Measurement:
    """Return a case in which so many people, who are in no other case, give everybody one score."""
    cells = [
        [[0, 0] if one == other else [score, score] for other in range(people)] for one in range(people)
    ]
    who = [UUID(int=number * 100 + place) for place in range(people)]
    return network(cells, who, id=UUID(int=10**6 + number), case_id=UUID(int=10**7 + number), **more)


def held_of(measurements: Sequence[Measurement], code: str = "baseline") -> Holdings:
    """Return everything of a tenant that has one wave of these."""
    return Holdings("v1", {code: Wave(code, measurements)})
