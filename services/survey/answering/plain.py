"""Lays out what nearly every submission looks like, straight from its JSON; it knows nothing else; pure.

What it lays out, the declared reading lays out the same: it takes only values that are valid whichever way
they are read. It says of nothing what is wrong with it.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

from services.survey.answering.asked import AskedForm
from services.survey.answering.schemas import DONT_KNOW_ANSWER
from shared.contracts.survey import DONT_KNOW, NOT_ANSWERED

_FORM_KEYS = frozenset({"formId", "ratings", "texts", "shareWithTeam", "language", "answeredBy"})
_SUBJECT, _ANSWERS = itemgetter("subjectId"), itemgetter("answers")
_ITEM, _VALUE = itemgetter("itemId"), itemgetter("value")
_KINDS = frozenset({int, str})


def plain_cells(asked: AskedForm, wanted: Mapping[str, Any]) -> bytes | None:
    """Return the cells of a plain submission that answers something, else None.

    All ratings are gone through together: this runs in the rush of a deadline.
    """
    ratings = wanted.get("ratings")
    if asked.questions.required or type(ratings) is not list or not _is_usual(asked, wanted):
        return None
    try:
        if not all(map(_is_plain, ratings)):
            return None
        places = [asked.places[subject] for subject in map(_SUBJECT, ratings)]
        answers = list(map(_ANSWERS, ratings))
        cells = _cells(asked, places, answers)
    except (KeyError, TypeError):  # not named so, or not of a kind that names anything
        return None
    return cells if cells and any(cells) else None


def _is_plain(rating: Any) -> bool:
    """Tell whether nothing stands in a rating but subject and answers, or that they do work together."""
    return type(rating) is dict and (len(rating) == 2 or _works_with(rating))


def _works_with(rating: dict[str, Any]) -> bool:
    return len(rating) == 3 and rating["doesNotWorkWith"] is False


def _cells(asked: AskedForm, places: list[int], answers: list[Any]) -> bytes | None:
    order = list(asked.questions.items)
    flat = list(chain.from_iterable(answers))
    items, values = list(map(_ITEM, flat)), list(map(_VALUE, flat))
    scale = asked.questions.scale
    codes = bytes(map(_codes(scale.start, scale.stop).__getitem__, values))
    if (
        len(set(places)) != len(places)
        or not set(map(type, answers)) <= {list}
        # True and 4.0 are equal to numbers, but are none.
        or not set(map(type, values)) <= _KINDS
        # Item and value are there, so two of each are nothing else besides.
        or sum(map(len, flat)) != 2 * len(flat)
    ):
        return None
    count = len(order)
    cells = bytearray([NOT_ANSWERED]) * (asked.questions.width * count)
    if items == order * len(places) and set(map(len, answers)) == {count}:
        for number, place in enumerate(places):
            cells[place * count : (place + 1) * count] = codes[number * count : (number + 1) * count]
        return bytes(cells)
    starts = chain.from_iterable(
        [place * count] * len(own) for place, own in zip(places, answers, strict=True)
    )
    return _one_by_one(cells, asked, zip(starts, items, codes, strict=True))


def _one_by_one(
    cells: bytearray, asked: AskedForm, answers: Iterable[tuple[int, str, int]]
) -> bytes | None:
    """Write answers in whatever order; None if two are to the same statement."""
    written = set()
    for start, item, code in answers:
        cell = start + asked.questions.items[item]
        if cell in written:
            return None
        written.add(cell)
        cells[cell] = code
    return bytes(cells)


@lru_cache(maxsize=64)
def _codes(first: int, end: int) -> Mapping[object, int]:
    """Return how each answer of a scale is stored."""
    return {**{value: value for value in range(first, end)}, DONT_KNOW_ANSWER: DONT_KNOW & 0xFF}


def _is_usual(asked: AskedForm, wanted: Mapping[str, Any]) -> bool:
    language = wanted.get("language")
    return (
        wanted.keys() <= _FORM_KEYS
        and wanted.get("texts", []) == []
        and wanted.get("shareWithTeam", False) is False
        and wanted.get("answeredBy", "self") == "self"
        and (language is None or language in asked.instrument.languages)
    )
