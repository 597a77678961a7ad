"""What is packed says what the JSON says, whatever it is."""

from base64 import b64decode
from typing import Any
from uuid import uuid4

import pytest

from services.analytics.projection.measurement import Measurement, measurement_from
from services.analytics.projection.packing import ID, Unpacker, pack
from shared.contracts.survey import CitizenResources, Form, MeasurementState, Seat, SubScale
from tests.services.analytics.made_measurements import made, seat


def stored(state: MeasurementState) -> bytes:
    return pack(state) + b64decode(state.cells) + b64decode(state.asked)


def agrees(found: Measurement, state: MeasurementState) -> None:
    """Require all that a measurement says; its answers stand in the cube alone."""
    wanted = measurement_from(state, b64decode(state.cells), b64decode(state.asked))
    assert found.state == state.model_copy(update={"cells": "", "asked": ""})
    for name in ("cells", "own", "skipped"):
        assert getattr(found.cube, name).tolist() == getattr(wanted.cube, name).tolist()


FULL = Seat(
    id=uuid4(),
    person_id=uuid4(),
    label="Åse Ørsted",
    professional_group="Læge",
    unit_id=uuid4(),
    area_id=uuid4(),
    municipality_code="0766",
    leader_id=uuid4(),
    leader_person_id=uuid4(),
    leader_label="Bo",
    role="lead",
)
PARTLY = [
    {"label": ""},
    {"label": "A", "unit_id": uuid4(), "leader_label": ""},
    {"label": "A", "role": "", "professional_group": "Sosu", "leader_person_id": uuid4()},
]


class TestPack:
    def test_the_seat_of_these_tests_says_all_there_is_to_say(self) -> None:
        assert all(getattr(FULL, name) is not None for name in Seat.model_fields)

    @pytest.mark.parametrize("known", PARTLY)
    def test_of_a_seat_what_is_unknown_and_what_is_empty_stay_two_things(
        self, known: dict[str, Any]
    ) -> None:
        state = made(respondents=[FULL, Seat(id=uuid4(), **known)])
        agrees(Unpacker().measurement(stored(state)), state)

    @pytest.mark.parametrize(
        "said",
        [
            {},
            {"case_id": None, "group_id": uuid4(), "form": Form.COLLABORATION},
            {"level": None, "units": None, "authority_functions": None, "rule_set": None},
            {"citizen_resources": CitizenResources.LOW, "version": 2**62},
            {"focus_items": ["trust"], "sub_scales": [SubScale(code="both", items=["trust", "respect"])]},
            {"subjects": [seat("Leader")]},
            {"submitted": [True, False], "shared_with_team": [False, True]},
            {"respondents": [], "submitted": [], "shared_with_team": []},
        ],
    )
    def test_a_measurement_comes_back_as_it_was(self, said: dict[str, Any]) -> None:
        state = made(**said)
        agrees(Unpacker().measurement(stored(state)), state)

    def test_what_is_alike_is_read_once(self) -> None:
        anne = seat()
        states = [made(respondents=[anne, seat()]) for _ in range(3)]
        unpacker = Unpacker()
        found = [unpacker.measurement(stored(state)) for state in states]
        assert len({id(each.respondents[0]) for each in found}) == 1
        assert len(unpacker.headings) == 1

    def test_control_what_is_not_alike_is_not(self) -> None:
        unpacker = Unpacker()
        states = [made(), made(wave="follow-up"), made(level="ordinary")]
        found = [unpacker.measurement(stored(state)) for state in states]
        assert [each.state.wave for each in found] == ["baseline", "follow-up", "baseline"]
        assert [each.state.level for each in found] == ["complex", "complex", "ordinary"]

    def test_begins_with_version_and_id(self) -> None:
        state = made(version=258)
        packed = pack(state)
        assert packed[:8] == bytes([0, 0, 0, 0, 0, 0, 1, 2])
        assert packed[ID] == state.id.bytes
