"""Lays answers out by what a form asks, or says everything that doesn't fit; pure."""

from dataclasses import dataclass

import orjson

from services.survey.answering.asked import AskedForm
from services.survey.answering.cells import cells_of
from services.survey.answering.schemas import AnsweredBy, Answers, SubmitResponse, TextAnswer
from services.survey.answering.texts import ABOUT_NOBODY, mistakes_in_texts, said
from shared.contracts.survey import Form
from shared.errors import FieldError


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form's answers as they are stored, and what is wrong with them."""

    cells: bytes
    texts: list[TextAnswer]
    errors: tuple[FieldError, ...]

    @property
    def stored_texts(self) -> str | None:
        """The texts as the database takes them."""
        if not self.texts:
            return None
        rows = [
            {
                "question": each.question_id,
                "subject": str(each.subject_id or ABOUT_NOBODY),
                "body": each.body,
                "quote": each.may_quote,
            }
            for each in self.texts
        ]
        return orjson.dumps(rows).decode()


def lay_out(asked: AskedForm, answers: Answers) -> Sheet:
    """Lay out what need not be complete yet."""
    row = cells_of(asked.questions, answers.ratings, complete=False)
    return Sheet(row.cells, answers.texts, (*row.errors, *mistakes_in_texts(asked.texts, answers.texts)))


def lay_out_for_good(asked: AskedForm, wanted: SubmitResponse) -> Sheet:
    """Lay out what is submitted."""
    row = cells_of(asked.questions, wanted.ratings)
    texts = said(wanted.texts)
    errors = [*row.errors, *mistakes_in_texts(asked.texts, wanted.texts), *_mistakes(asked, wanted)]
    if not errors and row.is_empty and not texts:
        errors.append(
            FieldError("/ratings", "nothing-answered", "A form with no answer can't be submitted.")
        )
    return Sheet(row.cells, texts, tuple(errors))


def _mistakes(asked: AskedForm, wanted: SubmitResponse) -> list[FieldError]:
    """Say what is wrong beside ratings and texts; a citizen's choices are nobody else's."""
    found: list[FieldError] = []
    of_citizen = asked.instrument.form is Form.CITIZEN
    if wanted.share_with_team and not asked.may_share:
        found.append(FieldError("/shareWithTeam", "not-offered", "This form does not offer that."))
    if wanted.answered_by is not AnsweredBy.SELF and not of_citizen:
        found.append(FieldError("/answeredBy", "not-offered", "This form is answered by oneself."))
    if wanted.language is not None and wanted.language not in asked.instrument.languages:
        found.append(FieldError("/language", "not-offered", "This form is not in that language."))
    return found
