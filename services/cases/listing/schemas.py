"""Lists, searches and changes of cases on the wire."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from services.cases.register.progress import CaseStatus, TargetGroup
from services.cases.register.pseudonyms import Cpr
from shared.paging import LONGEST_CURSOR
from shared.wire import Code, Line, Moment, MunicipalityCode, Reference, WireModel

_BEFORE_EVERYTHING = datetime(1900, 1, 1, tzinfo=UTC)
_AFTER_EVERYTHING = datetime(9000, 1, 1, tzinfo=UTC)


def _within_reach(since: datetime) -> datetime:
    """Bring a time that somebody means as "always" or "never" to where every clock can tell it."""
    return min(max(since, _BEFORE_EVERYTHING), _AFTER_EVERYTHING)


Since = Annotated[Moment, AfterValidator(_within_reach)]
Fragment = Annotated[Line, StringConstraints(min_length=2, max_length=100)]
"""A part of a line of text."""


class CaseSort(StrEnum):
    """The order of a list of cases; a minus turns it round. Equal times are ordered by id."""

    REGISTERED_AT = "registeredAt"
    REGISTERED_AT_DOWN = "-registeredAt"
    UPDATED_AT = "updatedAt"
    UPDATED_AT_DOWN = "-updatedAt"


class CaseFilter(WireModel):
    """Which cases a list holds: those that meet all that is named, and that the caller may see."""

    level: Code | None = Field(
        default=None, description="Level of complexity in the rules of the tenant.", examples=["complex"]
    )
    status: CaseStatus | None = Field(
        default=None, description="How far the case has come.", examples=["decided"]
    )
    target_group: TargetGroup | None = Field(
        default=None, description="Whom the effort is for.", examples=["exposed-children"]
    )
    municipality_code: MunicipalityCode | None = Field(
        default=None, description="The municipality's code.", examples=["0766"]
    )
    system: Code | None = Field(
        default=None, description="Cases that this source system has registered.", examples=["sbsys"]
    )
    unit_id: UUID | None = Field(
        default=None,
        description="Cases this unit takes part in now; not those of units below it.",
        examples=["0199c0de-0000-7000-8000-000000000766"],
    )
    professional_id: UUID | None = Field(
        default=None,
        description="Cases this professional takes part in now.",
        examples=["0199c0de-0000-7000-8000-000000000027"],
    )
    updated_since: Since | None = Field(
        default=None,
        description="Cases changed at this time or later. Approximate when polled: a change is stamped "
        "before it can be seen, so ask from a few minutes before your last request, or follow "
        "`/v1/case-changes`, which is exact.",
        examples=["2026-11-01T06:00:00Z"],
    )
    closed: bool | None = Field(default=None, description="Closed cases only, or open ones only.")
    include_joined: bool = Field(default=False, description="Also the cases that were joined into another.")
    sort: CaseSort | None = Field(
        default=None, description="`registeredAt`, or with `updatedSince` `updatedAt`, if not named."
    )


class CitizenWanted(WireModel):
    """A citizen, by pseudonym or by CPR number; the number is turned into the pseudonym at once."""

    citizen_id: UUID | None = Field(default=None, examples=["0199c0de-0000-7000-8000-00000000c1c1"])
    cpr: Cpr | None = Field(default=None, description="Ten digits, with or without a hyphen.")

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.citizen_id is None) == (self.cpr is None):
            raise ValueError("give citizenId or cpr")
        return self


class ReferenceWanted(WireModel):
    """A source system's own key for its file about a case."""

    system: Code = Field(examples=["sbsys"])
    reference: Reference = Field(examples=["27.24.00-G01-12-26"])


class SearchCases(CaseFilter):
    """A search whose terms belong in no address: the filters of the list, and about whom or what."""

    citizen: CitizenWanted | None = Field(
        default=None, description="Cases the citizen is or was part of. The search is recorded."
    )
    reference: ReferenceWanted | None = Field(
        default=None, description="The case that a source system knows by this key."
    )
    text: Fragment | None = Field(
        default=None, description="Part of what the professionals call the case.", examples=["forløb 27"]
    )
    page_size: int = Field(default=50, ge=1, le=200, description="Items a page.")
    cursor: str | None = Field(
        default=None, max_length=LONGEST_CURSOR, description="`nextCursor` of the page before."
    )


class CaseSummary(WireModel):
    """A case in a list."""

    id: UUID
    version: int = Field(description="Counts the case's changes; its ETag.")
    respondent_label: str = Field(
        description="How the professionals recognise the case.", examples=["Forløb 27"]
    )
    level: str = Field(description="Level of complexity.", examples=["complex"])
    units: int = Field(
        description="Distinct units that count, external ones if the rules count them.", examples=[6]
    )
    authority_functions: int = Field(description="Those among them that decide.", examples=[2])
    status: CaseStatus
    target_group: TargetGroup | None
    municipality_code: str | None = Field(examples=["0766"])
    registered_at: Moment
    updated_at: Moment
    closed_at: Moment | None
    joined_into_id: UUID | None = Field(description="The case this one was joined into.")


class CaseChange(WireModel):
    """Something that happened to a case, with the case as it is now."""

    id: str = Field(
        examples=["1.1.81234.5678"], description="The position right after it; grows within the feed."
    )
    type: str = Field(
        description="`case.registered`, `case.changed`, `case.classified` (another level), `case.closed`, "
        "`case.joined` (into another) or `case.erased`.",
        examples=["case.classified"],
    )
    case_id: UUID
    case_version: int = Field(description="Apply it if it is not older than what you hold.")
    case: CaseSummary | None = Field(
        description="The case now; null when it is erased or joined into another: drop what you hold."
    )


class CaseChangePage(WireModel):
    """A page of changes. Read on `after` `next`, also when the page is empty."""

    items: list[CaseChange]
    next: str = Field(description="Send as `after` to read on.", examples=["1.1.81234.5678"])
    caught_up: bool = Field(description="Nothing more can be told at the moment.")
