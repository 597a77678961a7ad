"""Lays a wave's dyads out as one lattice, and works out what of it is shown by now; pure.

The lattice is the same whoever asks for whatever cut, so nobody learns from the difference of two answers
more than from all of them, which is what is decided on.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

import numpy as np

from services.analytics.cuts.dyads import COMPLEXITY, RATED, RATER, Dyad, dyads_in_steps
from services.analytics.methods.regression import regress
from services.analytics.methods.results import Interval, Reason
from services.analytics.methods.sandwich import Errors
from services.analytics.projection.holdings import Holdings, Wave
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize
from services.analytics.release.lattice import UNKNOWN, Name, Table
from services.analytics.release.steps import steps_of
from services.analytics.release.succession import Succession, standing
from shared.contracts.survey import Form

ATTRIBUTES = ("unit", "area", "municipality", "professional-group", "role")
CROSSED = ("unit", "professional-group", "role")
TABLES: tuple[Table, ...] = (
    (),
    (COMPLEXITY,),
    *((f"{side}-{attribute}",) for side in (RATER, RATED) for attribute in ATTRIBUTES),
    *((f"{RATER}-{attribute}", f"{RATED}-{attribute}") for attribute in CROSSED),
)
"""Every cut there is. Each crossing takes others with it that are too small: no more than are asked for."""

GROWTH = 1.0
"""A step of the lattice brings as many people as all before it, so that its cells can go on with it."""
_SUCCESSION = Succession()


@dataclass(frozen=True, slots=True)
class CutFigures:
    """What is shown of some dyads: their mean and spread, and who stands behind them."""

    mean: float
    spread: float
    dyads: int
    raters: int
    rated: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class WaveCuts:
    """All cells of a wave that are shown by now, and the measurements they are made of."""

    cells: Mapping[Name, CutFigures]
    measurements: Sequence[Measurement]


def wave_cuts(code: str, held: Holdings, size: GroupSize) -> WaveCuts:
    """Return what is shown of a wave, worked out once for all who ask."""
    wave = held.wave(code)
    return wave.worked_out.once(f"cuts/{size.minimum}", lambda: _work_out(wave, size))


def _work_out(wave: Wave, size: GroupSize) -> WaveCuts:
    networks = [each for each in wave.of(Form.NETWORK) if each.is_mutual]
    steps = steps_of(networks, size, GROWTH)
    dyads = dyads_in_steps(steps)
    shown = standing(_SUCCESSION.releases((each.answer for each in dyads), TABLES, size))
    return WaveCuts(_figures(dyads, shown, size), [each for step in steps for each in step])


def _figures(
    dyads: Sequence[Dyad], shown: Mapping[Name, int], size: GroupSize
) -> Mapping[Name, CutFigures]:
    held: dict[Name, list[Dyad]] = defaultdict(list)
    for dyad in dyads:
        place = dyad.answer.place
        for table in TABLES:
            name = tuple((axis, place.get(axis, UNKNOWN)) for axis in table)
            if dyad.answer.step <= shown.get(name, -1):
                held[name].append(dyad)
    return {name: figures_of(own, size) for name, own in held.items()}


def figures_of(dyads: Sequence[Dyad], size: GroupSize) -> CutFigures:
    """Return the figures of at least one dyad; the order of them makes no difference."""
    values = sorted(each.answer.value for each in dyads)
    mean = fsum(values) / len(values)
    return CutFigures(
        mean,
        sqrt(fsum((value - mean) ** 2 for value in values) / len(values)),
        len(values),
        len({each.answer.rater for each in dyads}),
        len({each.answer.about for each in dyads}),
        _interval(dyads, size),
    )


def _interval(dyads: Sequence[Dyad], size: GroupSize) -> Interval:
    """Return the mean's interval, clustered by case; of few cases it would tell of each."""
    ordered = sorted((each.case, each.answer.value) for each in dyads)
    cases = [case for case, _ in ordered]
    if not size.is_reached_by(len(set(cases))):
        return Interval(None, None, Reason.TOO_FEW_CLUSTERS)
    values = np.array([value for _, value in ordered])
    found = regress(values, np.ones((values.size, 1)), Errors.CR2, [cases])
    return found.intercept.interval
