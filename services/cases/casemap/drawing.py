"""Draws a laid-out map as SVG: elements, colours and frames; it decides no place and no word."""

from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from services.cases.casemap.scene import Box, Kind, Link, Mark, Node, Scene, Sign, Words
from services.cases.casemap.sheet import Sheet

MEDIA_TYPE = "image/svg+xml"
_FONTS = "Arial, Helvetica, 'Liberation Sans', sans-serif"
_TITLE, _DESCRIPTION = "case-map-title", "case-map-description"
_LINK = "#5b6b7d"
_SLACK = 0.1


@dataclass(frozen=True, slots=True)
class Style:
    """How a box looks; without a fill what is below shows."""

    ink: str = "#16202c"
    fill: str | None = None
    line: str | None = None
    weight: float = 1.5
    dashes: str | None = None
    round: float = 0.0


_BARE = Style()
STYLES = {
    Kind.PAGE: Style(fill="#ffffff"),
    Kind.MUNICIPALITY: Style(fill="#e9eff5", line="#8496a9", round=28),
    Kind.OUTSIDE: Style(fill="#ffffff", line="#5b6b7d", dashes="10 8", weight=2, round=28),
    Kind.AREA: Style(fill="#cfdce8", round=20),
    Kind.OUTSIDE_AREA: Style(fill="#f1f1ef", line="#5b6b7d", dashes="7 6", round=20),
    Kind.CITIZEN: Style(ink="#ffffff", fill="#12395c", line="#ffffff", weight=6, round=1000),
    Kind.UNIT: Style(fill="#ffffff", line="#8496a9", round=12),
    Kind.AUTHORITY_UNIT: Style(fill="#ffffff", line="#7a1f33", weight=4, round=12),
    Kind.OUTSIDE_UNIT: Style(fill="#ffffff", line="#5b6b7d", dashes="7 6", round=12),
    Kind.OUTSIDE_AUTHORITY_UNIT: Style(fill="#ffffff", line="#7a1f33", weight=4, dashes="12 7", round=12),
    Kind.AUTHORITY: Style(ink="#ffffff", fill="#7a1f33", round=6),
    Kind.PROVIDER: Style(fill="#ffffff", line="#5b6b7d", round=6),
    Kind.PRESENT: Style(ink="#3c4855", fill="#ffffff", line="#5b6b7d", dashes="3 4", round=6),
    Kind.LAW: Style(fill="#fdf1cf", line="#8a6d1a", weight=1, round=100),
    Kind.LEVEL: Style(ink="#ffffff", fill="#12395c", round=100),
    Kind.NOTE: Style(ink="#3c4855"),
    Kind.KEY: Style(ink="#3c4855"),
}


def style_of(kind: Kind) -> Style:
    """Return how a kind of box looks."""
    return STYLES.get(kind, _BARE)


def draw(scene: Scene, sheet: Sheet) -> bytes:
    """Write the picture; the same scene gives the same bytes."""
    page = scene.page.box
    root = Xml.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": "420mm",
            "height": "297mm",
            "viewBox": f"0 0 {_number(page.width)} {_number(page.height)}",
            "role": "img",
            "aria-labelledby": f"{_TITLE} {_DESCRIPTION}",
            "lang": sheet.language,
            "xml:lang": sheet.language,
            "font-family": _FONTS,
        },
    )
    Xml.SubElement(root, "title", {"id": _TITLE}).text = sheet.title
    Xml.SubElement(root, "desc", {"id": _DESCRIPTION}).text = "\n".join(sheet.description)
    _draw_node(root, scene.page, scene)
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _draw_node(parent: Xml.Element, node: Node, scene: Scene) -> None:
    style = style_of(node.kind)
    group = Xml.SubElement(parent, "g", {"class": str(node.kind)})
    if style.fill or style.line:
        _draw_frame(group, node.box, style, scene.scale)
    if node.kind is Kind.MUNICIPALITY:
        for link in scene.links:
            _draw_link(group, link, scene.scale)
    for sign in node.signs:
        _draw_sign(group, sign, style.ink)
    for words in node.words:
        _draw_words(group, words, style.ink)
    for child in node.children:
        _draw_node(group, child, scene)


def _draw_frame(parent: Xml.Element, box: Box, style: Style, scale: float) -> None:
    round_corner = min(style.round * (scale if style.round > 20 else 1), box.width / 2, box.height / 2)
    shape = {**_place(box), "fill": style.fill or "none"}
    if round_corner:
        shape["rx"] = _number(round_corner)
    if style.line:
        shape |= {"stroke": style.line, "stroke-width": _number(style.weight)}
    if style.dashes:
        shape["stroke-dasharray"] = style.dashes
    Xml.SubElement(parent, "rect", shape)


def _draw_link(parent: Xml.Element, link: Link, scale: float) -> None:
    start, *rest = link.points
    path = f"M{_point(start)}" + "".join(f"L{_point(point)}" for point in rest)
    shape = {"d": path, "fill": "none", "stroke": _LINK, "stroke-width": _number(3 * scale)}
    shape |= {"stroke-linejoin": "round"}
    if link.dashed:
        shape["stroke-dasharray"] = f"{_number(9 * scale)} {_number(8 * scale)}"
    Xml.SubElement(parent, "path", shape)


def _draw_words(parent: Xml.Element, words: Words, ink: str) -> None:
    shape = {"x": _number(words.x), "y": _number(words.y), "font-size": _number(words.size), "fill": ink}
    if words.bold:
        shape["font-weight"] = "bold"
    if words.centred:
        shape["text-anchor"] = "middle"
    Xml.SubElement(parent, "text", shape).text = words.text


_PATHS = {
    Mark.SHIELD: "M.5 0L.95.15V.5C.95.8.7.95.5 1C.3.95.05.8.05.5V.15Z",
    Mark.STAR: "M.5.02L.65.36L1 .39L.73.63L.81.98L.5.79L.19.98L.27.63L0 .39L.35.36Z",
    Mark.FLAG: "M.12 0H.24V.08L.95.3L.24.54V1H.12Z",
}


def _draw_sign(parent: Xml.Element, sign: Sign, ink: str) -> None:
    box = sign.box
    if sign.mark in _PATHS:
        place = f"translate({_number(box.x)} {_number(box.y)}) scale({_number(box.width)})"
        Xml.SubElement(parent, "path", {"d": _PATHS[sign.mark], "transform": place, "fill": ink})
        return
    middle = {"cx": _number(box.x + box.width / 2), "cy": _number(box.y + box.height / 2)}
    line = {"fill": "none", "stroke": ink, "stroke-width": _number(box.width / 8)}
    if sign.mark is Mark.DOT:
        Xml.SubElement(parent, "circle", {**middle, "r": _number(box.width / 5), "fill": ink})
    elif sign.mark is Mark.RING:
        Xml.SubElement(parent, "circle", {**middle, "r": _number(box.width * 0.38), **line})
    else:
        dashes = _number(box.width / 5)
        Xml.SubElement(parent, "rect", {**_place(box), "rx": "2", **line, "stroke-dasharray": dashes})


def _place(box: Box) -> dict[str, str]:
    return {
        "x": _number(box.x),
        "y": _number(box.y),
        "width": _number(box.width),
        "height": _number(box.height),
    }


def _point(point: tuple[float, float]) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _number(value: float) -> str:
    """Write a length with at most two decimals, the same on every machine."""
    return f"{round(value, 2):.2f}".rstrip("0").rstrip(".")
