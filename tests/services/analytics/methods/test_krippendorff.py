"""Krippendorff's alpha: irr on gaps, the 2011 example, coders of one value."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.methods.krippendorff import Metric, krippendorff_alpha
from services.analytics.methods.results import Reason

from .gappy_cases import computed_by_r
from .gappy_groups import coding

R = computed_by_r("agreement")
GAP = np.nan
EXAMPLE = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, GAP, GAP, GAP],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, GAP, 3],
        [GAP, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, GAP],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, GAP],
    ]
).T


@pytest.mark.parametrize(
    ("metric", "value"), [(Metric.NOMINAL, 0.743), (Metric.ORDINAL, 0.815), (Metric.INTERVAL, 0.849)]
)
def test_the_published_example(metric: Metric, value: float) -> None:
    held = krippendorff_alpha(EXAMPLE, metric)
    assert held.value.value == pytest.approx(value, abs=5e-4)
    assert (held.units, held.values) == (11, 40)


@pytest.mark.parametrize("metric", Metric)
@pytest.mark.parametrize("name", ["codes", "ordered"])
def test_gaps_agree_with_irr(name: str, metric: Metric) -> None:
    held = krippendorff_alpha(coding(name), metric)
    assert held.value.value == pytest.approx(R[f"krippendorff/{name}_{metric.value}"], rel=1e-12)


@pytest.mark.parametrize("metric", Metric)
def test_undefined(metric: Metric) -> None:
    assert krippendorff_alpha([[1, GAP], [GAP, 2]], metric).value.reason is Reason.NO_DATA
    assert krippendorff_alpha(np.zeros((0, 3)), metric).value.reason is Reason.NO_DATA
    assert krippendorff_alpha([[2, 2], [2, 2]], metric).value.reason is Reason.NO_VARIANCE
    assert krippendorff_alpha([[1, 1], [2, 2]], metric).value.value == 1.0


@given(
    st.lists(st.tuples(*[st.one_of(st.none(), st.integers(1, 5))] * 3), min_size=2, max_size=20),
    st.sampled_from(Metric),
)
def test_coders_and_units_are_exchangeable(rows: list[tuple[int | None, ...]], metric: Metric) -> None:
    codes = np.array(rows, dtype=float)
    one, two = krippendorff_alpha(codes, metric), krippendorff_alpha(codes[::-1, ::-1] + 3, metric)
    assert one.value.reason is two.value.reason
    if one.value.value is not None:
        assert two.value.value == pytest.approx(one.value.value, abs=1e-12)
