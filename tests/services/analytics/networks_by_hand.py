"""Small networks whose figures can be worked out by hand, as analytics keeps them."""

from typing import Any
from uuid import UUID

import numpy as np

from services.analytics.methods.cube import Cube, round_robin
from services.analytics.projection.measurement import Measurement
from shared.contracts.survey import Form, MeasurementState, RoundState, Seat, Visibility

ANNE, BO, CARLA, DORTE, ERIK = (UUID(int=number) for number in range(1, 6))
"""Each is a professional, and by another id a person: see `person_of`."""

THREE = [
    [[0, 0], [5, 4], [-1, 2]],
    [[3, 3], [0, 0], [-2, -2]],
    [[0, 0], [4, -1], [0, 0]],
]
"""Anne, Bo and Carla: means 4.5 and 2; 3; 4. Anne doesn't know, Bo doesn't work with Carla."""


def person_of(professional: UUID) -> UUID:
    """Return who is behind an employment."""
    return UUID(int=professional.int + 1000)


def network(cells: list[list[list[int]]], who: list[UUID] | None = None, **more: Any) -> Measurement:
    """Return a closed, team-open network measurement of these answers, rows rating columns."""
    professionals = who or [UUID(int=number) for number in range(1, len(cells) + 1)]
    seats = [Seat(id=each, person_id=person_of(each), label=f"P{each.int}") for each in professionals]
    state = MeasurementState(
        version=1,
        id=UUID(int=100),
        round_id=UUID(int=101),
        case_id=UUID(int=102),
        wave="baseline",
        wave_ordinal=1,
        visibility=Visibility.TEAM_OPEN,
        round_state=RoundState.CLOSED,
        instrument="relational-capacity",
        instrument_version=1,
        form=Form.NETWORK,
        items=["mutual-knowledge", "problem-solving"][: len(cells[0][0])],
        sub_scales=[],
        respondents=seats,
        subjects=seats,
        submitted=[True] * len(seats),
        shared_with_team=[False] * len(seats),
        level="ordinary",
        units=1,
        authority_functions=0,
        rule_set="default/1",
        cells="",
        asked="",
    ).model_copy(update=more)
    return Measurement(state, round_robin(np.array(cells, dtype=np.int8)))


def rating_groups() -> Measurement:
    """Return a network in which Anne, Bo and Carla rate two groups; Anne is of the first."""
    groups = [Seat(id=UUID(int=number), label=f"G{number}") for number in (51, 52)]
    held = network([[[0]] * 3] * 3, subjects=groups)
    cells = np.array([[[0], [4]], [[2], [-1]], [[3], [5]]], dtype=np.int8)
    own = np.zeros((3, 2), dtype=np.bool_)
    skipped = own.copy()
    skipped[0, 0] = True
    return Measurement(held.state, Cube(cells, own=own, skipped=skipped))
