"""What a case's measurements become before they are shown."""

from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest

from services.analytics.methods.cube import rectangular
from services.analytics.projection.measurement import Measurement
from services.analytics.scores.case_scores import provenance_of, shared_citizen_score
from shared.contracts.survey import Form, MeasurementState, RoundState, Seat, Visibility


def citizens(values: list[int], shared: list[bool], **more: Any) -> Measurement:
    """Return a family's measurement; a value of 0 is no answer."""
    state = MeasurementState(
        version=1,
        id=uuid4(),
        round_id=uuid4(),
        case_id=uuid4(),
        wave="baseline",
        wave_ordinal=1,
        visibility=Visibility.TEAM_OPEN,
        round_state=RoundState.CLOSED,
        instrument="citizen-experienced-quality",
        instrument_version=1,
        form=Form.CITIZEN,
        items=["information", "respect"],
        sub_scales=[],
        respondents=[Seat(id=uuid4(), label="citizen") for _ in values],
        subjects=[Seat(id=uuid4(), label="Forløb 27")],
        submitted=[value != 0 for value in values],
        shared_with_team=shared,
        level="ordinary",
        units=1,
        authority_functions=0,
        rule_set="default/1",
        cells="",
        asked="",
    ).model_copy(update=more)
    return Measurement(state, rectangular(np.array([[[value] * 2] for value in values], dtype=np.int8)))


class TestSharedCitizenScore:
    @pytest.mark.parametrize(
        ("values", "shared", "score"),
        [
            ([2], [True], 2.0),
            ([2], [False], None),
            ([2, 4], [True, True], 3.0),
            ([2, 4], [True, False], None),
            ([2, 0], [True, False], 2.0),
            ([0], [False], None),
        ],
    )
    def test_is_there_if_everyone_who_answered_shared_it(
        self, values: list[int], shared: list[bool], score: float | None
    ) -> None:
        found = shared_citizen_score(citizens(values, shared))
        assert (found and found.value) == score


class TestProvenance:
    def test_the_same_data_have_the_same_version_in_any_order(self) -> None:
        some = [citizens([number], [True]) for number in (1, 2, 3)]
        assert provenance_of(some, "baseline") == provenance_of(some[::-1], "baseline")

    def test_any_newer_measurement_is_another_version(self) -> None:
        fixed = UUID(int=5)
        older, newer = (citizens([1], [True], id=fixed, version=version) for version in (1, 2))
        assert provenance_of([older], "baseline") != provenance_of([newer], "baseline")
