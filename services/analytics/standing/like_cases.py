"""Sets a wave's cases beside those of like complexity; pure; shows no group through which a case shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from services.analytics.methods.arrays import FloatArray, IntArray
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.nested_components import NestedBayes, nested_bayes
from services.analytics.methods.results import Reason
from services.analytics.projection.holdings import Holdings
from services.analytics.projection.measurement import Measurement
from services.analytics.release.cases import are_enough, hidden_among
from services.analytics.release.decisions import GroupSize
from shared.contracts.survey import Form, Seat

Means = Mapping[UUID, FloatArray]
"""Each case's dyad means, or their changes: raters x subjects as in its network; NaN is none."""


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
        return _by_level(held.wave(wave).by_case(Form.NETWORK), _means_of(held, wave))

    return held.wave(wave).worked_out.once("standing/scores", work_out)


def changes_of(held: Holdings, since: str, wave: str) -> dict[str | None, LikeCases]:
    """Return the cases of two waves by their later level, each with the mean change of its dyad means.

    Over the pairs of raters and rated that answered both times, with the same questions; worked out once.
    """

    def work_out() -> dict[str | None, LikeCases]:
        earlier, later = (held.wave(code).by_case(Form.NETWORK) for code in (since, wave))
        both = {each: network for each, network in later.items() if _asks_alike(earlier.get(each), network)}
        before, after = _means_of(held, since), _means_of(held, wave)
        aligned = {each: _aligned(earlier[each], before[each], network) for each, network in both.items()}
        return _by_level(both, {each: after[each] - aligned[each] for each in both})

    return held.derived(f"standing/changes/{since}/{wave}", work_out)


def levels_shown(groups: Mapping[str | None, LikeCases], size: GroupSize) -> frozenset[str]:
    """Return the levels whose cases may be shown among each other.

    A level needs a case more than the minimum, so that each has enough beside it, and its cases that are
    not shown by themselves are none or enough, as all of a level can be worked out of where its cases
    stand. What a wave's overview holds besides these levels is nobody's or enough people's, or no level is
    shown.
    """
    shown = {
        level
        for level, each in groups.items()
        if level is not None
        and len(each.networks) > size.minimum
        and size.is_reached_by(len(each.people))
        and are_enough(hidden_among(each.networks.values(), size), size)
    }
    rest = frozenset().union(*(each.people for level, each in groups.items() if level not in shown))
    return frozenset(shown if size.is_apart(len(rest)) else ())


def _means_of(held: Holdings, wave: str) -> Means:
    """Return the dyad means of a wave's cases; worked out once."""

    def work_out() -> Means:
        networks = held.wave(wave).by_case(Form.NETWORK)
        return {case_id: dyads_of(network.cube).means for case_id, network in networks.items()}

    return held.wave(wave).worked_out.once("standing/means", work_out)


def _by_level(networks: Mapping[UUID, Measurement], values: Means) -> dict[str | None, LikeCases]:
    levels: dict[str | None, dict[UUID, Measurement]] = {}
    for case_id in sorted(values):
        if not np.isnan(values[case_id]).all():
            levels.setdefault(networks[case_id].state.level, {})[case_id] = networks[case_id]
    return {level: _like_cases(level, own, values) for level, own in levels.items()}


def _like_cases(level: str | None, networks: Mapping[UUID, Measurement], values: Means) -> LikeCases:
    known = [values[case_id] for case_id in networks]
    rows = [np.nonzero(~np.isnan(each))[0] for each in known]
    people = [_people(network) for network in networks.values()]
    held = nested_bayes(
        np.concatenate([each[~np.isnan(each)] for each in known]),
        np.repeat(np.arange(len(known)), [each.size for each in rows]),
        np.concatenate([places[raters] for (places, _), raters in zip(people, rows, strict=True)]),
    )
    raters = {
        case_id: frozenset(persons[each] for each in np.unique(places[raters]).tolist())
        for case_id, (places, persons), raters in zip(networks, people, rows, strict=True)
    }
    return LikeCases(
        level=level,
        networks=networks,
        places={case_id: place for place, case_id in enumerate(networks)},
        raters=raters,
        people=frozenset().union(*raters.values()),
        held=held,
    )


def _people(network: Measurement) -> tuple[IntArray, Sequence[UUID]]:
    """Return which person each respondent is, and the persons: one may have several seats."""
    persons = network.persons()
    place = {person: at for at, person in enumerate(dict.fromkeys(persons))}
    return np.array([place[person] for person in persons], dtype=np.int64), list(place)


def _aligned(earlier: Measurement, means: FloatArray, later: Measurement) -> FloatArray:
    """Return an earlier wave's means where a later one has the same pairs; NaN for pairs that are new."""
    wide = np.pad(means, (0, 1), constant_values=np.nan)
    raters = _places(earlier.respondents, later.respondents)
    return np.asarray(wide[np.ix_(raters, _places(earlier.state.subjects, later.state.subjects))])


def _places(earlier: Sequence[Seat], later: Sequence[Seat]) -> list[int]:
    """Return where later seats stood earlier; the place behind the last for who is new."""
    place = {seat.id: at for at, seat in enumerate(earlier)}
    return [place.get(seat.id, len(earlier)) for seat in later]


def _asks_alike(earlier: Measurement | None, later: Measurement) -> bool:
    if earlier is None:
        return False
    return (earlier.state.instrument, earlier.state.instrument_version) == (
        later.state.instrument,
        later.state.instrument_version,
    )
