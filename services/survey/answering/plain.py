"""Lays out what nearly every submission looks like, straight from its JSON; it knows nothing else; pure.

What it lays out, the declared reading lays out the same: it takes only values that are valid whichever way
they are read. It says of nothing what is wrong with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.survey.answering.asked import AskedForm
from services.survey.answering.schemas import DONT_KNOW_ANSWER
from shared.contracts.survey import DONT_KNOW, NOT_ANSWERED

_FORM_KEYS = frozenset({"formId", "ratings", "texts", "shareWithTeam", "language", "answeredBy"})
_RATING_KEYS = frozenset({"subjectId", "answers", "doesNotWorkWith"})


@dataclass(frozen=True, slots=True)
class PlainForm:
    """Where each answer's cell is, by the ids as they are usually written."""

    asked: AskedForm
    starts: Mapping[str, int]
    items: Mapping[str, int]
    codes: Mapping[object, int]


def plain_form(asked: AskedForm) -> PlainForm | None:
    """Prepare a form; None for one in which statements must be answered."""
    questions = asked.questions
    if questions.required:
        return None
    codes: dict[object, int] = {value: value for value in questions.scale}
    codes[DONT_KNOW_ANSWER] = DONT_KNOW & 0xFF
    count = len(questions.items)
    starts = {str(subject): place * count for subject, place in questions.subjects.items()}
    return PlainForm(asked, starts, questions.items, codes)


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
    items, codes = form.items, form.codes
    for answer in answers:
        if type(answer) is not dict or len(answer) != 2:
            return False
        item, value = answer.get("itemId"), answer.get("value")
        # True and 4.0 are equal to numbers, but are none.
        if type(item) is not str or (type(value) is not int and type(value) is not str):
            return False
        place, code = items.get(item), codes.get(value)
        if place is None or code is None or cells[start + place]:
            return False
        cells[start + place] = code
    return True


def _is_usual(form: PlainForm, wanted: Mapping[str, Any]) -> bool:
    language = wanted.get("language")
    return (
        wanted.keys() <= _FORM_KEYS
        and wanted.get("texts", []) == []
        and wanted.get("shareWithTeam", False) is False
        and wanted.get("answeredBy", "self") == "self"
        and (language is None or language in form.asked.instrument.languages)
    )
