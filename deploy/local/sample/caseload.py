"""Owns which cases there are, who takes part in them, and the arm each is in."""

from collections.abc import Iterator
from dataclasses import dataclass

from deploy.local.dataset.rows import Case, Involvement, Leader, Member, Professional, Role
from deploy.local.sample.draw import Draw
from deploy.local.sample.organisation import (
    ADULT,
    KIND_BY_CODE,
    MUNICIPALITIES,
    SMALLEST,
    THEMES,
    team_in,
    unit_id,
)

PROFESSIONALS_PER_MUNICIPALITY = 43
# Units per case; three of the five-unit cases of one municipality are made alike on paper.
SIZES = (5, 5, 5, 3, 4, 4, 6, 6, 7, 8, 4)
ALIKE_IN = "roedovre"
ALIKE = 3
ALIKE_AUTHORITIES = 2


@dataclass(frozen=True, slots=True)
class Planned:
    """A case before anybody is chosen for it."""

    case: Case
    kinds: tuple[str, ...]
    alike: bool


@dataclass(frozen=True, slots=True)
class Caseload:
    """The cases of the study and the people in them."""

    cases: tuple[Case, ...]
    involvements: tuple[Involvement, ...]
    professionals: tuple[Professional, ...]
    members: tuple[Member, ...]
    alike: tuple[str, ...]


def build_caseload(draw: Draw, leaders: dict[tuple[str, str], Leader]) -> Caseload:
    """Draw the whole caseload."""
    planned = _plan(draw)
    professionals: list[Professional] = []
    members: dict[tuple[str, str], Professional] = {}
    for municipality in MUNICIPALITIES:
        own = [plan for plan in planned if plan.case.municipality == municipality.id]
        for kind, number in _head_counts(own).items():
            leader = leaders.get((municipality.id, team_in(municipality.id, KIND_BY_CODE[kind])))
            staff = [
                Professional(
                    id=f"F{len(professionals) + place + 1:03}",
                    municipality=municipality.id,
                    unit=unit_id(municipality.id, kind),
                    group=KIND_BY_CODE[kind].group,
                    leader=leader.id if leader else None,
                )
                for place in range(number)
            ]
            professionals += staff
            concerned = [plan for plan in own if kind in plan.kinds]
            for turn, plan in enumerate(concerned):
                members[plan.case.id, kind] = staff[turn % number]
    return Caseload(
        cases=tuple(plan.case for plan in planned),
        involvements=tuple(_involvements(planned)),
        professionals=tuple(professionals),
        members=tuple(
            Member(plan.case.id, members[plan.case.id, kind].id, members[plan.case.id, kind].leader)
            for plan in planned
            for kind in plan.kinds
        ),
        alike=tuple(plan.case.id for plan in planned if plan.alike),
    )


def _plan(draw: Draw) -> list[Planned]:
    """Half of the cases of each municipality get the intervention, as drawn."""
    planned: list[Planned] = []
    for place, municipality in enumerate(MUNICIPALITIES):
        number = len(SIZES) - 1 if municipality.id == SMALLEST else len(SIZES)
        arms = draw.shuffled([(place + turn + 1) % 2 for turn in range(number)])
        for turn in draw.shuffled(range(number)):
            alike = municipality.id == ALIKE_IN and turn < ALIKE
            kinds = _kinds(draw, SIZES[turn], alike)
            case_id = f"S{len(planned) + 1:02}"
            case = Case(case_id, municipality.id, arms[turn], len(kinds))
            planned.append(Planned(case, kinds, alike))
    return planned


def _kinds(draw: Draw, size: int, alike: bool) -> tuple[str, ...]:
    theme = ADULT if alike else draw.shuffled(THEMES)[0]
    authorities = ALIKE_AUTHORITIES if alike else _authorities(draw, size)
    return (
        *_nearest(draw, theme.authorities, authorities),
        *_nearest(draw, theme.providers, size - authorities),
    )


def _authorities(draw: Draw, size: int) -> int:
    """Small cases have one or two authority functions, large ones two or three, a few only one."""
    if size < 5:
        return 2 if draw.chance(0.4) else 1
    if draw.chance(0.15):
        return 1
    return 3 if draw.chance(0.35) else 2


def _nearest(draw: Draw, kinds: tuple[str, ...], number: int) -> list[str]:
    """Mostly the units that such cases usually draw on, in the order of the theme."""
    reach = min(len(kinds), number + 3)
    chosen = draw.shuffled(kinds[:reach])[:number]
    return [kind for kind in kinds if kind in chosen]


def _head_counts(planned: list[Planned]) -> dict[str, int]:
    """How many professionals each kind of unit has, so that all together are the study's number.

    Every place in a case would need its own professional; busy units reuse theirs.
    """
    counts: dict[str, int] = {}
    for plan in planned:
        for kind in plan.kinds:
            counts[kind] = counts.get(kind, 0) + 1
    counts = {kind: counts[kind] for kind in KIND_BY_CODE if kind in counts}
    while sum(counts.values()) > PROFESSIONALS_PER_MUNICIPALITY:
        busiest = max(counts, key=lambda kind: counts[kind])
        counts[busiest] -= 1
    return counts


def _involvements(planned: list[Planned]) -> Iterator[Involvement]:
    for plan in planned:
        for kind in plan.kinds:
            role = Role.AUTHORITY if KIND_BY_CODE[kind].authority else Role.PROVIDER
            yield Involvement(plan.case.id, unit_id(plan.case.municipality, kind), role)
