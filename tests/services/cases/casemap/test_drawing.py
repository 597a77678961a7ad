"""The picture is well-formed, holds nothing foreign, and can be read by eyes and by screen readers."""

from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from docs.case_map_pictures import SIZES, picture, sample
from services.cases.casemap.drawing import STYLES, Style, draw, style_of
from services.cases.casemap.scene import Kind, Node
from shared.wire import Language
from tests.services.cases.casemap.made import laid, made_map, made_member, made_unit, map_of_size

_SVG = "{http://www.w3.org/2000/svg}"
_READABLE = 4.5


def drawn(units: int = 20, language: Language = "da") -> Xml.Element:
    return parsed(picture(units, language))


def parsed(svg: bytes) -> Xml.Element:
    reader: Any = Xml.XMLPullParser(["start"])
    reader.feed(svg)
    reader.close()
    root: Xml.Element = next(iter(reader.read_events()))[1]
    return root


class TestDraw:
    @pytest.mark.parametrize("units", SIZES)
    def test_same_bytes_every_time(self, units: int) -> None:
        assert picture(units) == picture(units)
        assert picture(units) != picture(units, "en")

    def test_is_one_landscape_page(self) -> None:
        root = drawn()
        left, top, width, height = map(float, root.attrib["viewBox"].split())
        assert (root.attrib["width"], root.attrib["height"]) == ("420mm", "297mm")
        assert (left, top) == (0, 0)
        assert width / height == pytest.approx(420 / 297, rel=1e-3)

    @pytest.mark.parametrize("language", ["da", "en"])
    def test_names_and_describes_itself_for_screen_readers(self, language: Language) -> None:
        root = drawn(language=language)
        title, description, *_ = root
        assert (title.tag, description.tag) == (f"{_SVG}title", f"{_SVG}desc")
        assert root.attrib["role"] == "img"
        assert root.attrib["aria-labelledby"].split() == [title.attrib["id"], description.attrib["id"]]
        assert root.attrib["lang"] == language
        for unit in sample(20).units:
            assert unit.name in str(description.text)

    def test_holds_only_shapes_and_text(self) -> None:
        assert {each.tag.removeprefix(_SVG) for each in drawn().iter()} <= {
            "svg", "title", "desc", "g", "rect", "circle", "path", "text",
        }  # fmt: skip
        for each in drawn().iter():
            assert not [name for name in each.attrib if "href" in name or name.startswith("on")]
            assert "style" not in each.attrib  # the services' content policy forbids it
            assert "url(" not in "".join(each.attrib.values())

    @pytest.mark.parametrize("wild", ["<script>&\"'", "</text><a>", "]]>", "a\x01b\x1fc", "\ufffe\ud7ff"])
    def test_text_is_only_ever_text(self, wild: str) -> None:
        unit = made_unit(1, name=wild, laws=(wild,), members=(made_member(1, group=wild),))
        scene, sheet = laid(made_map([[unit]], wild), names=True)
        root = parsed(draw(scene, sheet))
        shown = "".join(root.itertext())
        assert not {"script", "a"} & {each.tag.removeprefix(_SVG) for each in root.iter()}
        assert not [sign for sign in shown if ord(sign) < 32 and sign != "\n"]

    def test_all_words_of_the_layout_are_there(self) -> None:
        scene, sheet = laid(map_of_size(8))
        root = parsed(draw(scene, sheet))
        words = [words.text for node in scene.page.walk() for words in node.words]
        assert sorted(str(each.text) for each in root.iter(f"{_SVG}text")) == sorted(words)


class TestStyles:
    def test_all_text_is_readable_on_what_is_below_it(self) -> None:
        assert list(_pale(laid(sample(20))[0].page, "#ffffff")) == []

    def test_a_pale_ink_would_be_noticed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(STYLES, Kind.LAW, Style(ink="#999999", fill="#fdf1cf"))
        assert "law" in list(_pale(laid(sample(20))[0].page, "#ffffff"))

    def test_every_kind_with_words_is_seen_in_greyscale(self) -> None:
        authority, provider = style_of(Kind.AUTHORITY), style_of(Kind.PROVIDER)
        assert contrast(str(authority.fill), str(provider.fill)) > _READABLE
        assert style_of(Kind.AUTHORITY_UNIT).weight > 2 * style_of(Kind.UNIT).weight

    @pytest.mark.parametrize(
        "kind", [Kind.OUTSIDE, Kind.OUTSIDE_AREA, Kind.OUTSIDE_UNIT, Kind.OUTSIDE_AUTHORITY_UNIT]
    )
    def test_what_is_outside_is_dashed(self, kind: Kind) -> None:
        style = style_of(kind)
        assert style.dashes
        assert contrast(str(style.line), "#ffffff") > 3

    def test_nothing_inside_is_dashed(self) -> None:
        inside = {Kind.MUNICIPALITY, Kind.AREA, Kind.UNIT, Kind.AUTHORITY_UNIT}
        assert not [kind for kind in inside if style_of(kind).dashes]


def _pale(node: Node, below: str) -> list[str]:
    """Return the kinds of boxes whose words can hardly be read."""
    style = style_of(node.kind)
    below = style.fill or below
    found = [str(node.kind)] if node.words and contrast(style.ink, below) < _READABLE else []
    return found + [kind for child in node.children for kind in _pale(child, below)]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_contrast_is_what_the_guideline_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
