"""What a card holds is bounded, and an area grows without being laid out anew."""

from collections.abc import Iterator

import pytest

from services.cases.casemap.blocks import MOST_LAWS, area_node, brief, few, least_area, taller
from services.cases.casemap.scene import Kind, Node
from services.cases.casemap.sheet import AreaSheet
from services.cases.casemap.wording import word_map
from tests.services.cases.casemap.made import made_map, made_unit


def sheet_of(laws: int, units: int = 1) -> AreaSheet:
    named = tuple(f"Lov {number:02}" for number in range(laws))
    shown = made_map([[made_unit(number, laws=named) for number in range(1, units + 1)]])
    (area,) = word_map(shown, "da", names=False).areas
    return area


class TestFew:
    @pytest.mark.parametrize(
        ("laws", "shown"),
        [
            (0, []),
            (MOST_LAWS, ["Lov 00", "Lov 01", "Lov 02", "Lov 03", "Lov 04"]),
            (MOST_LAWS + 1, ["Lov 00", "Lov 01", "Lov 02", "Lov 03", "+2"]),
            (20, ["Lov 00", "Lov 01", "Lov 02", "Lov 03", "+16"]),
        ],
    )
    def test_a_card_shows_a_handful_of_laws(self, laws: int, shown: list[str]) -> None:
        card = area_node(sheet_of(laws), 400, 1).children[0]
        tags = [node.words[0].text for node in card.children if node.kind is Kind.LAW]
        assert tags == shown

    def test_each_is_brief(self) -> None:
        assert few(["x" * 100, "x" * 101], 5) == ("x" * 100, "x" * 99 + "…")
        assert brief(f"{'x' * 98} {'y' * 9}") == "x" * 98 + "…"


class TestTaller:
    def test_rows_share_what_there_is_to_spare(self) -> None:
        area = area_node(sheet_of(1, units=3), 600, 2)
        grown = taller(area, 2, area.box.height + 40)
        assert grown.box.height == pytest.approx(area.box.height + 40)
        more = [after.box.height - before.box.height for after, before in _pairs(grown, area)]
        lower = [after.box.y - before.box.y for after, before in _pairs(grown, area)]
        assert more == pytest.approx([20, 20, 20])
        assert lower == pytest.approx([0, 0, 20])

    def test_never_shrinks(self) -> None:
        area = area_node(sheet_of(1), 600, 1)
        assert taller(area, 1, 1.0).box == area.box


def _pairs(one: Node, other: Node) -> Iterator[tuple[Node, Node]]:
    return zip(one.children, other.children, strict=True)


class TestLeastArea:
    @pytest.mark.parametrize("units", [1, 5, 12])
    def test_is_less_than_an_area_takes(self, units: int) -> None:
        area = sheet_of(20, units)
        for width, columns in ((400, 1), (600, 2), (900, 3)):
            box = area_node(area, width, columns).box
            assert 0 < least_area(area) < box.width * box.height
