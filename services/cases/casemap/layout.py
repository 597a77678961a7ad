"""Lays a map out on one landscape page: the citizen in the middle, the municipality around, others outside.

Text keeps its size and the page grows until everything fits; whoever shows the picture scales the page to
paper. So a small case fills its page with large letters, and nothing is ever cut.
"""

from services.cases.casemap.edges import lay_edges
from services.cases.casemap.frame import PAGE_HEIGHT, PAGE_WIDTH, Frame
from services.cases.casemap.municipality import MOST_COLUMNS, lay_municipality, sides_of
from services.cases.casemap.scene import Box, Kind, Link, Node, Scene
from services.cases.casemap.sheet import Sheet

_SMALLEST, _GROWTH, _STRIDE = 0.7, 1.03, 7
_LARGEST = 1000.0


def lay_out(sheet: Sheet) -> Scene:
    """Return the picture on about the smallest page that takes it.

    Pages are tried in large steps until one is large enough, then in small steps from the one before.
    """
    scale = _SMALLEST
    found = _on_page(sheet, scale)
    while found is None and scale < _LARGEST:
        scale *= _GROWTH**_STRIDE
        found = _on_page(sheet, scale)
    if found is None:
        raise OverflowError("no page takes so much")
    for step in range(_STRIDE - 1, 0, -1) if scale > _SMALLEST else ():
        closer = _on_page(sheet, scale / _GROWTH**step)
        if closer is not None:
            return closer
    return found


def _on_page(sheet: Sheet, scale: float) -> Scene | None:
    """Try one size of page, with as many cards side by side as could make a difference."""
    within = [area for area in sheet.areas if not area.is_outside]
    sides = sides_of(within)
    edges = lay_edges(sheet, Frame(scale, 1), len(sides))
    most = max((len(area.cards) for area in within), default=1)
    for columns in range(1, min(most, MOST_COLUMNS) + 1):
        made = lay_municipality(sheet, sides, Frame(scale, columns), edges.room)
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
