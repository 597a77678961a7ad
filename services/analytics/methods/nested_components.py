"""Nested components: values in clusters in groups by REML, groups' means shrunken; refuses a lone group."""

from __future__ import annotations

from math import log, pi, sqrt

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray, IntArray, frozen, labels, vector
from services.analytics.methods.descent import BEYOND, Lowest, lowest
from services.analytics.methods.group_sums import GroupSums, group_sums
from services.analytics.methods.noncentral import normal_below, normal_two_sided_p
from services.analytics.methods.records import record
from services.analytics.methods.results import Quantity, Reason, quantity, undefined
from services.analytics.methods.variance_components import Spread, reml_of_sums


@record
class NestedReml:
    """Two nested random intercepts by REML: groups, and clusters in them (cases, and raters in them).

    Attributes
    ----------
    n, clusters, groups : int
        Values, clusters (of one group each) and groups.
    between, among, within : Quantity
        tau^2 of groups, omega^2 of clusters in a group and sigma^2 of values in a cluster, in
        the values' unit squared; never negative. Where clusters hold one value each, or values
        all alike, the clusters' means are what varies: `within` is then 0.
    spread : Spread or None
        `zero` when the criterion is lowest without any variance between groups: every group's
        estimate is then the common mean.
    against_zero : Quantity
        p of the likelihood-ratio test of tau^2 = 0 (half a chi-square with 1 df).
    """

    n: int
    clusters: int
    groups: int
    between: Quantity
    among: Quantity
    within: Quantity
    spread: Spread | None
    against_zero: Quantity


@record(eq=False)
class NestedBayes:
    """What each group's mean is thought to be; groups in the order of their labels.

    Attributes
    ----------
    sizes, clusters : (groups,)
        Values and clusters of each group.
    raw : (groups,)
        Unweighted mean of the group's values.
    errors : (groups,)
        Its standard error, sqrt(omega^2 sum_j n_j^2 / n^2 + sigma^2 / n) with n_j values in
        cluster j: values of one cluster err together.
    mean, mean_error : float
        Of the groups' means, weighted by 1 / (tau^2 + error^2); its standard error.
    reliability : (groups,)
        lambda = tau^2 / (tau^2 + error^2).
    estimates : (groups,)
        mean + lambda (raw - mean).
    spread : (groups,)
        Posterior standard deviation sqrt(tau^2 (1 - lambda) + (1 - lambda)^2 mean_error^2): the
        mean's uncertainty is in it, that of the components is not.
    fit : NestedReml
    """

    sizes: FloatArray
    clusters: FloatArray
    raw: FloatArray
    errors: FloatArray
    mean: float
    mean_error: float
    reliability: FloatArray
    estimates: FloatArray
    spread: FloatArray
    fit: NestedReml

    def below(self, group: int, threshold: float) -> float:
        """Return the posterior probability that a group's mean is below a threshold.

        Examples
        --------
        >>> held = nested_bayes([1, 2, 4, 5], ["a", "a", "b", "b"], ["p", "q", "r", "s"])
        >>> round(held.below(0, 3.0), 4), round(held.below(1, 3.0), 4)
        (0.998, 0.002)
        """
        return normal_below((threshold - float(self.estimates[group])) / float(self.spread[group]))


def nested_reml(values: npt.ArrayLike, groups: npt.ArrayLike, clusters: npt.ArrayLike) -> NestedReml:
    """Return the REML components of values in clusters in groups.

    Parameters
    ----------
    values : (n,) array
        NaN is missing.
    groups, clusters : (n,) labels
        A cluster's label counts inside its group only: the same rater in two cases is two clusters.

    Returns
    -------
    NestedReml
        Undefined with one group (`too-few-clusters`), with one cluster in every group
        (`not-identified`), and where clusters of a group all agree (`no-residual-variance`, or
        `no-variance` where groups do too).

    Raises
    ------
    ValueError
        If there is not one label per value, or a value is infinite.

    Notes
    -----
    y_gji = mu + u_g + v_gj + e_gji. With a = tau^2 / sigma^2, b = omega^2 / sigma^2, cluster weights
    w_j = n_j / (1 + n_j b), S_g = sum w_j and W_g = S_g / (1 + S_g a), the criterion is
    (N-1)(1 + log(2 pi R / (N-1))) + sum log(1 + n_j b) + sum log(1 + S_g a) + log sum W_g, R the
    weighted squares around the means at each level. The same model as `mixed_model`, at a cost that
    grows with the clusters and not with the groups cubed.

    References
    ----------
    Patterson & Thompson (1971), Biometrika 58; Searle, Casella & McCulloch (1992), Variance
    components, ch. 4-6.

    Examples
    --------
    >>> held = nested_reml([1, 2, 2, 4, 4, 5, 5, 7], list("aaaabbbb"), list("ppqqppqq"))
    >>> round(held.between.value, 4), round(held.among.value, 4), round(held.within.value, 4)
    (3.9375, 0.5, 1.25)
    """
    return _fitted(_Sums(values, groups, clusters))


def nested_bayes(
    values: npt.ArrayLike, groups: npt.ArrayLike, clusters: npt.ArrayLike
) -> NestedBayes | Reason:
    """Return each group's mean, shrunken by how much it errs and how far groups lie apart, or why not.

    For groups (cases, units), never for persons; the raw mean stands beside it.

    Raises
    ------
    ValueError
        As `nested_reml`.

    References
    ----------
    Morris (1983), JASA 78; Raudenbush & Bryk (2002), Hierarchical linear models.

    Examples
    --------
    >>> held = nested_bayes([1, 2, 4, 5], ["a", "a", "b", "b"], ["p", "q", "r", "s"])
    >>> held.estimates.round(4).tolist(), held.errors.tolist()
    ([1.5833, 4.4167], [0.5, 0.5])
    """
    sums = _Sums(values, groups, clusters)
    fit = _fitted(sums)
    if fit.between.value is None or fit.among.value is None or fit.within.value is None:
        return fit.between.reason or Reason.NO_DATA
    sizes, squares = sums.by_group(sums.sizes), sums.by_group(sums.sizes**2)
    centred = sums.by_group(sums.sizes * sums.means) / sizes
    variances = fit.among.value * squares / sizes**2 + fit.within.value / sizes
    weights = 1 / (fit.between.value + variances)
    mean = float(weights @ centred / weights.sum())
    mean_error = float(1 / np.sqrt(weights.sum()))
    reliability = fit.between.value * weights
    left = fit.between.value * (1 - reliability)
    return NestedBayes(
        sizes=frozen(sizes),
        clusters=frozen(sums.by_group(np.ones_like(sums.sizes))),
        raw=frozen(sums.start + centred),
        errors=frozen(np.sqrt(variances)),
        mean=sums.start + mean,
        mean_error=mean_error,
        reliability=frozen(reliability),
        estimates=frozen(sums.start + mean + reliability * (centred - mean)),
        spread=frozen(np.sqrt(left + ((1 - reliability) * mean_error) ** 2)),
        fit=fit,
    )


class _Sums:
    """Sizes and means of clusters, and which group each is of."""

    def __init__(self, values: npt.ArrayLike, groups: npt.ArrayLike, clusters: npt.ArrayLike) -> None:
        column = vector(values, "values")
        there = ~np.isnan(column)
        of_group = labels(groups, column.size, "groups")[there]
        of_cluster = labels(clusters, column.size, "clusters")[there]
        pairs, code = np.unique(np.column_stack([of_group, of_cluster]), axis=0, return_inverse=True)
        held: GroupSums = group_sums(column[there], code.reshape(-1))
        self.groups: IntArray = labels(pairs[:, 0], pairs.shape[0], "groups")
        self.sizes = held.sizes
        # Around the mean of all, which loses no digits where all are far from 0.
        self.start = held.grand_mean if held.groups else 0.0
        self.means = np.asarray(held.means - self.start)
        self.within = held.within
        self.rows = held.rows

    @property
    def count(self) -> int:
        return int(self.groups.max(initial=-1)) + 1

    def by_group(self, column: FloatArray) -> FloatArray:
        return np.bincount(self.groups, column, self.count).astype(np.float64)

    @property
    def clusters_say_all(self) -> bool:
        """Whether nothing varies inside clusters: one value each, or all alike."""
        return self.within == 0 or self.rows == self.sizes.size


def _fitted(sums: _Sums) -> NestedReml:
    if sums.clusters_say_all:
        return _of_clusters(sums)
    if sums.count < 2 or sums.count == sums.sizes.size:
        return _undefined(sums, Reason.TOO_FEW_CLUSTERS if sums.count < 2 else Reason.NOT_IDENTIFIED)
    line = _Criterion(sums)
    both = np.ones(2, dtype=np.bool_)
    found = lowest(line.of_both, np.ones(2), both)
    without = lowest(line.of_clusters, np.ones(1), both[:1])
    if isinstance(found, Reason) or isinstance(without, Reason):
        return _undefined(sums, found if isinstance(found, Reason) else Reason.NOT_CONVERGED)
    return _components(sums, line, found, without)


def _components(sums: _Sums, line: _Criterion, found: Lowest, without: Lowest) -> NestedReml:
    scale = line.scale(found.at)
    between, among = (float(one) ** 2 * scale for one in found.at)
    gain = max(without.value - found.value, 0.0)
    return NestedReml(
        n=sums.rows,
        clusters=sums.sizes.size,
        groups=sums.count,
        between=Quantity(between),
        among=Quantity(among),
        within=Quantity(scale),
        spread=Spread.ESTIMATED if between > 0 else Spread.ZERO,
        against_zero=Quantity(normal_two_sided_p(sqrt(gain)) / 2 if between > 0 else 1.0),
    )


def _of_clusters(sums: _Sums) -> NestedReml:
    """Fit one random intercept to the clusters' means."""
    held = reml_of_sums(group_sums(sums.means, sums.groups))
    return NestedReml(
        n=sums.rows,
        clusters=sums.sizes.size,
        groups=sums.count,
        between=held.between,
        among=held.within,
        within=quantity(held.within.reason or 0.0),
        spread=held.spread,
        against_zero=held.against_zero,
    )


def _undefined(sums: _Sums, reason: Reason) -> NestedReml:
    nothing = undefined(reason)
    return NestedReml(sums.rows, sums.sizes.size, sums.count, nothing, nothing, nothing, None, nothing)


class _Point:
    """What the criterion is made of at a = tau^2 / sigma^2 and b = omega^2 / sigma^2."""

    def __init__(self, sums: _Sums, a: float, b: float) -> None:
        self.a = a
        self.spare = 1 + sums.sizes * b
        self.weights = sums.sizes / self.spare
        totals = sums.by_group(self.weights)
        self.grown = 1 + totals * a
        self.shares = totals / self.grown
        centres = sums.by_group(self.weights * sums.means) / totals
        self.own = sums.means - centres[sums.groups]
        self.apart = centres - float(self.shares @ centres / self.shares.sum())
        self.squares = sums.within + float(self.weights @ self.own**2) + float(self.shares @ self.apart**2)


class _Criterion:
    """-2 log restricted likelihood by tau / sigma and omega / sigma, from clusters' sums."""

    def __init__(self, sums: _Sums) -> None:
        self._sums = sums
        self._free = sums.rows - 1

    def scale(self, at: FloatArray) -> float:
        """Return sigma^2 at the ratios."""
        return self._point(at).squares / self._free

    def of_both(self, at: FloatArray) -> tuple[float, FloatArray]:
        """Return the value and its gradient by both ratios."""
        point = self._point(at)
        if not point.squares > 0:
            return BEYOND, np.zeros(2)
        value = self._free * (1 + log(2 * pi * point.squares / self._free))
        value += float(np.log(point.spare).sum() + np.log(point.grown).sum())
        value += log(float(point.shares.sum()))
        return value, 2 * at * np.array([self._by_groups(point), self._by_clusters(point)])

    def of_clusters(self, at: FloatArray) -> tuple[float, FloatArray]:
        """Return the same with no variance between groups."""
        value, gradient = self.of_both(np.array([0.0, float(at[0])]))
        return value, gradient[1:]

    def _point(self, at: FloatArray) -> _Point:
        return _Point(self._sums, float(at[0]) ** 2, float(at[1]) ** 2)

    def _by_groups(self, point: _Point) -> float:
        shares = point.shares
        squares = float(((shares * point.apart) ** 2).sum())
        return float(shares.sum() - (shares**2).sum() / shares.sum()) - self._free * squares / point.squares

    def _by_clusters(self, point: _Point) -> float:
        sums, shares, weights = self._sums, point.shares, point.weights
        shrink = sums.by_group(weights**2)
        # What is left of a cluster's mean when its group's predicted intercept is taken off.
        left = point.own + (point.apart / point.grown)[sums.groups]
        logs = float(weights.sum() - (point.a * shrink / point.grown).sum())
        logs -= float((shrink / point.grown**2).sum() / shares.sum())
        return logs - self._free * float(((weights * left) ** 2).sum()) / point.squares
