"""Which released views the files of a wave hold: by the very functions that the JSON answers are of; pure.

A new view becomes part of the files by a line in each list here.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from uuid import UUID

from services.analytics.associations.of_wave import associations
from services.analytics.associations.schemas import Associations
from services.analytics.cuts.schemas import Attribute, Capacities, Crossing, Direction, Interfaces
from services.analytics.cuts.views import capacities, interfaces
from services.analytics.distribution.case_distribution import case_score_distribution
from services.analytics.distribution.response import wave_response
from services.analytics.distribution.schemas import CaseScoreDistribution, WaveResponse
from services.analytics.exports.figures import ReleasedView
from services.analytics.people.profile import leadership_profile
from services.analytics.people.schemas import LeadershipProfile
from services.analytics.projection.holdings import Holdings
from services.analytics.projection.measurement import Measurement
from services.analytics.release.cases import Least
from services.analytics.scores.case_scores import results_for_others
from services.analytics.scores.schemas import CaseResults, Overview
from services.analytics.scores.wave_scores import overview
from services.analytics.validity.instruments import reliabilities
from services.analytics.validity.schemas import Reliabilities
from shared.wire import WireModel

OF_CASE = "caseScores"
SHOWN: Mapping[str, type[WireModel]] = {
    "overview": Overview,
    "reliability": Reliabilities,
    "associations": Associations,
    "caseScoreDistribution": CaseScoreDistribution,
    "responseQuality": WaveResponse,
    "leadershipProfile": LeadershipProfile,
    "capacities": Capacities,
    "interfaces": Interfaces,
    OF_CASE: CaseResults,
}
"""The type of each view, of which the code book is made; named as its JSON answer's address."""

_OfWave = (
    Overview
    | Reliabilities
    | Associations
    | CaseScoreDistribution
    | WaveResponse
    | LeadershipProfile
    | Capacities
    | Interfaces
)


def wave_views(wave: str, held: Holdings, least: Least) -> list[ReleasedView]:
    """Return what is released of all cases of a wave together."""
    shown = _of_wave(wave, held, least)
    return [ReleasedView(name, view, view.provenance) for name, view in shown if view is not None]


def _of_wave(wave: str, held: Holdings, least: Least) -> Iterator[tuple[str, _OfWave | None]]:
    people = least.people
    yield "overview", overview(wave, held, people)
    yield "reliability", reliabilities(wave, held, people)
    yield "associations", associations(wave, held, people)
    yield "caseScoreDistribution", case_score_distribution(wave, least.cases, held, people)
    yield "responseQuality", wave_response(wave, held, people)
    yield "leadershipProfile", leadership_profile(wave, held, people)
    for direction, attribute in product(Direction, Attribute):
        yield "capacities", capacities(wave, direction, attribute, held, people)
    for crossing in Crossing:
        yield "interfaces", interfaces(wave, crossing, held, people)


def case_views(wave: str, held: Holdings, least: Least) -> list[ReleasedView]:
    """Return what is released of each case of a wave to those who are not of its team.

    Each is the case's own results, and no figure over the wave, so it is there from when its round closed.
    """
    shown = (
        (case_id, results_for_others(own, least.people))
        for case_id, own in _by_case(held.wave(wave).measurements)
    )
    return [ReleasedView(OF_CASE, view, view.provenance, each) for each, view in shown if view is not None]


def _by_case(measurements: Sequence[Measurement]) -> Iterator[tuple[UUID, list[Measurement]]]:
    found: dict[UUID, list[Measurement]] = {}
    for each in measurements:
        if each.state.case_id is not None:
            found.setdefault(each.state.case_id, []).append(each)
    yield from sorted(found.items())
