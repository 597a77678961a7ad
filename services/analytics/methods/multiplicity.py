"""Multiplicity: p values adjusted for having asked several questions; refuses a p outside 0..1."""

from collections.abc import Sequence

from services.analytics.methods.results import Quantity


def holm(p: Sequence[Quantity]) -> tuple[Quantity, ...]:
    """Return Holm's adjusted p values: the family-wise error stays at the level.

    Parameters
    ----------
    p : sequence of Quantity
        One per question asked. An undefined one stays undefined and isn't counted.

    Notes
    -----
    With p_(1) <= ... <= p_(m): max over j <= i of min(1, (m - j + 1) p_(j)).

    Raises
    ------
    ValueError
        If a p lies outside 0..1.

    References
    ----------
    Holm (1979), Scand. J. Statistics 6, 65-70; R 4.2.2 `p.adjust`.

    Examples
    --------
    >>> [one.value for one in holm([Quantity(0.01), Quantity(0.04), Quantity(0.03)])]
    [0.03, 0.06, 0.06]
    """
    order = _ascending(p)
    adjusted: dict[int, float] = {}
    highest = 0.0
    for rank, (value, place) in enumerate(order):
        highest = max(highest, min(1.0, (len(order) - rank) * value))
        adjusted[place] = highest
    return _placed(p, adjusted)


def benjamini_hochberg(p: Sequence[Quantity]) -> tuple[Quantity, ...]:
    """Return Benjamini and Hochberg's adjusted p values: the false discovery rate.

    Notes
    -----
    min over j >= i of min(1, m p_(j) / j). Arguments and errors as `holm`.

    References
    ----------
    Benjamini & Hochberg (1995), JRSS B 57, 289-300; R 4.2.2 `p.adjust`.

    Examples
    --------
    >>> [one.value for one in benjamini_hochberg([Quantity(0.01), Quantity(0.04), Quantity(0.03)])]
    [0.03, 0.04, 0.04]
    """
    order = _ascending(p)
    adjusted: dict[int, float] = {}
    lowest = 1.0
    for rank, (value, place) in reversed(list(enumerate(order, start=1))):
        lowest = min(lowest, len(order) * value / rank)
        adjusted[place] = lowest
    return _placed(p, adjusted)


def _ascending(p: Sequence[Quantity]) -> list[tuple[float, int]]:
    known = [(one.value, place) for place, one in enumerate(p) if one.value is not None]
    if any(not 0 <= value <= 1 for value, _ in known):
        raise ValueError("a p value lies in 0..1")
    return sorted(known)


def _placed(p: Sequence[Quantity], adjusted: dict[int, float]) -> tuple[Quantity, ...]:
    return tuple(
        Quantity(adjusted[place]) if place in adjusted else undefined_one
        for place, undefined_one in enumerate(p)
    )
