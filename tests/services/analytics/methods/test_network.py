"""Network: sna's and R's values with gaps, and bounds against every completion."""

import numpy as np
import pytest
from hypothesis import given

from services.analytics.methods.arrays import BoolArray
from services.analytics.methods.dyads import Dyads, dyads_of
from services.analytics.methods.network import asymmetries, network_of
from services.analytics.methods.results import Reason
from services.analytics.methods.scores import given_scores, received_scores
from services.analytics.methods.ties import ties_of

from .gappy_cases import GappyCases, computed_by_r
from .networks import completed, group, groups

CASES = GappyCases()
R = computed_by_r("network")


@pytest.mark.parametrize("case", CASES.cases)
def test_measures_are_r_s(case: str) -> None:
    held = network_of(dyads_of(CASES.cube(case, 1)), 3.5)
    found = {
        "density": held.density.value.value,
        "reciprocity": held.reciprocity.value.value,
        "asymmetry": held.asymmetry.value,
        "given": held.centralisation_given.value.value,
        "received": held.centralisation_received.value.value,
    }
    for name, value in found.items():
        wanted = R[f"{case}/{name}"]
        assert value == (wanted if wanted is None else pytest.approx(wanted, rel=1e-10)), name
    strengths = [one.total.value or 0.0 for one in held.received]
    assert strengths == pytest.approx(R[f"{case}/in_strength"], rel=1e-10)
    assert held.components.count == R[f"{case}/components"][0]


def test_edgewise_reciprocity_is_sna_s_where_nothing_is_missing() -> None:
    compared = [case for case in CASES.cases if f"{case}/sna_edgewise" in R]
    assert compared
    for case in compared:
        held = network_of(dyads_of(CASES.cube(case, 1)), 3.5).reciprocity
        assert held.value.value == pytest.approx(R[f"{case}/sna_edgewise"], rel=1e-12)
        assert held.low == held.value == held.high


def returned(strong: BoolArray) -> float | None:
    mutual = int(np.triu(strong & strong.T).sum())
    one_sided = int((strong ^ strong.T).sum()) // 2
    return 2 * mutual / (2 * mutual + one_sided) if mutual + one_sided else None


@given(groups())
def test_bounds_are_those_of_every_completion(dyads: Dyads) -> None:
    held, ties = network_of(dyads), ties_of(dyads)
    every = list(completed(ties))
    if ties.asked.any():
        shares = [int(strong.sum()) / int(ties.asked.sum()) for strong in every]
        assert (held.density.low.value, held.density.high.value) == (min(shares), max(shares))
    pairs = [mutual for mutual in map(returned, every) if mutual is not None]
    if pairs:
        assert held.reciprocity.low.value == pytest.approx(min(pairs))
        assert held.reciprocity.high.value == pytest.approx(max(pairs))
    else:
        assert held.reciprocity.low.reason is held.reciprocity.high.reason is Reason.NO_DATA


@given(groups())
def test_order_of_people_does_not_matter(dyads: Dyads) -> None:
    held = network_of(dyads)
    order = np.random.default_rng(held.asked).permutation(held.persons)
    turned = np.ix_(order, order)
    again = network_of(
        Dyads(dyads.sums[turned], dyads.counts[turned], dyads.asked[turned], dyads.answered[turned])
    )
    assert (again.density, again.reciprocity, again.asymmetry) == (
        held.density,
        held.reciprocity,
        held.asymmetry,
    )
    assert [held.given[at] for at in order] == list(again.given)
    assert again.centralisation_received == held.centralisation_received


@given(groups())
def test_strengths_are_the_scores(dyads: Dyads) -> None:
    held = network_of(dyads)
    for strengths, scores in ((held.given, given_scores(dyads)), (held.received, received_scores(dyads))):
        assert [one.mean for one in strengths] == [one.value for one in scores]
        assert [one.dyads for one in strengths] == [one.dyads for one in scores]
    assert sum(one.strong for one in held.given) == held.strong
    assert sum(one.possible for one in held.received) == held.strong + held.asked - held.known


def test_asymmetries_are_signed_and_named() -> None:
    found = asymmetries(group([[0, 5, 0], [2, 0, 3], [4, 3, 0]]))
    assert [(one.first, one.second, one.difference) for one in found] == [(0, 1, 3.0), (1, 2, 0.0)]


def test_a_group_without_answers_is_bounded_and_undefined() -> None:
    held = network_of(group([[0, 0, 0]] * 3))
    assert held.density.value.reason is held.asymmetry.reason is Reason.NO_DATA
    assert (held.density.low.value, held.density.high.value) == (0.0, 1.0)
    assert (held.reciprocity.low.value, held.reciprocity.high.value) == (0.0, 1.0)
    assert held.given[0].total.reason is Reason.NO_DATA


def test_one_person_has_no_network() -> None:
    held = network_of(group([[0]]))
    assert held.density.low.reason is held.reciprocity.value.reason is Reason.NO_DATA
    assert held.centralisation_given.value.reason is Reason.TOO_FEW_ROWS
    assert held.components.isolates == 1


def test_all_alike_is_full_and_even() -> None:
    held = network_of(group([[0, 4, 4], [4, 0, 4], [4, 4, 0]]))
    assert (held.density.value.value, held.reciprocity.value.value, held.asymmetry.value) == (1.0, 1.0, 0.0)
    assert held.centralisation_given.value.value == 0.0
