"""Paired change: who answered twice, and what turnover adds; refuses keys given twice in a wave."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from math import fsum
from typing import TypeVar

import numpy as np

from services.analytics.methods.arms import mean_estimate
from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.exact import float_mean
from services.analytics.methods.records import record
from services.analytics.methods.regression import regress
from services.analytics.methods.results import (
    CONFIDENCE,
    Estimate,
    Quantity,
    Reason,
    share,
    undefined,
)
from services.analytics.methods.sandwich import Errors

Key = TypeVar("Key", bound=Hashable)


@record
class PairedChange:
    """A change between two waves, split into what the same raters say and who came and went.

    Attributes
    ----------
    stayed, left, joined : int
        Raters (or dyads) with a score in both waves, only in the first, only in the second.
    turnover : Quantity
        (left + joined) / (stayed + left + joined).
    before, after : Quantity
        Mean of everyone in each wave.
    total : Quantity
        after - before.
    paired : Estimate
        Mean change of those who stayed: t(n - 1), or CR2 by cluster where clusters are given.
    composition : Quantity
        total - paired: what coming and going adds to the change of the mean.
    """

    stayed: int
    left: int
    joined: int
    turnover: Quantity
    before: Quantity
    after: Quantity
    total: Quantity
    paired: Estimate
    composition: Quantity


def paired_change(
    before: Mapping[Key, float],
    after: Mapping[Key, float],
    clusters: Mapping[Key, Hashable] | None = None,
    level: float = CONFIDENCE,
) -> PairedChange:
    """Return the change between two waves of those who answered both, and of everyone.

    Parameters
    ----------
    before, after : mapping of key to score
        One score per rater (their given score) or per dyad; who has none is left out.
    clusters : mapping of key to cluster, optional
        The case of each key, where the keys stand in several cases.
    level : float
        Of the interval.

    Raises
    ------
    ValueError
        If a score is not finite, or a key that stayed has no cluster.

    References
    ----------
    Samspil, `docs/methods.md`, effects.

    Examples
    --------
    >>> held = paired_change({"a": 2.0, "b": 3.0, "c": 1.0}, {"a": 3.0, "b": 5.0, "d": 4.0})
    >>> held.paired.value.value, held.total.value, held.composition.value, held.turnover.value
    (1.5, 2.0, 0.5, 0.5)
    """
    if not np.isfinite([*before.values(), *after.values()]).all():
        raise ValueError("a score is a finite number; leave out who has none")
    both = [key for key in before if key in after]
    changes = np.array([after[key] - before[key] for key in both], dtype=np.float64)
    paired = _estimate(changes, None if clusters is None else _codes(both, clusters), level)
    means = [_mean(wave) for wave in (before, after)]
    left, joined = len(before) - len(both), len(after) - len(both)
    total = _less(means[1], means[0])
    return PairedChange(
        stayed=len(both),
        left=left,
        joined=joined,
        turnover=share(left + joined, len(both) + left + joined),
        before=means[0],
        after=means[1],
        total=total,
        paired=paired,
        composition=_less(total, paired.value),
    )


def _estimate(changes: FloatArray, codes: list[Hashable] | None, level: float) -> Estimate:
    plain = mean_estimate(changes, level)
    if codes is None or plain.standard_error.value is None:
        return plain
    place = {cluster: at for at, cluster in enumerate(dict.fromkeys(codes))}
    column = np.ones((changes.size, 1))
    # The mean rounded once, whatever order the keys come in; its error from the fit.
    held = regress(changes, column, Errors.CR2, [[place[one] for one in codes]], level).intercept
    return replace(held, value=plain.value)


def _codes(keys: list[Key], clusters: Mapping[Key, Hashable]) -> list[Hashable]:
    lost = sum(key not in clusters for key in keys)
    if lost:
        raise ValueError(f"{lost} keys in both waves have no cluster")
    return [clusters[key] for key in keys]


def _mean(scores: Mapping[Key, float]) -> Quantity:
    return float_mean(list(scores.values()))


def _less(first: Quantity, second: Quantity) -> Quantity:
    if first.value is None or second.value is None:
        return undefined(first.reason or second.reason or Reason.NO_DATA)
    return Quantity(fsum([first.value, -second.value]))
