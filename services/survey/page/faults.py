"""Says where on the page refused answers stand, as the wire's pointers mean nothing to people; pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from services.survey.page.asked import Json

_POINTER = re.compile(r"/(ratings|texts)/([0-9]{1,5})(?:/answers/([0-9]{1,5}))?(?:/.*)?")
REQUIRED = "answer-required"


@dataclass(frozen=True, slots=True)
class FaultyAnswer:
    """One answer that was refused: about whom, to which statement or question, and whether it is missing.

    `field` is empty where all that was said about a subject is refused; `subject` is empty for what is
    about nobody.
    """

    form: str
    subject: str
    field: str
    label: str
    missing: bool


def faulty_answers(form: Json, sent: Json, errors: Iterable[Json]) -> list[FaultyAnswer]:
    """Return the answers that the errors of a refusal mean, each once, in their order."""
    found = [each for error in errors for each in _meant(form, sent, error)]
    return list(dict.fromkeys(found))


def _meant(form: Json, sent: Json, error: Json) -> Iterable[FaultyAnswer]:
    pointer = _POINTER.fullmatch(error["pointer"])
    holding = sent.get(pointer[1], []) if pointer else []
    if pointer is None or int(pointer[2]) >= len(holding):
        return [FaultyAnswer(form["id"], "", "", form["title"], missing=False)]
    each = holding[int(pointer[2])]
    subject = each["subjectId"] or ""
    if pointer[1] == "texts":
        return [_text(form, subject, each["questionId"])]
    answers = each["answers"]
    if pointer[3] is not None and int(pointer[3]) < len(answers):
        return [_statement(form, subject, answers[int(pointer[3])]["itemId"], missing=False)]
    if error["code"] != REQUIRED:
        return [FaultyAnswer(form["id"], subject, "", _subject_label(form, subject), missing=False)]
    given = {answer["itemId"] for answer in answers}
    lacking = [item["id"] for item in form["statements"] if item["required"] and item["id"] not in given]
    return [_statement(form, subject, item, missing=True) for item in lacking]


def _statement(form: Json, subject: str, item: str, *, missing: bool) -> FaultyAnswer:
    return FaultyAnswer(form["id"], subject, f"rating.{item}", _label(form["statements"], item), missing)


def _text(form: Json, subject: str, question: str) -> FaultyAnswer:
    return FaultyAnswer(form["id"], subject, f"text.{question}", _label(form["texts"], question), False)


def _label(named: Iterable[Json], wanted: str) -> str:
    return next((each["label"] for each in named if each["id"] == wanted), "")


def _subject_label(form: Json, subject: str) -> str:
    return _label(form["subjects"], subject) or str(form["title"])
