"""Which languages a respondent can be asked in: those all the forms are written in; pure."""

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
