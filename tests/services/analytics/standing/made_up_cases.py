"""Made-up cases as analytics keeps them: everybody in a case rates all others by one rule."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.analytics.projection.holdings import Holdings, Wave
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize
from tests.services.analytics.networks_by_hand import network

K = GroupSize(5)
SIZE = 5
"""People in a case, unless a test says otherwise."""


def case_id(number: int) -> UUID:
    """Return the id of a made-up case; they come in the order of their numbers."""
    return UUID(int=10_000 + number)


def members(case: int, people: int = SIZE, first: int = 0) -> list[UUID]:
    """Return a case's professionals, nobody else's."""
    return [UUID(int=1_000_000 + 100 * case + first + each) for each in range(people)]


def person(case: int, place: int = 0) -> UUID:
    """Return the person behind one of them."""
    return UUID(int=members(case)[0].int + place + 1000)


def rated(case: int, middle: int, who: list[UUID] | None = None, **more: object) -> Measurement:
    """Return a case whose raters are one below, at and one above the middle in turn."""
    seats = who or members(case)
    cells = [
        [[0, 0] if one == other else _pair(one, other, middle) for other in range(len(seats))]
        for one in range(len(seats))
    ]
    held = {"id": UUID(int=20_000 + case), "case_id": case_id(case), "level": "complex", **more}
    return network(cells, seats, **held)


def _pair(rater: int, subject: int, middle: int) -> list[int]:
    own = middle + (rater % 3) - 1
    return [min(max(own + (subject % 2), 1), 5), min(max(own, 1), 5)]


def as_small(people: int) -> list[Measurement]:
    """Return as many cases beside one of so few people as may hide it; none if it is of enough."""
    return [rated(case, 3 + case % 2, members(case, people)) for case in range(30, 34) if people < 5]


def held_of(
    *measurements: Measurement,
    earlier: tuple[Measurement, ...] = (),
) -> Holdings:
    """Return holdings of a wave, and of one before it."""
    waves = {"baseline": Wave("baseline", earlier)} if earlier else {}
    code = "follow-up" if earlier else "baseline"
    return Holdings("1", {**waves, code: Wave(code, measurements)})


def like(
    count: int, middle: Callable[[int], int] = lambda case: 2 + case % 3, **more: Any
) -> list[Measurement]:
    """Return so many cases alike but for their middles."""
    return [rated(case, middle(case), **more) for case in range(count)]
