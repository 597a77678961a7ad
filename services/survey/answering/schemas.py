"""What respondents are asked and answer, on the wire."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from services.survey.instruments.definition import LanguageTag
from services.survey.invitations.states import InvitationState
from shared.contracts.survey import Form, RoundState, Visibility
from shared.wire import Code, Moment, Purpose, WireModel, storable

DONT_KNOW_ANSWER = "dont-know"
SUBJECTS_A_PAGE = 12

Answer = Annotated[int, Field(ge=-(2**31), le=2**31)] | Literal["dont-know"]
Body = Annotated[str, StringConstraints(max_length=10_000, strip_whitespace=True), AfterValidator(storable)]


class AnsweredBy(StrEnum):
    """Who gave the answers: oneself, or for a citizen a relative, an interviewer, or paper typed in."""

    SELF = "self"
    RELATIVE = "relative"
    INTERVIEWER = "interviewer"
    PAPER = "paper"


class ItemAnswer(WireModel):
    """The answer to one statement; leave a statement out that is not answered."""

    item_id: Code = Field(examples=["knowledge-sharing"])
    value: Answer = Field(examples=[4, "dont-know"])


class Rating(WireModel):
    """All answers about one subject."""

    subject_id: UUID
    does_not_work_with: bool = Field(
        default=False, description="Says that the two don't work together; then nothing is rated."
    )
    answers: list[ItemAnswer] = Field(default=[], max_length=100)


class TextAnswer(WireModel):
    """One free text; a blank one is as good as left out."""

    question_id: Code = Field(examples=["what-works"])
    subject_id: UUID | None = Field(
        default=None, description="Whom it is about, where the question is asked of each subject."
    )
    body: Body = Field(examples=["Vi ringer til hinanden, før vi skriver."])
    may_quote: bool = Field(default=False, description="Consents to being quoted, without a name.")


class Answers(WireModel):
    """What one form holds."""

    ratings: list[Rating] = Field(max_length=200)
    texts: list[TextAnswer] = Field(default=[], max_length=500)


class SubmitResponse(Answers):
    """Submit one form; afterwards it is taken, and can only be corrected.

    Statements left out count as not answered.
    """

    form_id: UUID
    share_with_team: bool = Field(
        default=False, description="A citizen's choice: may the case's team see the answer?"
    )
    language: LanguageTag | None = Field(
        default=None,
        description="The language it was answered in; the invitation's if left out.",
        examples=["da"],
    )
    answered_by: AnsweredBy = Field(
        default=AnsweredBy.SELF, description="Others than `self` for a citizen only."
    )


class CorrectResponse(SubmitResponse):
    """Correct a submitted form: all of it, as a new version; what was answered before is kept, too."""

    based_on: int = Field(ge=1, le=32_000, description="The version you correct.")


class PutDraft(Answers):
    """Keep answers to go on with later; a draft is never scored, and deleted at closing."""

    form_id: UUID
    revision: int = Field(ge=0, le=2**30, description="The draft's revision you build upon.")


class DeclineResponse(WireModel):
    """Say that one doesn't want to answer; who submits a form later has taken it back."""


class WithdrawResponse(WireModel):
    """Take back all one has answered: it is deleted, and nothing can be answered afterwards."""


class WithdrawForRespondent(WireModel):
    """Delete all that a respondent has answered, as the respondent asks for."""

    purpose: Purpose = Field(examples=["withdrawn-consent"])


class SubmissionView(WireModel):
    """That a form was submitted."""

    form_id: UUID
    version: int = Field(examples=[1])
    submitted_at: Moment


class CorrectionView(SubmissionView):
    """That a form was corrected."""

    version: int = Field(examples=[2])
    corrected_at: Moment


class StateView(WireModel):
    """How an invitation stands."""

    state: InvitationState = Field(examples=[InvitationState.DECLINED])


class DraftView(WireModel):
    """A draft as it is kept."""

    form_id: UUID
    revision: int
    ratings: list[Rating]
    texts: list[TextAnswer]


class AnswersView(WireModel):
    """The newest answers that were submitted, with what was chosen along with them."""

    ratings: list[Rating]
    texts: list[TextAnswer]
    share_with_team: bool
    answered_by: AnsweredBy


class OptionView(WireModel):
    """One choice of the scale."""

    value: int = Field(examples=[4])
    label: str = Field(examples=["Enig"])


class SubjectView(WireModel):
    """Somebody or something to rate."""

    id: UUID
    label: str = Field(examples=["Anne Holm, Familieafdelingen"])


class StatementView(WireModel):
    """A statement; in a network form `{subject}` stands for whoever is rated."""

    id: str = Field(examples=["knowledge-sharing"])
    label: str = Field(examples=["Videndeling"])
    wording: str = Field(examples=["{subject} deler den viden, jeg har brug for i forløbet."])
    required: bool = Field(description="Must be answered about everybody who is rated at all.")
    focus: bool = Field(description="The group has chosen to work on this.")


class TextQuestionView(WireModel):
    """A question answered in own words."""

    id: str = Field(examples=["what-works"])
    label: str = Field(examples=["Det, der virker"])
    wording: str = Field(examples=["Hvad fungerer godt i samarbejdet?"])
    per_subject: bool = Field(description="It is asked about each subject, not once.")
    maximum_length: int = Field(examples=[2000])


class FormView(WireModel):
    """One questionnaire as one respondent is asked it."""

    id: UUID
    form: Form
    title: str = Field(examples=["Samarbejdet omkring borgeren"])
    introduction: str = Field(examples=["Her spørger vi, hvordan du oplever samarbejdet i forløbet."])
    statements: list[StatementView]
    texts: list[TextQuestionView]
    options: list[OptionView]
    dont_know: str = Field(examples=["Ved ikke"])
    does_not_work_with: str | None = Field(examples=["Vi arbejder ikke sammen i dette forløb"])
    subjects: list[SubjectView]
    pages: list[list[UUID]] = Field(
        description=f"The subjects to show together, at most {SUBJECTS_A_PAGE} at a time."
    )
    may_share_with_team: bool
    may_be_answered_on_behalf: bool
    judgements: int = Field(description="How many answers the form asks for.", examples=[48])
    version: int = Field(description="0 until it is submitted.", examples=[0])
    submitted_at: Moment | None
    corrected_at: Moment | None
    draft: DraftView | None
    answers: AnswersView | None


class ResponseView(WireModel):
    """Everything one invitation asks, and what is promised before the first question."""

    language: str = Field(examples=["da"])
    languages: list[str] = Field(
        description="The languages it can be answered in.", examples=[["da", "en"]]
    )
    respondent_label: str = Field(examples=["Forløb 27"])
    wave: str = Field(examples=["baseline"])
    purpose: str = Field(examples=["At styrke samarbejdet omkring borgeren"])
    legal_basis: str = Field(examples=["Databeskyttelsesforordningens artikel 6, stk. 1, litra e"])
    visibility: Visibility
    state: RoundState
    invitation_state: InvitationState
    answer_until: Moment | None
    judgements: int = Field(description="How many answers all forms ask for.", examples=[55])
    forms: list[FormView]
