"""Shows what is held of like cases, figure by figure; pure; gives no rank."""

from collections.abc import Callable
from math import sqrt
from uuid import UUID

from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.nested_components import NestedBayes
from services.analytics.methods.noncentral import normal_below, normal_quantile
from services.analytics.methods.results import CONFIDENCE, Interval, Quantity, Reason, undefined
from services.analytics.methods.scores import mean_of_dyads
from services.analytics.release.envelope import FigureView, IntervalView, ScoreView, figure, interval, score
from services.analytics.standing.like_cases import LikeCases
from services.analytics.standing.schemas import EstimateOfCase, LikeCasesView, PositionView, ThresholdView
from services.analytics.standing.wording import BANDS, CHOSEN, THRESHOLD
from shared.wire import Language

Held = NestedBayes | Reason


def threshold_view(asked: float | None, language: Language, default: float = THRESHOLD) -> ThresholdView:
    """Show a limit: the one asked for, or the default."""
    if asked is None:
        return ThresholdView(value=default, source=BANDS[language])
    return ThresholdView(value=asked, source=CHOSEN[language])


def figure_of(held: Held, read: Callable[[NestedBayes], float]) -> FigureView:
    """Show a figure of what is held, or why nothing is."""
    return figure(undefined(held) if isinstance(held, Reason) else Quantity(float(read(held))))


def like_cases_view(found: LikeCases) -> LikeCasesView:
    """Show the cases that one is set beside, together."""
    held = found.held
    fit = None if isinstance(held, Reason) else held.fit
    return LikeCasesView(
        level=found.level or "",
        cases=len(found.networks),
        people=len(found.people),
        mean=figure_of(held, lambda known: known.mean),
        sd=figure_of(held, _between),
        spread=fit.spread if fit else None,
        p=figure(fit.against_zero) if fit else figure_of(held, _between),
    )


def estimate_of(held: Held, place: int) -> EstimateOfCase:
    """Show a case's estimate with its posterior spread."""
    shown = figure_of(held, lambda known: known.estimates[place])
    return EstimateOfCase(
        value=shown.value,
        reason=shown.reason,
        spread=figure_of(held, lambda known: known.spread[place]),
        interval=_interval(held, lambda known: _ends(known, place)),
        reliability=figure_of(held, lambda known: known.reliability[place]),
    )


def raw_mean_of(found: LikeCases, case_id: UUID) -> ScoreView:
    """Show a case's score as it is, with the people behind it."""
    shown = score(mean_of_dyads(dyads_of(found.networks[case_id].cube)))
    return shown.model_copy(update={"raters": len(found.raters[case_id])})


def probability_below(held: Held, place: int, threshold: float) -> FigureView:
    """Show how probable it is that a case is below a threshold."""
    return figure_of(held, lambda known: known.below(place, threshold))


def position_of(held: Held, place: int) -> PositionView:
    """Show which share of like cases is expected below a case; there is none where cases don't differ."""
    if not isinstance(held, Reason) and _between(held) == 0:
        held = Reason.NO_VARIANCE
    return PositionView(
        share_below=figure_of(held, lambda known: _share_below(known, place)),
        interval=_interval(held, lambda known: _shares(known, place)),
    )


def _between(held: NestedBayes) -> float:
    return sqrt(held.fit.between.value or 0.0)


def _ends(held: NestedBayes, place: int) -> tuple[float, float]:
    half = normal_quantile((1 + CONFIDENCE) / 2) * float(held.spread[place])
    middle = float(held.estimates[place])
    return middle - half, middle + half


def _share_below(held: NestedBayes, place: int) -> float:
    """P(another like case is below this one), over what is thought of both."""
    apart = float(held.estimates[place]) - held.mean
    return normal_below(apart / sqrt(float(held.spread[place]) ** 2 + _between(held) ** 2))


def _shares(held: NestedBayes, place: int) -> tuple[float, float]:
    low, high = (normal_below((end - held.mean) / _between(held)) for end in _ends(held, place))
    return low, high


def _interval(held: Held, read: Callable[[NestedBayes], tuple[float, float]]) -> IntervalView:
    if isinstance(held, Reason):
        return interval(Interval(None, None, held))
    low, high = read(held)
    return interval(Interval(low, high))
