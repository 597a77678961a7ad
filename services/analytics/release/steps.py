"""In which steps a wave's closed rounds enter its figures, so that none follows one person; pure."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize

_EARLIER = datetime.min.replace(tzinfo=UTC)
"""When a round closed of which nobody wrote down when."""


def steps_of(
    measurements: Iterable[Measurement], size: GroupSize, growth: float = 0.0
) -> list[list[Measurement]]:
    """Return closed measurements of one form in the steps in which they enter; what fills no step waits.

    Rounds come in the order in which they closed. A step ends with the round that brings those who
    answered in it to the minimum group size, and to `growth` of all who answered before. So what closes
    later moves no step, and two steps apart lie the answers of at least so many people.
    """
    steps: list[list[Measurement]] = []
    before: set[UUID] = set()
    waiting: list[Measurement] = []
    people: set[UUID] = set()
    for own in _rounds(measurements):
        waiting += own
        people |= answering(own)
        if size.is_reached_by(len(people)) and len(people) >= growth * len(before):
            steps.append(waiting)
            before |= people
            waiting, people = [], set()
    return steps


def released_measurements(measurements: Sequence[Measurement], size: GroupSize) -> list[Measurement]:
    """Return those closed measurements of one form that figures over a whole wave may be made of by now."""
    entered = {each.state.id for step in steps_of(measurements, size) for each in step}
    return [each for each in measurements if each.state.id in entered]


def answering(measurements: Iterable[Measurement]) -> set[UUID]:
    """Return who gave at least one valid answer."""
    return {
        person
        for each in measurements
        for person, answered in zip(each.persons(), each.answering(), strict=True)
        if answered
    }


def _rounds(measurements: Iterable[Measurement]) -> list[list[Measurement]]:
    rounds: dict[tuple[datetime, UUID], list[Measurement]] = {}
    for each in sorted(measurements, key=lambda one: one.state.id):
        rounds.setdefault((each.state.closed_at or _EARLIER, each.state.round_id), []).append(each)
    return [rounds[key] for key in sorted(rounds)]
