"""Which released views the files of a wave hold: by the very functions that the JSON answers are of; pure.

A new view becomes part of the files by a line in each list here.
"""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from services.analytics.associations.of_wave import associations
from services.analytics.associations.schemas import Associations
from services.analytics.exports.figures import ReleasedView
from services.analytics.projection.holdings import Holdings
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize
from services.analytics.scores.case_scores import results_for_others
from services.analytics.scores.schemas import CaseResults, Overview
from services.analytics.scores.wave_scores import overview
from services.analytics.validity.instruments import reliabilities
from services.analytics.validity.schemas import Reliabilities
from shared.wire import WireModel

_OF_WAVE = {
    "overview": overview,
    "reliability": reliabilities,
    "associations": associations,
}
_OF_CASE = "caseScores"
SHOWN: Mapping[str, type[WireModel]] = {
    "overview": Overview,
    "reliability": Reliabilities,
    "associations": Associations,
    _OF_CASE: CaseResults,
}
"""The type of each view, of which the code book is made."""


def wave_views(wave: str, held: Holdings, size: GroupSize) -> list[ReleasedView]:
    """Return what is released of all cases of a wave together."""
    shown = ((name, work_out(wave, held, size)) for name, work_out in _OF_WAVE.items())
    return [ReleasedView(name, view, view.provenance) for name, view in shown if view is not None]


def case_views(wave: str, held: Holdings, size: GroupSize) -> list[ReleasedView]:
    """Return what is released of each case of a wave to those who are not of its team."""
    shown = (
        (case_id, results_for_others(own, size)) for case_id, own in _by_case(held.wave(wave).measurements)
    )
    return [ReleasedView(_OF_CASE, view, view.provenance, each) for each, view in shown if view is not None]


def _by_case(measurements: Sequence[Measurement]) -> Iterator[tuple[UUID, list[Measurement]]]:
    found: dict[UUID, list[Measurement]] = {}
    for each in measurements:
        if each.state.case_id is not None:
            found.setdefault(each.state.case_id, []).append(each)
    yield from sorted(found.items())
