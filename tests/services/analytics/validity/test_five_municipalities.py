"""Instruments in the sample over REST against the methods applied to the files themselves."""

from collections.abc import Mapping

import numpy as np
import pytest

from services.analytics.associations.views import SEED
from services.analytics.methods.alpha_bootstrap import alpha_interval
from services.analytics.methods.factors_confirmatory import Confirmatory, confirm, omega
from services.analytics.methods.factors_sample import sample_of
from services.analytics.methods.reliability import reliability
from services.analytics.validity.schemas import InstrumentReliability, Reliabilities
from tests.services.analytics.five_municipalities import WAVES, cases_that_count, codes, rows
from tests.services.analytics.told_sample import ToldSample

EXACT = 1e-9
FILES = {
    "relational-capacity": ("rk", "i", 6, ("rater_id", "target_id")),
    "coherent-leadership": ("leadership", "l", 7, ("respondent_id",)),
    "citizen-experienced-quality": ("citizen", "c", 5, ("citizen_id",)),
}


def by_case(instrument: str, wave: str) -> list[np.ndarray]:
    """Return the files' rows of each case that counts, in the order of ids."""
    name, letter, items, axes = FILES[instrument]
    held: dict[str, list[list[float]]] = {}
    for row in sorted(rows(name), key=lambda each: [each["case_id"], *(each[axis] for axis in axes)]):
        if row["case_id"] not in cases_that_count(wave, name):
            continue
        if WAVES[row["wave"]] == wave and row.get("rater_id") != row.get("target_id", ""):
            answers = [code if code > 0 else np.nan for code in codes(row, letter, items)]
            held.setdefault(row["case_id"], []).append(answers)
    return [np.array(own, dtype=float) for own in held.values()]


Found = Mapping[tuple[str, str], InstrumentReliability]
"""By instrument and wave."""


@pytest.fixture(scope="module")
async def of(told_sample: ToldSample) -> Found:
    views = {
        wave: Reliabilities.model_validate(await told_sample.to_analyst(f"waves/{wave}/reliability"))
        for wave in WAVES.values()
    }
    return {(each.instrument, wave): each for wave, view in views.items() for each in view.instruments}


@pytest.mark.parametrize("wave", WAVES.values())
@pytest.mark.parametrize("instrument", FILES)
def test_alpha_and_its_interval_over_cases(of: Found, instrument: str, wave: str) -> None:
    tables, found = by_case(instrument, wave), of[instrument, wave].alpha
    wanted = reliability(np.vstack(tables))
    assert found.listwise.value == pytest.approx(wanted.listwise.alpha.value, abs=EXACT)
    assert found.standardised.value == pytest.approx(wanted.listwise.standardised.value, abs=EXACT)
    assert found.pairwise.value == pytest.approx(wanted.pairwise.alpha.value, abs=EXACT)
    assert (found.listwise_rows, found.pairwise_rows) == (wanted.listwise.rows, wanted.pairwise.rows)
    for view, rest, dropped in zip(
        found.items, wanted.listwise.item_rest, wanted.listwise.if_dropped, strict=True
    ):
        assert (view.item_rest.value, view.if_dropped.value) == pytest.approx(
            (rest.value, dropped.value), abs=EXACT
        )
    drawn = alpha_interval(tables, np.random.default_rng(SEED)).percentile
    held = found.bootstrap
    assert (held.percentile.low, held.percentile.high) == pytest.approx((drawn.low, drawn.high), abs=EXACT)
    assert (held.seed, held.draws) == (SEED, 2_000)


@pytest.mark.parametrize("instrument", FILES)
def test_omega_and_the_one_factor(of: Found, instrument: str) -> None:
    found, sampled = of[instrument, "baseline"], sample_of(np.vstack(by_case(instrument, "baseline")))
    wanted = confirm(sampled, [range(sampled.items)])
    assert isinstance(wanted, Confirmatory)
    assert found.omega.value == pytest.approx(omega(sampled).value, abs=EXACT)
    model = found.one_factor
    assert model.rows == sampled.rows
    for shown, held in (
        (model.chi_square, wanted.fit.chi_square.statistic),
        (model.cfi, wanted.fit.cfi),
        (model.tli, wanted.fit.tli),
        (model.rmsea, wanted.fit.rmsea),
        (model.srmr, wanted.fit.srmr),
    ):
        assert shown.value == pytest.approx(held.value, abs=EXACT)


def test_orientation_and_behaviour_as_two_factors(of: Found) -> None:
    found = of["relational-capacity", "baseline"]
    sampled = sample_of(np.vstack(by_case("relational-capacity", "baseline")))
    wanted, model = confirm(sampled, [[1, 2, 5], [0, 3, 4]]), found.sub_scale_factors
    assert isinstance(wanted, Confirmatory)
    assert model is not None
    assert [factor.code for factor in model.factors] == ["orientation", "behaviour"]
    assert [item.code for item in model.factors[1].items] == ["network-1", "network-4", "network-5"]
    shown = [item.loading.value for factor in model.factors for item in factor.items]
    assert shown == pytest.approx([one.value for one in wanted.standardised], abs=EXACT)
    (correlation,) = model.correlations
    assert correlation.value.value == pytest.approx(wanted.correlations[0].value.value, abs=EXACT)
    assert model.cfi.value == pytest.approx(wanted.fit.cfi.value, abs=EXACT)
    assert [each.code for each in found.sub_scales] == ["orientation", "behaviour"]


def test_dyads_and_rater_means_are_different_questions(of: Found) -> None:
    found = of["relational-capacity", "baseline"]
    assert found.rater_means is not None
    assert (found.alpha.level, found.rater_means.level) == ("dyads", "rater-means")
    assert (found.rater_means.listwise.value or 0) > (found.alpha.listwise.value or 0)
    assert found.alpha.feldt is None


def test_only_forms_of_as_many_people_have_feldts_interval(of: Found) -> None:
    assert of["citizen-experienced-quality", "baseline"].alpha.feldt is not None
    assert of["coherent-leadership", "baseline"].alpha.feldt is None


def test_dependent_rows_are_said_to_be(of: Found) -> None:
    assert "dependent-rows" in of["relational-capacity", "baseline"].warnings
    assert "dependent-rows" not in of["citizen-experienced-quality", "baseline"].warnings
