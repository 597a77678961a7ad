"""Mixed profile: the profiled REML criterion of crossed random intercepts; refuses dependent columns."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, pi

import numpy as np

from services.analytics.methods.arrays import FloatArray, IntArray
from services.analytics.methods.descent import BEYOND
from services.analytics.methods.least_squares import LeastSquares
from services.analytics.methods.records import record

_TINY = 1e-8
_LARGE = 1e5
_NOTHING = 1e-9


@record(eq=False)
class Evaluation:
    """The fit at one set of ratios theta = term's standard deviation / residual's.

    Attributes
    ----------
    log_determinant : float
        log |V| + log |X'V^-1 X|, V in units of the residual variance.
    squares : float
        r^2 = y'P y, in the outcome's unit squared.
    coefficients : (p,)
        In orthonormal coordinates of the design, beyond least squares.
    inverse : (p, p)
        (Q'V^-1 Q)^-1, the same coordinates.
    effects : tuple of (levels,)
        Spherical random effects b, one array per term; the effects are theta b.
    sides : tuple of (p, p)
        B'B per term, B the spherical effects of the design's columns.
    traces : (terms,)
        levels - tr (A^-1 of the term's block).
    """

    log_determinant: float
    squares: float
    coefficients: FloatArray
    inverse: FloatArray
    effects: tuple[FloatArray, ...]
    sides: tuple[FloatArray, ...]
    traces: FloatArray


class MixedProfile:
    """y = X b + sum_t Z_t u_t + e by penalised least squares.

    The term with the most levels comes first and is eliminated by its own diagonal, so a
    step costs what the other terms' levels cost cubed; one term costs its levels only.

    Examples
    --------
    >>> from services.analytics.methods.least_squares import least_squares
    >>> fit = least_squares([1, 2, 4, 5], np.ones((4, 1)))
    >>> profile = MixedProfile(fit, [np.array([0, 0, 1, 1])])
    >>> round(profile.criterion(np.array([8.5**0.5]))[0], 4)
    10.7109
    """

    def __init__(self, fit: LeastSquares, codes: Sequence[IntArray]) -> None:
        self._columns = np.column_stack([fit.basis, fit.residuals])
        self.rows, self.parameters = int(fit.basis.shape[0]), int(fit.basis.shape[1])
        self._shift = -2 * float(np.log(np.abs(np.diag(fit.unbasis))).sum())
        first, *others = codes
        self.levels = [int(code.max()) + 1 for code in codes]
        self._sizes = np.bincount(first).astype(np.float64)
        self._first = _grouped(first, self._columns)
        nothing = np.zeros((0, self._columns.shape[1]))
        self._rest = np.vstack([nothing, *(_grouped(one, self._columns) for one in others)])
        self._crossed = np.vstack([np.zeros((0, self.levels[0])), *(_table(one, first) for one in others)])
        self._within = np.zeros((0, 0))
        if others:
            self._within = np.block([[_table(one, other) for other in others] for one in others])
        self._inner = self._columns.T @ self._columns

    @property
    def free(self) -> int:
        """Rows less parameters."""
        return self.rows - self.parameters

    def at(self, ratios: FloatArray) -> Evaluation:
        """Return the fit at these ratios, one per term."""
        lead = float(ratios[0])
        spread = np.repeat(ratios[1:], self.levels[1:])
        diagonal = 1 + lead * lead * self._sizes
        root = np.sqrt(diagonal)
        top = lead * self._first / root[:, None]
        link = (spread[:, None] * self._crossed * lead) / root
        schur = spread[:, None] * self._within * spread + np.eye(spread.size) - link @ link.T
        lower = np.asarray(np.linalg.cholesky(schur), dtype=np.float64)
        bottom = np.linalg.solve(lower, spread[:, None] * self._rest - link @ top)
        inner = self._inner - top.T @ top - bottom.T @ bottom
        p = self.parameters
        inverse = np.asarray(np.linalg.inv(inner[:p, :p]), dtype=np.float64)
        coefficients = inverse @ inner[:p, p]
        logs = float(np.log(diagonal).sum()) + 2 * float(np.log(np.diag(lower)).sum())
        second = np.linalg.solve(lower.T, bottom)
        first = (top - link.T @ second) / root[:, None]
        blocks = [first, *_split(second, self.levels[1:])]
        return Evaluation(
            log_determinant=logs + float(np.linalg.slogdet(inner[:p, :p])[1]) + self._shift,
            squares=float(inner[p, p] - inner[:p, p] @ coefficients),
            coefficients=coefficients,
            inverse=inverse,
            effects=tuple(block[:, p] - block[:, :p] @ coefficients for block in blocks),
            sides=tuple(block[:, :p].T @ block[:, :p] for block in blocks),
            traces=self._traces(diagonal, lower, link / root),
        )

    def criterion(self, ratios: FloatArray) -> tuple[float, FloatArray]:
        """Return -2 log restricted likelihood with all constants, and its gradient.

        Where rounding has eaten the residual, the value is beyond any other and flat.
        """
        try:
            at = self.at(ratios)
        except np.linalg.LinAlgError:
            return BEYOND, np.zeros(len(ratios))
        if at.squares <= 0:
            return BEYOND, np.zeros(len(ratios))
        variance = at.squares / self.free
        value = at.log_determinant + self.free * (1 + log(2 * pi * variance))
        return value, self.slopes(ratios, at, variance)

    def leaves_nothing(self) -> bool:
        """Whether large random effects leave no residual: the outcome is the groups'."""
        large = self.at(np.full(len(self.levels), _LARGE)).squares
        return large < _NOTHING * float(self._inner[-1, -1])

    def slopes(self, ratios: FloatArray, at: Evaluation, variance: float) -> FloatArray:
        """Return the derivatives by the ratios at a given residual variance."""
        held = np.zeros(len(ratios))
        for term, ratio in enumerate(ratios):
            if abs(ratio) < _TINY:
                continue
            bent = float(np.sum(at.inverse * at.sides[term]))
            effects = at.effects[term]
            held[term] = 2 / ratio * (at.traces[term] - bent - float(effects @ effects) / variance)
        return held

    def _traces(self, diagonal: FloatArray, lower: FloatArray, link: FloatArray) -> FloatArray:
        """levels - tr of each block of A^-1, without subtracting nearly equal numbers for the first."""
        half = np.linalg.solve(lower, link)
        first = float(np.sum((diagonal - 1) / diagonal) - np.sum(half * half))
        whole = np.linalg.solve(lower, np.eye(len(lower)))
        inverse = np.sum(whole * whole, axis=0)
        others = [float(np.sum(1 - block)) for block in _split(inverse, self.levels[1:])]
        return np.array([first, *others])


def _grouped(codes: IntArray, columns: FloatArray) -> FloatArray:
    return np.column_stack([np.bincount(codes, column) for column in columns.T])


def _table(rows: IntArray, columns: IntArray) -> FloatArray:
    """Rows shared by each pair of levels."""
    height, width = int(rows.max()) + 1, int(columns.max()) + 1
    held = np.bincount(rows * width + columns, minlength=height * width)
    return held.reshape(height, width).astype(np.float64)


def _split(stacked: FloatArray, levels: Sequence[int]) -> list[FloatArray]:
    return list(np.split(stacked, np.cumsum(levels)[:-1])) if levels else []
