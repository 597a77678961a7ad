"""Whether intervals cover and tests err as they say: seeded simulations of studies of the published size.

Run: `python -m benchmarks.coverage [--short]` (`make soak`). Ends with 1 when a promise is broken by more
than chance explains. Each line gives its Monte Carlo standard error; docs/methods.md has the dated result.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import sqrt

import numpy as np

from benchmarks.simulated_studies import (
    CASES,
    CITIZEN_DIFFERENCE,
    CITIZEN_SD,
    CITIZEN_SLOPE,
    EFFECT,
    LEADERSHIP_SLOPE,
    MANY_UNITS_SHARE,
    RK_SD,
    answers,
    citizen_cases,
    leadership_rows,
    trial_cases,
    trial_dyads,
)
from services.analytics.methods.alpha_bootstrap import alpha_of_sums
from services.analytics.methods.ancova import ancova
from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.association import rk_to_citizen
from services.analytics.methods.bulk import bucket_of
from services.analytics.methods.bulk_alpha import alpha_sums
from services.analytics.methods.did_mixed import mixed_difference_in_differences
from services.analytics.methods.least_squares import design_of
from services.analytics.methods.mixed_models import mixed_model
from services.analytics.methods.moderation import moderated_slope
from services.analytics.methods.power import Spread, power_of_moderator, power_of_slope
from services.analytics.methods.regression import regress
from services.analytics.methods.resampling import bootstrap, drawn_sums
from services.analytics.methods.results import Estimate, Interval
from services.analytics.methods.sandwich import Errors

SEED = 20_261_121
SIZES = (4, 5, 6)
"""Members of the cases that alpha is simulated on, as many cases of each."""

Happened = Callable[[np.random.Generator], bool]


@dataclass(frozen=True, slots=True)
class Finding:
    """How often something happened.

    Attributes
    ----------
    name : str
    times, replications : int
    low, high : float or None
        The share that is promised; None where the share is only told.
    """

    name: str
    times: int
    replications: int
    low: float | None = None
    high: float | None = None

    @property
    def share(self) -> float:
        """Share of the replications."""
        return self.times / self.replications

    @property
    def monte_carlo_error(self) -> float:
        """Standard error of the share, from simulating only so often."""
        return sqrt(max(self.share * (1 - self.share), 1 / self.replications) / self.replications)

    @property
    def broken(self) -> bool:
        """Whether the share is outside what is promised by more than two of its standard errors."""
        if self.low is None or self.high is None:
            return False
        slack = 2 * self.monte_carlo_error
        return not self.low - slack <= self.share <= self.high + slack

    def line(self) -> str:
        """Return the finding as one line of text."""
        told = f"{self.name:58} {self.share:7.2%} +- {self.monte_carlo_error:.2%}  n {self.replications:,}"
        if self.low is None or self.high is None:
            return told
        inside = "inside" if self.low <= self.share <= self.high else "OUTSIDE"
        return f"{told}  {inside} {self.low:.0%}-{self.high:.0%}"


def main() -> None:
    """Simulate, print, and say by the exit code whether all promises held."""
    scale = 0.02 if "--short" in sys.argv else 1.0
    broken = []
    print(f"seed {SEED}; {CASES} cases; +- is one Monte Carlo standard error")
    for finding in findings(scale):
        print(finding.line(), flush=True)
        broken += [finding.name] if finding.broken else []
    print(formula_powers())
    if broken:
        print("broken:", "; ".join(broken))
        sys.exit(1)


def findings(scale: float) -> Iterable[Finding]:
    """Work out every finding; `scale` 1 is the long form."""
    many, some, few = (max(20, round(scale * each)) for each in (10_000, 3_000, 1_500))
    yield counted("coverage of the slope, CR2 by case", many, covers_slope, (0.93, 0.97))
    yield counted("coverage of the effect, ANCOVA", many, covers_effect, (0.93, 0.97))
    yield counted("coverage of the effect, Lin", many, covers_lin, (0.93, 0.97))
    yield from alpha_coverage(some)
    yield counted("type I error of the primary effect test", many, errs_on_effect, (0.04, 0.06))
    yield counted(f"power, citizen slope {CITIZEN_SLOPE}", some, sees_citizen_slope)
    yield counted(f"power, slopes differing by {CITIZEN_DIFFERENCE}", some, sees_moderator)
    yield counted("type I error, mixed model WITHOUT case:wave", few, errs_without_case_wave)
    yield counted("type I error, mixed model with case:wave", few, errs_with_case_wave, (0.03, 0.06))


def counted(
    name: str, replications: int, happened: Happened, promise: tuple[float, float] | None = None
) -> Finding:
    """Count how often it happens; each replication has a generator of its own."""
    seeds = np.random.SeedSequence(SEED).spawn(replications)
    times = sum(happened(np.random.default_rng(seed)) for seed in seeds)
    return Finding(name, times, replications, *(promise or (None, None)))


def covers_slope(rng: np.random.Generator) -> bool:
    """Whether the interval of leadership -> RK holds the true slope."""
    held = leadership_rows(rng)
    fit = regress(held.rk, design_of(held.leadership), Errors.CR2, [held.cases])
    return holds(fit.slope.interval, LEADERSHIP_SLOPE)


def covers_effect(rng: np.random.Generator) -> bool:
    """Whether the primary interval holds the true effect."""
    return holds(_ancova(rng, EFFECT)[0].interval, EFFECT)


def covers_lin(rng: np.random.Generator) -> bool:
    """Whether Lin's interval holds the true effect."""
    return holds(_ancova(rng, EFFECT)[1].interval, EFFECT)


def errs_on_effect(rng: np.random.Generator) -> bool:
    """Whether the primary test rejects although there is no effect."""
    return rejects(_ancova(rng, 0.0)[0])


def sees_citizen_slope(rng: np.random.Generator) -> bool:
    """Whether the slope of the citizen score is told from 0."""
    rk, citizen, _ = citizen_cases(rng)
    return rejects(rk_to_citizen(rk, citizen).regression.slope)


def sees_moderator(rng: np.random.Generator) -> bool:
    """Whether the two slopes are told apart."""
    return rejects(moderated_slope(*citizen_cases(rng, CITIZEN_DIFFERENCE)).interaction)


def errs_without_case_wave(rng: np.random.Generator) -> bool:
    """Whether a model that takes a case's movement for evidence rejects although nothing happened."""
    held = trial_dyads(rng)
    design = design_of(held.arm, held.after, held.arm * held.after)
    return rejects(mixed_model(held.rk, design, {"case": held.cases}).coefficients[3])


def errs_with_case_wave(rng: np.random.Generator) -> bool:
    """Whether the model with the term rejects."""
    held = trial_dyads(rng)
    return rejects(mixed_difference_in_differences(held.rk, held.arm, held.after, held.cases).effect)


def alpha_coverage(replications: int) -> Iterable[Finding]:
    """Whether intervals of alpha over resampled cases hold the alpha of endlessly many cases."""
    rng = np.random.default_rng(SEED)
    each = CASES // len(SIZES)
    truth = float(alpha_of_sums(_cases_of(100_000, rng).reshape(-1, 9).sum(axis=0, keepdims=True))[0])
    studies = _cases_of(replications * each, rng).reshape(len(SIZES), replications, each, 9)
    percentile = bca = 0
    for study in range(replications):
        sums = studies[:, study].reshape(CASES, 9)
        held = bootstrap(sums, alpha_of_sums, drawn_sums(sums, 2_000, rng))
        percentile += holds(held.percentile, truth)
        bca += holds(held.bca, truth)
    promise = (0.93, 0.97)
    yield Finding(
        f"coverage of alpha ({truth:.3f}), percentile over cases", percentile, replications, *promise
    )
    yield Finding("coverage of alpha, BCa over cases", bca, replications, *promise)


def formula_powers() -> str:
    """Return the powers that the formulas give for the same studies."""
    spread, many = Spread(RK_SD, CITIZEN_SD), round(MANY_UNITS_SHARE * CASES)
    slope = power_of_slope(CITIZEN_SLOPE, spread, CASES).value
    moderator = power_of_moderator(CITIZEN_DIFFERENCE, spread, many, CASES - many).value
    return f"powers by formula (equal variances): slope {slope:.2%}, moderator {moderator:.2%}"


def holds(interval: Interval, truth: float) -> bool:
    """Whether an interval exists and holds the truth."""
    return interval.low is not None and interval.high is not None and interval.low <= truth <= interval.high


def rejects(estimate: Estimate) -> bool:
    """Whether the two-sided test at 5 % rejects."""
    return estimate.p.value is not None and estimate.p.value < 0.05


def _ancova(rng: np.random.Generator, effect: float) -> tuple[Estimate, Estimate]:
    held = trial_cases(rng, effect)
    found = ancova(held.post, held.pre, held.arm, held.municipality)
    return found.effect, found.lin_effect


def _cases_of(each: int, rng: np.random.Generator) -> FloatArray:
    """What `each` cases of every size add to alpha: sizes x cases x 9."""
    blocks = [
        [
            alpha_sums(bucket_of(answers(min(5_000, each - start), size, rng)))
            for start in range(0, each, 5_000)
        ]
        for size in SIZES
    ]
    return np.stack([np.vstack(one) for one in blocks])


if __name__ == "__main__":
    main()
