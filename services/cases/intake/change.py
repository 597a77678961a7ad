"""A change to a case, ready to be written: pure, from what was found and what the source says."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from services.cases.classification.complexity import Classification
from services.cases.classification.reasons import Reason
from services.cases.classification.repository import KEPT
from services.cases.classification.schemas import classification_view
from services.cases.intake.parts import Citizen, Difference, Involvement, Participant, as_rows
from services.cases.intake.repository import Source
from services.cases.intake.state import Header
from services.cases.register.progress import CaseStatus
from services.cases.register.schemas import CaseContent
from shared.contracts.register import (
    CASE_CHANGED,
    CASE_CLASSIFIED,
    CASE_CLOSED,
    CASE_JOINED,
    CASE_REGISTERED,
)
from shared.representation import Precondition


@dataclass(frozen=True, slots=True)
class Told:
    """What a source says, and upon which state it builds: its own version, or the case's ETag."""

    source: Source
    content: CaseContent
    case_id: UUID | None = None
    source_version: int | None = None
    snapshot: int | None = None
    precondition: Precondition | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a write finds: the registration (id None if it is new) and the case (version 0 likewise)."""

    file: Mapping[str, Any]
    case: Mapping[str, Any]

    @property
    def new_file(self) -> bool:
        """Whether the source speaks for the first time."""
        return self.file["id"] is None

    @property
    def new_case(self) -> bool:
        """Whether there is no case yet."""
        return bool(self.case["version"] == 0)

    @property
    def joined(self) -> bool:
        """Whether the file came to a case that was there before."""
        return not self.new_case if self.new_file else bool(self.file["joined"])


@dataclass(frozen=True, slots=True)
class Differences:
    """What ends and what is new of each kind of part."""

    units: Difference[Involvement]
    people: Difference[Participant]
    citizens: Difference[Citizen]

    def __bool__(self) -> bool:
        return bool(self.units or self.people or self.citizens)

    @property
    def ended(self) -> list[UUID]:
        """The rows that end."""
        return [*self.units.ended, *self.people.ended, *self.citizens.ended]


_FILE = (
    "id",
    "version",
    "system",
    "reference",
    "first_case_id",
    "source_version",
    "status",
    "kle_number",
    "sensitivity",
    "joined",
    "snapshot",
)


def file_after(told: Told, found: Found) -> Mapping[str, Any]:
    """Return a registration's row as a source's word makes it."""
    file, content = found.file, told.content
    return {
        "id": file["id"] or uuid7(),
        "version": (file["version"] or 0) + 1,
        "system": told.source.system,
        "reference": told.source.reference,
        "case_id": found.case["id"],
        "first_case_id": file["first_case_id"] or told.case_id or found.case["id"],
        "source_version": told.source_version or (file["source_version"] or 0) + 1,
        "status": content.status.value,
        "kle_number": content.kle_number,
        "sensitivity": content.sensitivity.value if content.sensitivity else None,
        "joined": found.joined,
        "snapshot": told.snapshot,
        "updated_at": found.case["now"],
        "ended_at": None,
    }


@dataclass(frozen=True, slots=True)
class Change:
    """All that a write changes."""

    told: Told
    found: Found
    header: Header
    differences: Differences
    judged: Classification
    writer: str
    file: Mapping[str, Any]
    """The registration's row as it is from now on."""

    @property
    def is_rename(self) -> bool:
        """Whether the case is called otherwise or stands otherwise than before."""
        return self.found.new_case or self.header.differs_from(self.found.case)

    @property
    def is_restatement(self) -> bool:
        """Whether the registration stands otherwise than before, or goes on after it had ended."""
        stated = ("status", "kle_number", "sensitivity", "ended_at")
        return any(self.found.file[name] != self.file[name] for name in stated)

    @property
    def is_new_judgement(self) -> bool:
        """Whether the case's complexity is another than before."""
        before = self.found.case
        return self.found.new_case or any(before[name] != getattr(self.judged, name) for name in KEPT)

    @property
    def version(self) -> int:
        """The case's version from now on."""
        return int(self.found.case["version"]) + 1

    def events(self) -> list[str]:
        """Return what the change is called in the feed."""
        before, level = self.found.case, self.judged.level
        if self.found.new_case:
            first = CASE_REGISTERED
        else:
            first = CASE_JOINED if self.found.new_file else CASE_CHANGED
        closes = self.header.values["status"] == CaseStatus.CLOSED and before.get("status") != "closed"
        known_level = before.get("level", self.judged.levels[0].level)
        return [
            first,
            *([CASE_CLOSED] if closes else []),
            *([CASE_CLASSIFIED] if level != known_level else []),
        ]

    def values(self) -> list[Any]:
        """Return the values of the statement that writes everything, in its order."""
        return [*self._of_case(), *self._of_file(), *self._of_parts(), *self._of_history()]

    def _of_case(self) -> list[Any]:
        case, header, judged = self.found.case, self.header, self.judged
        return [
            case["id"],
            self.version,
            header.values["respondent_label"],
            header.values["target_group"],
            header.values["municipality_code"],
            header.values["status"],
            header.values["kle_number"],
            header.values["sensitivity"],
            case["now"],
            header.closed_at(case, case["now"]),
            *(getattr(judged, name) for name in KEPT),
        ]

    def _of_file(self) -> list[Any]:
        return [self.file[name] for name in _FILE]

    def _of_parts(self) -> list[Any]:
        new = self.differences
        added = (as_rows(new.units.added), as_rows(new.people.added), as_rows(new.citizens.added))
        return [new.ended, *(json.dumps(rows) for rows in added)]

    def _of_history(self) -> list[Any]:
        explanation = None
        if self.is_new_judgement:
            explanation = classification_view(self.judged).model_dump_json(by_alias=True)
        by_hand = self.told.precondition is not None
        return [
            json.dumps(self.header.values) if self.is_rename else None,
            self.judged.units,
            self.judged.authority_functions,
            (Reason.CASE_WRITTEN if by_hand else Reason.REGISTRATION).value,
            explanation,
            self.writer,
        ]
