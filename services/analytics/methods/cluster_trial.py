"""Cluster trials: power and cases needed by a named design effect; refuses an unnamed one."""

from __future__ import annotations

from enum import StrEnum
from math import sqrt

from services.analytics.methods.noncentral import two_sided_power
from services.analytics.methods.power import smallest
from services.analytics.methods.records import record
from services.analytics.methods.results import Quantity, Reason, undefined

MOST_CLUSTERS = 1_000_000


class Formula(StrEnum):
    """Which design effect: Kish (equal sizes), Eldridge (unequal), Teerenstra (with baseline)."""

    KISH = "kish"
    ELDRIDGE = "eldridge"
    TEERENSTRA = "teerenstra"


@record
class ClusterDesign:
    """How respondents stand in clusters (cases), and what that costs.

    Attributes
    ----------
    size : float
        Mean respondents per cluster, m.
    icc : float
        Intraclass correlation of the outcome, rho.
    cv : float
        Coefficient of variation of the sizes; above 0 means Eldridge's formula.
    baseline : tuple of two floats, optional
        Autocorrelation over the two waves of clusters and of respondents (0 for others
        asked each time); given, the analysis is ANCOVA on both waves (Teerenstra).

    Raises
    ------
    ValueError
        If a number lies outside its range, or cv and baseline are both given: no formula
        named here covers that.

    Notes
    -----
    Kish: D = 1 + (m - 1) rho. Eldridge: D = 1 + ((1 + cv^2) m - 1) rho. Teerenstra: D =
    (1 + (m - 1) rho)(1 - r^2), r = (m rho c + (1 - rho) s) / (1 + (m - 1) rho), c and s the
    autocorrelations.

    References
    ----------
    Kish (1965), Survey Sampling; Eldridge, Ashby & Kerry (2006), Int. J. Epidemiology 35,
    1292-1300; Teerenstra et al. (2012), Statistics in Medicine 31, 2169-2178.

    Examples
    --------
    >>> ClusterDesign(5, 0.25).effect, ClusterDesign(5, 0.25).formula.value
    (2.0, 'kish')
    >>> round(ClusterDesign(5, 0.25, cv=0.4).effect, 4)
    2.2
    >>> round(ClusterDesign(5, 0.25, baseline=(0.8, 0.5)).effect, 6)
    1.054688
    """

    size: float
    icc: float
    cv: float = 0.0
    baseline: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if not (self.size >= 1 and 0 <= self.icc <= 1 and self.cv >= 0):
            raise ValueError(f"no such design: size {self.size}, icc {self.icc}, cv {self.cv}")
        if self.baseline is not None and not all(0 <= one <= 1 for one in self.baseline):
            raise ValueError(f"an autocorrelation lies in 0..1: {self.baseline}")
        if self.baseline is not None and self.cv > 0:
            raise ValueError("no design effect named here has both unequal sizes and a baseline")

    @property
    def formula(self) -> Formula:
        """The design effect's name."""
        if self.baseline is not None:
            return Formula.TEERENSTRA
        return Formula.ELDRIDGE if self.cv > 0 else Formula.KISH

    @property
    def effect(self) -> float:
        """Variance of a mean over that of as many independent respondents."""
        if self.baseline is None:
            return 1 + ((1 + self.cv**2) * self.size - 1) * self.icc
        kish = 1 + (self.size - 1) * self.icc
        cluster, respondent = self.baseline
        r = (self.size * self.icc * cluster + (1 - self.icc) * respondent) / kish
        return kish * (1 - r * r)

    def error(self, sd: float, intervention: float, control: float) -> float:
        """Return the standard error of the difference with these many clusters per arm."""
        return sd * sqrt(self.effect / self.size * (1 / intervention + 1 / control))


def power_of_trial(
    difference: float, sd: float, clusters: tuple[int, int], design: ClusterDesign, alpha: float = 0.05
) -> Quantity:
    """Return the power of a two-arm cluster trial.

    Parameters
    ----------
    difference, sd : float
        Difference of the arms' means to be seen; total standard deviation of respondents.
    clusters : (int, int)
        Clusters in the intervention and the control arm.
    design : ClusterDesign
    alpha : float
        Two-sided.

    Returns
    -------
    Quantity
        Noncentral t, df clusters - 2; `too-few-clusters` without an arm or under three,
        `no-residual-variance` where the design leaves no error.

    Raises
    ------
    ValueError
        If the sd is not positive or alpha is not inside (0, 1).

    References
    ----------
    Donner & Klar (2000), Cluster Randomization Trials; R 4.2.2 `power.t.test`.

    Examples
    --------
    >>> round(power_of_trial(0.4, 0.8, (27, 27), ClusterDesign(5, 0.25)).value, 4)
    0.8135
    """
    _refuse_no_spread(sd)
    if min(clusters) < 1 or sum(clusters) < 3:
        return undefined(Reason.TOO_FEW_CLUSTERS)
    error = design.error(sd, *clusters)
    if error == 0:
        return undefined(Reason.NO_RESIDUAL_VARIANCE)
    return Quantity(two_sided_power(difference / error, sum(clusters) - 2, alpha))


def clusters_needed(
    difference: float, sd: float, design: ClusterDesign, power: float = 0.8, alpha: float = 0.05
) -> Quantity:
    """Return the fewest clusters per arm that reach the power, arms of equal size.

    Returns
    -------
    Quantity
        `not-identified` where a difference of 0 is asked for or a million don't suffice.

    Raises
    ------
    ValueError
        If the sd is not positive or the power is not inside (alpha, 1).

    Examples
    --------
    >>> clusters_needed(0.4, 0.8, ClusterDesign(5, 0.25)).value
    27.0
    """
    _refuse_no_spread(sd)
    if not 0 < alpha < power < 1:
        raise ValueError(f"a power lies between alpha and 1: {alpha}, {power}")

    def reached(count: int) -> bool:
        held = power_of_trial(difference, sd, (count, count), design, alpha)
        return held.reason is Reason.NO_RESIDUAL_VARIANCE or (held.value or 0.0) >= power

    if difference == 0 or not reached(MOST_CLUSTERS):
        return undefined(Reason.NOT_IDENTIFIED)
    low, high = 1, MOST_CLUSTERS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return Quantity(float(high))


def detectable_difference(
    sd: float, clusters: tuple[int, int], design: ClusterDesign, power: float = 0.8, alpha: float = 0.05
) -> Quantity:
    """Return the smallest difference that this trial shows with this power.

    Raises
    ------
    ValueError
        If the sd is not positive or the power is not inside (alpha, 1).

    Examples
    --------
    >>> round(detectable_difference(0.8, (27, 27), ClusterDesign(5, 0.25)).value, 4)
    0.3931
    """
    nothing = power_of_trial(0.0, sd, clusters, design, alpha)
    if nothing.value is None:
        return nothing
    return Quantity(
        smallest(lambda one: power_of_trial(one, sd, clusters, design, alpha).value or 0.0, power, alpha)
    )


def _refuse_no_spread(sd: float) -> None:
    if not sd > 0:
        raise ValueError(f"a standard deviation is positive, got {sd}")
