"""What a picture says, in words of one language, before anybody knows where it goes."""

from dataclasses import dataclass

from services.cases.casemap.scene import Kind, Mark


@dataclass(frozen=True, slots=True)
class Tag:
    """A short text in a frame of its own."""

    text: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class People:
    """A line on professionals, with the mark before it."""

    text: str
    mark: Mark = Mark.DOT


@dataclass(frozen=True, slots=True)
class Card:
    """A unit."""

    kind: Kind
    name: str
    roles: tuple[Tag, ...]
    notes: tuple[str, ...]
    laws: tuple[str, ...]
    people: tuple[People, ...]


@dataclass(frozen=True, slots=True)
class AreaSheet:
    """An area with its units."""

    name: str
    is_outside: bool
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and what it counts."""

    number: str
    caption: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything a picture says."""

    language: str
    title: str
    status: str
    level: str
    figures: tuple[Figure, ...]
    citizen: str
    citizen_note: str
    laws_heading: str
    laws: tuple[str, ...]
    within_heading: str
    outside_heading: str
    areas: tuple[AreaSheet, ...]
    legend: tuple[People, ...]
    description: tuple[str, ...]
