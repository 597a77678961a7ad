"""Works out what a leader sees of how own employees experience them; pure.

They are the leader's own and don't wait for others'; what they are compared with enters in steps.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from uuid import UUID

import numpy as np

from services.analytics.methods.arms import mean_difference, mean_estimate
from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.exact import float_sd, mean, rounded
from services.analytics.methods.scores import Score
from services.analytics.people.leadership import Answers, Led, led_in, may_leave
from services.analytics.people.profile import EVERYWHERE, shown_cells
from services.analytics.people.schemas import (
    LeaderResults,
    LeadershipChange,
    LeadershipChanges,
    NamedSpread,
    SpreadScore,
)
from services.analytics.projection.holdings import Holdings
from services.analytics.release.bounds import MARGIN
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import estimate, figure, interval, score
from services.analytics.scores.case_scores import provenance_of
from shared.contracts.survey import Form


@dataclass(frozen=True, slots=True)
class Waves:
    """The wave that is asked for, and the earlier one that it is held against, if any."""

    code: str
    since: str | None = None


def leader_results(leader: UUID, waves: Waves, held: Holdings, size: GroupSize) -> LeaderResults | None:
    """Show a leader's scores, unless fewer own employees answered than may stand behind them."""
    wave = held.wave(waves.code)
    led = led_in(wave.closed_of(Form.OWN_LEADER)).get(leader)
    shown = _shown(led, size) if led else {}
    if led is None or not shown:
        return None
    return LeaderResults(
        provenance=provenance_of(led.measurements, wave.code),
        overall=_score(shown[None]) if None in shown else None,
        sub_scales=[
            NamedSpread(code=code, score=_score(found)) for code, found in shown.items() if code is not None
        ],
        comparison=shown_cells(waves.code, held, size).get(EVERYWHERE),
        change=_change(led, _before(leader, waves, held), size),
    )


def _shown(led: Led, size: GroupSize) -> dict[str | None, Answers]:
    """Return what may be shown of a leader together; None is all of the form.

    Who left something open weighs otherwise in the whole than in its parts: from all of these, what a few
    of one kind answered could be worked out; and from all but one part, that part.
    """
    parts = {code: led.answers(items) for code, items in led.sub_scales.items()}
    shown: dict[str | None, Answers] = {
        code: found for code, found in parts.items() if may_leave(found.means(), size)
    }
    whole = led.answers()
    together = not shown or (len(shown) == len(parts) and _is_even(led, len(whole.means()), size))
    return {None: whole, **shown} if together and may_leave(whole.means(), size) else shown


def _is_even(led: Led, people: int, size: GroupSize) -> bool:
    """Tell whether all left nothing open, or enough of both kinds are there."""
    incomplete = len(led.incomplete())
    return incomplete == 0 or (size.is_reached_by(incomplete) and size.is_reached_by(people - incomplete))


def _score(answers: Answers) -> SpreadScore:
    means = answers.means()
    values = _values(means)
    found = score(
        Score(
            value=rounded(mean(means.values())),
            cells=sum(answers.counts),
            dyads=sum(count > 0 for count in answers.counts),
            raters=len(means),
        )
    )
    return SpreadScore(
        **dict(found),
        spread=figure(float_sd(values.tolist())),
        interval=interval(mean_estimate(values).interval),
    )


def _values(means: Mapping[UUID, Fraction]) -> FloatArray:
    return np.array([float(means[person]) for person in sorted(means)], dtype=np.float64)


def _before(leader: UUID, waves: Waves, held: Holdings) -> Led | None:
    """Return what was answered in the earlier wave, if there is such a wave before this one."""
    order = list(held.waves)
    if waves.since not in order or waves.code not in order:
        return None
    if order.index(waves.since) >= order.index(waves.code):
        return None
    return led_in(held.wave(waves.since).closed_of(Form.OWN_LEADER)).get(leader)


def _change(led: Led, before: Led | None, size: GroupSize) -> LeadershipChanges | None:
    """Show how what both waves show changed, unless a few came or went on any of it."""
    if before is None or _questions(led) != _questions(before):
        return None
    then, now = _shown(before, size), _shown(led, size)
    both = [code for code in now if code in then]
    pairs = [(then[code].means(), now[code].means()) for code in both]
    if not both or not all(_is_apart(*pair, size) for pair in pairs):
        return None
    earlier = before.measurements
    return LeadershipChanges(
        since=provenance_of(earlier, earlier[0].state.wave),
        scores=[_changed(code, then[code], now[code]) for code in both],
    )


def _changed(code: str | None, then: Answers, now: Answers) -> LeadershipChange:
    """Show the same people's own changes, unless alike: that told how each changed; else two means."""
    before, after = then.means(), now.means()
    paired = before.keys() == after.keys() and _is_spread(_values(after) - _values(before))
    found = (
        mean_estimate(_values(after) - _values(before))
        if paired
        else mean_difference(_values(after), _values(before))
    )
    return LeadershipChange(code=code, before=_score(then), difference=estimate(found), paired=paired)


def _is_spread(changes: FloatArray) -> bool:
    """Tell whether each change may lie a point of the scale or more from where another might."""
    return bool(2 * np.std(changes) * sqrt(changes.size - 1) >= MARGIN)


def _questions(led: Led) -> tuple[str, int]:
    state = led.forms[0][0].state
    return state.instrument, state.instrument_version


def _is_apart(before: Mapping[UUID, Fraction], after: Mapping[UUID, Fraction], size: GroupSize) -> bool:
    left, joined = before.keys() - after.keys(), after.keys() - before.keys()
    return size.is_apart(len(left)) and size.is_apart(len(joined))
