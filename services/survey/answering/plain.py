"""Lays out what nearly every submission looks like, straight from its JSON; it knows nothing else; pure.

What it lays out, the declared reading lays out the same: it takes only values that are valid whichever way
they are read. It says of nothing what is wrong with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from services.survey.answering.asked import AskedForm
from services.survey.answering.schemas import DONT_KNOW_ANSWER
from shared.contracts.survey import DONT_KNOW, NOT_ANSWERED

_FORM_KEYS = frozenset({"formId", "ratings", "texts", "shareWithTeam", "language", "answeredBy"})
_ITEM, _VALUE = itemgetter("itemId"), itemgetter("value")
_KINDS = frozenset({int, str})
_RATING_KEYS = frozenset({"subjectId", "answers", "doesNotWorkWith"})


@dataclass(frozen=True, slots=True)
class PlainForm:
    """Where each answer's cell is, by the ids as they are usually written."""

    asked: AskedForm
    starts: Mapping[str, int]
    items: Mapping[str, int]
    order: Sequence[str]
    codes: Mapping[object, int]


def plain_form(asked: AskedForm) -> PlainForm | None:
    """Prepare a form; None for one in which statements must be answered."""
    questions = asked.questions
    if questions.required:
        return None
    codes: dict[object, int] = {value: value for value in questions.scale}
    codes[DONT_KNOW_ANSWER] = DONT_KNOW & 0xFF
    count = len(questions.items)
    starts = {subject: place * count for subject, place in asked.places.items()}
    return PlainForm(asked, starts, questions.items, list(questions.items), codes)


def plain_cells(form: PlainForm, wanted: Mapping[str, Any]) -> bytes | None:
    """Return the cells of a plain submission that answers something, else None."""
    ratings = wanted.get("ratings")
    if not _is_usual(form, wanted) or type(ratings) is not list:
        return None
    cells = bytearray([NOT_ANSWERED] * (form.asked.questions.width * len(form.items)))
    seen: set[int] = set()
    for rating in ratings:
        if type(rating) is not dict or not rating.keys() <= _RATING_KEYS:
            return None
        subject, answers = rating.get("subjectId"), rating.get("answers")
        start = form.starts.get(subject) if type(subject) is str else None
        if start is None or start in seen or rating.get("doesNotWorkWith", False) is not False:
            return None
        seen.add(start)
        if type(answers) is not list or not _write(cells, form, start, answers):
            return None
    return bytes(cells) if any(cells) else None


def _write(cells: bytearray, form: PlainForm, start: int, answers: list[Any]) -> bool:
    try:
        items = list(map(_ITEM, answers))
        values = list(map(_VALUE, answers))
        codes = bytes(map(form.codes.__getitem__, values))
        # True and 4.0 are equal to numbers, but are none.
        if not set(map(type, values)) <= _KINDS or not set(map(len, answers)) <= {2}:
            return False
        if items == form.order:
            cells[start : start + len(codes)] = codes
            return True
        places = list(map(form.items.__getitem__, items))
    except (KeyError, TypeError):  # not named so, or not of a kind that names anything
        return False
    for place, code in zip(places, codes, strict=True):
        cells[start + place] = code
    return len(set(places)) == len(places)


def _is_usual(form: PlainForm, wanted: Mapping[str, Any]) -> bool:
    language = wanted.get("language")
    return (
        wanted.keys() <= _FORM_KEYS
        and wanted.get("texts", []) == []
        and wanted.get("shareWithTeam", False) is False
        and wanted.get("answeredBy", "self") == "self"
        and (language is None or language in form.asked.instrument.languages)
    )
