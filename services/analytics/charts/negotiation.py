"""Which of the forms that are offered an `Accept` header asks for (RFC 9110, section 12.5.1); pure."""

from collections.abc import Iterator, Sequence
from math import isfinite


def chosen(accepted: str | None, offered: Sequence[str]) -> str | None:
    """Choose a media type; of equals the one offered first, None if none is accepted.

    >>> chosen("image/svg+xml, application/json;q=0.5", ["application/json", "image/svg+xml"])
    'image/svg+xml'
    >>> chosen("image/*", ["application/json", "image/svg+xml"])
    'image/svg+xml'
    >>> chosen("*/*, application/json;q=0", ["application/json", "image/svg+xml"])
    'image/svg+xml'
    >>> chosen(None, ["application/json", "image/svg+xml"])
    'application/json'
    >>> chosen("text/html", ["application/json", "image/svg+xml"])
    """
    ranges = list(_ranges(accepted or "")) or [("*/*", 1.0)]
    weights = [_weight(form, ranges) for form in offered]
    best = max(weights)
    return offered[weights.index(best)] if best > 0 else None


def _ranges(accepted: str) -> Iterator[tuple[str, float]]:
    for part in accepted.split(","):
        name, *parameters = (each.strip().lower() for each in part.split(";"))
        if name:
            yield name, _quality(parameters)


def _quality(parameters: Sequence[str]) -> float:
    for each in parameters:
        name, _, value = each.partition("=")
        if name.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                return 0.0
            return min(max(quality, 0.0), 1.0) if isfinite(quality) else 0.0
    return 1.0


def _weight(form: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Return the weight that the most specific range gives a form."""
    kind = form.partition("/")[0]
    for wanted in (form, f"{kind}/*", "*/*"):
        found = [quality for name, quality in ranges if name == wanted]
        if found:
            return max(found)
    return 0.0
