"""What closes enters no figure over a wave until enough people answered in it, whichever figure it is."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import pytest
from pydantic import BaseModel

from services.analytics.associations.of_wave import associations_seen
from services.analytics.case_team.change import TwoWaves, change_among
from services.analytics.distribution.case_distribution import case_score_distribution
from services.analytics.distribution.response import wave_response
from services.analytics.indicators.indicators import TwoWavesOf, indicators
from services.analytics.methods.alpha_bootstrap import alpha_interval
from services.analytics.people.profile import leadership_profile
from services.analytics.projection.holdings import Holdings
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize
from services.analytics.scores.wave_scores import overview
from services.analytics.standing.case_standing import StandingQuestion, case_standing
from services.analytics.studies.effect import effect
from services.analytics.validity import instruments
from services.analytics.validity.instruments import reliabilities
from shared.access.principal import Principal, Role
from shared.contracts.survey import Form
from tests.services.analytics.holdings_by_hand import id_of
from tests.services.analytics.release.waves_closing import FEW, STUDY, WAVES, both_waves, held_of, round_of

FIVE = GroupSize(5)
EARLIER, LATER = WAVES
ANALYST = Principal("analyst", "gateway", frozenset({Role.ANALYST}))

Figure = Callable[[Holdings, GroupSize], BaseModel | None]


def _change(held: Holdings, size: GroupSize) -> BaseModel:
    own = held.wave(LATER).closed_of(Form.NETWORK)[0]
    return change_among(TwoWaves(own, own), held.wave(LATER), size)


STANDING = StandingQuestion(id_of("S001"), LATER, ANALYST, None, "en")
FIGURES: dict[str, Figure] = {
    "overview": partial(overview, LATER),
    "reliability": partial(reliabilities, LATER),
    "associations": partial(associations_seen, LATER, with_points=True),
    "distribution": partial(case_score_distribution, LATER, FIVE),
    "response": partial(wave_response, LATER),
    "profile": partial(leadership_profile, LATER),
    "effect": partial(effect, STUDY, WAVES),
    "indicators": partial(
        indicators, TwoWavesOf(EARLIER, LATER, "quality-indicators", None, sees_all=True)
    ),
    "standing": partial(case_standing, STANDING),
    "peers": _change,
}
WHOLE = both_waves()
"""What was closed, all of it in whole steps."""
SMALL = round_of(20, LATER, people=FEW, citizens=FEW)
"""One more round, of fewer people than the minimum."""
ANOTHER = round_of(21, LATER)
"""And another, with which they are enough."""


def of(figure: str, measurements: Iterable[Measurement], steps: bool = True) -> str:
    held = held_of(list(measurements))
    found = FIGURES[figure](held.in_steps(FIVE) if steps else held, FIVE)
    assert found is not None
    return found.model_dump_json()


@pytest.fixture(scope="module", params=sorted(FIGURES))
def figure(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module", autouse=True)
def few_draws() -> Iterator[None]:
    """Leave out what takes long: intervals and factors are of the same rows as all else."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(instruments, "alpha_interval", partial(alpha_interval, draws=20))
        patched.setattr(instruments, "sub_scale_factors", lambda *_: None)
        yield


@pytest.fixture(scope="module")
def before(figure: str, few_draws: None) -> str:
    return of(figure, WHOLE)


def test_a_round_of_few_people_changes_no_figure(figure: str, before: str) -> None:
    assert of(figure, [*WHOLE, *SMALL]) == before


@pytest.mark.parametrize("name", sorted(FIGURES.keys() - {"associations"}))
def test_control_without_steps_it_does(name: str) -> None:
    """Associations have steps of their own besides, with a control there."""
    assert of(name, [*WHOLE, *SMALL], steps=False) != of(name, WHOLE, steps=False)


def test_with_enough_people_in_several_rounds_it_does(figure: str, before: str) -> None:
    assert of(figure, [*WHOLE, *SMALL, *ANOTHER]) != before
