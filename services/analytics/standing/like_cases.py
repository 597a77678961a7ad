"""Sets a wave's cases beside those of like complexity; pure; shows no group through which a case shows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.nested_components import NestedBayes, nested_bayes
from services.analytics.methods.results import Reason
from services.analytics.projection.holdings import Holdings
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize
from shared.contracts.survey import Form

Pair = tuple[UUID, UUID]
"""A rater's and a subject's seat."""


@dataclass(frozen=True, slots=True)
class LikeCases:
    """Cases of one level when their round opened, in the order of their ids, as is what is held of them.

    `places` are theirs in what is held, `raters` the people behind each case's value, `people` all of them.
    """

    level: str | None
    networks: Mapping[UUID, Measurement]
    places: Mapping[UUID, int]
    raters: Mapping[UUID, frozenset[UUID]]
    people: frozenset[UUID]
    held: NestedBayes | Reason

    def is_beside(self, case_id: UUID, size: GroupSize) -> bool:
        """Tell whether enough other cases, by enough other people, stand beside a case."""
        others = len(self.people) - len(self.raters[case_id])
        return size.is_reached_by(len(self.networks) - 1) and size.is_reached_by(others)


def scores_of(held: Holdings, wave: str) -> dict[str | None, LikeCases]:
    """Return a wave's cases by level, each with the mean of its dyad means; worked out once."""

    def work_out() -> dict[str | None, LikeCases]:
        networks = held.wave(wave).by_case(Form.NETWORK)
        return _by_level(networks, {each: _means(network) for each, network in networks.items()})

    return held.derived(f"standing/scores/{wave}", work_out)


def changes_of(held: Holdings, since: str, wave: str) -> dict[str | None, LikeCases]:
    """Return the cases of two waves by their later level, each with the mean change of its dyad means.

    Over the pairs of raters and rated that answered both times, with the same questions; worked out once.
    """

    def work_out() -> dict[str | None, LikeCases]:
        earlier, later = (held.wave(code).by_case(Form.NETWORK) for code in (since, wave))
        both = {each: network for each, network in later.items() if _asks_alike(earlier.get(each), network)}
        changed = {each: _changes(earlier[each], network) for each, network in both.items()}
        return _by_level(both, changed)

    return held.derived(f"standing/changes/{since}/{wave}", work_out)


def shown_among(groups: Mapping[str | None, LikeCases], size: GroupSize) -> frozenset[str]:
    """Return the levels whose cases may be shown among each other.

    A level needs a case more than the minimum, so that each has enough beside it. What a wave's
    overview holds besides these levels is nobody's or enough people's, or no level is shown.
    """
    shown = {
        level
        for level, each in groups.items()
        if level is not None and len(each.networks) > size.minimum and size.is_reached_by(len(each.people))
    }
    rest = frozenset().union(*(each.people for level, each in groups.items() if level not in shown))
    return frozenset(shown if size.is_apart(len(rest)) else ())


def _by_level(
    networks: Mapping[UUID, Measurement], rows: Mapping[UUID, Mapping[Pair, float]]
) -> dict[str | None, LikeCases]:
    known = sorted(case_id for case_id, own in rows.items() if own)
    levels = {networks[case_id].state.level for case_id in known}
    return {
        level: _like_cases(
            level, {each: networks[each] for each in known if networks[each].state.level == level}, rows
        )
        for level in sorted(levels, key=str)
    }


def _like_cases(
    level: str | None, networks: Mapping[UUID, Measurement], rows: Mapping[UUID, Mapping[Pair, float]]
) -> LikeCases:
    values: list[float] = []
    cases: list[int] = []
    clusters: list[int] = []
    raters: dict[UUID, frozenset[UUID]] = {}
    for place, (case_id, network) in enumerate(networks.items()):
        persons = _person_by_seat(network)
        own = [persons[rater] for rater, _ in rows[case_id]]
        number = {person: at for at, person in enumerate(dict.fromkeys(own))}
        values += rows[case_id].values()
        cases += [place] * len(own)
        clusters += [number[person] for person in own]
        raters[case_id] = frozenset(own)
    return LikeCases(
        level=level,
        networks=networks,
        places={case_id: place for place, case_id in enumerate(networks)},
        raters=raters,
        people=frozenset().union(*raters.values()),
        held=nested_bayes(values, cases, clusters),
    )


def _means(network: Measurement) -> dict[Pair, float]:
    dyads = dyads_of(network.cube)
    means: FloatArray = dyads.means
    raters, subjects = network.respondents, network.state.subjects
    return {
        (raters[one].id, subjects[other].id): float(means[one, other])
        for one, other in np.argwhere(dyads.included).tolist()
    }


def _changes(earlier: Measurement, later: Measurement) -> dict[Pair, float]:
    before, after = _means(earlier), _means(later)
    return {pair: mean - before[pair] for pair, mean in after.items() if pair in before}


def _person_by_seat(network: Measurement) -> dict[UUID, UUID]:
    seats: Iterable[UUID] = (seat.id for seat in network.respondents)
    return dict(zip(seats, network.persons(), strict=True))


def _asks_alike(earlier: Measurement | None, later: Measurement) -> bool:
    if earlier is None:
        return False
    return (earlier.state.instrument, earlier.state.instrument_version) == (
        later.state.instrument,
        later.state.instrument_version,
    )
