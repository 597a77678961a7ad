"""Works out how much a case's score errs, from all cases of a wave; pure; refuses to do so from a few."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.analytics.methods.arrays import FloatArray, IntArray
from services.analytics.methods.cube import Cube
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.exact import float_sd
from services.analytics.methods.icc import one_way
from services.analytics.methods.results import Quantity, Reason, undefined
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize


@dataclass(frozen=True, slots=True)
class Spread:
    """How far cases' scores lie apart, and how reliable one is: ICC(2) of raters in cases."""

    sd: Quantity
    reliability: Quantity


def spreads(network: Measurement, wave: Sequence[Measurement], size: GroupSize) -> list[Spread]:
    """Return the spread of the overall score, and of each dimension's, among a wave's cases.

    Only cases measured with the same version of the same instrument count. With fewer others that
    answered than the minimum there is none: a case that knows itself could work its neighbours out.
    """
    others = [
        given_of(each.cube)
        for each in wave
        if _same_questions(each, network) and each.state.case_id != network.state.case_id
    ]
    given = [given_of(network.cube), *others]
    cases = np.repeat(np.arange(len(given)), [len(each) for each in given])
    together = np.vstack(given)
    return [_spread(column, cases, size) for column in together.T]


def _same_questions(one: Measurement, other: Measurement) -> bool:
    return (one.state.instrument, one.state.instrument_version, one.form) == (
        other.state.instrument,
        other.state.instrument_version,
        other.form,
    )


def _spread(values: FloatArray, cases: IntArray, size: GroupSize) -> Spread:
    there = ~np.isnan(values)
    sums, counts = np.bincount(cases[there], values[there]), np.bincount(cases[there])
    if not size.is_reached_by(int((counts[1:] > 0).sum())):
        few = undefined(Reason.TOO_FEW_CLUSTERS)
        return Spread(few, few)
    means = sums[counts > 0] / counts[counts > 0]
    return Spread(float_sd(means.tolist()), one_way(values, cases).icc2)


def given_of(cube: Cube) -> FloatArray:
    """Return each respondent's given score, overall and by dimension; NaN where there is none."""
    dyads, valid = dyads_of(cube), cube.valid
    overall = _ratio(np.where(dyads.included, dyads.means, 0.0).sum(axis=1), dyads.included.sum(axis=1))
    by_item = _ratio(np.where(valid, cube.cells, 0).sum(axis=1), valid.sum(axis=1))
    return np.column_stack([overall, by_item])


def _ratio(sums: FloatArray | IntArray, counts: IntArray) -> FloatArray:
    held = np.full(counts.shape, np.nan)
    np.divide(sums, counts, out=held, where=counts > 0)
    return held
