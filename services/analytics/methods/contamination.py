"""Contamination: who works in cases of both arms; refuses an arm that isn't 0 or 1."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arms import treated_of
from services.analytics.methods.arrays import IntArray, labels
from services.analytics.methods.records import record
from services.analytics.methods.results import Quantity, share


@record
class Contamination:
    """How far the arms share their people: what dilutes an effect, told beside it.

    Attributes
    ----------
    professionals, both : int
        Distinct professionals; those in cases of both arms.
    share : Quantity
        both / professionals.
    control_memberships, exposed_memberships : int
        Memberships of control cases; those held by professionals in both arms.
    exposed_share : Quantity
        exposed_memberships / control_memberships: how much of the control arm has met the
        intervention.
    control_cases, exposed_cases : int
        Control cases; those with at least one such professional.
    """

    professionals: int
    both: int
    share: Quantity
    control_memberships: int
    exposed_memberships: int
    exposed_share: Quantity
    control_cases: int
    exposed_cases: int


def contamination(professionals: npt.ArrayLike, cases: npt.ArrayLike, arm: npt.ArrayLike) -> Contamination:
    """Return the share of professionals in cases of both arms.

    Parameters
    ----------
    professionals, cases : (n,) labels
        One row per membership; a membership given twice counts once.
    arm : (n,) of 0 and 1
        The case's arm.

    Raises
    ------
    ValueError
        If lengths differ or an arm is neither 0 nor 1.

    References
    ----------
    Torgerson (2001), BMJ 322, 355-357.

    Examples
    --------
    >>> held = contamination(list("abbc"), ["S1", "S1", "S2", "S2"], [1, 1, 0, 0])
    >>> held.professionals, held.both, held.exposed_share.value
    (3, 1, 0.5)
    """
    rows = np.asarray(arm).size
    treated = treated_of(arm, rows)
    who, where = labels(professionals, rows, "professionals"), labels(cases, rows, "cases")
    in_both = np.intersect1d(who[treated], who[~treated])
    control = _distinct(who[~treated], where[~treated])
    exposed = control[np.isin(control[:, 0], in_both)]
    people = np.unique(who).size
    return Contamination(
        professionals=people,
        both=in_both.size,
        share=share(in_both.size, people),
        control_memberships=len(control),
        exposed_memberships=len(exposed),
        exposed_share=share(len(exposed), len(control)),
        control_cases=np.unique(control[:, 1]).size,
        exposed_cases=np.unique(exposed[:, 1]).size,
    )


def _distinct(who: IntArray, where: IntArray) -> IntArray:
    return np.asarray(np.unique(np.column_stack([who, where]), axis=0))
