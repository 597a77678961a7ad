"""What changes when a source speaks again: pure comparison of a source's parts, old and new."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar
from uuid import UUID

from uuid_utils.compat import uuid7

from shared.contracts.register import InvolvementRole, ParticipantRole


@dataclass(frozen=True, slots=True)
class Involvement:
    """A unit's part, as a source knows it."""

    unit_id: UUID
    role: InvolvementRole
    laws: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Participant:
    """A professional's part, as a source knows it."""

    professional_id: UUID
    role: ParticipantRole = ParticipantRole.PARTICIPANT
    primary_contact: bool = False


@dataclass(frozen=True, slots=True)
class Citizen:
    """A citizen's part, as a source knows it."""

    citizen_id: UUID
    relation: str


Part = TypeVar("Part", Involvement, Participant, Citizen)


@dataclass(frozen=True, slots=True)
class Stored(Generic[Part]):
    """An active row; `stands_for` is whom the source names where another took over."""

    id: UUID
    part: Part
    stands_for: UUID | None = None


@dataclass(frozen=True, slots=True)
class Difference(Generic[Part]):
    """Which rows end and which parts are new; the rest stays."""

    ended: tuple[UUID, ...]
    added: tuple[Part, ...]

    def __bool__(self) -> bool:
        return bool(self.ended or self.added)


def compare(stored: Sequence[Stored[Part]], wanted: Iterable[Part]) -> Difference[Part]:
    """Compare what is stored of a source with what it sends now; what it sends twice counts once.

    A source that has not heard of a handover names whom it was handed over from: that means the newcomer,
    unless it names both.
    """
    left = {row.id: row for row in stored}
    added = _unmatched(left, dict.fromkeys(wanted), lambda row, part: row.part == part)
    added = _unmatched(left, added, _stands_for)
    return Difference(tuple(left), tuple(added))


def _unmatched(
    left: dict[UUID, Stored[Part]], wanted: Iterable[Part], matches: Callable[[Stored[Part], Part], bool]
) -> list[Part]:
    """Take the rows that wanted parts match out of what is left; return the parts that match none."""
    unmatched = []
    for part in wanted:
        match = next((row for row in left.values() if matches(row, part)), None)
        if match is None:
            unmatched.append(part)
        else:
            del left[match.id]
    return unmatched


def _stands_for(row: Stored[Part], part: Part) -> bool:
    if row.stands_for is None or not isinstance(row.part, Participant) or not isinstance(part, Participant):
        return False
    return replace(row.part, professional_id=row.stands_for) == part


def unique(parts: Iterable[Part], key: Callable[[Part], Hashable]) -> list[Part]:
    """Return the first part of each key, as two references may turn out to mean the same."""
    first: dict[Hashable, Part] = {}
    for part in parts:
        first.setdefault(key(part), part)
    return list(first.values())


def with_all_laws(parts: Iterable[Involvement]) -> list[Involvement]:
    """Return each unit in each role once, with all laws named for it in one order."""
    laws: dict[tuple[UUID, InvolvementRole], set[str]] = {}
    for part in parts:
        laws.setdefault((part.unit_id, part.role), set()).update(part.laws)
    return [Involvement(unit, role, tuple(sorted(named))) for (unit, role), named in laws.items()]


def as_rows(parts: Iterable[Part]) -> list[Mapping[str, Any]]:
    """Write parts as rows, each under an id of its own."""
    return [{"id": str(uuid7()), **_columns(part)} for part in parts]


def _columns(part: Involvement | Participant | Citizen) -> dict[str, Any]:
    if isinstance(part, Involvement):
        return {"unit_id": str(part.unit_id), "role": part.role.value, "laws": list(part.laws)}
    if isinstance(part, Participant):
        return {
            "professional_id": str(part.professional_id),
            "role": part.role.value,
            "primary_contact": part.primary_contact,
        }
    return {"citizen_id": str(part.citizen_id), "relation": part.relation}
