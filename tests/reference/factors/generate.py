"""Rows of two correlated factors with gaps: seeded, simulated; run in this folder: `python generate.py`."""

import csv
from pathlib import Path

import numpy as np

SEED = 1904
ROWS = 320
LOADINGS = np.array([[8, 7, 6, 7.5, 0, 0, 1, 0], [0, 0, 1.5, 0, 8, 6, 7, 6.5]]) / 10
FACTORS = ((1.0, 0.5), (0.5, 1.0))
GAPS = 0.08


def main() -> None:
    rng = np.random.default_rng(SEED)
    latent = rng.multivariate_normal([0.0, 0.0], np.array(FACTORS), ROWS) @ LOADINGS
    answers = np.clip(np.rint(3 + 1.2 * (latent + rng.normal(0, 0.6, latent.shape))), 1, 5).astype(int)
    gaps = rng.random(answers.shape) < GAPS
    path = Path(__file__).parent / "two_factors.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["wave", *(f"x{item}" for item in range(1, 9))])
        for row, open_ in zip(answers.tolist(), gaps, strict=True):
            writer.writerow([1, *("" if gap else cell for cell, gap in zip(row, open_, strict=True))])


if __name__ == "__main__":
    main()
