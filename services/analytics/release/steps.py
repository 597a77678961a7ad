"""In which steps a wave's closed rounds enter its figures, so that none follows one person; pure."""

from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize

Closing = tuple[datetime, int]
"""When a round closed, and which, as a number: rounds enter in this order."""

Person = TypeVar("Person", bound=Hashable)

_EARLIER = datetime.min.replace(tzinfo=UTC)
"""When a round closed of which nobody wrote down when."""


def closing_of(measurement: Measurement) -> Closing:
    """Return when the round of a measurement closed."""
    return measurement.state.closed_at or _EARLIER, measurement.state.round_id.int


def rounds_in_steps(
    rounds: Mapping[Closing, Set[Person]], size: GroupSize, growth: float = 0.0
) -> list[list[Closing]]:
    """Return closed rounds, each with whoever answered in it, in steps; what fills no step waits.

    Rounds come in the order in which they closed. A step ends with the round that brings those who
    answered in it to the minimum group size, and to `growth` of all who answered before. So what closes
    later moves no step, and two steps apart lie the answers of at least so many people.
    """
    steps: list[list[Closing]] = []
    before: set[Person] = set()
    waiting: list[Closing] = []
    people: set[Person] = set()
    for closing in sorted(rounds):
        waiting.append(closing)
        people |= rounds[closing]
        if size.is_reached_by(len(people)) and len(people) >= growth * len(before):
            steps.append(waiting)
            before |= people
            waiting, people = [], set()
    return steps


def steps_of(
    measurements: Iterable[Measurement], size: GroupSize, growth: float = 0.0
) -> list[list[Measurement]]:
    """Return closed measurements of one form in the steps in which they enter; what fills no step waits."""
    rounds: dict[Closing, list[Measurement]] = {}
    for each in sorted(measurements, key=lambda one: one.state.id.int):
        rounds.setdefault(closing_of(each), []).append(each)
    people = {closing: answering(own) for closing, own in rounds.items()}
    return [
        [each for closing in step for each in rounds[closing]]
        for step in rounds_in_steps(people, size, growth)
    ]


def released_measurements(measurements: Sequence[Measurement], size: GroupSize) -> list[Measurement]:
    """Return those closed measurements of one form that figures over a whole wave may be made of by now."""
    entered = {each.state.id.int for step in steps_of(measurements, size) for each in step}
    return [each for each in measurements if each.state.id.int in entered]


def answering(measurements: Iterable[Measurement]) -> frozenset[UUID]:
    """Return who gave at least one valid answer."""
    return frozenset[UUID]().union(*(each.raters() for each in measurements))
