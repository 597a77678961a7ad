"""Works out what everybody's mean of a wave is, for one who knows parts of it already; pure.

Refuses where taking away what is known, or shown of single cases, leaves the answers of a few.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

import numpy as np

from services.analytics.methods.arrays import BoolArray, IntArray
from services.analytics.methods.exact import mean_of_ratios, rounded
from services.analytics.methods.scores import Score
from services.analytics.projection.holdings import Wave
from services.analytics.projection.measurement import Measurement
from services.analytics.release.bounds import is_open
from services.analytics.release.cases import is_shown, shows_dimensions
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import score
from services.analytics.release.lattice import Sums
from services.analytics.scores.schemas import NamedScore
from shared.contracts.survey import Form, Visibility


def everybody_beside(
    mine: Sequence[Measurement], person: UUID, wave: Wave, size: GroupSize
) -> list[NamedScore] | None:
    """Return all cases' dimensions for one who was asked in `mine`, or nothing."""
    everything = wave.of(Form.NETWORK)
    if not everything or mine[0].state.id not in {each.state.id for each in everything}:
        return None
    exactly = frozenset(each.state.id for each in mine if each.state.visibility is Visibility.TEAM_OPEN)
    codes = everything[0].state.items
    beside = [each for each in everything if each.state.id not in exactly]
    unseen = [each for each in beside if not (is_shown(each, size) and shows_dimensions(each, size))]
    for item in range(len(codes)):
        if not size.is_reached_by(len(_raters(beside, item) - {person})):
            return None
        if not _leaves_enough(unseen, item, person, size):
            return None
    return [
        NamedScore(code=code, score=score(_pooled(everything, item))) for item, code in enumerate(codes)
    ]


def _leaves_enough(unseen: Sequence[Measurement], item: int, person: UUID, size: GroupSize) -> bool:
    """Tell whether the cases that are shown nowhere hold nothing of others, or answers of enough people."""
    raters = _raters(unseen, item) - {person}
    if not raters:
        return True
    values = np.concatenate([_answers_of_others(each, item, person) for each in unseen])
    return size.is_reached_by(len(raters)) and is_open(
        Sums(values.size, float(values.sum()), float((values**2).sum()))
    )


def _raters(networks: Iterable[Measurement], item: int) -> set[UUID]:
    """Return the persons who rated anybody."""
    found: set[UUID] = set()
    for each in networks:
        persons, rated = each.persons(), each.cube.valid[:, :, item]
        found.update(persons[rater] for rater, _ in np.argwhere(rated).tolist())
    return found


def _answers_of_others(network: Measurement, item: int, person: UUID) -> IntArray:
    others = np.array([rater != person for rater in network.persons()], dtype=np.bool_)
    return _valid(network, item, others)


def _valid(network: Measurement, item: int, raters: BoolArray) -> IntArray:
    there = network.cube.valid[:, :, item] & raters[:, None]
    return network.cube.cells[:, :, item][there].astype(np.int64)


def _pooled(networks: Sequence[Measurement], item: int) -> Score:
    everybody = [np.ones(len(each.respondents), dtype=np.bool_) for each in networks]
    values = np.concatenate(
        [_valid(each, item, raters) for each, raters in zip(networks, everybody, strict=True)]
    )
    return Score(
        value=rounded(mean_of_ratios(values, np.ones_like(values))),
        cells=int(values.size),
        dyads=int(values.size),
        raters=len(_raters(networks, item)),
    )
