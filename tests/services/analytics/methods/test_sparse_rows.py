"""Sets of columns as a matrix."""

import pytest

from services.analytics.methods.sparse_rows import sparse_rows


def test_each_set_is_a_row() -> None:
    rows = sparse_rows([(3,), (), (0, 1)], 4)
    assert rows.toarray().tolist() == [[0, 0, 0, 1], [0, 0, 0, 0], [1, 1, 0, 0]]


def test_of_no_sets_there_are_no_rows() -> None:
    assert sparse_rows([], 4).shape == (0, 4)


@pytest.mark.parametrize("column", [-1, 4])
def test_a_column_that_is_not_there_is_refused(column: int) -> None:
    with pytest.raises(ValueError, match="not all among"):
        sparse_rows([(column,)], 4)
