"""Use cases of the page: one press of a button is saved, sent or answered with the next page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from services.survey.page import asked as reading
from services.survey.page.asked import Json, Standing, standing_of
from services.survey.page.calls import Refused, ResponseCalls
from services.survey.page.faults import FaultyAnswer, faulty_answers
from services.survey.page.filling import everything, filled, is_held
from services.survey.page.places import OVERVIEW, SUMMARY, THANKS, WELCOME, Place, Step
from services.survey.page.posted import Posted
from shared.app.language import preferred_language
from shared.wire import Language

_CHANGED = frozenset({"draft-changed", "answers-changed"})
_TAKEN = frozenset({"already-submitted", "idempotency-key-reused"})
_BUSY = frozenset({408, 429, *range(500, 600)})
_LEAVING = frozenset({"decline-now", "withdraw-now"})


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown: a template, its language and what it tells."""

    name: str
    language: Language
    status: int = 200
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of the answers on a page: all is well unless one of these says otherwise."""

    note: str = ""
    stays: bool = False
    faults: tuple[FaultyAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """One press of a button, with what the invitation asks at that moment."""

    calls: ResponseCalls
    posted: Posted
    asked: Json

    @property
    def language(self) -> Language:
        """Return the language chosen, else the one the questionnaire came in."""
        return chosen_language(self.posted) or ("en" if self.asked["language"] == "en" else "da")

    async def again(self) -> "Visit":
        """Return the same press with what the invitation asks now."""
        return Visit(self.calls, self.posted, await self.calls.read(self.language))

    def page(self, name: str, status: int = 200, **told: Any) -> Page:
        """Show a page of the questionnaire."""
        return Page(name, self.language, status, {"asked": self.asked, "posted": self.posted, **told})


def chosen_language(posted: Posted) -> Language | None:
    """Return the language that was chosen on the page, now or before."""
    if posted.to.startswith("language/"):
        return "en" if posted.to.endswith("/en") else "da"
    return posted.language


async def press(calls: ResponseCalls, posted: Posted) -> Page:
    """Do what a button asks for and return the page that follows; refusals become pages, too."""
    try:
        return await _press(calls, posted)
    except Refused as refusal:
        language = chosen_language(posted) or preferred_language(calls.accepted)
        told = {"posted": posted, "token": ""}
        if refusal.status in _BUSY:
            return Page("busy", language, HTTPStatus.SERVICE_UNAVAILABLE, told)
        if refusal.status == HTTPStatus.UNAUTHORIZED:
            return Page("unknown-link", language, refusal.status, told)
        if refusal.status == HTTPStatus.CONFLICT:
            return Page("closed", language, refusal.status, {**told, "lost": True})
        return Page("not-understood", language, HTTPStatus.BAD_REQUEST, told)


async def _press(calls: ResponseCalls, posted: Posted) -> Page:
    if not posted.token and posted.to.startswith("language/"):
        return Page("start", chosen_language(posted) or "da")
    if not posted.token:
        raise Refused(HTTPStatus.UNAUTHORIZED, "unauthenticated")
    visit = Visit(calls, posted, await calls.read(chosen_language(posted)))
    if posted.to in _LEAVING:
        return await _leave(visit)
    filling = posted.at is not None and posted.at.is_question
    closed = _closed_page(visit, lost=filling)
    if closed is not None:
        return closed
    if posted.to == "submit":
        return await _submit(visit)
    saved = Saved()
    if posted.at is not None and filling:
        saved = await _save(visit, posted.at)
        visit = await visit.again()
        closed = _closed_page(visit, lost=saved.stays)
    return closed or _shown(visit, saved)


async def _leave(visit: Visit) -> Page:
    if visit.posted.to == "decline-now":
        await visit.calls.decline()
        return visit.page("declined")
    await visit.calls.withdraw()
    return visit.page("withdrawn")


def _closed_page(visit: Visit, *, lost: bool) -> Page | None:
    """Return the page of whoever can't answer now, or None; `lost`: what was filled in is not saved."""
    standing = standing_of(visit.asked)
    if standing in {Standing.OPEN, Standing.DONE}:
        return None
    if standing is Standing.DECLINED:
        arrives = visit.posted.at is None and (visit.posted.to or "language").startswith("language")
        return visit.page("declined") if arrives else None
    status = HTTPStatus.CONFLICT if lost else HTTPStatus.OK
    return visit.page(standing.value, status, lost=lost)


async def _save(visit: Visit, place: Place) -> Saved:
    """Save what was filled in: as a draft, or as a correction of what was submitted."""
    form = reading.form_of(visit.asked, place.form)
    if form is None or (place.subject and reading.subject_of(form, place.subject) is None):
        return Saved("subject-gone")
    wanted = filled(form, place, visit.posted)
    if form["version"]:
        return await _correct(visit, form, wanted)
    if is_held(form, wanted):
        return Saved()
    try:
        await visit.calls.keep_draft({**wanted, "revision": visit.posted.revision})
    except Refused as refusal:
        return await _not_saved(visit, form, wanted, refusal)
    return Saved("saved")


async def _correct(visit: Visit, form: Json, wanted: Json) -> Saved:
    """Correct a submitted form; other buttons than the one that says so leave the answers as they are."""
    if visit.posted.to != "save":
        return Saved(stays=visit.posted.to.startswith("language/"))
    corrected = {**wanted, **_choices(visit, form), "basedOn": visit.posted.revision}
    try:
        await visit.calls.correct(corrected, f"{visit.posted.key}-{form['id']}")
    except Refused as refusal:
        return await _not_saved(visit, form, wanted, refusal)
    return Saved("corrected")


async def _not_saved(visit: Visit, form: Json, wanted: Json, refusal: Refused) -> Saved:
    if refusal.status == HTTPStatus.UNPROCESSABLE_ENTITY and refusal.code not in _TAKEN:
        return Saved("", stays=True, faults=tuple(faulty_answers(form, wanted, refusal.errors)))
    if refusal.status != HTTPStatus.CONFLICT:
        raise refusal
    if refusal.code in _CHANGED:
        newest = reading.form_of((await visit.again()).asked, form["id"])
        if newest is not None and is_held(newest, wanted):
            return Saved("saved")  # the same button pressed twice
        return Saved("changed-elsewhere", stays=True)
    return Saved("sent-elsewhere" if refusal.code in _TAKEN else "", stays=refusal.code not in _TAKEN)


def _choices(visit: Visit, form: Json) -> Json:
    """Return what goes along with a form's answers: language, and where offered a citizen's choices."""
    chosen: Json = {"language": visit.asked["language"]}
    if form["mayShareWithTeam"]:
        chosen["shareWithTeam"] = visit.posted.share
    if form["mayBeAnsweredOnBehalf"]:
        chosen["answeredBy"] = visit.posted.by
    return chosen


async def _submit(visit: Visit) -> Page:
    """Submit every form that holds an answer; what is refused of one does not hold up the others."""
    sending = [form for form in reading.unsent(visit.asked) if reading.has_answers(form)]
    faults: list[FaultyAnswer] = []
    for form in sending:
        answers = everything(form)
        try:
            await visit.calls.submit(
                {**answers, **_choices(visit, form)}, f"{visit.posted.key}-{form['id']}"
            )
        except Refused as refusal:
            if refusal.code in _TAKEN:
                continue
            if refusal.status != HTTPStatus.UNPROCESSABLE_ENTITY:
                raise
            faults += faulty_answers(form, answers, refusal.errors)
    visit = await visit.again()
    if faults or not any(form["version"] for form in visit.asked["forms"]):
        told = {"place": SUMMARY, "faults": faults, "empty": not sending, "note": ""}
        return visit.page("summary", HTTPStatus.UNPROCESSABLE_ENTITY, **told)
    return visit.page("thanks", place=THANKS, note="sent")


def _shown(visit: Visit, saved: Saved) -> Page:
    """Show where the button leads, or the same page again if its answers were not saved."""
    place = visit.posted.at if saved.stays and visit.posted.at else _destination(visit)
    told: dict[str, Any] = {"place": place, "note": saved.note, "faults": list(saved.faults)}
    if place.is_question:
        form = reading.form_of(visit.asked, place.form)
        if form is None or place not in reading.places_of(form):
            return visit.page("overview", **{**told, "place": OVERVIEW, "note": "subject-gone"})
        status = HTTPStatus.UNPROCESSABLE_ENTITY if saved.faults else HTTPStatus.OK
        if saved.note == "changed-elsewhere":
            status = HTTPStatus.CONFLICT
        keeps = saved.stays and saved.note != "changed-elsewhere"
        if visit.posted.to.startswith("missing/"):
            told["faults"] = _missing(form, place)
        return visit.page("question", status, form=form, keeps=keeps, **told)
    return visit.page(place.step.value, **told)


def _missing(form: Json, place: Place) -> list[FaultyAnswer]:
    return [
        FaultyAnswer(form["id"], place.subject, f"rating.{each['id']}", each["label"], missing=True)
        for each in reading.missing_at(form, place.subject)
        if each["required"]
    ]


def _destination(visit: Visit) -> Place:
    posted, asked = visit.posted, visit.asked
    kind, _, rest = posted.to.partition("/")
    if not kind:
        return THANKS if standing_of(asked) is Standing.DONE else WELCOME
    named = {
        "next": lambda: _next(asked, posted.at),
        "back": lambda: reading.before(asked, posted.at or OVERVIEW),
        "save": lambda: OVERVIEW,
        "language": lambda: posted.at or WELCOME,
        "missing": lambda: Place.read(rest),
    }
    return named[kind]() if kind in named else _reachable(asked, Place.read(posted.to))


def _next(asked: Json, at: Place | None) -> Place:
    if at is not None and at.is_question:
        return reading.after(asked, at)
    if at is not None and at.step is Step.OVERVIEW:
        return reading.first_open(asked)
    order = reading.order_of(asked)
    return order[0] if len(order) == 1 else OVERVIEW


def _reachable(asked: Json, place: Place) -> Place:
    """Lead nobody to thanks for nothing."""
    sent = any(form["version"] for form in asked["forms"])
    return OVERVIEW if place.step is Step.THANKS and not sent else place
