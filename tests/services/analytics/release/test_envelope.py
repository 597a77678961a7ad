"""The one shape in which figures leave."""

from services.analytics.methods.results import Quantity, Reason
from services.analytics.methods.scores import Score
from services.analytics.release.envelope import FigureView, figure, released, score


class TestReleased:
    def test_nothing_is_not_available_and_says_no_more(self) -> None:
        nothing: FigureView | None = None
        assert (
            released(nothing).model_dump_json(by_alias=True) == '{"status":"not-available","result":null}'
        )

    def test_something_is_available(self) -> None:
        shown = released(FigureView(value=3.5))
        assert (shown.status, shown.result) == ("available", FigureView(value=3.5))


class TestFigures:
    def test_an_undefined_number_has_a_reason(self) -> None:
        reason = next(iter(Reason))
        assert figure(Quantity(None, reason)) == FigureView(value=None, reason=reason)
        assert figure(Quantity(3.5)) == FigureView(value=3.5)

    def test_a_score_shows_what_stands_behind_it(self) -> None:
        shown = score(Score(Quantity(3.5), cells=6, dyads=1, raters=1))
        assert (shown.value, shown.cells, shown.dyads, shown.raters) == (3.5, 6, 1, 1)
