"""The shapes a layout is made of: boxes in boxes, lines of text, marks; no language and no SVG."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from services.cases.casemap.lettering import ASCENT, DESCENT, width_of

_ROUNDING = 0.01


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; y grows downwards."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    def holds(self, other: "Box") -> bool:
        """Tell whether another box lies within this one."""
        return (
            other.x >= self.x - _ROUNDING
            and other.y >= self.y - _ROUNDING
            and other.right <= self.right + _ROUNDING
            and other.bottom <= self.bottom + _ROUNDING
        )

    def meets(self, other: "Box") -> bool:
        """Tell whether the two share more than an edge."""
        return (
            min(self.right, other.right) - max(self.x, other.x) > _ROUNDING
            and min(self.bottom, other.bottom) - max(self.y, other.y) > _ROUNDING
        )

    def moved(self, right: float, down: float) -> "Box":
        """Return it elsewhere."""
        return Box(self.x + right, self.y + down, self.width, self.height)


class Kind(StrEnum):
    """What a box stands for; how it looks is the drawing's business."""

    PAGE = "page"
    HEADER = "header"
    FIGURE = "figure"
    LEVEL = "level"
    MUNICIPALITY = "municipality"
    OUTSIDE = "outside"
    AREA = "area"
    OUTSIDE_AREA = "outside-area"
    CITIZEN = "citizen"
    UNIT = "unit"
    AUTHORITY_UNIT = "authority-unit"
    OUTSIDE_UNIT = "outside-unit"
    OUTSIDE_AUTHORITY_UNIT = "outside-authority-unit"
    AUTHORITY = "authority"
    PROVIDER = "provider"
    PRESENT = "present"
    LAW = "law"
    PEOPLE = "people"
    NOTE = "note"
    LAWS = "laws"
    LEGEND = "legend"
    KEY = "key"


class Mark(StrEnum):
    """A small sign beside words, so that nothing is told by colour alone."""

    SHIELD = "shield"
    RING = "ring"
    STAR = "star"
    FLAG = "flag"
    DOT = "dot"
    SOLID_FRAME = "solid-frame"
    HEAVY_FRAME = "heavy-frame"
    DASHED_FRAME = "dashed-frame"


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; `y` is its baseline, `x` its start, or its middle if `centred`."""

    text: str
    x: float
    y: float
    size: float
    bold: bool = False
    centred: bool = False

    @property
    def box(self) -> Box:
        """The room it takes at most."""
        width = width_of(self.text, self.size, self.bold)
        left = self.x - width / 2 if self.centred else self.x
        return Box(left, self.y - ASCENT * self.size, width, (ASCENT + DESCENT) * self.size)

    def moved(self, right: float, down: float) -> "Words":
        """Return it elsewhere."""
        return Words(self.text, self.x + right, self.y + down, self.size, self.bold, self.centred)


@dataclass(frozen=True, slots=True)
class Sign:
    """A mark in its place."""

    mark: Mark
    box: Box


@dataclass(frozen=True, slots=True)
class Node:
    """A box with what is in it."""

    kind: Kind
    box: Box
    words: tuple[Words, ...] = ()
    children: tuple["Node", ...] = ()
    signs: tuple[Sign, ...] = ()
    shift: tuple[float, float] = (0.0, 0.0)
    """How far what is in it has yet to go; `settled` sees to that, once, however often it was moved."""

    def moved(self, right: float, down: float) -> "Node":
        """Return it, with all that is in it, elsewhere."""
        shift = (self.shift[0] + right, self.shift[1] + down)
        return Node(self.kind, self.box.moved(right, down), self.words, self.children, self.signs, shift)

    def settled(self, right: float = 0.0, down: float = 0.0) -> "Node":
        """Return it with everything in its final place, itself by a last move."""
        inner, below = self.shift[0] + right, self.shift[1] + down
        return Node(
            self.kind,
            self.box.moved(right, down),
            tuple(each.moved(inner, below) for each in self.words),
            tuple(child.settled(inner, below) for child in self.children),
            tuple(Sign(each.mark, each.box.moved(inner, below)) for each in self.signs),
        )

    def walk(self) -> Iterator["Node"]:
        """Yield it and everything in it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Link:
    """A line of right angles between the citizen and what is around."""

    points: tuple[tuple[float, float], ...]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """A laid-out picture."""

    page: Node
    links: tuple[Link, ...]
    scale: float
