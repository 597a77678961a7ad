"""Works out how the statements of a collaboration form change between two waves; pure.

Over all cases in steps, as all figures of a wave; a collaboration group's own rounds don't wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from services.analytics.indicators.ratings import Ratings, ratings_of
from services.analytics.indicators.schemas import (
    AverageView,
    IndicatorMean,
    IndicatorsView,
    IndicatorView,
    SamePeople,
    SubScaleAverage,
)
from services.analytics.methods.arms import mean_difference
from services.analytics.methods.paired_change import PairedChange, paired_change
from services.analytics.methods.percent_change import average_change, percent_change
from services.analytics.projection.holdings import Holdings
from services.analytics.projection.measurement import Measurement
from services.analytics.projection.selection import of_instrument
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import FigureView, estimate, figure
from services.analytics.scores.case_scores import provenance_of
from shared.contracts.survey import Form


@dataclass(frozen=True, slots=True)
class TwoWavesOf:
    """An instrument in two waves: of one collaboration group, or of all cases for who sees them together.

    The two never share answers, so neither tells anything of the other.
    """

    earlier: str
    later: str
    instrument: str
    group: UUID | None
    sees_all: bool

    def measurements(self, held: Holdings) -> tuple[list[Measurement], list[Measurement]]:
        """Return both waves' measurements with the same questions."""
        found = [[*self._of_wave(held, wave)] for wave in (self.earlier, self.later)]
        alike = of_instrument([*found[0], *found[1]], Form.COLLABORATION, self.instrument)
        ids = {each.state.id for each in alike}
        before, after = ([each for each in own if each.state.id in ids] for own in found)
        return before, after

    def has_more_waves(self, held: Holdings) -> bool:
        """Tell whether other waves were answered: two pairs of waves differ by who was in one of them."""
        codes = {each.state.wave for each in held.of_groups if each.state.group_id == self.group}
        others = (codes if self.group else set(held.waves)) - {self.earlier, self.later}
        return any(
            of_instrument(self._of_wave(held, code), Form.COLLABORATION, self.instrument) for code in others
        )

    def _of_wave(self, held: Holdings, wave: str) -> Sequence[Measurement]:
        if self.group is None:
            if not self.sees_all:
                return ()
            versions = held.wave(wave).versions(Form.COLLABORATION, self.instrument).values()
            return [each for own in versions for each in own]
        return [
            each for each in held.of_groups if each.state.group_id == self.group and each.state.wave == wave
        ]


@dataclass(frozen=True, slots=True)
class _Change:
    before: Ratings
    after: Ratings

    def paired(self, item: int) -> PairedChange:
        return paired_change(self.before.of(item), self.after.of(item))

    def means(self, item: int) -> tuple[float, float]:
        """Return both means of a statement that somebody rated both times."""
        first, last = self.before.mean(item).value, self.after.mean(item).value
        if first is None or last is None:
            raise ValueError("nobody rated the statement in one of the waves")
        return first, last


def indicators(asked: TwoWavesOf, held: Holdings, size: GroupSize) -> IndicatorsView | None:
    """Show the statements that enough people rated both times; None where there is none such.

    The averages are over these alone, so they tell nothing of one that is left out.
    """
    before, after = asked.measurements(held)
    if not before or not after:
        return None
    change = _Change(ratings_of(before), ratings_of(after))
    items = before[0].state.items
    shown = [
        item
        for item in range(len(items))
        if change.before.is_shown(item, size) and change.after.is_shown(item, size)
    ]
    if not shown:
        return None
    paired = not asked.has_more_waves(held) and all(_is_apart(change.paired(item), size) for item in shown)
    return IndicatorsView(
        before=provenance_of(before, asked.earlier),
        after=provenance_of(after, asked.later),
        indicators=[_indicator(items[item], change, item, paired=paired) for item in shown],
        average=_average(change, shown),
        sub_scales=[
            SubScaleAverage(code=code, average=_average(change, part))
            for code, part in before[0].item_groups().items()
            if set(part) <= set(shown)
        ],
    )


def _is_apart(found: PairedChange, size: GroupSize) -> bool:
    """Tell whether who stayed are enough, and all but nobody or enough."""
    return size.is_reached_by(found.stayed) and size.is_apart(found.left) and size.is_apart(found.joined)


def _indicator(code: str, change: _Change, item: int, *, paired: bool) -> IndicatorView:
    before, after = change.before.of(item), change.after.of(item)
    first, last = change.means(item)
    ratings = [np.array(list(each.values()), dtype=np.float64) for each in (before, after)]
    return IndicatorView(
        code=code,
        before=IndicatorMean(value=first, people=len(before)),
        after=IndicatorMean(value=last, people=len(after)),
        difference=estimate(mean_difference(ratings[1], ratings[0])),
        percent_change=FigureView(value=percent_change(first, last)),
        same_people=_same_people(change.paired(item)) if paired else None,
    )


def _same_people(found: PairedChange) -> SamePeople:
    return SamePeople(
        stayed=found.stayed,
        left=found.left,
        joined=found.joined,
        change=estimate(found.paired),
        composition=figure(found.composition),
    )


def _average(change: _Change, items: Sequence[int]) -> AverageView:
    means = [change.means(item) for item in items]
    found = average_change([first for first, _ in means], [last for _, last in means])
    return AverageView(
        items=found.items,
        before=figure(found.before),
        after=figure(found.after),
        difference=figure(found.difference),
        percent_of_averages=figure(found.percent_of_averages),
        average_of_percents=figure(found.average_of_percents),
    )
