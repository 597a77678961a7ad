"""Made-up maps of any size, and what is wrong with a laid-out one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations, pairwise
from typing import Any
from uuid import UUID

from hypothesis import strategies as some

from services.cases.casemap.layout import lay_out
from services.cases.casemap.scene import Box, Kind, Node, Scene
from services.cases.casemap.sheet import Sheet
from services.cases.casemap.surroundings import CaseMap, Complexity, CountsUnder, MapArea, MapUnit, Member
from services.cases.casemap.wording import word_map
from shared.contracts.register import InvolvementRole, ParticipantRole

AT = datetime(2026, 11, 22, tzinfo=UTC)
LONG = "Specialpædagogisk Rådgivning og Vejledning i Beskæftigelsesforvaltningens Ungeindsats"


def made_unit(number: int, **more: Any) -> MapUnit:
    """Return a unit that decides and counts by itself, but for what is said of it."""
    unit = UUID(int=number)
    made = MapUnit(
        unit=unit,
        name=f"Enhed {number}",
        municipality_code="0766",
        external=False,
        roles=(InvolvementRole.AUTHORITY,),
        laws=("Barnets lov",),
        parent=None,
        counts_under=None,
        members=(made_member(number),),
    )
    made = replace(made, **more)
    counts = CountsUnder(unit, made.name, made.external)
    return made if "counts_under" in more else replace(made, counts_under=counts)


def made_member(number: int, **more: Any) -> Member:
    """Return a professional, but for what is said of them."""
    person = f"Person {number}"
    member = Member(UUID(int=number), person, "Socialrådgiver", ParticipantRole.PARTICIPANT, False)
    return replace(member, **more)


def made_map(areas: list[list[MapUnit]], label: str = "Forløb 27") -> CaseMap:
    """Return a map of areas that hold units."""
    return CaseMap(
        case=UUID(int=0),
        label=label,
        at=AT,
        complexity=Complexity("complex", "default/1", 5, 2),
        areas=tuple(
            MapArea(UUID(int=number), f"Område {number}", "0766", tuple(units))
            for number, units in enumerate(areas, start=1)
        ),
    )


def map_of_size(units: int) -> CaseMap:
    """Return a map with long names; every fifth area is outside the municipality."""
    numbers = iter(range(1, units + 1))
    areas: list[list[MapUnit]] = []
    for number in numbers:
        if not areas or len(areas[-1]) >= 1 + len(areas) % 5:
            areas.append([])
        external = len(areas) % 5 == 0
        roles = tuple(InvolvementRole)[number % 2 :]
        areas[-1].append(
            made_unit(number, name=LONG[: 10 + number * 7 % 75], external=external, roles=roles)
        )
    return made_map(areas)


def largest(in_area: int, external: bool) -> CaseMap:
    """Return as large a case as one registration may make: 100 units with 20 laws, 200 guests, all long."""
    units = []
    for number in range(1, 301):
        name = f"{number} {LONG} {LONG} {LONG}"[:200]
        laws = tuple(f"{number}.{law} Lov om {LONG} {LONG}"[:200].rstrip() for law in range(20))
        guest = (made_member(number, name=name, group=name),)
        part = {"laws": laws, "members": ()} if number <= 100 else {"laws": (), "members": guest}
        units.append(made_unit(number, name=name, external=external, **part))
    return made_map([units[start : start + in_area] for start in range(0, 300, in_area)], LONG)


_LETTERS = "aaaeeeiou rrsstt nndd llgg kkmm -/ØÅæøåMWi.,"
_NAMES = some.text(_LETTERS, min_size=1, max_size=200).filter(str.strip) | some.sampled_from([LONG, "PPR"])


@some.composite
def maps(draw: some.DrawFn) -> CaseMap:
    """Draw any map of up to 40 units."""
    numbers = iter(range(1, 1000))
    areas = []
    for size in draw(some.lists(some.integers(1, 9), max_size=8).filter(lambda sizes: sum(sizes) <= 40)):
        external = draw(some.booleans())
        areas.append([_unit(draw, next(numbers), external) for _ in range(size)])
    return made_map(areas, draw(_NAMES))


def _unit(draw: some.DrawFn, number: int, external: bool) -> MapUnit:
    return made_unit(
        number,
        name=draw(_NAMES),
        external=external,
        roles=draw(some.sampled_from([(), (InvolvementRole.PROVIDER,), tuple(InvolvementRole)])),
        laws=tuple(draw(some.lists(_NAMES, max_size=3))),
        counts_under=draw(some.sampled_from([None, CountsUnder(UUID(int=1), LONG, external)])),
        members=tuple(
            made_member(number * 100 + each, group=draw(_NAMES), primary_contact=draw(some.booleans()))
            for each in range(draw(some.integers(0, 3)))
        ),
    )


def laid(shown: CaseMap, *, names: bool = False) -> tuple[Scene, Sheet]:
    """Return a map laid out, and what it says."""
    sheet = word_map(shown, "da", names=names)
    return lay_out(sheet), sheet


def faults(scene: Scene) -> list[str]:
    """Return everything that overlaps something, or leaves what it belongs to."""
    return [fault for node in scene.page.walk() for fault in _faults(node)] + list(_crossings(scene))


def _faults(node: Node) -> Iterator[str]:
    inside: list[tuple[str, Box]] = [(str(child.kind), child.box) for child in node.children]
    inside += [(words.text, words.box) for words in node.words]
    inside += [(str(sign.mark), sign.box) for sign in node.signs]
    for name, box in inside:
        if not node.box.holds(box):
            yield f"{name} leaves {node.kind}"
        if node.kind is Kind.CITIZEN and not _in_circle(node.box, box):
            yield f"{name} leaves the circle"
    for (name, box), (other, another) in combinations(inside, 2):
        if box.meets(another):
            yield f"{name} meets {other} in {node.kind}"


def _in_circle(circle: Box, box: Box) -> bool:
    middle, radius = (circle.x + circle.width / 2, circle.y + circle.height / 2), circle.width / 2
    corners = [(x, y) for x in (box.x, box.right) for y in (box.y, box.bottom)]
    return all((x - middle[0]) ** 2 + (y - middle[1]) ** 2 <= radius**2 for x, y in corners)


def _crossings(scene: Scene) -> Iterator[str]:
    solid = {Kind.AREA, Kind.OUTSIDE_AREA, Kind.LAWS, Kind.CITIZEN, Kind.HEADER, Kind.LEGEND}
    boxes = [node for node in scene.page.walk() if node.kind in solid]
    for link in scene.links:
        for (x, y), (next_x, next_y) in pairwise(link.points):
            line = Box(min(x, next_x), min(y, next_y), abs(next_x - x), abs(next_y - y))
            shrunk = Box(line.x - 0.5, line.y + 1, line.width + 1, line.height - 2)
            if line.width > line.height:
                shrunk = Box(line.x + 1, line.y - 0.5, line.width - 2, line.height + 1)
            for node in boxes:
                if shrunk.width > 0 and shrunk.height > 0 and node.box.meets(shrunk):
                    yield f"a link crosses {node.kind}"
