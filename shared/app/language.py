"""Which of the two languages a caller reads: Danish unless English is asked for first."""

from shared.wire import Language


def preferred_language(accept_language: str | None) -> Language:
    """Choose between Danish and English by an Accept-Language header (RFC 9110, section 12.5.4).

    >>> preferred_language("en-GB, da;q=0.5")
    'en'
    >>> preferred_language("de, da;q=0.8, en;q=0.7")
    'da'
    >>> preferred_language(None)
    'da'
    """
    weights = {"da": 0.0, "en": 0.0}
    for part in (accept_language or "").split(","):
        tag, _, parameter = part.strip().partition(";")
        name = tag.strip().lower().split("-")[0]
        if name in weights:
            weights[name] = max(weights[name], _quality(parameter))
    return "en" if weights["en"] > weights["da"] else "da"


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
