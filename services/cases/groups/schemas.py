"""Collaboration groups on the wire."""

from collections.abc import Sequence
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared.contracts.register import GroupKind, ParticipantRole, SubjectGroup
from shared.wire import Code, Line, Moment, MunicipalityCode, WireModel


class PutSubjectGroup(SubjectGroup):
    """Some of the group's people, rated as one whole: a key function, a professional group."""

    code: Code = Field(examples=["authority-function"])
    name: Line = Field(examples=["Myndighedsfunktionen"])
    english_name: Line | None = Field(default=None, examples=["The authority function"])
    unit_ids: Annotated[list[UUID], Field(max_length=100)] = Field(
        default=[], description="Members from these units belong to it, unless they name another."
    )
    professional_groups: Annotated[list[Line], Field(max_length=50)] = Field(
        default=[],
        examples=[["Social- og sundhedsassistent"]],
        description="So do members of these professional groups.",
    )


class GroupMember(WireModel):
    """A professional's part in a collaboration group."""

    professional_id: UUID
    role: ParticipantRole = ParticipantRole.PARTICIPANT
    subject_group: Code | None = Field(
        default=None,
        examples=["authority-function"],
        description="The code of the subject group; if left out, unit or professional group decides.",
    )


class PutGroup(WireModel):
    """A collaboration group (samarbejdsgruppe): people measured together without a citizen case."""

    kind: GroupKind
    name: Line = Field(examples=["Ledergruppen i Hedensted"])
    municipality_code: MunicipalityCode = Field(examples=["0766"])
    respondent_label: Line = Field(
        examples=["Samarbejdet mellem lederne i Hedensted"],
        description="What respondents are told that they are asked about.",
    )
    valid_to: Moment | None = Field(default=None, description="When the group ended or will end.")
    subject_groups: Annotated[list[PutSubjectGroup], Field(max_length=50)] = Field(
        default=[], description="Those rated as wholes; an authority function takes two or more."
    )
    members: Annotated[list[GroupMember], Field(max_length=500)] = Field(
        description="All of them, each time: whoever is missing is ended, and stays in the history."
    )

    @model_validator(mode="after")
    def _names_nothing_twice(self) -> Self:
        groups = self.subject_groups
        named: list[tuple[Sequence[object], str]] = [
            ([member.professional_id for member in self.members], "a professional"),
            ([group.code for group in groups], "a subject group"),
            ([unit for group in groups for unit in group.unit_ids], "a unit of a subject group"),
            ([each for group in groups for each in group.professional_groups], "a professional group"),
        ]
        for names, what in named:
            if len(set(names)) != len(names):
                raise ValueError(f"{what} is named twice")
        return self


class GroupMemberView(GroupMember):
    """A member as it is stored."""

    label: str = Field(examples=["Anne Holm"], description="The name colleagues know.")
    valid_from: Moment
    valid_to: Moment | None


class GroupSummary(WireModel):
    """A collaboration group in a list."""

    id: UUID
    version: int
    kind: GroupKind
    name: str
    municipality_code: MunicipalityCode
    respondent_label: str
    valid_to: Moment | None


class GroupView(GroupSummary):
    """A collaboration group with its members at the moment asked for."""

    subject_groups: list[PutSubjectGroup]
    members: list[GroupMemberView]
