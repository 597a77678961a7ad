"""Random waves of answers to attack: who answers alone, and who rates whom in cases; from a seed."""

from dataclasses import dataclass

import numpy as np

from services.analytics.cuts.wave_cuts import ATTRIBUTES, TABLES
from services.analytics.people.profile import TABLES as PLACES
from services.analytics.release.lattice import Answer, Lattice, crossed, lattice_of

AXES = ("area", "complexity", "municipality", "professional-group", "unit")
MUNICIPAL = (20.0, 200.0)
"""Raters per unit, on average: of a whole municipality's wave,"""
SPARSE = (4.0, 20.0)
"""and of a trial's, where most crossed cells are about too few people."""

_MOST_ANSWERS = 3
_ANSWERING = 0.85


def random_answers(rng: np.random.Generator, density: tuple[float, float]) -> list[Answer]:
    """Draw who answered what about how many cases: units in areas in municipalities, of unequal size."""
    municipalities = int(rng.integers(1, 3))
    areas = municipalities * int(rng.integers(1, 3))
    units = areas * int(rng.integers(1, 4))
    raters = round(units * np.exp(rng.uniform(*np.log(density))))
    unit, group = _drawn(rng, units, raters, 3.0), _drawn(rng, int(rng.integers(2, 6)), raters, 2.0)
    level = _drawn(rng, int(rng.integers(2, 4)), raters * _MOST_ANSWERS, 3.0)
    centre, spread = rng.uniform(2.5, 4.6), rng.uniform(0.4, 1.2)
    value = np.clip(np.round(rng.normal(centre, spread, raters * _MOST_ANSWERS)), 1, 5).tolist()
    answers: list[Answer] = []
    for rater, many in enumerate(rng.integers(1, _MOST_ANSWERS + 1, raters).tolist()):
        area = unit[rater] % areas
        place = {
            "unit": f"{unit[rater]}",
            "area": f"{area}",
            "municipality": f"{area % municipalities}",
            "professional-group": f"{group[rater]}",
        }
        own = range(rater * _MOST_ANSWERS, rater * _MOST_ANSWERS + many)
        answers += [Answer(f"{rater}", {**place, "complexity": f"{level[one]}"}, value[one]) for one in own]
    return answers


def _drawn(rng: np.random.Generator, kinds: int, times: int, even: float) -> list[int]:
    drawn: list[int] = rng.choice(kinds, times, p=rng.dirichlet(np.full(kinds, even))).tolist()
    return drawn


def random_lattice(seed: int, density: tuple[float, float] = MUNICIPAL) -> Lattice:
    """Lay a random wave out over all cuts, at most two crossed."""
    return lattice_of(random_answers(np.random.default_rng(seed), density), crossed(AXES))


def sparse_lattice(seed: int) -> Lattice:
    """Lay a random wave out in which most crossed cells are about too few people."""
    return random_lattice(seed, SPARSE)


def placed_lattice(seed: int) -> Lattice:
    """Lay a random wave of small units out as leadership is: over units, areas and municipalities."""
    return lattice_of(random_answers(np.random.default_rng(seed), SPARSE), PLACES)


@dataclass(frozen=True, slots=True)
class Size:
    """How large drawn networks are, each from a number on and below another."""

    units: tuple[int, int]
    people_in_unit: tuple[int, int]
    cases: tuple[int, int]


SMALL = Size((2, 6), (4, 12), (6, 16))
"""A trial in a few units,"""
TOWN = Size((3, 12), (5, 14), (10, 61))
"""a small municipality's wave,"""
BEGINNING = Size((3, 9), (4, 12), (6, 13))
"""and what of one closes first."""


def random_networks(seed: int, size: Size = SMALL, steps: int = 1, growth: int = 1) -> list[Answer]:
    """Draw who rated whom in cases; each step has `growth` times as many as the one before."""
    rng = np.random.default_rng(seed)
    units = int(rng.integers(*size.units))
    people = units * int(rng.integers(*size.people_in_unit))
    unit, group = _drawn(rng, units, people, 3.0), _drawn(rng, int(rng.integers(2, 5)), people, 2.0)
    stands = [
        dict(zip(ATTRIBUTES, _attributes(unit[one], group[one]), strict=True)) for one in range(people)
    ]
    people_placed = [(_on_side("rater", own), _on_side("rated", own)) for own in stands]
    answers: list[Answer] = []
    for step in range(steps):
        for _ in range(int(rng.integers(*size.cases)) * growth**step):
            answers += _case(rng, people_placed, step)
    return answers


def _attributes(unit: int, group: int) -> tuple[str, ...]:
    return f"{unit}", f"{unit % 2}", "0", f"{group}", "authority" if unit % 2 else "provider"


def _on_side(side: str, stands: dict[str, str]) -> dict[str, str]:
    return {f"{side}-{axis}": value for axis, value in stands.items()}


def _case(
    rng: np.random.Generator, stands: list[tuple[dict[str, str], dict[str, str]]], step: int
) -> list[Answer]:
    """Let a team rate each other; now and then one doesn't answer."""
    team = rng.choice(len(stands), min(int(rng.integers(3, 8)), len(stands)), replace=False).tolist()
    level, centre = f"{rng.integers(0, 2)}", rng.uniform(2.5, 4.6)
    return [
        Answer(
            f"{one}",
            {"complexity": level, **stands[one][0], **stands[other][1]},
            float(min(max(round(rng.normal(centre, 1.0) * 6) / 6, 1), 5)),
            f"{other}",
            step,
        )
        for one in team
        if rng.random() < _ANSWERING
        for other in team
        if one != other
    ]


def network_lattice(seed: int) -> Lattice:
    """Lay a few random networks out as the cuts of a wave are."""
    return lattice_of(random_networks(seed), TABLES)


def town_lattice(seed: int) -> Lattice:
    """Lay a municipality's random networks out as the cuts of a wave are."""
    return lattice_of(random_networks(seed, TOWN), TABLES)
