"""Works out how a collaboration group, and each professional group in it, develops over waves; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from services.analytics.collaboration.group_results import GroupSeen
from services.analytics.collaboration.schemas import (
    GroupDevelopment,
    GroupWaveView,
    RatedGroupView,
    RatedInWave,
)
from services.analytics.methods.arrays import BoolArray
from services.analytics.methods.cube import Cube
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.results import Reason
from services.analytics.methods.scores import dimension_scores, mean_of_dyads
from services.analytics.projection.holdings import Holdings
from services.analytics.projection.measurement import Measurement
from services.analytics.release.cases import is_shown, shows_dimensions
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import FigureView, score
from services.analytics.scores.case_scores import named, provenance_of

_MORE_THAN_ONE = 2


@dataclass(frozen=True, slots=True)
class RatedGroup:
    """A professional group in one wave.

    `pairs` are those in which somebody outside rates it; `people` are the ones it consists of.
    """

    code: str
    label: str
    pairs: BoolArray
    people: frozenset[UUID]


def group_development(seen: GroupSeen, held: Holdings, size: GroupSize) -> GroupDevelopment | None:
    """Show each closed wave: exactly to those who were its members, to others over enough people."""
    networks = _alike(seen.networks(held))
    shown = [each for each in networks if _is_shown(each, seen, held, size)]
    if not shown:
        return None
    waves = [_wave(each, exact=seen.is_exact(each, held), size=size) for each in shown]
    return GroupDevelopment(
        waves=waves,
        change=_change([each.overall for each in waves]),
        rated=_rated_groups(
            [
                (each, rated)
                for each in shown
                for rated in _shown_groups(each, exact=seen.is_exact(each, held), size=size)
            ]
        ),
    )


def _alike(networks: Sequence[Measurement]) -> list[Measurement]:
    """Return those asked with the same questions as the last one."""
    last = {(each.state.instrument, each.state.instrument_version) for each in networks[-1:]}
    return [each for each in networks if (each.state.instrument, each.state.instrument_version) in last]


def _is_shown(network: Measurement, seen: GroupSeen, held: Holdings, size: GroupSize) -> bool:
    return seen.is_exact(network, held) or is_shown(network, size)


def _wave(network: Measurement, *, exact: bool, size: GroupSize) -> GroupWaveView:
    all_shown = exact or shows_dimensions(network, size)
    return GroupWaveView(
        provenance=provenance_of([network], network.state.wave),
        overall=score(mean_of_dyads(dyads_of(network.cube))),
        dimensions=named(network.state.items, dimension_scores([network.cube])) if all_shown else [],
    )


def rated_groups(network: Measurement) -> list[RatedGroup]:
    """Return the groups rated: those asked about as wholes, or the professions rated by others."""
    if network.is_mutual:
        return _professions(network)
    asked, persons = network.cube.asked, network.persons()
    found = []
    for place, seat in enumerate(network.state.subjects):
        pairs = np.zeros_like(asked)
        pairs[:, place] = asked[:, place]
        own = frozenset(person for person, rates in zip(persons, asked[:, place], strict=True) if not rates)
        found.append(RatedGroup(seat.role or seat.label, seat.label, pairs, own))
    return found


def _professions(network: Measurement) -> list[RatedGroup]:
    asked, persons = network.cube.asked, network.persons()
    of_seat = np.array([seat.professional_group or "" for seat in network.respondents])
    found = []
    for name in sorted(set(of_seat.tolist()) - {""}):
        own = of_seat == name
        people = frozenset(person for person, there in zip(persons, own, strict=True) if there)
        found.append(RatedGroup(name, name, asked & np.outer(~own, own), people))
    return [each for each in found if each.pairs.any()]


def _shown_groups(network: Measurement, *, exact: bool, size: GroupSize) -> list[RatedGroup]:
    """Return all groups or none: one left out would be what the others leave of the whole.

    To others than the team none is shown that is one person, nor a profession of few: people were rated
    there, not a whole. What all groups leave of the whole is ratings within them, and must be of enough
    people too.
    """
    groups = rated_groups(network)
    if exact or not groups:
        return groups
    least_people = size.minimum if network.is_mutual else _MORE_THAN_ONE
    enough = all(
        size.is_reached_by(len(_raters_in(network, each.pairs))) and len(each.people) >= least_people
        for each in groups
    )
    within = ~np.any([each.pairs for each in groups], axis=0)
    return groups if enough and size.is_apart(len(_raters_in(network, within))) else []


def _raters_in(network: Measurement, pairs: BoolArray) -> set[UUID]:
    rated = network.cube.valid & pairs[:, :, None]
    return {person for person, ratings in zip(network.persons(), rated, strict=True) if ratings.any()}


def _rated_groups(shown: Sequence[tuple[Measurement, RatedGroup]]) -> list[RatedGroupView]:
    by_code: Mapping[str, list[tuple[Measurement, RatedGroup]]] = {
        code: [(network, group) for network, group in shown if group.code == code]
        for code in sorted({group.code for _, group in shown})
    }
    return [_rated_group(code, own) for code, own in by_code.items()]


def _rated_group(code: str, own: Sequence[tuple[Measurement, RatedGroup]]) -> RatedGroupView:
    waves = [
        RatedInWave(
            wave=network.state.wave,
            received=score(mean_of_dyads(dyads_of(_only(network.cube, group.pairs)))),
        )
        for network, group in own
    ]
    return RatedGroupView(
        code=code,
        label=own[-1][1].label,
        waves=waves,
        change=_change([each.received for each in waves]),
    )


def _only(cube: Cube, pairs: BoolArray) -> Cube:
    """Return the cube in which nothing but these pairs was asked."""
    return Cube(cube.cells, cube.own, cube.skipped | ~(pairs | cube.own))


def _change(scores: Sequence[FigureView]) -> FigureView:
    """Return the last less the first; there is none in one wave alone."""
    first, last = scores[0], scores[-1]
    if len(scores) < 2:
        return FigureView(value=None, reason=Reason.TOO_FEW_ROWS)
    if first.value is None or last.value is None:
        return FigureView(value=None, reason=first.reason or last.reason)
    return FigureView(value=last.value - first.value)
