"""Quantiles of grouped values: by hand, at their limits, and against all values spread evenly."""

import numpy as np
import pytest

from services.analytics.methods.grouped import grouped_quantile
from services.analytics.methods.results import Reason

EDGES, COUNTS = (1.0, 2.0, 4.0, 5.0), (2, 0, 6)


class TestGroupedQuantile:
    @pytest.mark.parametrize(
        ("share", "value"),
        [(0.0, 1.0), (0.125, 1.5), (0.25, 2.0), (0.5, 4.0 + 2 / 6), (1.0, 5.0)],
    )
    def test_by_hand(self, share: float, value: float) -> None:
        assert grouped_quantile(EDGES, COUNTS, share).value == pytest.approx(value)

    def test_is_close_to_the_quantile_of_values_spread_evenly(self) -> None:
        counts = (400, 100, 500)
        values = np.concatenate(
            [np.linspace(low, high, n) for low, high, n in zip(EDGES, EDGES[1:], counts, strict=False)]
        )
        for share in (0.1, 0.3, 0.45, 0.9):
            found = grouped_quantile(EDGES, counts, share).value
            assert found == pytest.approx(float(np.quantile(values, share)), abs=0.02)

    def test_of_nothing_there_is_none(self) -> None:
        assert grouped_quantile((1.0, 5.0), (0,), 0.5).reason is Reason.NO_DATA

    @pytest.mark.parametrize(
        ("edges", "counts", "share"),
        [((1.0, 2.0), (1, 1), 0.5), ((2.0, 1.0), (1,), 0.5), ((1.0, 2.0), (1,), 1.5)],
    )
    def test_refuses_what_is_no_distribution(
        self, edges: tuple[float, ...], counts: tuple[int, ...], share: float
    ) -> None:
        with pytest.raises(ValueError, match=r"edges|share"):
            grouped_quantile(edges, counts, share)
