"""Lays out the municipality: the citizen in the middle, the laws above, the areas at both sides."""

from collections.abc import Sequence

from services.cases.casemap.blocks import GAP, MOST_LAWS, PADDING, area_node, height_of, lines_of, taller
from services.cases.casemap.centre import lay_centre
from services.cases.casemap.frame import Frame
from services.cases.casemap.scene import Box, Kind, Link, Node
from services.cases.casemap.sheet import AreaSheet, Sheet

MOST_COLUMNS = 8
_NARROWEST_CARD = 205.0
_WIDEST_CARD = 460.0
_STRETCH = 1.15
_MOST_STRETCH = 1.6
_BETWEEN = 22.0


def sides_of(areas: Sequence[AreaSheet]) -> tuple[tuple[AreaSheet, ...], ...]:
    """Share areas out to the left and the right, so that both have about as much; keep their order."""
    weights = [_weight(area) for area in areas]
    sides: tuple[set[int], set[int]] = (set(), set())
    taken = [0, 0]
    for number in sorted(range(len(areas)), key=weights.__getitem__, reverse=True):
        lighter = 0 if taken[0] <= taken[1] else 1
        sides[lighter].add(number)
        taken[lighter] += weights[number]
    return tuple(tuple(areas[number] for number in sorted(side)) for side in sides if side)


def _weight(area: AreaSheet) -> int:
    """Guess how much room an area takes."""
    return 2 + sum(
        4 + min(len(card.laws), MOST_LAWS) + len(card.people) + len(card.name) // 20 for card in area.cards
    )


def _side_width(frame: Frame, sides: int) -> float:
    centre = frame.diameter + 2 * frame.gutter
    return (frame.inner - 2 * frame.gutter - centre - sides * frame.gutter) / max(sides, 1)


def _card_width(side_width: float, columns: int) -> float:
    return (side_width - 2 * PADDING - (columns - 1) * GAP) / columns


def lay_municipality(
    sheet: Sheet, sides: Sequence[Sequence[AreaSheet]], frame: Frame, room: Box
) -> tuple[Node, tuple[Link, ...]] | None:
    """Lay out the citizen between the areas of the municipality, if the room is enough."""
    left, below = room.x + frame.gutter, room.y + frame.eyebrow * 0.8
    heading = lines_of(sheet.within_heading, (left, below), frame.eyebrow, room.width / 3, bold=True)
    top = room.y + 1.5 * frame.eyebrow + height_of(heading)
    inside = Box(left, top, room.width - 2 * frame.gutter, room.bottom - top - frame.gutter * 0.7)
    width = _side_width(frame, len(sides))
    centre = lay_centre(sheet, frame, _middle(frame, inside, width, len(sides)))
    if centre is None:
        return None
    stacks: list[Sequence[Node]] = []
    for side in sides:
        stack = _stack(side, frame.columns, Box(0, 0, width, inside.height))
        if stack is None:
            return None
        stacks.append(stack)
    around = _around(stacks, frame, inside)
    links = _links(around, centre[0].box, frame.gutter)
    return Node(Kind.MUNICIPALITY, room, heading, (*centre, *around)), tuple(links)


def worthwhile(frame: Frame, sides: Sequence[Sequence[AreaSheet]]) -> bool:
    """Tell whether so many columns give cards that are neither too narrow nor needlessly wide."""
    most = max((len(area.cards) for side in sides for area in side), default=1)
    width = _card_width(_side_width(frame, len(sides)), frame.columns)
    could_be_narrower = frame.columns < min(most, MOST_COLUMNS)
    return not sides or (width >= _NARROWEST_CARD and (width <= _WIDEST_CARD or not could_be_narrower))


def _middle(frame: Frame, inside: Box, width: float, sides: int) -> Box:
    """Return where the citizen and the laws go."""
    left = inside.x + (width + frame.gutter if sides == 2 else 0)
    if not sides:
        left = inside.x + (inside.width - frame.diameter) / 2
    return Box(left, inside.y, frame.diameter + 2 * frame.gutter, inside.height)


def _stack(side: Sequence[AreaSheet], columns: int, room: Box) -> tuple[Node, ...] | None:
    """Lay a side's areas out, if they fit below each other; give up as soon as they don't."""
    areas: list[Node] = []
    for area in side:
        areas.append(area_node(area, room.width, columns))
        if _height(areas) > room.height:
            return None
    return tuple(areas)


def _height(areas: Sequence[Node]) -> float:
    return sum(area.box.height for area in areas) + (len(areas) - 1) * _BETWEEN


def _around(stacks: Sequence[Sequence[Node]], frame: Frame, inside: Box) -> list[Node]:
    """Put each side's areas in its place; they share what the column has to spare."""
    tallest = min(inside.height, max((_height(stack) for stack in stacks), default=0.0) * _STRETCH)
    nodes: list[Node] = []
    for number, stack in enumerate(stacks):
        least = _height(stack)
        tall = min(tallest, least * _MOST_STRETCH)
        left = inside.x if number == 0 and len(stacks) == 2 else inside.right - stack[0].box.width
        y = inside.y + (inside.height - tall) / 2
        for area in stack:
            grown = taller(area, frame.columns, area.box.height + (tall - least) / len(stack))
            nodes.append(grown.moved(left, y))
            y = nodes[-1].box.bottom + _BETWEEN
    return nodes


def _links(areas: Sequence[Node], citizen: Box, gutter: float) -> list[Link]:
    """Link the citizen to areas at one side: a trunk in the gutter, and a branch to each."""
    middle = citizen.y + citizen.height / 2
    links = []
    for area in areas:
        is_left = area.box.right <= citizen.x
        near = area.box.right if is_left else area.box.x
        start = citizen.x if is_left else citizen.right
        trunk = near + gutter if is_left else near - gutter
        y = area.box.y + area.box.height / 2
        if area.box.y <= middle <= area.box.bottom:
            y = middle
        links.append(Link(((start, middle), (trunk, middle), (trunk, y), (near, y))))
    return links
