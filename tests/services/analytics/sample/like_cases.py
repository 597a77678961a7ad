"""The sample's cases of like complexity, set beside each other by the methods applied to the files."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.nested_components import NestedBayes, nested_bayes
from tests.services.analytics.five_municipalities import (
    case_table,
    cases_that_count,
    closed_networks,
    members,
)

MANY = 100


@dataclass(frozen=True, slots=True)
class Like:
    """Cases of some numbers of units, in order, who stands behind each, and what is held of them."""

    cases: tuple[str, ...]
    raters: Mapping[str, frozenset[str]]
    held: NestedBayes


@cache
def scores(wave: str, fewest: int, most: int = MANY) -> Like:
    """Return a wave's cases of so many units, by their dyad means."""
    return _of({case: means(case, wave) for case in like(wave, fewest, most)})


@cache
def changes(fewest: int, most: int = MANY) -> Like:
    """Return those that count in both waves, by the changes of their dyad means."""
    both = [case for case in like("follow-up", fewest, most) if case in cases_that_count("baseline")]
    return _of({case: means(case, "follow-up") - means(case, "baseline") for case in both})


def like(wave: str, fewest: int, most: int = MANY) -> list[str]:
    """Return the cases of so many units of which figures over a wave are made."""
    table = case_table()
    units = dict(zip(table.cases, table.units, strict=True))
    return [case for case in sorted(cases_that_count(wave)) if fewest <= units[case] <= most]


def means(case: str, wave: str) -> FloatArray:
    """Return a case's dyad means, raters x rated."""
    return dyads_of(closed_networks(wave)[case]).means


def _of(values: Mapping[str, FloatArray]) -> Like:
    known = {case: own for case, own in values.items() if not np.isnan(own).all()}
    rows = {case: np.nonzero(~np.isnan(own))[0] for case, own in known.items()}
    held = nested_bayes(
        np.concatenate([own[~np.isnan(own)] for own in known.values()]),
        np.repeat(np.arange(len(known)), [own.size for own in rows.values()]),
        np.concatenate([*rows.values()]),
    )
    if not isinstance(held, NestedBayes):
        raise TypeError("the sample's cases vary")
    raters = {case: frozenset(members(case)[row] for row in own) for case, own in rows.items()}
    return Like(tuple(known), raters, held)
