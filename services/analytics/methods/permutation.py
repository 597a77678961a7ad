"""Permutation: the effect against re-allocation inside strata; refuses draws that break them."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arms import treated_of
from services.analytics.methods.arrays import BoolArray, FloatArray, labels, vector
from services.analytics.methods.reallocation import (
    Allocated,
    MonteCarlo,
    Statistic,
    allocated,
    drawn_differences,
    every_difference,
)
from services.analytics.methods.records import record
from services.analytics.methods.results import Quantity, Reason, undefined

EXACT_UP_TO = 1_000_000
"""Assignments that are enumerated rather than drawn."""

TIE = 1e-12
"""A re-allocated difference this close below the observed one counts as reaching it."""


class Assignments(StrEnum):
    """Where the re-allocations come from."""

    EXACT = "exact"
    MONTE_CARLO = "monte-carlo"
    GIVEN = "given"


@record
class PermutationTest:
    """An observed difference among its re-allocations.

    Attributes
    ----------
    statistic : Statistic
    assignments : Assignments
    observed : Quantity
        Intervention less control, in the outcome's unit.
    used, possible : int
        Re-allocations compared with; re-allocations there are.
    as_far, as_high, as_low : int
        Of the used ones: |T*| >= |T|, T* >= T, T* <= T, each within 1e-12.
    p_two_sided, p_upper, p_lower : Quantity
        Shares of the used when exact; (1 + b) / (1 + used) else.
    mean, sd : Quantity
        Of the used T* (sd over all of them, ddof 0).
    missing : int
        Cases without the outcome.
    """

    statistic: Statistic
    assignments: Assignments
    observed: Quantity
    used: int
    possible: int
    as_far: int
    as_high: int
    as_low: int
    p_two_sided: Quantity
    p_upper: Quantity
    p_lower: Quantity
    mean: Quantity
    sd: Quantity
    missing: int


def permutation_test(
    outcome: npt.ArrayLike,
    arm: npt.ArrayLike,
    strata: npt.ArrayLike,
    statistic: Statistic = Statistic.DIFFERENCE,
    monte_carlo: MonteCarlo | None = None,
) -> PermutationTest:
    """Return where the observed difference stands among all re-allocations inside strata.

    Parameters
    ----------
    outcome : (n,) array
        One value per case (post or change); NaN is missing and leaves the case out.
    arm : (n,) of 0 and 1
    strata : (n,) labels
        As it was allocated: each stratum keeps its number of intervention cases.
    statistic : Statistic
        `difference` of the arms' means; or `within-strata`: the strata's differences
        weighted by their cases, strata with one arm left out.
    monte_carlo : MonteCarlo, optional
        Used above 10^6 possible assignments.

    Returns
    -------
    PermutationTest
        `too-few-rows` when an arm has no outcome (for `within-strata`: when no stratum has
        both arms).

    Raises
    ------
    ValueError
        If lengths differ, an arm is neither 0 nor 1, or more than 10^6 assignments are
        possible and no generator is given.

    References
    ----------
    Fisher (1935), The Design of Experiments; Phipson & Smyth (2010), Stat. Appl. Genet.
    Mol. Biol. 9, 39, for (1 + b) / (1 + R); R coin `oneway_test` inside blocks.

    Examples
    --------
    >>> held = permutation_test([5, 4, 1, 2, 4, 3, 2, 1], [1, 1, 0, 0] * 2, ["A"] * 4 + ["B"] * 4)
    >>> held.observed.value, held.possible, round(held.p_two_sided.value, 6)
    (2.5, 36, 0.055556)
    """
    missing = int(np.isnan(vector(outcome, "outcome")).sum())
    held = allocated(outcome, arm, strata, statistic)
    if isinstance(held, Reason):
        return _undefined(statistic, held, missing)
    if held.possible <= EXACT_UP_TO:
        return _Compared(held, statistic, missing).to(every_difference(held), Assignments.EXACT)
    if monte_carlo is None:
        raise ValueError(f"{held.possible} assignments are too many to list: give a generator")
    found = drawn_differences(held, monte_carlo)
    return _Compared(held, statistic, missing).to(found, Assignments.MONTE_CARLO)


def permutation_test_given(
    outcome: npt.ArrayLike,
    arm: npt.ArrayLike,
    strata: npt.ArrayLike,
    assignments: npt.ArrayLike,
    statistic: Statistic = Statistic.DIFFERENCE,
) -> PermutationTest:
    """Return where the observed difference stands among given re-allocations.

    Parameters
    ----------
    outcome, arm, strata, statistic
        As `permutation_test`.
    assignments : (draws, n) of 0 and 1
        Re-allocated arms; the observed one is added by (1 + b) / (1 + draws). Where an
        outcome is missing its column is left out, and the arms' means are over the rest.

    Returns
    -------
    PermutationTest
        `too-few-rows` also when a re-allocation leaves an arm without outcome.

    Raises
    ------
    ValueError
        As `permutation_test`, or if an assignment doesn't keep each stratum's number of
        intervention cases.

    Examples
    --------
    >>> given = [[0, 1, 0, 1], [1, 0, 0, 1], [1, 1, 0, 0]]
    >>> held = permutation_test_given([5, 4, 1, 2], [1, 1, 0, 0], ["A"] * 4, given)
    >>> held.as_far, held.p_two_sided.value
    (1, 0.5)
    """
    draws = _checked(assignments, arm, strata)
    values = vector(outcome, "outcome")
    held = allocated(values, arm, strata, statistic)
    missing = int(np.isnan(values).sum())
    if isinstance(held, Reason):
        return _undefined(statistic, held, missing)
    if not missing:
        return _Compared(held, statistic, 0).to(held.under(draws), Assignments.GIVEN)
    # Gaps move between the arms with each assignment: every one has its own counts.
    anew = [allocated(values, draw, strata, statistic) for draw in draws]
    found = [one.observed for one in anew if isinstance(one, Allocated)]
    if len(found) < len(anew):
        return _undefined(statistic, Reason.TOO_FEW_ROWS, missing)
    return _Compared(held, statistic, missing).to(np.array(found), Assignments.GIVEN)


def _checked(assignments: npt.ArrayLike, arm: npt.ArrayLike, strata: npt.ArrayLike) -> BoolArray:
    given = np.asarray(assignments)
    if given.ndim != 2 or given.shape[0] < 1:
        raise ValueError(f"assignments are draws x cases, got shape {given.shape}")
    cases = given.shape[1]
    treated, stratum = treated_of(arm, cases), labels(strata, cases, "strata")
    draws = treated_of(given.ravel(), given.size).reshape(given.shape)
    for code in range(int(stratum.max(initial=-1)) + 1):
        own = stratum == code
        if (draws[:, own].sum(axis=1) != treated[own].sum()).any():
            raise ValueError("an assignment changes a stratum's number of intervention cases")
    return draws


@record(eq=False)
class _Compared:
    held: Allocated
    statistic: Statistic
    missing: int

    def to(self, found: FloatArray, assignments: Assignments) -> PermutationTest:
        observed = self.held.observed
        tie = TIE * max(1.0, float(np.abs(self.held.values).max()))
        counts = [
            int((np.abs(found) >= abs(observed) - tie).sum()),
            int((found >= observed - tie).sum()),
            int((found <= observed + tie).sum()),
        ]
        # All assignments hold the observed one; drawn ones need it added, or p could be 0.
        own = 0 if assignments is Assignments.EXACT else 1
        p = [Quantity((own + count) / (own + found.size)) for count in counts]
        return PermutationTest(
            statistic=self.statistic,
            assignments=assignments,
            observed=Quantity(observed),
            used=found.size,
            possible=self.held.possible,
            as_far=counts[0],
            as_high=counts[1],
            as_low=counts[2],
            p_two_sided=p[0],
            p_upper=p[1],
            p_lower=p[2],
            mean=Quantity(float(found.mean())),
            sd=Quantity(float(found.std())),
            missing=self.missing,
        )


def _undefined(statistic: Statistic, reason: Reason, missing: int) -> PermutationTest:
    nothing = undefined(reason)
    numbers = (nothing,) * 5
    return PermutationTest(statistic, Assignments.EXACT, nothing, 0, 0, 0, 0, 0, *numbers, missing=missing)
