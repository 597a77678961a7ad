"""How one of a source's things names another: finds what names nothing, and ids for references; pure."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from pydantic.alias_generators import to_camel

from services.cases.synchronisation.difference import Kind
from services.cases.synchronisation.schemas import (
    ProfessionalFromSource,
    Sent,
    SentInSnapshot,
    SynchroniseOrganisation,
    UnitFromSource,
)
from shared.errors import FieldError

Key = TypeVar("Key")
Find = Callable[[Kind, str], UUID | None]

POINTING = {
    "area_reference": ("area_id", Kind.AREA),
    "parent_reference": ("parent_id", Kind.UNIT),
    "person_reference": ("person_id", Kind.PERSON),
    "unit_reference": ("unit_id", Kind.UNIT),
    "leader_reference": ("leader_id", Kind.PROFESSIONAL),
}
"""The fields that name something, the column each becomes, and what it names."""

_FIELD_BY_COLUMN = {column: to_camel(field) for field, (column, _) in POINTING.items()}
_NOT_STORED = frozenset({"reference", "id", "source_version"})


def sent_by_kind(snapshot: SynchroniseOrganisation) -> dict[Kind, Sequence[SentInSnapshot]]:
    """Return a snapshot's things, kind by kind."""
    return {
        Kind.AREA: snapshot.areas,
        Kind.UNIT: snapshot.units,
        Kind.PERSON: snapshot.persons,
        Kind.PROFESSIONAL: snapshot.professionals,
    }


def pointer_of(kind: Kind, index: int, field: str) -> str:
    """Say where in a snapshot a field stands."""
    return f"/{kind}s/{index}/{to_camel(field)}"


def values_of(sent: Sent, find: Find) -> dict[str, object]:
    """Return what to store of a thing, each reference as the id of what it names."""
    values: dict[str, object] = {"provisional": False}
    for name in type(sent).model_fields:
        value = getattr(sent, name)
        if name in POINTING:
            column, kind = POINTING[name]
            values[column] = None if value is None else find(kind, value)
        elif name not in _NOT_STORED and not (name == "valid_from" and value is None):
            values[name] = value
    return values


def field_names(columns: Mapping[str, object]) -> list[str]:
    """Return columns by the names that their fields have on the wire."""
    return sorted(_FIELD_BY_COLUMN.get(column) or to_camel(column) for column in columns)


def snapshot_errors(snapshot: SynchroniseOrganisation) -> list[FieldError]:
    """Find all that contradicts itself in a snapshot: what is named twice, names nothing, or goes round."""
    sent = sent_by_kind(snapshot)
    known = {kind: {each.reference for each in things} for kind, things in sent.items()}
    errors: list[FieldError] = []
    for kind, things in sent.items():
        errors += _repeated(kind, things)
        for index, each in enumerate(things):
            errors += _broken(kind, index, each, known)
    return [*errors, *_circular(snapshot)]


def _repeated(kind: Kind, things: Sequence[SentInSnapshot]) -> Iterator[FieldError]:
    references = Counter(each.reference for each in things)
    ids = Counter(each.id for each in things if each.id is not None)
    for index, each in enumerate(things):
        if references[each.reference] > 1:
            yield FieldError(pointer_of(kind, index, "reference"), "duplicate", "It is used twice.")
        if each.id is not None and ids[each.id] > 1:
            yield FieldError(pointer_of(kind, index, "id"), "duplicate", "It is used twice.")


def _broken(
    kind: Kind, index: int, sent: SentInSnapshot, known: Mapping[Kind, set[str]]
) -> Iterator[FieldError]:
    for error in own_errors(sent, sent.reference):
        yield FieldError(f"/{kind}s/{index}{error.pointer}", error.code, error.detail)
    for field, named in named_by(sent):
        if named not in known[POINTING[field][1]]:
            yield unknown_reference(pointer_of(kind, index, field))


def named_by(sent: Sent) -> Iterator[tuple[str, str]]:
    """Go through the fields by which a thing names another, each with the reference."""
    for field in POINTING:
        named = getattr(sent, field, None)
        if named is not None:
            yield field, named


def unknown_reference(pointer: str) -> FieldError:
    """Say that a reference names nothing the source has."""
    return FieldError(pointer, "unknown-reference", "The source has nothing of that kind by it.")


def own_errors(sent: Sent, reference: str) -> Iterator[FieldError]:
    """Find what is wrong with a thing whatever else there is."""
    if isinstance(sent, UnitFromSource) and sent.parent_reference == reference:
        yield circular("/parentReference")
    if isinstance(sent, ProfessionalFromSource):
        if sent.leader_reference == reference:
            yield FieldError("/leaderReference", "own-leader", "Nobody is their own leader.")
        if sent.valid_from and sent.valid_to and sent.valid_to <= sent.valid_from:
            yield FieldError("/validTo", "empty-period", "An employment ends after it begins.")


def circular(pointer: str) -> FieldError:
    """Say that a unit would be part of itself."""
    return FieldError(pointer, "circular", "A unit can't be part of itself.")


def _circular(snapshot: SynchroniseOrganisation) -> Iterator[FieldError]:
    parents = {
        unit.reference: unit.parent_reference
        for unit in snapshot.units
        if unit.parent_reference != unit.reference
    }
    round_and_round = in_circles(parents)
    for index, unit in enumerate(snapshot.units):
        if unit.reference in round_and_round:
            yield circular(pointer_of(Kind.UNIT, index, "parent_reference"))


def in_circles(parents: Mapping[Key, Key | None]) -> set[Key]:
    """Return what is, through its parents, part of itself.

    Examples
    --------
    >>> sorted(in_circles({1: 2, 2: 1, 3: 1, 4: None}))
    [1, 2]
    """
    done: set[Key] = set()
    circles: set[Key] = set()
    for start in parents:
        path: dict[Key, int] = {}
        here: Key | None = start
        while here is not None and here not in done and here not in path:
            path[here] = len(path)
            here = parents.get(here)
        if here is not None and here in path:
            circles.update(each for each, place in path.items() if place >= path[here])
        done.update(path)
    return circles
