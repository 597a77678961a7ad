"""A measurement as the methods need it: its cube, and who stands on which axis."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import Row

from services.analytics.methods.cube import Cube
from services.analytics.projection.worked_out import WorkedOut
from shared.contracts.survey import Form, MeasurementState, Seat


@dataclass(frozen=True, slots=True)
class Measurement:
    """One instrument in one round."""

    state: MeasurementState
    cube: Cube
    worked_out: WorkedOut = field(default_factory=WorkedOut, repr=False, compare=False)
    """What stays true of it, whatever else is closed."""

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

    def answering(self) -> Sequence[bool]:
        """Tell of each respondent whether any answer is valid."""
        return self.worked_out.once(
            "answering", lambda: tuple(np.any(self.cube.valid, axis=(1, 2)).tolist())
        )

    def persons(self) -> Sequence[UUID]:
        """Return each respondent as a person, who may have several seats."""
        return self.worked_out.once(
            "persons", lambda: tuple(seat.person_id or seat.id for seat in self.respondents)
        )

    def raters(self) -> frozenset[UUID]:
        """Return who gave any valid answer; who has several seats is one person."""
        return self.worked_out.once("raters", lambda: frozenset(compress(self.persons(), self.answering())))


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
