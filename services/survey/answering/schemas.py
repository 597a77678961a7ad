"""What respondents are asked and answer, on the wire."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StrictInt

from shared.contracts.survey import Form, RoundState, Visibility
from shared.wire import Code, Language, Moment, WireModel

DONT_KNOW_ANSWER = "dont-know"

Answer = Annotated[StrictInt, Field(ge=-(2**31), le=2**31)] | Literal["dont-know"]


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


class SubmitResponse(WireModel):
    """Submit one form; afterwards it is taken."""

    form_id: UUID
    ratings: list[Rating] = Field(max_length=200)
    share_with_team: bool = Field(
        default=False, description="A citizen's choice: may the case's team see the answer?"
    )


class PutDraft(WireModel):
    """Keep answers to go on with later; a draft is never scored, and deleted at closing."""

    form_id: UUID
    revision: int = Field(ge=0, le=2**30, description="The draft's revision you build upon.")
    ratings: list[Rating] = Field(max_length=200)


class SubmissionView(WireModel):
    """That a form was submitted."""

    form_id: UUID
    submitted_at: Moment


class DraftView(WireModel):
    """A draft as it is kept."""

    form_id: UUID
    revision: int
    ratings: list[Rating]


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


class FormView(WireModel):
    """One questionnaire as one respondent is asked it."""

    id: UUID
    form: Form
    title: str = Field(examples=["Samarbejdet omkring borgeren"])
    introduction: str = Field(examples=["Her spørger vi, hvordan du oplever samarbejdet i forløbet."])
    statements: list[StatementView]
    options: list[OptionView]
    dont_know: str = Field(examples=["Ved ikke"])
    does_not_work_with: str | None = Field(examples=["Vi arbejder ikke sammen i dette forløb"])
    subjects: list[SubjectView]
    submitted_at: Moment | None
    draft: DraftView | None


class ResponseView(WireModel):
    """Everything one invitation asks, and what is promised before the first question."""

    language: Language
    respondent_label: str = Field(examples=["Forløb 27"])
    wave: str = Field(examples=["baseline"])
    purpose: str = Field(examples=["At styrke samarbejdet omkring borgeren"])
    visibility: Visibility
    state: RoundState
    forms: list[FormView]
