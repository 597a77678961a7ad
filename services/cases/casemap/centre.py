"""Lays out the middle of a map: the citizen as a circle, and the laws above it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from services.cases.casemap.blocks import LINE, bottom_of, few, flow, height_of, lines_of, tag_node
from services.cases.casemap.frame import Frame
from services.cases.casemap.lettering import ASCENT, wrap
from services.cases.casemap.scene import Box, Kind, Node, Words
from services.cases.casemap.sheet import Sheet, Tag

_MOST_LAWS = 16
_LEAST_CIRCLE = 0.9
_LAW_SIZES = (15.5, 14.0, 12.5, 0.0)
_LEAST_LAW = 16.0


def lay_centre(sheet: Sheet, frame: Frame, column: Box) -> tuple[Node, ...] | None:
    """Lay out the citizen in the middle, and the laws above; the citizen comes first."""
    left = column.x + frame.gutter
    for law_size in _LAW_SIZES:
        laws = _laws(sheet, frame, max(_LEAST_LAW, law_size * frame.scale))
        taken = laws.box.height + frame.gutter * 0.6 if laws else 0.0
        size = min(frame.diameter, column.height - taken)
        if size >= frame.diameter * _LEAST_CIRCLE:
            y = max(column.y + taken, column.y + (column.height - size) / 2)
            circle = Box(left + (frame.diameter - size) / 2, y, size, size)
            citizen = _citizen(sheet, circle)
            return (citizen, laws.moved(left, column.y)) if laws else (citizen,)
    return None


def _laws(sheet: Sheet, frame: Frame, size: float) -> Node | None:
    if not sheet.laws:
        return None
    width, gap = frame.diameter, size / 2
    heading = lines_of(sheet.laws_heading, (0, 0), size * 1.15, width, bold=True)
    heading = tuple(replace(line, x=width / 2, centred=True) for line in heading)
    laws = few(sheet.laws, _MOST_LAWS)
    tags = flow((tag_node(Tag(law, Kind.LAW), width, size) for law in laws), width, gap)
    below = height_of(heading) + gap
    placed = tuple(node.moved(0, below) for node in _centred(tags, width))
    return Node(Kind.LAWS, Box(0, 0, width, bottom_of(placed)), heading, placed)


def _centred(nodes: Sequence[Node], width: float) -> Iterator[Node]:
    """Move each row of a flow to the middle."""
    for node in nodes:
        reach = max(each.box.right for each in nodes if each.box.y == node.box.y)
        yield node.moved((width - reach) / 2, 0)


def _citizen(sheet: Sheet, circle: Box) -> Node:
    """Set the case's label as large as the circle takes it, and what it stands for below."""
    note_size = circle.width * 0.055
    note = wrap(sheet.citizen_note, note_size, False, circle.width * 0.7)
    below = len(note) * 1.2 * note_size
    size, label = _label(sheet.citizen, circle.width, below)
    middle = circle.x + circle.width / 2
    top = circle.y + (circle.height - len(label) * LINE * size - below) / 2
    words = [
        Words(line, middle, top + (ASCENT + number * LINE) * size, size, bold=True, centred=True)
        for number, line in enumerate(label)
    ]
    top += len(label) * LINE * size
    words += [
        Words(line, middle, top + (ASCENT + number * LINE) * note_size, note_size, centred=True)
        for number, line in enumerate(note)
    ]
    return Node(Kind.CITIZEN, circle, tuple(words))


def _label(text: str, diameter: float, below: float) -> tuple[float, tuple[str, ...]]:
    """Find the largest size in which a label fits the circle, on one line if that is still large."""
    size = diameter * 0.16
    while size > diameter * 0.11:
        if len(wrap(text, size, True, diameter * 0.8)) == 1:
            return size, (text,)
        size *= 0.96
    size, room = diameter * 0.15, diameter * 0.68
    while len(wrap(text, size, True, room)) * LINE * size + below > room:
        size *= 0.96
    return size, wrap(text, size, True, room)
