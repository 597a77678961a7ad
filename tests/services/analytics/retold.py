"""The sample's answers told again as what it has none of: a group's rounds, and statements on a service."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from services.analytics.methods.cube import rectangular
from services.analytics.projection.measurement import Measurement
from shared.contracts.survey import Form, SubScale
from tests.services.analytics.five_municipalities import (
    ONE,
    WAVES,
    case_table,
    closed_networks,
    codes,
    members,
    rows,
    seats,
)
from tests.services.analytics.holdings_by_hand import id_of, measurement

GROUP = id_of("group")
TEAM = max(case_table().cases, key=lambda case: len(members(case)))
"""The case whose answers are told again as the group's."""

STATEMENTS = 7
"""As many as there are about a leader: their answers are told again as statements on the service."""

PARTS = {"structures": (0, 1, 2, 3), "cooperation": (4, 5, 6)}


def retold() -> Iterator[Measurement]:
    """Yield the group's two rounds, and every case's and the group's statements in both waves."""
    for wave in WAVES.values():
        own = {"case_id": None, "group_id": GROUP, "wave": wave}
        people = [seats()[TEAM, person] for person in members(TEAM)]
        yield measurement(Form.NETWORK, "G", people, closed_networks(wave)[TEAM], **own)
        yield _statements("G", TEAM, **own)
        for case in case_table().cases:
            yield _statements(case, case, wave=wave)


def _statements(name: str, case: str, **more: Any) -> Measurement:
    answers = {
        row["respondent_id"]: codes(row, "l", STATEMENTS)
        for row in rows("leadership")
        if row["case_id"] == case and WAVES[row["wave"]] == more["wave"]
    }
    items = [f"statement-{number}" for number in range(1, STATEMENTS + 1)]
    parts = [SubScale(code=code, items=[items[at] for at in own]) for code, own in PARTS.items()]
    asked = {"items": items, "sub_scales": parts, "subjects": [ONE]}
    people = sorted(answers)
    cube = rectangular(np.array([[answers[person]] for person in people], dtype=np.int8))
    return measurement(
        Form.COLLABORATION, name, [seats()[case, person] for person in people], cube, **asked, **more
    )
