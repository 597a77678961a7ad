"""Multiplicity: R's p.adjust, undefined ones kept apart, and order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.multiplicity import benjamini_hochberg, holm
from services.analytics.methods.results import Quantity, Reason, undefined

from .gappy_cases import computed_by_r

R = computed_by_r("association")
SEVERAL = st.lists(st.floats(0, 1), max_size=12)


def test_adjusted_values_are_r_s() -> None:
    p = [Quantity(one) for one in R["multiplicity/p"]]
    assert [one.value for one in holm(p)] == pytest.approx(R["multiplicity/holm"])
    assert [one.value for one in benjamini_hochberg(p)] == pytest.approx(R["multiplicity/bh"])


@given(SEVERAL)
def test_order_keeps_and_nothing_shrinks(values: list[float]) -> None:
    p = [Quantity(one) for one in values]
    order = np.random.default_rng(len(values)).permutation(len(values)).tolist()
    for adjust in (holm, benjamini_hochberg):
        held = adjust(p)
        again = adjust([p[at] for at in order])
        assert [held[at] for at in order] == list(again)
        for one, other in zip(p, held, strict=True):
            assert one.value is not None
            assert other.value is not None
            assert one.value <= other.value + 1e-15
            assert other.value <= 1


def test_an_undefined_one_is_not_counted() -> None:
    gap = undefined(Reason.TOO_FEW_ROWS)
    p = [Quantity(0.01), gap, Quantity(0.04)]
    assert [one.value for one in holm(p)] == [0.02, None, 0.04]
    assert holm(p)[1] is gap
    assert benjamini_hochberg([gap]) == (gap,)


def test_malformed_input_is_refused() -> None:
    with pytest.raises(ValueError, match="a p value lies"):
        holm([Quantity(1.2)])
