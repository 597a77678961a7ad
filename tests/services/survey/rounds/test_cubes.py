"""A measurement's cube, put together from answers that are as wide as it was when they were given."""

from base64 import b64decode
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from services.survey.rounds.cubes import measurement_state
from shared.contracts.survey import Visibility
from tests.services.survey.rounds.test_roster import NETWORK, ROUND, member, plan_round, roster


def stored(**more: Any) -> SimpleNamespace:
    plan = plan_round(ROUND, roster([member(number) for number in range(3)]), [NETWORK])
    planned = plan.measurements[0]
    values = {
        "version": 3,
        "id": planned.id,
        "round_id": ROUND,
        "case_id": UUID(int=2),
        "group_id": None,
        "wave": "baseline",
        "wave_ordinal": 1,
        "visibility": Visibility.TEAM_OPEN,
        "state": "open",
        "closed_at": None,
        "instrument": NETWORK.code,
        "instrument_version": NETWORK.version,
        "form": NETWORK.form,
        "items": ["knowledge-sharing", "innovation"],
        "focus_items": ["innovation"],
        "respondents": planned.respondents,
        "subjects": planned.subjects,
        "asked": planned.asked,
        "level": "complex",
        "units": 5,
        "authority_functions": 2,
        "rule_set": "default/1",
        "citizen_resources": "low",
    }
    return SimpleNamespace(**{**values, **more})


def answer(seat: int, cells: bytes) -> SimpleNamespace:
    return SimpleNamespace(seat=seat, cells=cells, share_with_team=False)


def test_answers_from_before_somebody_joined_are_padded_with_no_answer() -> None:
    answers = [answer(0, bytes([0, 0, 4, 5])), answer(2, bytes([1, 2, 3, 4, 0, 0]))]
    state = measurement_state(stored(), NETWORK, answers)
    assert b64decode(state.cells) == bytes([0, 0, 4, 5, 0, 0] + [0] * 6 + [1, 2, 3, 4, 0, 0])
    assert state.submitted == [True, False, True]
    assert (state.focus_items, state.citizen_resources) == (["innovation"], "low")


def test_a_group_has_no_case_and_no_complexity() -> None:
    nothing = {"level": None, "units": None, "authority_functions": None, "rule_set": None}
    row = stored(case_id=None, group_id=UUID(int=7), citizen_resources=None, **nothing)
    state = measurement_state(row, NETWORK, [])
    assert (state.case_id, state.group_id, state.level) == (None, UUID(int=7), None)


def test_it_tells_when_its_round_closed() -> None:
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    state = measurement_state(stored(state="closed", closed_at=moment), NETWORK, [])
    assert state.model_dump(mode="json", by_alias=True)["closedAt"] == "2026-03-01T12:00:00Z"
    assert measurement_state(stored(), NETWORK, []).closed_at is None
