"""What an invitation asks, read from the public call's JSON: order, progress, what is missing; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from math import ceil
from typing import Any

from services.survey.page.places import OVERVIEW, SUMMARY, Place, Step

Json = dict[str, Any]
SUBJECT_MARK = "{subject}"
_JUDGEMENTS_A_MINUTE = 6


class Standing(StrEnum):
    """What an invitation lets its respondent do now."""

    OPEN = "open"
    DECLINED = "declined"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    LEFT = "left"
    NOT_YET = "not-yet"
    CLOSED = "closed"


def standing_of(asked: Json) -> Standing:
    """Say what can be done; the public calls decide, this only chooses the page to show."""
    state = asked["invitationState"]
    if state in {"withdrawn", "left"}:
        return Standing(state)
    if asked["state"] == "planned":
        return Standing.NOT_YET
    until = asked["answerUntil"]
    if asked["state"] != "open" or (until and datetime.fromisoformat(until) < datetime.now(UTC)):
        return Standing.CLOSED
    if state == "expired":
        return Standing.CLOSED
    return {"submitted": Standing.DONE, "declined": Standing.DECLINED}.get(state, Standing.OPEN)


@dataclass(frozen=True, slots=True)
class Progress:
    """How much is answered: of one subject, one form or everything."""

    done: int
    of: int
    apart: bool = False

    @property
    def state(self) -> str:
        """Name it for people."""
        if self.apart:
            return "apart"
        if self.done == 0:
            return "untouched"
        return "complete" if self.done >= self.of else "begun"


def form_of(asked: Json, form_id: str) -> Json | None:
    """Find a form that is asked."""
    return next((form for form in asked["forms"] if form["id"] == form_id), None)


def subject_of(form: Json, subject_id: str) -> Json | None:
    """Find somebody a form asks about."""
    return next((subject for subject in form["subjects"] if subject["id"] == subject_id), None)


def held(form: Json) -> Json:
    """Return the ratings and texts a form holds now: the submitted ones, else the draft's."""
    found: Json = (form["answers"] if form["version"] else form["draft"]) or {"ratings": [], "texts": []}
    return found


def revision_of(form: Json) -> int:
    """Return what the next saving builds upon: the submitted version, else the draft's revision."""
    revision: int = form["version"] or (form["draft"] or {"revision": 0})["revision"]
    return revision


def rating_of(form: Json, subject_id: str) -> Json | None:
    """Return what is held about one subject."""
    return next((each for each in held(form)["ratings"] if each["subjectId"] == subject_id), None)


def values_of(form: Json, subject_id: str) -> dict[str, str]:
    """Return the answers about one subject by statement, as radio buttons carry them."""
    rating = rating_of(form, subject_id) or {"answers": []}
    return {answer["itemId"]: str(answer["value"]) for answer in rating["answers"]}


def texts_of(form: Json, subject_id: str | None) -> dict[str, Json]:
    """Return the free texts about one subject, or about none, by question."""
    return {each["questionId"]: each for each in held(form)["texts"] if each["subjectId"] == subject_id}


def questions_at(form: Json, place: Place) -> list[Json]:
    """Return the free-text questions asked at a place."""
    return [each for each in form["texts"] if each["perSubject"] == (place.step is Step.SUBJECT)]


def places_of(form: Json) -> list[Place]:
    """Return a form's pages of questions in their order."""
    subjects = [Place(Step.SUBJECT, form["id"], subject["id"]) for subject in form["subjects"]]
    own = [Place(Step.TEXTS, form["id"])] if any(not each["perSubject"] for each in form["texts"]) else []
    return subjects + own if subjects else []


def order_of(asked: Json) -> list[Place]:
    """Return all pages of questions in their order."""
    return [place for form in asked["forms"] for place in places_of(form)]


def after(asked: Json, place: Place) -> Place:
    """Return where one goes on to: the next question, at the end the summary."""
    order = order_of(asked)
    position = order.index(place) + 1 if place in order else 0
    return order[position] if position < len(order) else SUMMARY


def before(asked: Json, place: Place) -> Place:
    """Return where one goes back to."""
    order = order_of(asked)
    position = order.index(place) - 1 if place in order else -1
    return order[position] if position >= 0 else OVERVIEW


def first_open(asked: Json) -> Place:
    """Return the first page with something unanswered, of the forms not yet submitted."""
    for form in unsent(asked):
        for place in places_of(form):
            if progress_at(form, place).state in {"untouched", "begun"}:
                return place
    return SUMMARY


def unsent(asked: Json) -> Iterator[Json]:
    """Yield the forms that can still be submitted."""
    return (form for form in asked["forms"] if not form["version"] and form["subjects"])


def progress_at(form: Json, place: Place) -> Progress:
    """Count the statements answered about a subject; free texts are not counted where there are any."""
    if place.step is Step.TEXTS:
        asked = questions_at(form, place)
        return Progress(len(texts_of(form, None).keys() & {each["id"] for each in asked}), len(asked))
    apart = bool((rating_of(form, place.subject) or {}).get("doesNotWorkWith"))
    return Progress(len(values_of(form, place.subject)), len(form["statements"]), apart)


def state_at(place: Place, form: Json) -> str:
    """Name how far the answers about a subject have come."""
    return progress_at(form, place).state


def progress_of(asked: Json) -> Progress:
    """Count the statements answered in all forms; who isn't worked with is done."""
    done, of = 0, 0
    for form in asked["forms"]:
        for subject in form["subjects"]:
            each = progress_at(form, Place(Step.SUBJECT, form["id"], subject["id"]))
            done, of = done + (each.of if each.apart else each.done), of + each.of
    return Progress(done, of)


def has_answers(form: Json) -> bool:
    """Tell whether a form holds anything that could be submitted."""
    holding = held(form)
    rated = any(each["answers"] or each["doesNotWorkWith"] for each in holding["ratings"])
    return rated or bool(holding["texts"])


def missing_at(form: Json, subject_id: str) -> list[Json]:
    """Return the statements not answered about a subject, unless the two don't work together."""
    rating = rating_of(form, subject_id)
    if rating and rating["doesNotWorkWith"]:
        return []
    given = values_of(form, subject_id)
    return [each for each in form["statements"] if each["id"] not in given]


def minutes_of(asked: Json) -> int:
    """Return about how many minutes it takes."""
    judgements: int = asked["judgements"]
    return max(1, ceil(judgements / _JUDGEMENTS_A_MINUTE))


def asks_at_the_end(forms: list[Json]) -> Mapping[str, bool]:
    """Say which choices of a citizen go along with forms."""
    return {
        "share": any(form["mayShareWithTeam"] for form in forms),
        "by": any(form["mayBeAnsweredOnBehalf"] for form in forms),
    }
