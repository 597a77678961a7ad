"""The sample's study over REST against the methods applied to the files themselves.

Both leave out the cases of fewer than five raters, whose scores others than their teams don't see.
"""

import numpy as np
import pytest

from services.analytics.associations.views import SEED
from services.analytics.methods.ancova import ancova
from services.analytics.methods.arms import two_arms
from services.analytics.methods.contamination import contamination
from services.analytics.methods.did import difference_in_differences
from services.analytics.methods.effect_size import Outcome, hedges_g
from services.analytics.methods.permutation import permutation_test
from services.analytics.methods.reallocation import MonteCarlo, Statistic
from services.analytics.methods.results import Estimate
from services.analytics.release.envelope import EstimateView
from services.analytics.studies.schemas import ComparisonView, EffectView
from tests.services.analytics.five_municipalities import STUDY, case_table, cases_that_count, rows
from tests.services.analytics.told_sample import ToldSample

EXACT = 1e-9


@pytest.fixture(scope="module")
async def found(told_sample: ToldSample) -> EffectView:
    path = f"studies/{STUDY}/effect?from=baseline&to=follow-up"
    return EffectView.model_validate(await told_sample.to_analyst(path))


@pytest.fixture(scope="module")
def compared(found: EffectView) -> ComparisonView:
    (view,) = found.comparisons
    return view


def same(view: EstimateView, wanted: Estimate) -> None:
    shown = (view.value, view.standard_error.value, view.degrees_of_freedom.value, view.p.value)
    held = (wanted.value.value, wanted.standard_error.value, wanted.df.value, wanted.p.value)
    assert shown == pytest.approx(held, abs=EXACT)
    assert (view.interval.low, view.interval.high) == pytest.approx(
        (wanted.interval.low, wanted.interval.high), abs=EXACT
    )


def test_the_arms_before_and_after(found: EffectView) -> None:
    table = case_table()
    assert found.cases == "shown-by-themselves"
    for shown, wave in (("before", "baseline"), ("after", "follow-up")):
        wanted = two_arms(table.rk[wave], table.arm)
        for arm, held in zip(found.arms, (wanted.control, wanted.intervention), strict=True):
            view = getattr(arm, shown)
            assert view.n == held.n
            same(view.mean, held.mean)
            assert view.sd.value == pytest.approx(held.sd.value, abs=EXACT)
    assert [(arm.code, arm.control, arm.enrolled) for arm in found.arms] == [
        ("as-usual", True, int((table.arm == 0).sum())),
        ("intervention", False, int((table.arm == 1).sum())),
    ]


def test_ancova_and_welch(compared: ComparisonView) -> None:
    table = case_table()
    after, before = table.rk["follow-up"], table.rk["baseline"]
    wanted = ancova(after, before, table.arm, table.municipality)
    assert (compared.arm, compared.control) == ("intervention", "as-usual")
    same(compared.ancova.effect, wanted.effect)
    same(compared.ancova.lin, wanted.lin_effect)
    assert (compared.ancova.intervention, compared.ancova.control, compared.ancova.strata) == (
        wanted.intervention,
        wanted.control,
        wanted.strata,
    )
    same(compared.welch, two_arms(after, table.arm).difference)
    same(compared.before, two_arms(before, table.arm).difference)


def test_changes_and_drift(found: EffectView, compared: ComparisonView) -> None:
    table = case_table()
    wanted = difference_in_differences(
        np.concatenate([table.rk["baseline"], table.rk["follow-up"]]),
        np.tile(table.arm, 2),
        np.repeat([0, 1], len(table.cases)),
        np.tile(table.cases, 2),
    )
    same(compared.difference_in_differences, wanted.aggregate)
    same(compared.control_drift, wanted.control_change)
    same(found.arms[0].change, wanted.control_change)
    same(found.arms[1].change, wanted.intervention_change)


def test_sizes_and_permutations(compared: ComparisonView) -> None:
    table = case_table()
    after, change = table.rk["follow-up"], table.rk["follow-up"] - table.rk["baseline"]
    outcomes = ((Outcome.POST, after), (Outcome.CHANGE, change))
    for view, (outcome, values) in zip(compared.effect_sizes, outcomes, strict=True):
        wanted = hedges_g(values, table.arm, outcome)
        assert view.outcome == outcome.value
        assert view.g.value == pytest.approx(wanted.g.value, abs=EXACT)
        assert view.interval.low == pytest.approx(wanted.interval.low, abs=EXACT)
    for shown, (outcome, values) in zip(compared.permutations, outcomes, strict=True):
        chance = MonteCarlo(np.random.default_rng(SEED))
        held = permutation_test(values, table.arm, table.municipality, Statistic.WITHIN_STRATA, chance)
        assert (shown.outcome, shown.seed, shown.used) == (outcome.value, None, held.used)
        assert shown.assignments == held.assignments == "exact"
        assert shown.p.value == pytest.approx(held.p_two_sided.value, abs=EXACT)
        assert shown.observed.value == pytest.approx(held.observed.value, abs=EXACT)


def test_contamination(compared: ComparisonView) -> None:
    arm_of = dict(zip(case_table().cases, case_table().arm.tolist(), strict=True))
    counting = {case for wave in ("baseline", "follow-up") for case in cases_that_count(wave)}
    seats = [
        (row["professional_id"], row["case_id"], arm_of[row["case_id"]])
        for row in rows("members")
        if row["case_id"] in counting
    ]
    people, cases, arms = (np.array([seat[at] for seat in seats]) for at in range(3))
    wanted = contamination(people, cases, arms)
    view = compared.contamination
    assert (view.professionals, view.both) == (wanted.professionals, wanted.both)
    assert (view.control_cases, view.exposed_cases) == (wanted.control_cases, wanted.exposed_cases)
    assert view.share.value == pytest.approx(wanted.share.value, abs=EXACT)
    assert view.exposed_share.value == pytest.approx(wanted.exposed_share.value, abs=EXACT)
