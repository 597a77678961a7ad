"""Waves of cases made up of who is where, as analytics holds them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np

from services.analytics.methods.cube import round_robin
from services.analytics.projection.holdings import Holdings, Register, Wave
from services.analytics.projection.measurement import Measurement
from shared.contracts.register import UnitState
from shared.contracts.survey import Seat
from tests.services.analytics.networks_by_hand import network

START = datetime(2026, 3, 1, tzinfo=UTC)
AREA = UUID(int=901)


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody of a unit and a professional group; units of even numbers are authorities."""

    number: int
    unit: int
    group: str = "nurse"

    def seat(self) -> Seat:
        """Return the seat of this one."""
        return Seat(
            id=UUID(int=10_000 + self.number),
            person_id=UUID(int=20_000 + self.number),
            label=f"P{self.number}",
            professional_group=self.group,
            unit_id=unit_id(self.unit),
            area_id=AREA,
            municipality_code="0615",
            role="provider" if self.unit % 2 else "authority",
        )


def unit_id(number: int) -> UUID:
    """Return a unit's id."""
    return UUID(int=500 + number)


def case(number: int, team: Sequence[Worker], answers: np.ndarray, wave: str = "baseline") -> Measurement:
    """Return the round of a case, the so manieth to close; answers are raters x rated x dimensions."""
    seats = [worker.seat() for worker in team]
    held = network(
        answers.tolist(),
        id=UUID(int=30_000 + number),
        round_id=UUID(int=40_000 + number),
        case_id=UUID(int=50_000 + number),
        wave=wave,
        closed_at=START + timedelta(days=number),
        respondents=seats,
        subjects=seats,
        level="complex" if number % 2 else "ordinary",
    )
    return Measurement(held.state, round_robin(answers))


def random_cases(
    workers: Sequence[Worker], cases: int, team: int, seed: int = 1, wave: str = "baseline"
) -> list[Measurement]:
    """Let teams drawn of some workers rate each other on two dimensions."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(cases):
        chosen = [workers[one] for one in sorted(rng.choice(len(workers), team, replace=False).tolist())]
        answers = np.clip(np.round(rng.normal(3.4, 1.2, (team, team, 2))), 1, 5).astype(np.int8)
        found.append(case(number, chosen, answers, wave))
    return found


def holdings(*measurements: Iterable[Measurement], units: int = 4) -> Holdings:
    """Return a tenant's waves, each as all of its measurements."""
    waves = [list(own) for own in measurements]
    named = {
        unit_id(number): UnitState(
            version=1, id=unit_id(number), name=f"Enhed {number}", area_id=AREA, municipality_code="0615"
        )
        for number in range(units)
    }
    return Holdings(
        "one",
        {own[0].state.wave: Wave(own[0].state.wave, own) for own in waves if own},
        register=Register(units=named),
    )
