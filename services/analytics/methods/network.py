"""Network: density, reciprocity, asymmetry and strengths of the dyad means; refuses judging persons."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from services.analytics.methods.centralisation import Way, centralisation
from services.analytics.methods.components import Components, components_of
from services.analytics.methods.dyads import Dyads
from services.analytics.methods.exact import mean, mean_of_ratios, rounded
from services.analytics.methods.records import record
from services.analytics.methods.results import Quantity, Reason, share, undefined
from services.analytics.methods.ties import STRONG, Bounded, Ties, ties_of


@record
class Strength:
    """What one person gives or receives.

    Attributes
    ----------
    total, mean : Quantity
        Sum and mean of the dyad means, in scale points.
    dyads : int
        Dyads with a mean.
    strong, possible : int
        Strong ties; strong ones if every unknown tie were.
    """

    total: Quantity
    mean: Quantity
    dyads: int
    strong: int
    possible: int


@record
class Asymmetry:
    """Two people's views of each other: `difference` is first of second less second of first."""

    first: int
    second: int
    difference: float


@record
class Network:
    """One case's network at one threshold.

    Attributes
    ----------
    threshold : float
        Dyad means from here on are strong ties.
    persons, asked, known, strong : int
        People; ordered pairs asked; those with a mean; those strong.
    density : Bounded
        Strong over known ordered pairs.
    mutual, one_sided, neither : int
        Pairs with both means, by how many of the two are strong.
    reciprocity : Bounded
        Share of strong ties that are returned: 2 mutual / (2 mutual + one_sided).
    asymmetry : Quantity
        Mean over pairs with both means of their absolute difference, in scale points.
    given, received : tuple of Strength
        Per person, in the axis order.
    centralisation_given, centralisation_received : Bounded
    components : Components
        Held together by ties that either side holds for strong.
    """

    threshold: float
    persons: int
    asked: int
    known: int
    strong: int
    density: Bounded
    mutual: int
    one_sided: int
    neither: int
    reciprocity: Bounded
    asymmetry: Quantity
    given: tuple[Strength, ...]
    received: tuple[Strength, ...]
    centralisation_given: Bounded
    centralisation_received: Bounded
    components: Components


def network_of(dyads: Dyads, threshold: float = STRONG) -> Network:
    """Return the network measures of a group rating itself.

    Parameters
    ----------
    dyads : Dyads
        Square: raters and subjects are the same people in the same order.
    threshold : float
        In scale points.

    Notes
    -----
    Values are over what is known; bounds are over every way the asked dyads without a mean
    (non-respondents, don't-knows) could be strong or not. Reciprocity without a strong tie
    among the known pairs is undefined (`no-data`).

    Raises
    ------
    ValueError
        If the dyads aren't square or the threshold isn't finite.

    References
    ----------
    Wasserman & Faust (1994), Social Network Analysis; R sna `gden`, `grecip(measure =
    "edgewise")`, `centralization`.

    Examples
    --------
    >>> from services.analytics.methods.cube import round_robin
    >>> from services.analytics.methods.dyads import dyads_of
    >>> cube = round_robin([[[0], [5], [1]], [[4], [0], [3]], [[1], [0], [0]]])
    >>> held = network_of(dyads_of(cube))
    >>> held.density.value.value, round(held.density.high.value, 4), held.reciprocity.value.value
    (0.4, 0.5, 1.0)
    >>> held.reciprocity.low.value, held.asymmetry.value
    (0.6666666666666666, 0.5)
    """
    ties = ties_of(dyads, threshold)
    mutual, one_sided, neither = _census(ties)
    known, strong, asked = (int(one.sum()) for one in (ties.known, ties.strong, ties.asked))
    return Network(
        threshold=threshold,
        persons=ties.persons,
        asked=asked,
        known=known,
        strong=strong,
        density=Bounded(share(strong, known), share(strong, asked), share(strong + asked - known, asked)),
        mutual=mutual,
        one_sided=one_sided,
        neither=neither,
        reciprocity=_reciprocity(ties),
        asymmetry=rounded(mean(abs(one) for _, _, one in _differences(dyads, ties))),
        given=_strengths(dyads, ties, Way.GIVEN),
        received=_strengths(dyads, ties, Way.RECEIVED),
        centralisation_given=centralisation(ties, Way.GIVEN),
        centralisation_received=centralisation(ties, Way.RECEIVED),
        components=components_of(ties),
    )


def asymmetries(dyads: Dyads) -> tuple[Asymmetry, ...]:
    """Return every pair with both means, in axis order, and how their views differ.

    Raises
    ------
    ValueError
        If the dyads aren't square.

    Examples
    --------
    >>> from services.analytics.methods.cube import round_robin
    >>> from services.analytics.methods.dyads import dyads_of
    >>> asymmetries(dyads_of(round_robin([[[0], [5]], [[2], [0]]])))
    (Asymmetry(first=0, second=1, difference=3.0),)
    """
    found = _differences(dyads, ties_of(dyads))
    return tuple(Asymmetry(first, second, float(one)) for first, second, one in found)


def _differences(dyads: Dyads, ties: Ties) -> list[tuple[int, int, Fraction]]:
    both = np.argwhere(np.triu(ties.known & ties.known.T))
    return [(int(i), int(j), _mean(dyads, int(i), int(j)) - _mean(dyads, int(j), int(i))) for i, j in both]


def _mean(dyads: Dyads, rater: int, subject: int) -> Fraction:
    return Fraction(int(dyads.sums[rater, subject]), int(dyads.counts[rater, subject]))


def _census(ties: Ties) -> tuple[int, int, int]:
    pairs = np.triu(ties.known & ties.known.T)
    strong = ties.strong.astype(np.int64) + ties.strong.T
    counts = [int((pairs & (strong == number)).sum()) for number in (2, 1, 0)]
    return counts[0], counts[1], counts[2]


def _reciprocity(ties: Ties) -> Bounded:
    """Unknown ties make a pair returned or not; each pair's best and worst are its own."""
    mutual, one_sided, _ = _census(ties)
    pairs = np.triu(ties.asked & ties.asked.T) & (ties.unknown | ties.unknown.T)
    # Both unknown, or one of them beside a strong tie: may turn out returned.
    open_ended = int((pairs & ties.possible & ties.possible.T).sum())
    only_one_sided = int(pairs.sum()) - open_ended
    high = _returned(mutual + open_ended, one_sided)
    if high.value is None and only_one_sided:
        high = Quantity(0.0)
    return Bounded(
        value=_returned(mutual, one_sided),
        low=_returned(mutual, one_sided + open_ended + only_one_sided),
        high=high,
    )


def _returned(mutual: int, one_sided: int) -> Quantity:
    return share(2 * mutual, 2 * mutual + one_sided)


def _strengths(dyads: Dyads, ties: Ties, way: Way) -> tuple[Strength, ...]:
    sums, counts = np.where(ties.known, dyads.sums, 0), np.where(ties.known, dyads.counts, 0)
    strong, possible = ties.strong, ties.possible
    if way is Way.RECEIVED:
        sums, counts, strong, possible = sums.T, counts.T, strong.T, possible.T
    held = []
    for at in range(ties.persons):
        average, dyad_count = mean_of_ratios(sums[at], counts[at]), int((counts[at] > 0).sum())
        total = undefined(Reason.NO_DATA) if average is None else rounded(average * dyad_count)
        ties_of_one = int(strong[at].sum()), int(possible[at].sum())
        held.append(Strength(total, rounded(average), dyad_count, *ties_of_one))
    return tuple(held)
