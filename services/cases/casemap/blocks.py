"""Lays out what a map is built from: tags, lines on people, unit cards, areas; each from the origin."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from services.cases.casemap.lettering import ASCENT, DESCENT, width_of, wrap
from services.cases.casemap.scene import Box, Kind, Mark, Node, Sign, Words
from services.cases.casemap.sheet import AreaSheet, Card, People, Tag

Part = TypeVar("Part")

LINE = ASCENT + DESCENT
GAP = 12.0
PADDING = 14.0
_NAME = 22.0
_SMALL = 17.0
_HEADING = 26.0
MOST_LAWS = 5
_MOST_SIGNS = 100
_LEAST_CARD = 200.0
_MARKED = {Kind.AUTHORITY: Mark.SHIELD, Kind.PROVIDER: Mark.RING}


def lines_of(
    text: str, at: tuple[float, float], size: float, width: float, *, bold: bool = False
) -> tuple[Words, ...]:
    """Set a text in lines from a place downwards."""
    left, top = at
    return tuple(
        Words(line, left, top + ASCENT * size + number * LINE * size, size, bold)
        for number, line in enumerate(wrap(text, size, bold, width))
    )


def height_of(lines: Sequence[Words]) -> float:
    """Return the height that lines of one size take."""
    return len(lines) * LINE * lines[0].size if lines else 0.0


def widest(lines: Iterable[Words]) -> float:
    """Return the width of the widest line."""
    return max(line.box.width for line in lines)


def few(texts: Sequence[str], most: int) -> tuple[str, ...]:
    """Return so many texts at most, each brief; the last then tells how many more there are.

    >>> few(["A", "B", "C", "D"], 3)
    ('A', 'B', '+2')
    """
    if len(texts) <= most:
        return tuple(brief(text) for text in texts)
    return (*(brief(text) for text in texts[: most - 1]), f"+{len(texts) - most + 1}")


def brief(text: str) -> str:
    """Return a text that no card need be taller for; the picture's description has all of it."""
    return text if len(text) <= _MOST_SIGNS else f"{text[: _MOST_SIGNS - 1].rstrip()}…"


def tag_node(tag: Tag, width: float, size: float = _SMALL) -> Node:
    """Lay out a tag, as wide as its text but no wider than `width`."""
    mark = _MARKED.get(tag.kind)
    across, down = size * 0.6, size * 0.25
    indent = size * 1.25 if mark else 0.0
    inner = width - 2 * across - indent
    words = lines_of(tag.text, (across + indent, down), size, inner, bold=tag.kind is not Kind.LAW)
    wide = widest(words)
    if not mark:
        middle = across + wide / 2
        words = tuple(Words(each.text, middle, each.y, size, each.bold, centred=True) for each in words)
    box = Box(0, 0, wide + 2 * across + indent, height_of(words) + 2 * down)
    signs = (Sign(mark, Box(across, down + size * 0.15, size * 0.9, size * 0.9)),) if mark else ()
    return Node(tag.kind, box, words, signs=signs)


def flow(nodes: Iterable[Node], width: float, gap: float) -> tuple[Node, ...]:
    """Place nodes side by side, in as many rows as it takes."""
    placed: list[Node] = []
    x = y = row = 0.0
    for node in nodes:
        if placed and x + node.box.width > width:
            x, y, row = 0.0, y + row + gap, 0.0
        placed.append(node.moved(x, y))
        x += node.box.width + gap
        row = max(row, node.box.height)
    return tuple(placed)


def bottom_of(nodes: Iterable[Node], empty: float = 0.0) -> float:
    """Return how far down nodes reach."""
    return max((node.box.bottom for node in nodes), default=empty)


def people_node(people: People, width: float, size: float = _SMALL, kind: Kind = Kind.PEOPLE) -> Node:
    """Lay out a mark with the words it goes with."""
    indent = size * 1.3
    words = lines_of(brief(people.text), (indent, 0), size, width - indent)
    sign = Sign(people.mark, Box(0, size * 0.15, size * 0.9, size * 0.9))
    return Node(kind, Box(0, 0, indent + widest(words), height_of(words)), words, signs=(sign,))


def note_node(text: str, width: float) -> Node:
    """Lay out a remark."""
    words = lines_of(brief(text), (0, 0), _SMALL, width)
    return Node(Kind.NOTE, Box(0, 0, width, height_of(words)), words)


def card_node(card: Card, width: float) -> Node:
    """Lay out a unit: name, roles, remarks, laws, people."""
    inner = width - 2 * PADDING
    laws = (Tag(law, Kind.LAW) for law in few(card.laws, MOST_LAWS))
    name = lines_of(card.name, (PADDING, PADDING), _NAME, inner, bold=True)
    groups = (
        flow((tag_node(tag, inner) for tag in (*card.roles, *laws)), inner, 7),
        *((note_node(note, inner),) for note in card.notes),
        _stacked((people_node(each, inner) for each in card.people), 4),
    )
    children: list[Node] = []
    y = PADDING + height_of(name)
    for group in groups:
        if group:
            children += [node.moved(PADDING, y + 8) for node in group]
            y = bottom_of(children)
    return Node(card.kind, Box(0, 0, width, y + PADDING), name, tuple(children))


def least_area(area: AreaSheet) -> float:
    """Return the room that an area takes at least: its words, and what is around them in a card."""
    small = sum(
        width_of(text, _SMALL, False)
        for card in area.cards
        for text in (
            *few(card.laws, MOST_LAWS),
            *(brief(text) for text in (*card.notes, *(each.text for each in card.people))),
        )
    )
    names = sum(width_of(card.name, _NAME, True) for card in area.cards)
    heading = width_of(area.name, _HEADING, True)
    words = LINE * (heading * _HEADING + names * _NAME + small * _SMALL)
    return words + len(area.cards) * _LEAST_CARD * 2 * PADDING


def _stacked(nodes: Iterable[Node], gap: float) -> tuple[Node, ...]:
    placed: list[Node] = []
    for node in nodes:
        placed.append(node.moved(0, bottom_of(placed) + gap if placed else 0))
    return tuple(placed)


def area_node(area: AreaSheet, width: float, columns: int) -> Node:
    """Lay out an area with its units in columns."""
    inner = width - 2 * PADDING
    heading = lines_of(area.name, (PADDING, PADDING * 0.6), _HEADING, inner, bold=True)
    children: list[Node] = []
    y = PADDING * 0.6 + height_of(heading) + PADDING * 0.4
    for row in rows_of(area.cards, columns):
        wide = (inner - (len(row) - 1) * GAP) / len(row)
        laid = [card_node(card, wide) for card in row]
        high = max(card.box.height for card in laid)
        for number, card in enumerate(laid):
            placed = card.moved(PADDING + number * (wide + GAP), y)
            children.append(_grown(placed, high - card.box.height))
        y += high + GAP
    kind = Kind.OUTSIDE_AREA if area.is_outside else Kind.AREA
    return Node(kind, Box(0, 0, width, y - GAP + PADDING), heading, tuple(children))


def taller(area: Node, columns: int, height: float) -> Node:
    """Return a laid-out area with a greater height, which its rows share."""
    rows = rows_of(area.children, columns)
    spare = max(0.0, height - area.box.height) / len(rows)
    children = (
        _grown(card.moved(0, number * spare), spare) for number, row in enumerate(rows) for card in row
    )
    return replace(_grown(area, spare * len(rows)), children=tuple(children))


def rows_of(parts: Sequence[Part], columns: int) -> list[Sequence[Part]]:
    """Deal parts out in rows."""
    return [parts[start : start + columns] for start in range(0, len(parts), columns)]


def _grown(node: Node, more: float) -> Node:
    return replace(node, box=replace(node.box, height=node.box.height + more))
