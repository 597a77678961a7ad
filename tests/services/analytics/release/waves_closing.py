"""A made-up wave whose rounds close one after another, each with all forms, and a study over its cases."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from services.analytics.methods.cube import rectangular
from services.analytics.projection.holdings import Holdings, Register
from services.analytics.projection.measurement import Measurement
from shared.contracts.register import EnrolmentState, StudyArm, StudyState
from shared.contracts.survey import Form, Seat
from tests.services.analytics.holdings_by_hand import (
    ORDINALS,
    holdings,
    id_of,
    led,
    measurement,
    network,
    seat,
    told,
)

WAVES = ("baseline", "follow-up")
START = datetime(2026, 3, 1, tzinfo=UTC)
STUDY = id_of("study")
SHOWN, HIDDEN, ENROLLED = 12, 6, 30
"""How many cases of a wave are of enough people, and of too few; and how many a study has."""
FEW = 4


def round_of(number: int, wave: str, people: int = 6, citizens: int = 5) -> list[Measurement]:
    """Return all forms of the round of a case, closed on the day of its number; nobody is in two."""
    case, who = f"S{number:03}", [f"P{number:03}{place}" for place in range(people)]
    answers = np.random.default_rng([number, ORDINALS[wave]])
    ordinal = ORDINALS[wave]
    more: dict[str, Any] = {
        "wave": wave,
        "wave_ordinal": ordinal,
        "closed_at": START + timedelta(days=100 * ordinal + number),
        "level": "complex" if number % 2 or number >= SHOWN else "ordinary",
    }
    said = answers.integers(1, 6, (people, 7)).tolist()
    leaders = [f"L{(number + place) % 9}" for place in range(people)]
    cells = np.clip(np.array(said)[:, None, :6] + answers.integers(-1, 2, (people, people, 6)), 1, 5)
    own = {name: (leader, row) for name, leader, row in zip(who, leaders, said, strict=True)}
    asked = {f"C{number:03}{place}": answers.integers(1, 6, 5).tolist() for place in range(citizens)}
    return [
        network(case, who, cells.astype(np.int8), **more),
        led(case, own, **more),
        told(case, asked, **more),
        _of_all(case, [seat(name) for name in who], answers.integers(1, 6, (people, 1, 3)), more),
    ]


def _of_all(case: str, seats: Sequence[Seat], cells: Any, more: dict[str, Any]) -> Measurement:
    """Return what people say of the collaboration as a whole."""
    return measurement(Form.COLLABORATION, case, seats, rectangular(cells.astype(np.int8)), **more)


def held_of(measurements: Sequence[Measurement]) -> Holdings:
    """Hold them, in whatever order they come, with a study in whose arms the cases take turns."""
    arms = [StudyArm(code=code, name=code, control=code == "usual") for code in ("usual", "with")]
    study = StudyState(version=1, id=STUDY, name="Made up", arms=arms, waves=[])
    enrolments = [
        EnrolmentState(
            version=1,
            id=id_of(f"e{place:03}"),
            study_id=STUDY,
            case_id=id_of(f"S{place:03}"),
            arm=arms[place // 2 % 2].code,
        )
        for place in range(ENROLLED)
    ]
    return holdings(measurements, Register(studies={STUDY: study}, enrolments=enrolments))


def both_waves() -> list[Measurement]:
    """Return both waves' rounds: of enough cases, and of enough hidden ones of few people."""
    return [
        each
        for wave in WAVES
        for number in range(SHOWN + HIDDEN)
        for each in round_of(number, wave, people=6 if number < SHOWN else FEW)
    ]
