"""The only shape in which figures leave: something, or `not-available` for every reason alike."""

from enum import StrEnum
from functools import lru_cache
from typing import Generic, TypeVar

from pydantic import Field

from services.analytics.methods.results import Estimate, Interval, Quantity, Reason
from services.analytics.methods.scores import Score
from shared.wire import WireModel

Content = TypeVar("Content")


class Availability(StrEnum):
    """Whether there is something to see; hidden and nonexistent look the same."""

    AVAILABLE = "available"
    NOT_AVAILABLE = "not-available"


class Released(WireModel, Generic[Content]):
    """A result, or that there is none for this caller."""

    status: Availability
    result: Content | None = Field(description="Null when the status is `not-available`.")


def released(content: Content | None) -> Released[Content]:
    """Let a result out; None is what may not leave or does not exist."""
    status = Availability.NOT_AVAILABLE if content is None else Availability.AVAILABLE
    return Released(status=status, result=content)


class FigureView(WireModel):
    """A number, or the reason why it is undefined."""

    value: float | None = Field(examples=[3.9])
    reason: str | None = Field(default=None, examples=[None, "no-variance"])


class ScoreView(FigureView):
    """A score with what stands behind it."""

    cells: int = Field(examples=[42])
    dyads: int = Field(examples=[42])
    raters: int = Field(examples=[7])


class IntervalView(WireModel):
    """A confidence interval, or the reason why there is none."""

    low: float | None = Field(examples=[3.4])
    high: float | None = Field(examples=[4.3])
    level: float = Field(examples=[0.95])
    reason: str | None = None


class EstimateView(FigureView):
    """A number with its uncertainty."""

    standard_error: FigureView
    degrees_of_freedom: FigureView
    p: FigureView
    interval: IntervalView


def figure(quantity: Quantity) -> FigureView:
    """Show a quantity."""
    return FigureView(value=quantity.value, reason=quantity.reason)


def mean_figure(quantity: Quantity) -> FigureView:
    """Show a mean of answers. There are few, and none is a negative zero, so each is made once."""
    return _mean_figure(quantity.value, quantity.reason)


@lru_cache(maxsize=4096)
def _mean_figure(value: float | None, reason: Reason | None) -> FigureView:
    return FigureView(value=value, reason=reason)


def score(found: Score) -> ScoreView:
    """Show a score."""
    return _score(found.value.value, found.value.reason, found.cells, found.dyads, found.raters)


@lru_cache(maxsize=8192)
def _score(value: float | None, reason: Reason | None, cells: int, dyads: int, raters: int) -> ScoreView:
    """Make a score's view; of teams' few answers there are few, so each is made once."""
    return ScoreView(value=value, reason=reason, cells=cells, dyads=dyads, raters=raters)


def interval(found: Interval) -> IntervalView:
    """Show an interval."""
    return IntervalView(low=found.low, high=found.high, level=found.level, reason=found.reason)


def estimate(found: Estimate) -> EstimateView:
    """Show an estimate."""
    return EstimateView(
        value=found.value.value,
        reason=found.value.reason,
        standard_error=figure(found.standard_error),
        degrees_of_freedom=figure(found.df),
        p=figure(found.p),
        interval=interval(found.interval),
    )
