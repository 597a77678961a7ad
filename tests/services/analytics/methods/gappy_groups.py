"""The gappy cases as dyad means, given scores and codes for agreement and social relations."""

import numpy as np

from services.analytics.methods.arrays import FloatArray
from services.analytics.methods.dyads import dyads_of

from .gappy_cases import GappyCases, gappy

CASES = GappyCases()


def dyad_matrices(wave: int) -> list[FloatArray]:
    return [dyads_of(CASES.cube(case, wave)).means for case in CASES.cases]


def dyad_values(wave: int) -> tuple[FloatArray, list[str]]:
    held = [means[~np.isnan(means)] for means in dyad_matrices(wave)]
    cases = [case for case, values in zip(CASES.cases, held, strict=True) for _ in values]
    return np.concatenate(held), cases


def given_values(wave: int) -> tuple[FloatArray, list[str]]:
    held = CASES.given(wave)
    return np.array(list(held.values())), [case for case, _ in held]


def respondent_rows() -> dict[str, list[str] | FloatArray]:
    """Given scores of both waves, by case, wave and rater."""
    arm = dict(zip(CASES.cases, CASES.arms.tolist(), strict=True))
    rows = sorted(
        (case, wave, rater, score) for wave in (1, 2) for (case, rater), score in CASES.given(wave).items()
    )
    return {
        "case": [row[0] for row in rows],
        "wave": np.array([float(row[1] - 1) for row in rows]),
        "rater": [row[2] for row in rows],
        "score": np.array([row[3] for row in rows]),
        "arm": np.array([float(arm[row[0]]) for row in rows]),
    }


def coding(letter: str) -> FloatArray:
    names = {"codes": ["coder_A", "coder_B", "coder_C"], "ordered": ["o_A", "o_B", "o_C"]}[letter]
    rows = [[float(row[name]) if row[name] else np.nan for name in names] for row in gappy("coding")]
    return np.array(rows)
