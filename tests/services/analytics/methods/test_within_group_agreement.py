"""rwg(j): the package multilevel on gaps, clipping, degenerate groups."""

import numpy as np
import pytest

from services.analytics.methods.results import Reason
from services.analytics.methods.within_group_agreement import agreement, rwg_j

from .gappy_cases import codes, computed_by_r, gappy

R = computed_by_r("agreement")


def test_gaps_agree_with_multilevel() -> None:
    rows = [row for row in gappy("leadership") if row["wave"] == "1"]
    cells = np.array([codes(row, "l", 7) for row in rows], dtype=float)
    held = agreement(np.where(cells >= 1, cells, np.nan), [row["case_id"] for row in rows])
    assert sorted({row["case_id"] for row in rows}) == R["rwg/groups"]
    assert [one.value.value for one in held.groups] == pytest.approx(R["rwg/value"], abs=1e-12)
    assert held.mean.value == pytest.approx(np.mean(R["rwg/value"]))
    assert held.median.value == pytest.approx(np.median(R["rwg/value"]))


def test_more_spread_than_chance_is_no_agreement() -> None:
    held = rwg_j([[1, 1], [5, 5], [1, 5]])
    assert held.mean_variance.value == pytest.approx(16 / 3)
    assert held.value.value == 0.0


def test_full_agreement_is_one() -> None:
    assert rwg_j([[4, 5], [4, 5]]).value.value == 1.0


def test_only_the_mean_variance_is_clipped() -> None:
    held = rwg_j([[1, 3], [4, 3]])
    assert held.mean_variance.value == 2.25
    mixed = rwg_j([[1, 3, 3], [4, 3, 3]])
    assert mixed.value.value == pytest.approx(3 * 0.25 / (3 * 0.25 + 0.75))


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1, 2]], Reason.TOO_FEW_ROWS),
        ([[1, np.nan], [2, 4]], Reason.TOO_FEW_ROWS),
        (np.zeros((0, 2)), Reason.TOO_FEW_ROWS),
        (np.zeros((3, 0)), Reason.TOO_FEW_ITEMS),
    ],
)
def test_undefined(rows: list[list[float]], reason: Reason) -> None:
    assert rwg_j(rows).value.reason is reason


def test_groups_without_a_value_stand_aside() -> None:
    held = agreement([[1, 2], [4, 4], [4, 4]], list("abb"))
    assert held.groups[0].value.reason is Reason.TOO_FEW_ROWS
    assert held.mean.value == 1.0
    assert agreement([[1, 2]], ["a"]).median.reason is Reason.NO_DATA


def test_a_null_variance_is_positive() -> None:
    with pytest.raises(ValueError, match="positive"):
        rwg_j([[1, 2], [2, 3]], 0.0)
