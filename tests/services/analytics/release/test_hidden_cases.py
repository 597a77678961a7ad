"""A case that others than its team don't see is nowhere in statistics over cases, whatever is answered."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from pydantic import BaseModel

from services.analytics.associations.of_wave import associations_seen
from services.analytics.methods.cube import Cube
from services.analytics.projection.holdings import Holdings
from services.analytics.projection.measurement import Measurement
from services.analytics.release import cases
from services.analytics.release.decisions import GroupSize
from services.analytics.studies.effect import effect
from shared.contracts.survey import Form
from tests.services.analytics.holdings_by_hand import id_of
from tests.services.analytics.release.waves_closing import (
    FEW,
    SHOWN,
    STUDY,
    WAVES,
    both_waves,
    held_of,
    round_of,
)

FIVE = GroupSize(5)
WHOLE = both_waves()
HIDDEN = {id_of(f"S{number:03}") for number in range(SHOWN, 30)}

Figure = Callable[[Holdings, GroupSize], BaseModel | None]
FIGURES: dict[str, Figure] = {
    "associations": partial(associations_seen, WAVES[1], with_points=True),
    "effect": partial(effect, STUDY, WAVES),
}


def answered_otherwise(measurement: Measurement) -> Measurement:
    """Turn the scale around where a case is hidden, and tell of it as of a new version."""
    if measurement.state.case_id not in HIDDEN:
        return measurement
    cube = measurement.cube
    turned = np.where(cube.cells > 0, 6 - cube.cells, cube.cells).astype(np.int8)
    state = measurement.state.model_copy(update={"version": 2})
    return Measurement(state, Cube(turned, own=cube.own, skipped=cube.skipped))


def of(figure: str, measurements: list[Measurement]) -> str:
    found = FIGURES[figure](held_of(measurements).in_steps(FIVE), FIVE)
    assert found is not None
    return found.model_dump_json()


@pytest.fixture(params=sorted(FIGURES))
def figure(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def all_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "is_shown", lambda _network, _size: True)


def test_whatever_a_hidden_case_answers_no_byte_changes(figure: str) -> None:
    assert of(figure, [answered_otherwise(each) for each in WHOLE]) == of(figure, WHOLE)


def test_control_were_it_shown_they_would(figure: str, monkeypatch: pytest.MonkeyPatch) -> None:
    all_shown(monkeypatch)
    assert of(figure, [answered_otherwise(each) for each in WHOLE]) != of(figure, WHOLE)


def test_nor_does_it_matter_that_there_is_one() -> None:
    """Whoever sits in a hidden case is in a study's rosters: of these no answer is told."""
    beside = [each for number in (25, 27) for each in round_of(number, WAVES[1], people=FEW)]
    assert of("associations", [*WHOLE, *beside]) == of("associations", WHOLE)


def test_control_a_case_that_is_shown_matters() -> None:
    beside = round_of(25, WAVES[1])
    assert of("associations", [*WHOLE, *beside]) != of("associations", WHOLE)


@pytest.mark.parametrize("form", [Form.NETWORK, Form.OWN_LEADER, Form.CITIZEN])
def test_nothing_is_unpicked_by_one_form_alone(form: Form) -> None:
    changed = [answered_otherwise(each) if each.form is form else each for each in WHOLE]
    assert of("associations", changed) == of("associations", WHOLE)
