"""The rules of membership: what a new list of members changes, and which subject group a member is in."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Membership:
    """A professional's part in a collaboration group."""

    professional_id: UUID
    role: str
    subject_group: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What makes one list of members another; whose part is another now is ended and added."""

    ended: frozenset[Membership]
    added: frozenset[Membership]

    def __bool__(self) -> bool:
        return bool(self.ended or self.added)

    @property
    def newcomers(self) -> frozenset[UUID]:
        """Professionals who were not in the group before."""
        return frozenset(each.professional_id for each in self.added) - frozenset(
            each.professional_id for each in self.ended
        )


def difference(stored: Iterable[Membership], wanted: Iterable[Membership]) -> Difference:
    """Work out what a full list of members changes."""
    before, after = frozenset(stored), frozenset(wanted)
    return Difference(ended=before - after, added=after - before)


@dataclass(frozen=True, slots=True)
class Belonging:
    """By what a professional belongs to a subject group: unit or professional group."""

    code: str
    units: Collection[UUID]
    professional_groups: Collection[str]


def subject_group_of(
    named: str | None, unit: UUID, professional_group: str, groups: Sequence[Belonging]
) -> str | None:
    """Return the subject group a member is named in, else the first its unit or profession belongs to."""
    if named is not None:
        return named
    for group in groups:
        if unit in group.units or professional_group in group.professional_groups:
            return group.code
    return None
