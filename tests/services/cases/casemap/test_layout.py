"""Nothing on a map overlaps, leaves its box or is cut, whatever there is to show."""

from dataclasses import replace
from functools import partial
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings

from docs.case_map_pictures import SIZES, sample
from services.cases.casemap import blocks, layout, lettering
from services.cases.casemap.layout import MOST_PAGES, smallest_page
from services.cases.casemap.scene import Box, Kind, Link, Node, Scene, Words
from services.cases.casemap.surroundings import CaseMap, MapUnit
from tests.services.cases.casemap.made import faults, laid, largest, made_map, made_unit, map_of_size, maps


class TestLayOut:
    @pytest.mark.parametrize("units", [3, 8, 20, 40])
    @pytest.mark.parametrize("names", [True, False])
    def test_everything_has_its_place(self, units: int, names: bool) -> None:
        scene, _ = laid(map_of_size(units), names=names)
        assert faults(scene) == []
        assert sum("unit" in node.kind for node in scene.page.walk()) == units

    @pytest.mark.parametrize("units", SIZES)
    def test_the_samples_have_no_faults(self, units: int) -> None:
        assert faults(laid(sample(units))[0]) == []

    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(maps())
    def test_whatever_there_is_to_show(self, shown: CaseMap) -> None:
        scene, sheet = laid(shown)
        assert faults(scene) == []
        written = "".join(words.text for node in scene.page.walk() for words in node.words)
        for area in sheet.areas:
            for card in area.cards:
                assert _bare(card.name) in _bare(written)

    @pytest.mark.parametrize(
        "areas",
        [
            [],
            [[made_unit(1)]],
            [[made_unit(1, external=True)]],
            [[made_unit(number) for number in range(1, 13)]],
            [[made_unit(1)], [made_unit(2, external=True)]],
            [[made_unit(number, external=True) for number in range(1, 13)]],
            [[made_unit(number, external=True)] for number in range(1, 13)],
            [[made_unit(1, name="W" * 200, laws=tuple(f"Lov om {n} " * 12 for n in range(60)))]],
        ],
        ids=["none", "one", "one-outside", "one-area", "one-each", "outside", "many-outside", "wide"],
    )
    def test_lopsided_cases(self, areas: list[list[MapUnit]]) -> None:
        scene, _ = laid(made_map(areas))
        assert faults(scene) == []

    def test_the_citizen_is_in_the_middle_of_the_page(self) -> None:
        scene, _ = laid(map_of_size(20))
        (citizen,) = [node.box for node in scene.page.walk() if node.kind is Kind.CITIZEN]
        assert citizen.x + citizen.width / 2 == pytest.approx(scene.page.box.width / 2)

    def test_a_page_is_as_small_as_it_can_be(self) -> None:
        scales = [laid(map_of_size(units))[0].scale for units in (3, 8, 20, 40)]
        assert scales == sorted(scales)
        assert scales[-1] > 1.5 * scales[0]

    def test_every_area_of_the_municipality_is_linked_to_the_citizen(self) -> None:
        scene, _ = laid(map_of_size(20))
        areas = [node.box for node in scene.page.walk() if node.kind is Kind.AREA]
        solid = [link.points[-1][0] for link in scene.links if not link.dashed]
        assert sorted(solid) == sorted(
            box.right if box.right < scene.page.box.width / 2 else box.x for box in areas
        )
        assert sum(link.dashed for link in scene.links) == 1


class TestSmallestPage:
    @pytest.mark.parametrize("first", [0, 7])
    def test_finds_the_smallest_with_few_tries(self, first: int) -> None:
        for enough in range(first, first + 124):
            tried: list[int] = []
            found = smallest_page(partial(_takes, enough, tried), first)
            assert found.scale == enough
            assert len(tried) <= MOST_PAGES

    def test_gives_up(self) -> None:
        tried: list[int] = []
        with pytest.raises(OverflowError):
            smallest_page(partial(_takes, 10_000, tried), 0)
        assert len(tried) <= MOST_PAGES


class TestWork:
    """What a layout costs is bounded in steps, not in seconds."""

    @pytest.mark.parametrize(("in_area", "external"), [(1, False), (10, False), (10, True)])
    def test_of_the_largest_case_that_a_registration_may_make(
        self, monkeypatch: pytest.MonkeyPatch, in_area: int, external: bool
    ) -> None:
        pages = _counted(monkeypatch, layout, "lay_edges")
        cards = _counted(monkeypatch, blocks, "card_node")
        texts = _counted(monkeypatch, lettering, "_breakable")
        shown = largest(in_area, external)
        scene, sheet = laid(shown, names=True)
        assert len(pages) <= MOST_PAGES
        assert len(cards) <= MOST_PAGES * 2 * len(shown.units)
        assert len(texts) == len(set(texts))
        assert scene.page.box.width > 0
        described = "\n".join(sheet.description)
        assert [law for law, _ in shown.laws if law not in described] == []

    def test_no_name_stays_in_memory(self) -> None:
        laid(map_of_size(3), names=True)
        assert lettering._measured.cache_info().currsize == 0
        assert lettering._inside.cache_info().currsize == 0


class TestFaults:
    """Controls of the control: each fault is found."""

    def test_boxes_that_overlap(self) -> None:
        part = Node(Kind.UNIT, Box(10, 10, 40, 50))
        assert faults(_scene(part, part.moved(39, 0))) == ["unit meets unit in page"]
        assert faults(_scene(part, part.moved(40, 0))) == []

    def test_what_leaves_the_page(self) -> None:
        assert faults(_scene(Node(Kind.UNIT, Box(60, 10, 41, 10)))) == ["unit leaves page"]

    def test_text_that_is_too_long_or_over_other_text(self) -> None:
        words = Words("En enhed", 10, 30, 10)
        assert faults(_scene(Node(Kind.UNIT, Box(10, 10, 30, 30), (words,)))) == ["En enhed leaves unit"]
        both = Node(Kind.UNIT, Box(10, 10, 90, 40), (words, replace(words, y=35)))
        assert faults(_scene(both)) == ["En enhed meets En enhed in unit"]

    def test_text_in_the_corner_of_the_circle(self) -> None:
        citizen = Node(Kind.CITIZEN, Box(0, 0, 100, 100), (Words("Nu", 1, 12, 10),))
        assert faults(_scene(citizen)) == ["Nu leaves the circle"]

    def test_a_link_across_an_area(self) -> None:
        area = Node(Kind.AREA, Box(40, 40, 20, 20))
        scene = replace(_scene(area), links=(Link(((10, 50), (90, 50))),))
        assert faults(scene) == ["a link crosses area"]


def _takes(enough: int, tried: list[int], step: int) -> Scene | None:
    tried.append(step)
    return replace(_scene(), scale=step) if step >= enough else None


def _counted(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str) -> list[object]:
    """Note the first argument of each call of a function."""
    calls: list[object] = []
    function = getattr(module, name)

    def counting(first: object, *others: object) -> object:
        calls.append(first)
        return function(first, *others)

    monkeypatch.setattr(module, name, counting)
    return calls


def _scene(*nodes: Node) -> Scene:
    return Scene(Node(Kind.PAGE, Box(0, 0, 100, 100), children=nodes), (), 1)


def _bare(text: str) -> str:
    """Return a text as it is whether broken into lines or not."""
    return text.replace("-", "").replace(" ", "")
