"""Which language a caller reads: of ours, Danish unless English is asked for first."""

from collections.abc import Sequence

from shared.wire import Language


def language_for(accepted: str | None, offered: Sequence[str], usual: str) -> str:
    """Choose a language by an Accept-Language header (RFC 9110, section 12.5.4); the first of equals.

    >>> language_for("so, en;q=0.5", ["da", "en", "so"], "da")
    'so'
    >>> language_for("en-GB, da;q=0.5", ["da", "en"], "da")
    'en'
    >>> language_for("de", ["da", "en"], "en")
    'en'
    >>> language_for(None, ["da", "en"], "so")
    'da'
    """
    weights = dict.fromkeys(offered, 0.0)
    for part in (accepted or "").split(","):
        tag, _, parameter = part.strip().partition(";")
        named = tag.strip().lower()
        for language in offered:
            if named and (named == language.lower() or named.split("-")[0] == language.lower()):
                weights[language] = max(weights[language], _quality(parameter))
    best = max(offered, key=lambda language: weights[language])
    if weights[best] > 0:
        return best
    return usual if usual in offered else offered[0]


def preferred_language(accept_language: str | None) -> Language:
    """Choose between Danish and English by an Accept-Language header (RFC 9110, section 12.5.4).

    >>> preferred_language("en-GB, da;q=0.5")
    'en'
    >>> preferred_language("de, da;q=0.8, en;q=0.7")
    'da'
    >>> preferred_language(None)
    'da'
    """
    return "en" if language_for(accept_language, ("da", "en"), "da") == "en" else "da"


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
