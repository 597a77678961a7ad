"""What exports are asked for, on the wire."""

from enum import StrEnum

from pydantic import Field

from services.analytics.exports.table import Kind, Measure
from shared.wire import WireModel


class TeamContent(StrEnum):
    """What a team's file holds: each answer, the matrix of means, or the network."""

    ANSWERS = "answers"
    MATRIX = "matrix"
    NETWORK = "network"


class WaveContent(StrEnum):
    """What a wave's file holds: the figures of all cases together, or those of each case."""

    FIGURES = "figures"
    CASE_SCORES = "case-scores"


class ExportPurpose(StrEnum):
    """What a file is for; the audit keeps it with each case. A code, so that no address holds free text."""

    NETWORK_MEETING = "network-meeting"
    FOLLOW_UP = "follow-up"
    EVALUATION = "evaluation"
    RESEARCH = "research"


class EntryKind(StrEnum):
    """What an entry of the code book explains."""

    COLUMN = "column"
    CODE = "code"
    FIGURE = "figure"


class CodeBookTable(StrEnum):
    """Whose entry it is; `figures` are both files of a wave."""

    ANSWERS = "answers"
    MATRIX = "matrix"
    NETWORK = "network"
    FIGURES = "figures"


class CodeBookEntry(WireModel):
    """A column, what a code in it means, or what a figure is."""

    entry_kind: EntryKind = Field(description="What is explained.")
    table_name: CodeBookTable = Field(description="In which file.")
    column_name: str = Field(description="In which column.", examples=["answerCode"])
    code_value: str | None = Field(
        description="The code or the figure's path; null for a column itself.", examples=["-1"]
    )
    label_danish: str = Field(description="What it means, in Danish.", examples=["Ved ikke"])
    label_english: str = Field(description="What it means, in English.", examples=["Don't know"])
    cell_kind: Kind | None = Field(description="What a column's cells are; null for what is in it.")
    measure_level: Measure | None = Field(description="A column's level of measurement.")
    is_missing: bool | None = Field(
        description="Whether a code is no value and never enters a mean; null for all but codes."
    )


class CodeBookView(WireModel):
    """All that is needed to read the files."""

    entries: list[CodeBookEntry] = Field(
        description="Table by table: each column, then what stands in it.", max_length=2000
    )
