"""Entry checks: shapes, infinities, labels in their own order."""

import numpy as np
import pytest

from services.analytics.methods.arrays import frozen, labels, matrix, vector


def test_missing_is_kept_and_infinite_refused() -> None:
    assert np.isnan(vector([np.nan, 1.0], "x")[0])
    with pytest.raises(ValueError, match="infinite"):
        vector([np.inf], "x")
    with pytest.raises(ValueError, match="infinite"):
        matrix([[-np.inf]], "rows")


def test_wrong_dimensions_are_refused() -> None:
    with pytest.raises(ValueError, match="vector"):
        vector([[1.0]], "x")
    with pytest.raises(ValueError, match="matrix"):
        matrix([1.0], "rows")
    with pytest.raises(ValueError, match="one label per row"):
        labels([1, 2], 3, "cases")


def test_labels_are_numbered_in_their_order_whatever_the_rows() -> None:
    assert labels(["S2", "S1", "S2"], 3, "cases").tolist() == [1, 0, 1]
    assert labels([], 0, "cases").tolist() == []


def test_frozen_arrays_are_closed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        frozen(np.zeros(1))[0] = 1.0
