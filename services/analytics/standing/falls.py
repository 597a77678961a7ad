"""Works out how probable it is that cases fell since an earlier wave; pure; pairs the same raters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.analytics.methods.results import Reason
from services.analytics.projection.holdings import Holdings
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize
from services.analytics.standing.figures import figure_of
from services.analytics.standing.like_cases import LikeCases, changes_of, scores_of
from services.analytics.standing.schemas import FallView
from shared.contracts.survey import Form

IsExact = Callable[[Measurement], bool]
"""Whether the caller sees a measurement exactly."""
Raters = Mapping[UUID, frozenset[UUID]]


@dataclass(frozen=True, slots=True)
class Falls:
    """The changes of like cases since a wave; `before` and `after` are each case's raters in both."""

    since: str
    changes: LikeCases
    earlier: Mapping[UUID, Measurement]
    before: Raters
    after: Raters

    @property
    def measurements(self) -> Sequence[Measurement]:
        """The earlier wave's measurements that changes are worked out of."""
        return [self.earlier[each] for each in self.changes.networks]

    def may_be_seen(self, case_id: UUID, size: GroupSize, is_exact: IsExact) -> bool:
        """Tell whether a case's fall is for the team of both waves, or over enough people.

        It never is where too few cases changed beside it: the change is drawn towards theirs.
        """
        if case_id not in self.changes.networks or not self.changes.is_beside(case_id, size):
            return False
        both = (self.earlier[case_id], self.changes.networks[case_id])
        return all(is_exact(each) for each in both) or self._is_of_enough(case_id, size)

    def probability_of(self, case_id: UUID) -> float:
        """Return how probable it is that a case fell; 0 where nothing can be said."""
        held = self.changes.held
        return 0.0 if isinstance(held, Reason) else held.below(self.changes.places[case_id], 0.0)

    def view(self, case_id: UUID) -> FallView:
        """Show a case's fall."""
        held, place = self.changes.held, self.changes.places[case_id]
        change = figure_of(held, lambda known: known.estimates[place])
        return FallView(
            value=change.value,
            reason=change.reason,
            since=self.since,
            spread=figure_of(held, lambda known: known.spread[place]),
            probability=figure_of(held, lambda known: known.below(place, 0.0)),
            raters=len(self.changes.raters[case_id]),
        )

    def _is_of_enough(self, case_id: UUID, size: GroupSize) -> bool:
        """Tell whether neither those who stayed nor those who came or went are few."""
        stayed = self.changes.raters[case_id]
        gone = (len(each[case_id] - stayed) for each in (self.before, self.after))
        return size.is_reached_by(len(stayed)) and all(size.is_apart(each) for each in gone)


def falls_since(since: str | None, wave: str, level: str, held: Holdings) -> Falls | None:
    """Return the changes of a level's cases since a wave, by default the one before; None without one."""
    codes = list(held.waves)
    before = codes[: codes.index(wave)] if wave in codes else []
    earlier = since if since is not None else next(reversed(before), None)
    if earlier is None or earlier not in before:
        return None
    changes = changes_of(held, earlier, wave).get(level)
    if changes is None:
        return None
    return Falls(
        since=earlier,
        changes=changes,
        earlier=held.wave(earlier).by_case(Form.NETWORK),
        before=_raters(held, earlier),
        after=_raters(held, wave),
    )


def _raters(held: Holdings, wave: str) -> Raters:
    return {
        case_id: raters
        for each in scores_of(held, wave).values()
        for case_id, raters in each.raters.items()
    }
