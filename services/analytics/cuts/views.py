"""Works what is shown of a wave into one cut, or one table of interfaces; decides nothing itself; pure."""

from collections.abc import Mapping
from uuid import UUID

from services.analytics.cuts.dyads import COMPLEXITY, RATED, RATER
from services.analytics.cuts.schemas import (
    Attribute,
    Capacities,
    CapacityDevelopment,
    CapacityView,
    Crossing,
    CutFiguresView,
    Direction,
    Interfaces,
    InterfaceView,
    PartyView,
)
from services.analytics.cuts.wave_cuts import CutFigures, wave_cuts
from services.analytics.projection.holdings import Holdings, Register
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import interval
from services.analytics.release.lattice import UNKNOWN, Name, Table
from services.analytics.scores.case_scores import provenance_of

_SIDES = {Direction.RECEIVED: RATED, Direction.GIVEN: RATER}


def capacities(
    wave: str, direction: Direction, by: Attribute, held: Holdings, size: GroupSize
) -> Capacities | None:
    """Show what a wave's parties received, or gave, by one attribute."""
    cuts = wave_cuts(wave, held, size)
    if not cuts.cells:
        return None
    axis = COMPLEXITY if by is Attribute.COMPLEXITY else f"{_SIDES[direction]}-{by}"
    whole = cuts.cells.get(())
    return Capacities(
        provenance=provenance_of(cuts.measurements, wave),
        direction=direction,
        by=by,
        overall=_figures(whole) if whole else None,
        cuts=[
            CapacityView(party=_party(held.register, by, name[0][1]), figures=_figures(found))
            for name, found in _of_table(cuts.cells, (axis,))
        ],
    )


def interfaces(wave: str, by: Crossing, held: Holdings, size: GroupSize) -> Interfaces | None:
    """Show what a wave's parties say of each other."""
    cuts = wave_cuts(wave, held, size)
    if not cuts.cells:
        return None
    attribute, register = Attribute(by.value), held.register
    return Interfaces(
        provenance=provenance_of(cuts.measurements, wave),
        by=by,
        interfaces=[
            InterfaceView(
                raters=_party(register, attribute, name[0][1]),
                rated=_party(register, attribute, name[1][1]),
                figures=_figures(found),
            )
            for name, found in _of_table(cuts.cells, (f"{RATER}-{by}", f"{RATED}-{by}"))
        ],
    )


def capacity_development(
    direction: Direction, by: Attribute, held: Holdings, size: GroupSize
) -> CapacityDevelopment | None:
    """Show one cut over all waves; each wave is laid out by itself, and there is no roll-up of them."""
    found = [capacities(wave, direction, by, held, size) for wave in held.waves]
    shown = [each for each in found if each is not None]
    return CapacityDevelopment(waves=shown) if shown else None


def _of_table(cells: Mapping[Name, CutFigures], table: Table) -> list[tuple[Name, CutFigures]]:
    own = [(name, found) for name, found in cells.items() if tuple(axis for axis, _ in name) == table]
    return sorted(own, key=lambda each: each[0])


def _party(register: Register, by: Attribute, key: str) -> PartyView:
    return PartyView(key=None if key == UNKNOWN else key, label=_label(register, by, key))


def _label(register: Register, by: Attribute, key: str) -> str | None:
    if key == UNKNOWN:
        return None
    if by is Attribute.UNIT:
        unit = register.units.get(UUID(key))
        return unit.name if unit else None
    if by is Attribute.AREA:
        area = register.areas.get(UUID(key))
        return area.name if area else None
    return key


def _figures(found: CutFigures) -> CutFiguresView:
    return CutFiguresView(
        mean=found.mean,
        spread=found.spread,
        dyads=found.dyads,
        raters=found.raters,
        rated=found.rated,
        interval=interval(found.interval),
    )
