"""What an invitation asks, made up as the public call would tell it."""

from typing import Any
from uuid import UUID

from services.survey.answering.schemas import SUBJECTS_A_PAGE

ITEMS = ("knowledge-sharing", "innovation")


def made_asked(subjects: int, answered: int = 0, **more: Any) -> dict[str, Any]:
    """Make up an invitation with one network form, whose first subjects are all answered."""
    return {
        "language": "da",
        "languages": ["da", "en"],
        "respondentLabel": "Forløb 27",
        "wave": "Før",
        "purpose": "Bedre samarbejde",
        "legalBasis": "Artikel 6",
        "visibility": "team-open",
        "state": "open",
        "invitationState": "started",
        "answerUntil": None,
        "judgements": subjects * len(ITEMS),
        "forms": [_form([str(UUID(int=number + 1)) for number in range(subjects)], answered)],
        **more,
    }


def _form(ids: list[str], answered: int) -> dict[str, Any]:
    return {
        "id": str(UUID(int=2**64)),
        "form": "network",
        "title": "Samarbejdet",
        "introduction": "Her spørger vi om samarbejdet.",
        "statements": [
            {"id": item, "label": item, "wording": "{subject} " + item, "required": False, "focus": False}
            for item in ITEMS
        ],
        "texts": [],
        "options": [{"value": value, "label": str(value)} for value in range(1, 6)],
        "dontKnow": "Ved ikke",
        "doesNotWorkWith": None,
        "subjects": [{"id": each, "label": f"Nr. {number}"} for number, each in enumerate(ids, start=1)],
        "pages": [ids[start : start + SUBJECTS_A_PAGE] for start in range(0, len(ids), SUBJECTS_A_PAGE)],
        "mayShareWithTeam": False,
        "mayBeAnsweredOnBehalf": False,
        "judgements": len(ids) * len(ITEMS),
        "version": 0,
        "submittedAt": None,
        "correctedAt": None,
        "draft": {"revision": 1, "ratings": [_rating(each) for each in ids[:answered]], "texts": []},
        "answers": None,
    }


def _rating(subject: str) -> dict[str, Any]:
    answers = [{"itemId": item, "value": 3} for item in ITEMS]
    return {"subjectId": subject, "doesNotWorkWith": False, "answers": answers}
