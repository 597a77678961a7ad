"""Lays out what stands around the municipality: title and figures, areas outside, legend."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.cases.casemap.blocks import (
    GAP,
    area_node,
    bottom_of,
    flow,
    height_of,
    lines_of,
    people_node,
    tag_node,
    taller,
    widest,
)
from services.cases.casemap.frame import PAGE_HEIGHT, PAGE_WIDTH, Frame
from services.cases.casemap.lettering import wrap
from services.cases.casemap.scene import Box, Kind, Node, Words
from services.cases.casemap.sheet import AreaSheet, Figure, Sheet, Tag

_OUTSIDE_CARD = 300.0
_MOST_OUTSIDE = 0.7  # of the page's height; what is left then takes no header and citizen


@dataclass(frozen=True, slots=True)
class Edges:
    """What stands around the municipality on one size of page, and the room left for it."""

    header: Node
    outside: Node | None
    footer: Node
    room: Box

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All but the municipality, from above."""
        every = (self.header, self.outside, self.footer)
        return tuple(node for node in every if node is not None)


def lay_edges(sheet: Sheet, frame: Frame, sides: int) -> Edges:
    """Lay out header, footer and the areas outside; they take the same room however wide the sides are."""
    scale = frame.scale
    header = _header(sheet, frame).moved(frame.margin, frame.margin)
    footer = _footer(sheet, frame)
    footer = footer.moved(frame.margin, PAGE_HEIGHT * scale - frame.margin - footer.box.height)
    top = header.box.bottom + 22 * scale
    lowest = footer.box.y - 18 * scale
    outside = _outside(sheet, frame)
    if outside is not None:
        middle = (PAGE_WIDTH * scale - outside.box.width) / 2
        outside = outside.moved(frame.margin if sides == 1 else middle, lowest - outside.box.height)
        lowest = outside.box.y - frame.gutter
    return Edges(header, outside, footer, Box(frame.margin, top, frame.inner, lowest - top))


def _header(sheet: Sheet, frame: Frame) -> Node:
    """Lay out the title, the date, and the figures at the right."""
    scale = frame.scale
    right = frame.inner
    placed: list[Node] = []
    for figure in reversed(sheet.figures):
        node = _figure(figure, scale)
        placed.append(node.moved(right - node.box.width, 0))
        right -= node.box.width + 34 * scale
    title = _fitted(sheet.title, right, 46 * scale, 2)
    size = 19 * scale
    status = lines_of(sheet.status, (0, height_of(title) + 10 * scale), size, right * 0.5)
    level = tag_node(Tag(sheet.level, Kind.LEVEL), right * 0.45, size)
    level = level.moved(widest(status) + 18 * scale, height_of(title) + 6 * scale)
    height = max(bottom_of(placed), level.box.bottom, status[0].box.y + height_of(status))
    return Node(Kind.HEADER, Box(0, 0, frame.inner, height), title + status, (level, *placed))


def _figure(figure: Figure, scale: float) -> Node:
    number = lines_of(figure.number, (0, 0), 46 * scale, 200 * scale, bold=True)
    caption = lines_of(figure.caption, (0, height_of(number)), 16 * scale, 118 * scale)
    words = number + caption
    height = height_of(number) + height_of(caption)
    return Node(Kind.FIGURE, Box(0, 0, widest(words), height), words)


def _fitted(text: str, width: float, size: float, most_lines: int) -> tuple[Words, ...]:
    """Set a heading as large as it may be in a few lines, down to a size that is still a heading."""
    while len(wrap(text, size, True, width)) > most_lines and size > 24:
        size *= 0.92
    return lines_of(text, (0, 0), size, width, bold=True)


def _footer(sheet: Sheet, frame: Frame) -> Node:
    size = 17 * frame.scale
    keys = (people_node(key, frame.inner, size, Kind.KEY) for key in sheet.legend)
    placed = flow(keys, frame.inner, 2 * size)
    return Node(Kind.LEGEND, Box(0, 0, frame.inner, bottom_of(placed)), children=placed)


def _outside(sheet: Sheet, frame: Frame) -> Node | None:
    """Lay out the areas outside the municipality in rows below it."""
    areas = [area for area in sheet.areas if area.is_outside]
    if not areas:
        return None
    inner = frame.inner - 2 * frame.gutter
    heading = lines_of(
        sheet.outside_heading, (frame.gutter, frame.eyebrow * 0.8), frame.eyebrow, inner, bold=True
    )
    y = 1.5 * frame.eyebrow + height_of(heading)
    children: list[Node] = []
    slots = max(2, int(inner / _OUTSIDE_CARD))
    for row in _rows(areas, slots):
        if y > _MOST_OUTSIDE * PAGE_HEIGHT * frame.scale:
            break  # The page is too small whatever comes; on one that isn't, nothing is left out.
        nodes = _outside_row(row, slots, inner)
        children += [node.moved(frame.gutter, y) for node in nodes]
        y = bottom_of(children) + GAP
    width = max(node.box.right for node in (*children, *(Node(Kind.NOTE, w.box) for w in heading)))
    box = Box(0, 0, width + frame.gutter, y - GAP + frame.gutter * 0.7)
    return Node(Kind.OUTSIDE, box, heading, tuple(children))


def _outside_row(row: Sequence[AreaSheet], slots: int, inner: float) -> list[Node]:
    """Lay areas out side by side, each as wide as its share of the units, all of one height."""
    shares = [min(len(area.cards), slots) for area in row]
    slot = min((inner - (len(row) - 1) * GAP) / sum(shares), 1.35 * _OUTSIDE_CARD)
    laid = [area_node(area, slot * share, share) for area, share in zip(row, shares, strict=True)]
    tall = max(area.box.height for area in laid)
    x = 0.0
    nodes = []
    for area, share in zip(laid, shares, strict=True):
        nodes.append(taller(area, share, tall).moved(x, 0))
        x += area.box.width + GAP
    return nodes


def _rows(areas: Sequence[AreaSheet], slots: int) -> Iterator[list[AreaSheet]]:
    row: list[AreaSheet] = []
    for area in areas:
        if row and sum(len(each.cards) for each in [*row, area]) > slots:
            yield row
            row = []
        row.append(area)
    yield row
