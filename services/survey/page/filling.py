"""Puts what was filled in on one page into what a form holds; the rest of it stays as it is; pure."""

from services.survey.page.asked import Json, held, questions_at, rating_of, texts_of
from services.survey.page.places import Place, Step
from services.survey.page.posted import Posted

DONT_KNOW = "dont-know"


def filled(form: Json, place: Place, posted: Posted) -> Json:
    """Return all ratings and texts of a form with one page's in place, always in the same order."""
    ratings, texts = [], []
    for subject in form["subjects"]:
        here = place.step is Step.SUBJECT and place.subject == subject["id"]
        rating = _posted_rating(form, place, posted) if here else _kept(form, subject["id"])
        if rating["answers"] or rating["doesNotWorkWith"]:
            ratings.append(rating)
    for subject_id in (None, *(subject["id"] for subject in form["subjects"])):
        here = subject_id == (place.subject or None)
        found = _posted_texts(form, place, posted) if here else list(texts_of(form, subject_id).values())
        texts += [{"subjectId": subject_id, **_text(each)} for each in found if each["body"]]
    return {"formId": form["id"], "ratings": ratings, "texts": texts}


def everything(form: Json) -> Json:
    """Return all a form holds, as a submission sends it."""
    ratings = [_kept(form, subject["id"]) for subject in form["subjects"] if rating_of(form, subject["id"])]
    texts = [{"subjectId": each["subjectId"], **_text(each)} for each in held(form)["texts"]]
    return {"formId": form["id"], "ratings": ratings, "texts": texts}


def is_held(form: Json, wanted: Json) -> bool:
    """Tell whether a form holds just this already."""
    holding = everything(form)
    return all(
        sorted(holding[part], key=str) == sorted(wanted[part], key=str) for part in ("ratings", "texts")
    )


def _kept(form: Json, subject_id: str) -> Json:
    rating = rating_of(form, subject_id) or {"doesNotWorkWith": False, "answers": []}
    answers = [{"itemId": each["itemId"], "value": each["value"]} for each in rating["answers"]]
    return _rating(form, subject_id, bool(rating["doesNotWorkWith"]), answers)


def _posted_rating(form: Json, place: Place, posted: Posted) -> Json:
    apart = posted.apart and form["doesNotWorkWith"] is not None
    answers = [{"itemId": item, "value": _value(value)} for item, value in posted.ratings.items()]
    return _rating(form, place.subject, apart, [] if apart else answers)


def _rating(form: Json, subject_id: str, apart: bool, answers: list[Json]) -> Json:
    order = [each["id"] for each in form["statements"]]
    last = len(order)
    answers.sort(key=lambda each: order.index(each["itemId"]) if each["itemId"] in order else last)
    return {"subjectId": subject_id, "doesNotWorkWith": apart, "answers": answers}


def _value(text: str) -> int | str:
    return text if text == DONT_KNOW else int(text)


def _posted_texts(form: Json, place: Place, posted: Posted) -> list[Json]:
    return [
        {
            "questionId": each["id"],
            "body": posted.texts.get(each["id"], "").strip(),
            "mayQuote": each["id"] in posted.quotes,
        }
        for each in questions_at(form, place)
    ]


def _text(each: Json) -> Json:
    return {"questionId": each["questionId"], "body": each["body"], "mayQuote": each["mayQuote"]}
