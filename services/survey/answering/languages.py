"""Chooses the language a respondent is asked in, among those all the forms are written in; pure."""

from collections.abc import Sequence

from services.survey.instruments.definition import Instrument


def languages_of(instruments: Sequence[Instrument]) -> list[str]:
    """Return the languages that every one of some instruments is written in, in the first one's order."""
    if not instruments:
        return ["da", "en"]
    return [
        language
        for language in instruments[0].languages
        if all(language in each.languages for each in instruments)
    ]


def language_for(accepted: str | None, offered: Sequence[str], usual: str) -> str:
    """Choose a language by an Accept-Language header (RFC 9110, section 12.5.4).

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


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
