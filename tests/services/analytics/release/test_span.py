"""What can be computed of some rows, by another way than the one taken."""

import numpy as np
import pytest

from services.analytics.methods.sparse_rows import sparse_rows
from services.analytics.release.span import Span

ROWS = [(0, 1, 2, 3), (0, 1), (2, 3), (0, 2), (3, 4)]
EVERY = np.arange(len(ROWS))


def taken(*rows: int) -> Span:
    span = Span(sparse_rows(ROWS, 5), EVERY)
    for row in rows:
        span.take(row, span.residual(row)[1])
    return span


class TestSpan:
    def test_what_can_be_computed_leaves_nothing(self) -> None:
        assert taken(0, 1).residual(2)[1] == pytest.approx(0.0, abs=1e-12)
        assert taken(0, 1).residual(3)[1] > 0.5

    def test_residuals_are_those_of_least_squares(self) -> None:
        known = sparse_rows(ROWS, 5).toarray()[[0, 3, 4]].T
        asked = sparse_rows(ROWS, 5).toarray()[1]
        fitted = known @ np.linalg.lstsq(known, asked, rcond=None)[0]
        assert taken(0, 3, 4).residual(1)[0] == pytest.approx(asked - fitted)
        assert taken(4, 0, 3).beside(asked[:, None])[:, 0] == pytest.approx(asked - fitted)

    def test_weights_make_up_the_nearest(self) -> None:
        span = taken(0, 4)
        points = sparse_rows(ROWS, 5).toarray().T
        nearest = sparse_rows(ROWS, 5).toarray().T @ span.weights(points)
        assert points - nearest == pytest.approx(span.beside(points))

    def test_nothing_taken_tells_nothing(self) -> None:
        assert taken().residual(1)[1] == pytest.approx(2.0)
