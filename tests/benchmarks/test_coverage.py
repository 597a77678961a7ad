"""Coverage: the short form runs seeded and lands in wide bounds; what is broken is told from bad luck."""

import numpy as np
import pytest

from benchmarks.coverage import SEED, Finding, findings, formula_powers, main
from benchmarks.simulated_studies import answers, leadership_rows, trial_cases, trial_dyads

WIDE = {
    "coverage of the slope": (0.85, 1.0),
    "coverage of the effect, ANCOVA": (0.85, 1.0),
    "coverage of the effect, Lin": (0.85, 1.0),
    "coverage of alpha (": (0.8, 1.0),
    "coverage of alpha, BCa": (0.8, 1.0),
    "type I error of the primary": (0.0, 0.15),
    "power, citizen slope": (0.4, 0.85),
    "power, slopes differing": (0.05, 0.4),
    "type I error, mixed model WITHOUT": (0.1, 0.6),
    "type I error, mixed model with": (0.0, 0.2),
}


def test_short_form_lands_in_wide_bounds() -> None:
    found = list(findings(0.02))
    assert len(found) == len(WIDE)
    for finding, (start, (low, high)) in zip(found, WIDE.items(), strict=True):
        assert finding.name.startswith(start)
        assert low <= finding.share <= high, finding.line()


def test_simulations_are_seeded() -> None:
    first, second = (trial_cases(np.random.default_rng(SEED), 1.0) for _ in range(2))
    assert (first.post == second.post).all()
    other = trial_cases(np.random.default_rng(SEED + 1), 1.0)
    assert (first.post != other.post).any()


def test_studies_are_of_the_published_size() -> None:
    rng = np.random.default_rng(1)
    trial = trial_cases(rng, 0.0)
    assert trial.post.size == 54
    assert np.unique(trial.municipality).size == 5
    for one in range(5):
        own = trial.arm[trial.municipality == one]
        assert abs(int(own.sum()) * 2 - own.size) <= 1
    rows = leadership_rows(rng)
    assert np.unique(rows.cases).size == 54
    assert np.bincount(rows.cases).min() >= 3
    dyads = trial_dyads(rng)
    assert dyads.rk.size == 54 * 2 * 20
    cells = answers(10, 4, rng)
    assert cells.shape == (10, 4, 4, 6)
    assert (cells.min(), cells.max()) >= (1, 1)


def test_a_promise_is_broken_beyond_chance_only() -> None:
    assert not Finding("lucky", 96, 100, 0.93, 0.97).broken
    assert not Finding("unlucky", 92, 100, 0.93, 0.97).broken
    assert Finding("broken", 8_500, 10_000, 0.93, 0.97).broken
    assert not Finding("told only", 0, 100).broken
    assert "OUTSIDE" in Finding("broken", 85, 100, 0.93, 0.97).line()
    assert "inside" in Finding("kept", 95, 100, 0.93, 0.97).line()


def test_exit_code_says_whether_a_promise_broke(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["coverage"])
    monkeypatch.setattr(
        "benchmarks.coverage.findings", lambda scale: [Finding("kept", 95, 100, 0.93, 0.97)]
    )
    main()
    monkeypatch.setattr(
        "benchmarks.coverage.findings", lambda scale: [Finding("off", 500, 1000, 0.93, 0.97)]
    )
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1


def test_powers_by_formula_are_told() -> None:
    assert "slope 64" in formula_powers()
