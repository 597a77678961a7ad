"""A case as a write finds it and leaves it: pure values, from rows of the repository."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.cases.classification.complexity import UnitPart
from services.cases.intake.parts import Citizen, Involvement, Participant, Stored
from services.cases.register.progress import CaseStatus, Sensitivity, highest, status_of_case
from services.cases.register.schemas import CaseContent
from services.cases.register.tables import CASE_TEAM
from shared.contracts.register import InvolvementRole, ParticipantRole


@dataclass(frozen=True, slots=True)
class CaseParts:
    """What is active in a case, as one registration's writer sees it."""

    statuses: Mapping[UUID, tuple[CaseStatus, Sensitivity | None]] = field(default_factory=dict)
    involvements: tuple[Stored[Involvement], ...] = ()
    participants: tuple[Stored[Participant], ...] = ()
    citizens: tuple[Stored[Citizen], ...] = ()
    others: tuple[Involvement, ...] = ()
    led_by_hand: bool = False
    """Whether the case team has spoken itself: then it says what the case is called."""

    def header(
        self, own: UUID | None, content: CaseContent, before: Mapping[str, Any], *, leads: bool
    ) -> "Header":
        """Return the case's header once a registration says something new.

        Who leads says what the case is called: the case team, else the file it began with. Other files
        only add to how far it has come and how sensitive it is.
        """
        others = [stated for file, stated in self.statuses.items() if file != own]
        sensitivity = highest([content.sensitivity, *(each for _, each in others)])
        status = status_of_case([content.status, *(each for each, _ in others)])
        said = content if leads else None
        values = {
            "respondent_label": said.respondent_label if said else before["respondent_label"],
            "target_group": (said and said.target_group) or before.get("target_group"),
            "municipality_code": (said and said.municipality_code) or before.get("municipality_code"),
            "status": status.value,
            "kle_number": (said and said.kle_number) or before.get("kle_number"),
            "sensitivity": sensitivity.value if sensitivity else None,
        }
        return Header(values)


@dataclass(frozen=True, slots=True)
class Header:
    """What a case is called and how it stands."""

    values: Mapping[str, Any]

    def differs_from(self, before: Mapping[str, Any]) -> bool:
        """Tell whether something changed."""
        return any(before.get(name) != value for name, value in self.values.items())

    def closed_at(self, before: Mapping[str, Any], now: datetime) -> datetime | None:
        """Return since when the case is closed."""
        if self.values["status"] != CaseStatus.CLOSED:
            return None
        closed: datetime | None = before.get("closed_at")
        return closed or now


def parts_from(rows: Iterable[Mapping[str, Any]], own: UUID | None) -> CaseParts:
    """Sort what is stored by kind, one registration's own apart from what others say."""
    kinds: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        kinds[row["kind"]].append(row)
    units = [(row, _involvement(row)) for row in kinds["involvement"]]
    return CaseParts(
        statuses={
            row["id"]: (CaseStatus(row["role"]), Sensitivity(row["more"]) if row["more"] else None)
            for row in kinds["registration"]
        },
        involvements=tuple(Stored(row["id"], part) for row, part in units if row["registration_id"] == own),
        participants=tuple(
            Stored(
                row["id"],
                Participant(row["subject"], ParticipantRole(row["role"]), row["primary_contact"]),
                row["stands_for"],
            )
            for row in kinds["participant"]
        ),
        citizens=tuple(Stored(row["id"], Citizen(row["subject"], row["role"])) for row in kinds["citizen"]),
        others=tuple(part for row, part in units if row["registration_id"] != own),
        led_by_hand=any(row["system"] == CASE_TEAM for row in kinds["registration"]),
    )


def _involvement(row: Mapping[str, Any]) -> Involvement:
    return Involvement(row["subject"], InvolvementRole(row["role"]), tuple(row["laws"]))


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: the one it is today, its default role, and the unit that counts for it, if any."""

    living: UUID
    authority_function: bool
    counting: UUID | None
    external: bool


class Known:
    """The units and professionals that exist, of those asked for."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.professionals = {row["id"] for row in rows if row["depth"] < 0}
        ways: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
        for row in rows:
            if row["depth"] >= 0:
                ways[row["origin"]].append(row)
        self.units = {origin: _unit(way) for origin, way in ways.items()}
        # A unit that another was merged into may be in the case under that one's name only.
        self.units |= {unit.living: unit for unit in self.units.values()}

    def counted(self, parts: Iterable[Involvement]) -> list[UnitPart]:
        """Put each part under the unit that counts for it; without one it doesn't count."""
        return [
            UnitPart(unit.counting, part.role, unit.external, frozenset(part.laws))
            for part in parts
            if (unit := self.units[part.unit_id]).counting is not None
        ]


def _unit(way: Sequence[Mapping[str, Any]]) -> Unit:
    living = next((row for row in way if row["merged_into_id"] is None), way[-1])
    counting = next((row for row in way if row["merged_into_id"] is None and row["counts_as_unit"]), None)
    return Unit(
        living["id"],
        living["authority_function"],
        counting["id"] if counting else None,
        bool(counting and counting["external"]),
    )
