"""Small waves of leadership forms whose figures can be worked out by hand, as analytics holds them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np

from services.analytics.methods.cube import rectangular
from services.analytics.projection.holdings import Holdings, Register, Wave
from services.analytics.projection.measurement import Measurement
from shared.contracts.survey import Form, Seat, SubScale
from tests.services.analytics.networks_by_hand import network

ITEMS = [f"l{number}" for number in range(1, 8)]
SUB_SCALES = [
    SubScale(code="framing", items=ITEMS[0:2]),
    SubScale(code="engagement", items=ITEMS[2:4]),
    SubScale(code="involvement", items=ITEMS[4:7]),
]
LEADER = UUID(int=900)


@dataclass(frozen=True, slots=True)
class Said:
    """What one employee answered about a leader: seven answers, or one for all seven."""

    person: int
    answers: int | Sequence[int]
    leader: UUID | None = LEADER
    unit: int = 1
    area: int = 1
    leader_person: UUID | None = None

    @property
    def seat(self) -> Seat:
        """Return the employee's seat."""
        return Seat(
            id=UUID(int=self.person + 5000 + self.unit * 100_000),
            person_id=UUID(int=self.person),
            label=f"P{self.person}",
            unit_id=UUID(int=self.unit + 7000),
            area_id=UUID(int=self.area + 8000),
            municipality_code="0766",
            leader_id=self.leader,
            leader_person_id=self.leader_person,
        )

    @property
    def cells(self) -> list[int]:
        """Return the answers one by one."""
        return [self.answers] * 7 if isinstance(self.answers, int) else list(self.answers)


def forms(*said: Said, case: int = 1, wave: str = "baseline", **more: Any) -> Measurement:
    """Return one closed case's leadership forms."""
    state = network([[[0] * 2]]).state.model_copy(
        update={
            "id": UUID(int=case + 300 + 1000 * (wave != "baseline")),
            "case_id": UUID(int=case + 400),
            "wave": wave,
            "instrument": "coherent-leadership",
            "form": Form.OWN_LEADER,
            "items": ITEMS,
            "sub_scales": SUB_SCALES,
            "respondents": [each.seat for each in said],
            "subjects": [Seat(id=UUID(int=1), label="Leder")],
            **more,
        }
    )
    return Measurement(state, rectangular(np.array([[each.cells] for each in said], dtype=np.int8)))


def holdings(*measurements: Measurement, register: Register | None = None) -> Holdings:
    """Hold measurements by wave, in the order the waves come in."""
    codes = list(dict.fromkeys(each.state.wave for each in measurements))
    waves = {code: Wave(code, [each for each in measurements if each.state.wave == code]) for code in codes}
    return Holdings("1", waves, register=register or Register())


def team(*values: int | Sequence[int], first: int = 1, **more: Any) -> list[Said]:
    """Let so many employees answer, one after the other."""
    return [Said(first + number, value, **more) for number, value in enumerate(values)]


def teams(leaders: int, unit: int = 1, area: int = 1) -> list[Said]:
    """Let a unit's leaders have three employees each: one answers their value, one below and one above."""
    values = (1, 5, 3, 2, 4, 3)
    return [
        Said(
            10_000 * unit + 100 * number + place,
            min(max(values[number % len(values)] + place - 1, 1), 5),
            leader=UUID(int=2000 + 100 * unit + number),
            unit=unit,
            area=area,
        )
        for number in range(leaders)
        for place in range(3)
    ]
