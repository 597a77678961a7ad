"""Components: which people strong ties hold together; refuses to guess at unknown ties."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from services.analytics.methods.arrays import BoolArray
from services.analytics.methods.records import record
from services.analytics.methods.ties import Ties


class Link(StrEnum):
    """When two people are linked: either names the other, both do, or a directed way leads back."""

    EITHER = "either"
    MUTUAL = "mutual"
    DIRECTED = "directed"


@record
class Components:
    """Groups within which strong ties lead from everyone to everyone.

    Attributes
    ----------
    link : Link
    members : tuple of tuple of int
        Positions, the largest component first, then by first member.
    fewest : int
        Components if every unknown tie were strong; `count` is the most there can be.
    """

    link: Link
    members: tuple[tuple[int, ...], ...]
    fewest: int

    @property
    def count(self) -> int:
        """Number of components, people alone included."""
        return len(self.members)

    @property
    def isolates(self) -> int:
        """People alone."""
        return sum(len(one) == 1 for one in self.members)


def components_of(ties: Ties, link: Link = Link.EITHER) -> Components:
    """Return the components of the strong ties.

    Parameters
    ----------
    ties : Ties
    link : Link
        `either` gives the weak components, `directed` the strong ones of graph theory.

    References
    ----------
    Wasserman & Faust (1994), chapter 4; R igraph `components`.

    Examples
    --------
    >>> from services.analytics.methods.cube import round_robin
    >>> from services.analytics.methods.dyads import dyads_of
    >>> from services.analytics.methods.ties import ties_of
    >>> cube = round_robin([[[0], [5], [1]], [[2], [0], [1]], [[1], [0], [0]]])
    >>> held = components_of(ties_of(dyads_of(cube)))
    >>> held.members, held.fewest
    (((0, 1), (2,)), 1)
    """
    members = _members(ties.strong, link)
    return Components(link, members, fewest=len(_members(ties.possible, link)))


def _members(strong: BoolArray, link: Link) -> tuple[tuple[int, ...], ...]:
    linked = {Link.EITHER: strong | strong.T, Link.MUTUAL: strong & strong.T}.get(link, strong)
    if link is Link.DIRECTED:
        together = [_reached(linked, at) & _reached(linked.T, at) for at in range(len(linked))]
    else:
        together = [_reached(linked, at) for at in range(len(linked))]
    groups = {tuple(np.flatnonzero(one).tolist()) for one in together}
    return tuple(sorted(groups, key=lambda one: (-len(one), one)))


def _reached(linked: BoolArray, start: int) -> BoolArray:
    reached = np.zeros(len(linked), dtype=np.bool_)
    edge = reached.copy()
    edge[start] = True
    while edge.any():
        reached |= edge
        edge = linked[edge].any(axis=0) & ~reached
    return reached
