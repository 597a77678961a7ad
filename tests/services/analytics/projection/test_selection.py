"""Which measurements are taken together: one instrument's and one version's, whatever else was asked."""

from uuid import uuid4

import numpy as np
import pytest

from services.analytics.methods.cube import Cube
from services.analytics.projection.measurement import Measurement
from services.analytics.projection.selection import comparable, one_of
from shared.contracts.survey import Form, MeasurementState


def measurement(instrument: str, version: int = 1, form: Form = Form.NETWORK) -> Measurement:
    state = MeasurementState(
        version=1,
        id=uuid4(),
        round_id=uuid4(),
        case_id=uuid4(),
        wave="baseline",
        wave_ordinal=1,
        visibility="team-open",
        round_state="closed",
        instrument=instrument,
        instrument_version=version,
        form=form,
        items=["one"],
        sub_scales=[],
        respondents=[],
        subjects=[],
        submitted=[],
        shared_with_team=[],
        level="complex",
        units=5,
        authority_functions=2,
        rule_set="standard",
        cells="",
        asked="",
    )
    nobody = np.zeros((0, 0), dtype=np.bool_)
    return Measurement(state, Cube(np.zeros((0, 0, 1), dtype=np.int8), own=nobody, skipped=nobody))


RK = "relational-capacity"


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [
        ([RK], RK),
        (["relational-coordination", RK], RK),
        (["a-network", "relational-coordination"], "a-network"),
        ([], None),
    ],
)
def test_a_form_means_its_standard_instrument_where_that_was_asked(
    asked: list[str], chosen: str | None
) -> None:
    found = one_of([measurement(code) for code in asked], Form.NETWORK)
    assert (found.state.instrument if found else None) == chosen


def test_a_form_is_never_answered_with_another() -> None:
    assert one_of([measurement("midway", form=Form.COLLABORATION)], Form.NETWORK) is None


@pytest.mark.parametrize(
    ("versions", "taken"), [([1, 1, 2], 1), ([1, 2, 2], 2), ([1, 2], 2), ([1], 1), ([], None)]
)
def test_many_cases_are_taken_together_in_the_version_most_of_them_used(
    versions: list[int], taken: int | None
) -> None:
    others = [measurement("relational-coordination", 7) for _ in range(5)]
    found = comparable([*others, *(measurement(RK, version) for version in versions)], Form.NETWORK)
    assert {each.state.instrument_version for each in found} == ({taken} if taken else set())
    assert len(found) == (versions.count(taken) if taken else 0)
    assert all(each.state.instrument == RK for each in found)


def test_of_other_instruments_nothing_is_taken_together_under_the_standard_name() -> None:
    assert comparable([measurement("relational-coordination")], Form.NETWORK) == []
