"""Works a case's change between two waves out: of all, of the same raters; pure; shows others less."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.analytics.case_team.peers import Spread, spreads
from services.analytics.case_team.schemas import (
    CaseChangeView,
    ChangeView,
    DimensionChange,
    ReliableView,
    RosterView,
    SameRatersView,
    WaveMeanView,
)
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.exact import mean_of_ratios
from services.analytics.methods.paired_change import PairedChange, paired_change
from services.analytics.methods.reliable_change import reliable_change
from services.analytics.methods.results import Quantity
from services.analytics.projection.holdings import Wave
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import estimate, figure
from services.analytics.scores.case_scores import provenance_of
from shared.contracts.survey import RoundState


@dataclass(frozen=True, slots=True)
class TwoWaves:
    """One case's network in two closed rounds with the same questions."""

    before: Measurement
    after: Measurement


def two_waves(before: Measurement | None, after: Measurement | None) -> TwoWaves | None:
    """Put two measurements together, if there are two that can be compared."""
    if before is None or after is None:
        return None
    first, second = before.state, after.state
    closed = first.round_state is RoundState.CLOSED and second.round_state is RoundState.CLOSED
    alike = (first.instrument, first.instrument_version) == (second.instrument, second.instrument_version)
    return TwoWaves(before, after) if closed and alike else None


def change_among(waves: TwoWaves, others: Wave, size: GroupSize) -> CaseChangeView:
    """Show the change exactly, and at once; the cases it is set beside enter in steps."""
    state = waves.before.state
    peers = others.versions(state.form, state.instrument).get(state.instrument_version, [])
    return case_change(waves, peers, size)


def case_change(waves: TwoWaves, peers: Sequence[Measurement], size: GroupSize) -> CaseChangeView:
    """Show the change exactly; `peers` are all cases' measurements of the first wave."""
    overall, *dimensions = spreads(waves.before, peers, size)
    items = waves.before.state.items
    return CaseChangeView(
        before=provenance_of([waves.before], waves.before.state.wave),
        after=provenance_of([waves.after], waves.after.state.wave),
        unit_of_analysis="rater",
        asked=_asked(waves),
        overall=_change(waves, None, overall),
        dimensions=[
            DimensionChange(code=code, change=_change(waves, [item], spread))
            for item, (code, spread) in enumerate(zip(items, dimensions, strict=True))
        ],
    )


def for_others(view: CaseChangeView, size: GroupSize) -> CaseChangeView | None:
    """Leave what others than the team may see: means over enough people, and no difference of a few.

    Nothing of who stayed: beside the means of all, and beside another pair of waves, it would tell what the
    few said who came or went.
    """
    if not _is_reached(view.overall, size):
        return None
    dimensions = view.dimensions
    if not all(_is_reached(each.change, size) for each in dimensions):
        dimensions = []
    hidden = [each.model_copy(update={"change": _of_all(each.change)}) for each in dimensions]
    return view.model_copy(update={"asked": None, "overall": _of_all(view.overall), "dimensions": hidden})


def _is_reached(change: ChangeView, size: GroupSize) -> bool:
    return size.is_reached_by(change.before.raters) and size.is_reached_by(change.after.raters)


def _of_all(change: ChangeView) -> ChangeView:
    return change.model_copy(update={"same_raters": None})


def _asked(waves: TwoWaves) -> RosterView:
    before, after = _people_asked(waves.before), _people_asked(waves.after)
    return RosterView(stayed=len(before & after), left=len(before - after), joined=len(after - before))


def _people_asked(network: Measurement) -> set[UUID]:
    persons = zip(network.persons(), network.cube.asked, strict=True)
    return {person for person, asked in persons if asked.any()}


def _change(waves: TwoWaves, items: list[int] | None, spread: Spread) -> ChangeView:
    before, after = given_by_person(waves.before, items), given_by_person(waves.after, items)
    return _view(paired_change(before, after), (len(before), len(after)), spread)


def given_by_person(network: Measurement, items: list[int] | None) -> dict[UUID, float]:
    """Return the mean of what each person gave; who has several seats is one person, not several."""
    dyads = dyads_of(network.cube, items)
    rows: dict[UUID, list[int]] = {}
    for place, person in enumerate(network.persons()):
        rows.setdefault(person, []).append(place)
    means = {
        person: mean_of_ratios(dyads.sums[places], dyads.counts[places]) for person, places in rows.items()
    }
    return {person: float(mean) for person, mean in means.items() if mean is not None}


def _view(found: PairedChange, raters: tuple[int, int], spread: Spread) -> ChangeView:
    reliable = reliable_change(found.before, found.after, spread.sd, spread.reliability)
    return ChangeView(
        before=_mean(found.before, raters[0]),
        after=_mean(found.after, raters[1]),
        difference=figure(found.total),
        reliable=ReliableView(
            standard_error=figure(reliable.standard_error),
            index=figure(reliable.index),
            direction=reliable.direction,
        ),
        same_raters=SameRatersView(
            stayed=found.stayed,
            left=found.left,
            joined=found.joined,
            turnover=figure(found.turnover),
            change=estimate(found.paired),
            composition=figure(found.composition),
        ),
    )


def _mean(found: Quantity, raters: int) -> WaveMeanView:
    return WaveMeanView(value=found.value, reason=found.reason, raters=raters)
