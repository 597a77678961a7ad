"""Small cases in which one professional takes part, as analytics holds them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.analytics.people.professional import Own
from services.analytics.projection.holdings import Holdings, Wave
from services.analytics.projection.measurement import Measurement
from shared.contracts.survey import Visibility
from tests.services.analytics.networks_by_hand import ANNE, network, person_of

Rating = Callable[[int, int], int]
"""What the one in a place says of the one in another, on everything; 0 is nothing."""

MINE = Own(ANNE, person_of(ANNE))


def case(people: list[int], rating: Rating, number: int = 1, **more: Any) -> Measurement:
    """Return a closed, confidential case of these people, of whom Anne is 1."""
    cells = [
        [[0 if rater == subject else rating(rater, subject)] * 2 for subject in people] for rater in people
    ]
    named = {"id": UUID(int=100 + number), "case_id": UUID(int=200 + number)}
    return network(
        cells,
        [UUID(int=each) for each in people],
        **{"visibility": Visibility.CONFIDENTIAL, **named, **more},
    )


def by_rater(rater: int, _subject: int) -> int:
    """Let each rate everybody as its own number says, from 1 to 5."""
    return (rater - 1) % 5 + 1


def held(*networks: Measurement) -> Holdings:
    """Hold cases by wave, in the order of the waves' ordinals."""
    ordered = sorted(networks, key=lambda each: each.state.wave_ordinal)
    codes = list(dict.fromkeys(each.state.wave for each in ordered))
    return Holdings(
        "1", {code: Wave(code, [each for each in ordered if each.state.wave == code]) for code in codes}
    )
