"""Random waves of answers to attack: municipalities of all sizes, from a seed."""

import numpy as np

from services.analytics.release.lattice import Answer, Lattice, crossed, lattice_of

AXES = ("area", "complexity", "municipality", "professional-group", "unit")
MUNICIPAL = (20.0, 200.0)
"""Raters per unit, on average: of a whole municipality's wave,"""
SPARSE = (4.0, 20.0)
"""and of a trial's, where most crossed cells are about too few people."""

_MOST_ANSWERS = 3


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
