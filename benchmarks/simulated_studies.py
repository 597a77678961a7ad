"""Studies of the published size, simulated with a known truth: what the coverage benchmark draws from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CASES, MUNICIPALITIES = 54, 5
LEADERSHIP_SLOPE, CITIZEN_SLOPE = 0.67, 0.4
CITIZEN_DIFFERENCE = 0.4
RK_SD, CITIZEN_SD = 0.43, 0.53
"""Of case scores, and of citizen scores about the line, as in tests/reference/five_municipalities."""
EFFECT = 1.16
MANY_UNITS_SHARE = 20 / 54


@dataclass(frozen=True, eq=False)
class LeadershipRows:
    """Respondents on cases; both scores have a part that the whole case shares."""

    leadership: Floats
    rk: Floats
    cases: Ints


@dataclass(frozen=True, eq=False)
class TrialCases:
    """Case scores before and after, arms allocated half and half inside municipalities."""

    pre: Floats
    post: Floats
    arm: Ints
    municipality: Ints


@dataclass(frozen=True, eq=False)
class TrialDyads:
    """Dyads before and after: each case has its level, and moves as a whole between the waves."""

    rk: Floats
    arm: Ints
    after: Ints
    cases: Ints


def leadership_rows(rng: np.random.Generator) -> LeadershipRows:
    """Return 3 to 8 respondents on each case, unequal noise from case to case."""
    cases = np.repeat(np.arange(CASES), rng.integers(3, 9, CASES))
    noise = rng.uniform(0.3, 0.8, CASES)[cases]
    x = 3 + rng.normal(0, 0.35, CASES)[cases] + rng.normal(0, 0.5, cases.size)
    shared = rng.normal(0, 0.35, CASES)[cases]
    y = 1 + LEADERSHIP_SLOPE * x + shared + noise * rng.standard_normal(cases.size)
    return LeadershipRows(x, y, cases)


def trial_cases(rng: np.random.Generator, effect: float) -> TrialCases:
    """Return 54 cases in municipalities of 10 or 11, their post scores noisier in the control arm."""
    municipality = np.arange(CASES) % MUNICIPALITIES
    arm = np.zeros(CASES, dtype=np.int64)
    for one in range(MUNICIPALITIES):
        own = rng.permutation(np.flatnonzero(municipality == one))
        # An odd municipality gives its last case to either arm by chance.
        arm[own[: len(own) // 2 + int(rng.integers(0, 1 + len(own) % 2))]] = 1
    place = rng.normal(0, 0.2, MUNICIPALITIES)[municipality]
    pre = 3 + place + rng.normal(0, 0.4, CASES)
    sd = np.where(arm == 1, 0.4, 0.55)
    post = 1 + 0.65 * pre + place + effect * arm + sd * rng.standard_normal(CASES)
    return TrialCases(pre, post, arm, municipality)


def trial_dyads(rng: np.random.Generator) -> TrialDyads:
    """Return 20 dyads a case and wave, without any effect: residual sd 0.6, case 0.4, case:wave 0.24."""
    rows = 20
    cases = np.repeat(np.arange(CASES), 2 * rows)
    after = np.tile(np.repeat([0, 1], rows), CASES)
    level, moved = rng.normal(0, 0.4, CASES), rng.normal(0, 0.24, (CASES, 2))
    rk = 3 + level[cases] + moved[cases, after] + rng.normal(0, 0.6, cases.size)
    return TrialDyads(rk, cases % 2, after, cases)


def citizen_cases(
    rng: np.random.Generator, difference: float = 0.0
) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    """Return case scores, citizen scores, and which cases have more than five units."""
    many = np.arange(CASES) < round(MANY_UNITS_SHARE * CASES)
    rk = 3 + RK_SD * rng.standard_normal(CASES)
    slope = CITIZEN_SLOPE + np.where(many, difference, 0.0)
    return rk, 2 + slope * rk + CITIZEN_SD * rng.standard_normal(CASES), many


def answers(cases: int, members: int, rng: np.random.Generator) -> npt.NDArray[np.int8]:
    """Return round robins (cases first) of six items 1..5: case, rater, rated, pair and item, rounded."""
    case, rater = rng.normal(3, 0.35, (cases, 1, 1, 1)), rng.normal(0, 0.5, (cases, members, 1, 1))
    rated, pair = (
        rng.normal(0, 0.3, (cases, 1, members, 1)),
        rng.normal(0, 0.45, (cases, members, members, 1)),
    )
    item = rng.normal(0, 0.6, (cases, members, members, 6))
    return np.clip(np.rint(case + rater + rated + pair + item), 1, 5).astype(np.int8)
