"""What people of the storm write: random answers, as they are sent and as they must be stored."""

import random
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from benchmarks.answering_storm_town import Asked
from shared.contracts.survey import DONT_KNOW, DONT_WORK_WITH, NOT_ANSWERED

_NOBODY = UUID(int=0)
_WORDS = ("Vi ringer", "æøå", "'); --", "{subject}", "“møde”", "𝄞", "i morgen")


@dataclass(frozen=True, slots=True)
class Paper:
    """One filled-in form: what goes over the wire, and the bytes and words that must be kept."""

    ratings: list[dict[str, Any]]
    texts: list[dict[str, Any]]
    cells: bytes
    words: frozenset[tuple[str, UUID, str, bool]]

    def body(self, asked: Asked, **more: Any) -> dict[str, Any]:
        """Return the body of the request that hands it in."""
        return {"formId": str(asked.id), "ratings": self.ratings, "texts": self.texts, **more}


def fill_in(asked: Asked, source: random.Random) -> Paper:
    """Fill a form in at random, never with nothing at all."""
    items = asked.instrument.items
    codes = [[NOT_ANSWERED] * len(items) for _ in asked.subjects]
    ratings = []
    for place in asked.may_rate:
        rated = _rated(asked, source)
        codes[place] = rated
        if any(rated):
            ratings.append(_rating(asked, asked.subjects[place], rated))
    words = [
        (
            question.id,
            _NOBODY,
            " ".join(source.choices(_WORDS, k=source.randint(1, 40))),
            source.random() < 0.5,
        )
        for question in asked.instrument.texts
    ]
    if not ratings:
        return fill_in(asked, source)
    cells = b"".join(code.to_bytes(1, "big", signed=True) for row in codes for code in row)
    texts = [
        {"questionId": question, "subjectId": None, "body": body, "mayQuote": may_quote}
        for question, _, body, may_quote in words
    ]
    return Paper(ratings, texts, cells, frozenset(words))


def _rated(asked: Asked, source: random.Random) -> list[int]:
    items = asked.instrument.items
    if asked.instrument.dont_work_with is not None and source.random() < 0.1:
        return [DONT_WORK_WITH] * len(items)
    values = [*asked.instrument.scale.values, DONT_KNOW]
    return [
        NOT_ANSWERED if not item.required and source.random() < 0.05 else source.choice(values)
        for item in items
    ]


def _rating(asked: Asked, subject: UUID, codes: list[int]) -> dict[str, Any]:
    if DONT_WORK_WITH in codes:
        return {"subjectId": str(subject), "doesNotWorkWith": True}
    answers = [
        {"itemId": item.id, "value": "dont-know" if code == DONT_KNOW else code}
        for item, code in zip(asked.instrument.items, codes, strict=True)
        if code != NOT_ANSWERED
    ]
    return {"subjectId": str(subject), "answers": answers}
