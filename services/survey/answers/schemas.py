"""Answer exports on the wire: which answers, in what layout and format, and what for."""

from enum import StrEnum
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared.app.tag_fields import UNTAGGED
from shared.wire import Code, Language, Purpose, WireModel


class Layout(StrEnum):
    """One row for each answer, or one for each respondent and subject."""

    LONG = "long"
    WIDE = "wide"


class FileFormat(StrEnum):
    """How the rows are written."""

    CSV = "csv"
    JSON = "json"


class Versions(StrEnum):
    """Each form's newest answers, or those from before corrections, too."""

    NEWEST = "newest"
    ALL = "all"


class Content(StrEnum):
    """The answers themselves, or what their columns and codes mean."""

    ANSWERS = "answers"
    CODE_BOOK = "code-book"


class ExportAnswers(WireModel):
    """Export the answers of rounds, of a wave, or of cases; who asks says what for."""

    round_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=200)
    wave: Code | None = Field(default=None, examples=["baseline"])
    case_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=200)
    instrument: Code | None = Field(
        default=None,
        description="This instrument only, in all its versions. `wide` needs one.",
        examples=["relational-capacity"],
    )
    content: Content = Content.ANSWERS
    layout: Layout = Layout.LONG
    format: FileFormat = FileFormat.CSV
    versions: Versions = Versions.NEWEST
    language: Language = Field(default="da", description="Of labels.")
    purpose: Purpose = Field(
        description="What the answers are for; the audit keeps it with each round.",
        examples=["Evaluering af netværksmøder, godkendt af styregruppen 12. marts"],
    )

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if sum(each is not None for each in (self.round_ids, self.wave, self.case_ids)) != 1:
            raise ValueError("give one of roundIds, wave and caseIds")
        return self


class ExportedRows(WireModel):
    """The rows of an export as JSON, each an object with a key for every column."""

    content: Content
    layout: Layout
    columns: list[str] = Field(max_length=2000, examples=[["roundId", "itemId", "answerValue"]])
    rows: list[dict[str, str | int | float | bool | None]] = Field(
        max_length=2**31,
        examples=[[{"roundId": "0199c0de-0000-7000-8000-000000000027", "answerValue": 4}]],
    )


EXPORTED: dict[int | str, dict[str, Any]] = {
    200: {
        **UNTAGGED,
        "description": "The file; a table with a header line, or its rows as JSON.",
        "content": {
            "text/csv": {
                "schema": {"type": "string", "maxLength": 2**31},
                "example": "roundId,itemId,answerKind,answerValue\r\n"
                "0199c0de-0000-7000-8000-000000000027,knowledge-sharing,rated,4\r\n",
            }
        },
    }
}
"""How an export is described beside its JSON form."""

AnswerKind = Literal["rated", "dont-know", "dont-work-with", "not-answered"]
