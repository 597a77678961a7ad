"""Lays out the municipality: the citizen in the middle, the laws above, the areas at both sides."""

from collections.abc import Sequence

from services.cases.casemap.blocks import GAP, PADDING, area_node, height_of, lines_of
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
    sides: list[list[AreaSheet]] = [[], []]
    for area in sorted(areas, key=_weight, reverse=True):
        min(sides, key=lambda side: sum(_weight(each) for each in side)).append(area)
    return tuple(tuple(area for area in areas if area in side) for side in sides if side)


def _weight(area: AreaSheet) -> int:
    """Guess how much room an area takes."""
    return 2 + sum(4 + len(card.laws) + len(card.people) + len(card.name) // 20 for card in area.cards)


def _side_width(frame: Frame, sides: int) -> float:
    centre = frame.diameter + 2 * frame.gutter
    return (frame.inner - 2 * frame.gutter - centre - sides * frame.gutter) / max(sides, 1)


def _is_good_width(width: float, could_be_narrower: bool) -> bool:
    return width >= _NARROWEST_CARD and (width <= _WIDEST_CARD or not could_be_narrower)


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
    most = max((len(area.cards) for side in sides for area in side), default=1)
    if sides and not _is_good_width(
        _card_width(width, frame.columns), frame.columns < min(most, MOST_COLUMNS)
    ):
        return None
    stacks = [[area_node(area, width, frame.columns) for area in side] for side in sides]
    heights = [sum(node.box.height for node in stack) + (len(stack) - 1) * _BETWEEN for stack in stacks]
    centre_x = inside.x + (width + frame.gutter if len(sides) == 2 else 0)
    if len(sides) < 2:
        centre_x = inside.x if sides else inside.x + (inside.width - frame.diameter) / 2
    centre = lay_centre(
        sheet, frame, Box(centre_x, inside.y, frame.diameter + 2 * frame.gutter, inside.height)
    )
    if centre is None or max(heights, default=0.0) > inside.height:
        return None
    children, links = list(centre), []
    tallest = min(inside.height, max(heights, default=0.0) * _STRETCH)
    for number, side in enumerate(sides):
        left = inside.x if number == 0 and len(sides) == 2 else inside.right - width
        tall = min(tallest, heights[number] * _MOST_STRETCH)
        column = Box(left, inside.y + (inside.height - tall) / 2, width, tall)
        areas = _stack(side, stacks[number], frame, column)
        children += areas
        links += _links(areas, centre[0].box, frame.gutter)
    return Node(Kind.MUNICIPALITY, room, heading, tuple(children)), tuple(links)


def _stack(side: Sequence[AreaSheet], natural: Sequence[Node], frame: Frame, column: Box) -> list[Node]:
    """Put a side's areas below each other; they share what the column has to spare."""
    least = sum(node.box.height for node in natural) + (len(natural) - 1) * _BETWEEN
    spare = (column.height - least) / len(natural)
    nodes: list[Node] = []
    y = column.y
    for area, small in zip(side, natural, strict=True):
        tall = small.box.height + spare
        nodes.append(area_node(area, column.width, frame.columns, tall).moved(column.x, y))
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
