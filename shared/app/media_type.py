"""Which form a caller takes an answer in, of those it comes in."""

from collections.abc import Sequence
from math import isfinite

from shared.errors import NOT_ACCEPTABLE, FieldError, Problem


def media_type_for(accepted: str | None, offered: Sequence[str]) -> str:
    """Choose by an Accept header (RFC 9110, section 12.5.1); the first of equals, and of no wish.

    Raises
    ------
    Problem
        406 with what there is, if nothing of it is accepted; it says that it varies by `Accept`.

    Examples
    --------
    >>> media_type_for("text/csv;q=0.5, application/json", ["text/csv", "application/json"])
    'application/json'
    >>> media_type_for("*/*", ["text/csv", "application/json"])
    'text/csv'
    """
    wishes = [_wish(part) for part in (accepted or "").split(",") if part.strip()] or [("*/*", 1.0)]
    weights = {each: _weight(each, wishes) for each in offered}
    best = max(offered, key=lambda each: weights[each])
    if weights[best] <= 0:
        detail = "It comes as " + ", ".join(offered) + "."
        raise Problem(NOT_ACCEPTABLE, [FieldError("#accept", "not-offered", detail)], {"Vary": "Accept"})
    return best


def _wish(part: str) -> tuple[str, float]:
    """Return a range of media types and its weight, 0 to 1; what is no number weighs nothing."""
    media_range, *parameters = (each.strip().lower() for each in part.split(";"))
    named = dict(each.split("=", 1) for each in parameters if "=" in each)
    weight = next((value for name, value in named.items() if name.strip() == "q"), "1")
    try:
        return media_range, min(float(weight), 1.0) if isfinite(float(weight)) else 0.0
    except ValueError:
        return media_range, 0.0


def _weight(media_type: str, wishes: Sequence[tuple[str, float]]) -> float:
    """Return what the closest range that fits gives: the type itself, its family, or everything."""
    for fitting in (media_type, media_type.split("/", maxsplit=1)[0] + "/*", "*/*"):
        found = [weight for media_range, weight in wishes if media_range == fitting]
        if found:
            return max(found)
    return 0.0
