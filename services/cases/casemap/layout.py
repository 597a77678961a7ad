"""Lays a map out on one landscape page: the citizen in the middle, the municipality around, others outside.

Text keeps its size and the page grows until everything fits; whoever shows the picture scales the page to
paper. So a small case fills its page with large letters, and no text is ever cut.
"""

from collections.abc import Callable, Sequence
from math import ceil, log

from services.cases.casemap.blocks import least_area
from services.cases.casemap.edges import lay_edges
from services.cases.casemap.frame import PAGE_HEIGHT, PAGE_WIDTH, Frame
from services.cases.casemap.lettering import forget
from services.cases.casemap.municipality import MOST_COLUMNS, lay_municipality, sides_of, worthwhile
from services.cases.casemap.scene import Box, Kind, Link, Node, Scene
from services.cases.casemap.sheet import AreaSheet, Sheet

MOST_PAGES = 12
"""How many sizes of page are tried at most."""

_SMALLEST, _GROWTH = 0.7, 1.03
_STRIDE, _MOST_STRIDE = 4, 128
_FILLED = 0.35


def lay_out(sheet: Sheet) -> Scene:
    """Return the picture on about the smallest page that takes it.

    Raises
    ------
    OverflowError
        If no page takes so much.
    """
    sides = sides_of([area for area in sheet.areas if not area.is_outside])
    try:
        found = smallest_page(lambda step: _on_page(sheet, sides, scale_of(step)), _first_step(sheet))
    finally:
        forget()
    return Scene(found.page.settled(), found.links, found.scale)


def smallest_page(laid: Callable[[int], Scene | None], first: int) -> Scene:
    """Return about the smallest page that takes everything, trying few.

    Strides double until a page is large enough; then the last stride is halved until it is one step.
    """
    too_small, step, stride = first - 1, first, _STRIDE
    while (found := laid(step)) is None:
        if stride > _MOST_STRIDE // 2:
            raise OverflowError("no page takes so much")
        too_small, step, stride = step, step + stride, 2 * stride
    while step - too_small > 1:
        middle = (too_small + step) // 2
        closer = laid(middle)
        if closer is None:
            too_small = middle
        else:
            found, step = closer, middle
    return found


def scale_of(step: int) -> float:
    """Return how large a page is; rounded, as no two machines' powers agree to the last digit."""
    return round(_SMALLEST * _GROWTH**step, 4)


def _first_step(sheet: Sheet) -> int:
    """Return the first page worth trying: words alone hardly fill a third of a page."""
    least = sum(least_area(area) for area in sheet.areas)
    scale = (least / _FILLED / (PAGE_WIDTH * PAGE_HEIGHT)) ** 0.5
    return ceil(log(scale / _SMALLEST, _GROWTH)) if scale > _SMALLEST else 0


def _on_page(sheet: Sheet, sides: Sequence[Sequence[AreaSheet]], scale: float) -> Scene | None:
    """Try one size of page, with as many cards side by side as could make a difference."""
    edges = lay_edges(sheet, Frame(scale, 1), len(sides))
    most = max((len(area.cards) for side in sides for area in side), default=1)
    for columns in range(1, min(most, MOST_COLUMNS) + 1):
        frame = Frame(scale, columns)
        made = lay_municipality(sheet, sides, frame, edges.room) if worthwhile(frame, sides) else None
        if made is not None:
            panel, links = made
            if edges.outside is not None:
                links += (_link_outside(panel, edges.outside),)
            page = Box(0, 0, PAGE_WIDTH * scale, PAGE_HEIGHT * scale)
            return Scene(Node(Kind.PAGE, page, children=(panel, *edges.nodes)), links, scale)
    return None


def _link_outside(panel: Node, outside: Node) -> Link:
    citizen = next(node.box for node in panel.children if node.kind is Kind.CITIZEN)
    x = citizen.x + citizen.width / 2
    return Link(((x, citizen.bottom), (x, outside.box.y)), dashed=True)
