"""Works a network's relations out: pairs, strongest and weakest, measures; pure; judges nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from uuid import UUID

from services.analytics.case_team.schemas import (
    BoundedView,
    MeasuresView,
    MutualDimension,
    MutualView,
    PairView,
    RelationsView,
    RelationView,
    TogetherView,
)
from services.analytics.methods.components import Components
from services.analytics.methods.dyads import Dyads, dyads_of
from services.analytics.methods.network import Network, network_of
from services.analytics.methods.results import Quantity, Reason, undefined
from services.analytics.methods.ties import Bounded
from services.analytics.projection.measurement import Measurement
from services.analytics.release.envelope import figure
from services.analytics.scores.case_scores import provenance_of

_SHOWN = 3
"""How many of the strongest and of the weakest relations are shown, more where the last ones tie."""


@dataclass(frozen=True, slots=True)
class Relation:
    """Two places and the mean of what both say of each other, exactly."""

    first: int
    second: int
    mean: Fraction


def relations_view(network: Measurement) -> RelationsView:
    """Show a network measurement's relations, exactly."""
    ids = [seat.id for seat in network.respondents]
    dyads = dyads_of(network.cube)
    strongest, weakest = extremes(mutual_relations(dyads))
    return RelationsView(
        provenance=provenance_of([network], network.state.wave),
        pairs=_pairs(network, dyads),
        strongest=[_relation(each, ids) for each in strongest],
        weakest=[_relation(each, ids) for each in weakest],
        measures=_measures(network_of(dyads), ids),
    )


def mutual_relations(dyads: Dyads) -> list[Relation]:
    """Return the pairs of which both have rated the other, in the axis' order."""
    found = []
    for one, other in combinations(range(dyads.counts.shape[0]), 2):
        if dyads.included[one, other] and dyads.included[other, one]:
            both = _mean(dyads, one, other) + _mean(dyads, other, one)
            found.append(Relation(one, other, both / 2))
    return found


def _mean(dyads: Dyads, rater: int, subject: int) -> Fraction:
    return Fraction(int(dyads.sums[rater, subject]), int(dyads.counts[rater, subject]))


def extremes(relations: Sequence[Relation]) -> tuple[list[Relation], list[Relation]]:
    """Return the strongest and the weakest relations; those as strong as each other share a fate.

    No relation is in both: where the last of the one would equal the last of the other, those
    in the middle that are all alike are in neither.
    """
    number = min(_SHOWN, len(relations) // 2)
    if not number:
        return [], []
    upwards = sorted(relations, key=lambda each: (each.mean, each.first, each.second))
    downwards = sorted(relations, key=lambda each: (-each.mean, each.first, each.second))
    high, low = downwards[number - 1].mean, upwards[number - 1].mean
    if high > low:
        return (
            [each for each in downwards if each.mean >= high],
            [each for each in upwards if each.mean <= low],
        )
    return [each for each in downwards if each.mean > low], [each for each in upwards if each.mean < high]


def _relation(found: Relation, ids: Sequence[UUID]) -> RelationView:
    return RelationView(first=ids[found.first], second=ids[found.second], mean=float(found.mean))


def _pairs(network: Measurement, dyads: Dyads) -> list[PairView]:
    seats = network.respondents
    by_dimension = [dyads_of(network.cube, [item]) for item in range(network.cube.items)]
    return [
        PairView(
            first=seats[one].id,
            second=seats[other].id,
            overall=_mutual(dyads, one, other),
            dimensions=[
                MutualDimension(code=code, mutual=_mutual(own, one, other))
                for code, own in zip(network.state.items, by_dimension, strict=True)
            ],
        )
        for one, other in combinations(range(len(seats)), 2)
        if dyads.asked[one, other] or dyads.asked[other, one]
    ]


def _mutual(dyads: Dyads, one: int, other: int) -> MutualView:
    first, second = dyads.quantity(one, other), dyads.quantity(other, one)
    if first.value is None or second.value is None:
        difference = undefined(first.reason or second.reason or Reason.NO_DATA)
    else:
        difference = Quantity(float(_mean(dyads, one, other) - _mean(dyads, other, one)))
    return MutualView(
        first_of_second=figure(first), second_of_first=figure(second), difference=figure(difference)
    )


def _measures(found: Network, ids: Sequence[UUID]) -> MeasuresView:
    return MeasuresView(
        threshold=found.threshold,
        persons=found.persons,
        asked=found.asked,
        known=found.known,
        strong=found.strong,
        density=_bounded(found.density),
        mutual=found.mutual,
        one_sided=found.one_sided,
        neither=found.neither,
        reciprocity=_bounded(found.reciprocity),
        asymmetry=figure(found.asymmetry),
        centralisation_given=_bounded(found.centralisation_given),
        centralisation_received=_bounded(found.centralisation_received),
        together=_together(found.components, ids),
    )


def _bounded(found: Bounded) -> BoundedView:
    return BoundedView(
        value=found.value.value,
        reason=found.value.reason,
        low=figure(found.low),
        high=figure(found.high),
    )


def _together(found: Components, ids: Sequence[UUID]) -> TogetherView:
    return TogetherView(
        count=found.count,
        alone=found.isolates,
        fewest=found.fewest,
        groups=[[ids[place] for place in members] for members in found.members],
    )
