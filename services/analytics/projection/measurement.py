"""A measurement as the methods need it: its cube, and who stands on which axis."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import Row

from services.analytics.methods.cube import Cube
from shared.contracts.survey import Form, MeasurementState, Seat


@dataclass(frozen=True, slots=True)
class Measurement:
    """One instrument in one round."""

    state: MeasurementState
    cube: Cube

    @property
    def form(self) -> Form:
        """Who rates whom."""
        return self.state.form

    @property
    def respondents(self) -> list[Seat]:
        """The first axis of the cube."""
        return self.state.respondents

    @property
    def is_mutual(self) -> bool:
        """Whether those who answer are those who are rated, as they are not where groups are."""
        return [seat.id for seat in self.respondents] == [seat.id for seat in self.state.subjects]

    def item_groups(self) -> dict[str, tuple[int, ...]]:
        """Return the instrument's sub-scales as positions of items."""
        place = {item: position for position, item in enumerate(self.state.items)}
        return {part.code: tuple(place[item] for item in part.items) for part in self.state.sub_scales}

    def answering(self) -> list[bool]:
        """Tell of each respondent whether any answer is valid."""
        return [bool(row.any()) for row in self.cube.valid]

    def persons(self) -> list[UUID]:
        """Return each respondent as a person, who may have several seats."""
        return [seat.person_id or seat.id for seat in self.respondents]


def measurement_of(row: Row[Any]) -> Measurement:
    """Read a row of the projection."""
    return measurement_from(MeasurementState.model_validate(row.state), row.cells, row.asked)


def measurement_from(state: MeasurementState, answers: bytes, put: bytes) -> Measurement:
    """Put a state and its answers together; `put` says which pairs were put to their respondents."""
    shape = (len(state.respondents), len(state.subjects))
    cells = np.frombuffer(answers, dtype=np.int8).reshape(*shape, len(state.items))
    asked = np.frombuffer(put, dtype=np.uint8).reshape(shape).astype(np.bool_)
    # Numbers, as there are many pairs, and comparing ids takes long.
    rated = [seat.id.int for seat in state.subjects]
    same = [[seat.id.int == other for other in rated] for seat in state.respondents]
    own = np.array(same, dtype=np.bool_).reshape(shape)
    return Measurement(state, Cube(cells, own=own, skipped=~asked & ~own))
