"""Bulk statistics: what each cube adds to everything pooled, in passes over bytes; refuses other codes."""

from __future__ import annotations

from functools import cached_property
from math import lcm
from typing import Any

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import FloatArray, IntArray, frozen
from services.analytics.methods.bulk import NOT_ASKED, Bucket
from services.analytics.methods.cube import DONT_KNOW, DONT_WORK_WITH, HIGHEST
from services.analytics.methods.records import record
from services.analytics.methods.round_robin_sums import INVARIANTS

COUNTS = ("cubes", "asked", "valid", "dont_know", "dont_work_with", "not_answered")
DYADS = ("dyads", "dyad_sum", "dyad_squares")
SCORES = ("scored", "score", "score_squares")
RELATIONS = ("complete", "total", *INVARIANTS)

MIDDLE = 3.0
"""Case scores are squared about the scale's middle: less is lost when their variance is taken."""

_CASES_AT_ONCE = 8_192
"""Two pages of each cell: fewer, and looking pages up costs more than the sums; more leave the cache."""

_SUBJECTS_AT_ONCE = 10
"""10 products of two answers add up to at most 250: a byte holds them."""


@record
class Layout:
    """Which row of the statistics is what, for a number of items k.

    Attributes
    ----------
    items : int

    Notes
    -----
    cubes, asked, valid, dont_know, dont_work_with, not_answered (cells) | item_counts (k),
    item_sums (k) over valid cells | complete_rows: asked pairs with every item valid; row_sums (k) and
    products (k(k+1)/2, i <= j by rows) over those | dyads, dyad_sum, dyad_squares: number, sum and
    sum of squares of dyad means (rule `available`) | scored (0/1), score, score_squares: the case
    score (mean of dyad means) and its squared distance from 3 | complete (0/1): a round robin
    without a gap; total and the six invariants of `round_robin_sums`, 0 unless complete.

    Examples
    --------
    >>> held = Layout(6)
    >>> held.size, held.column("dyads"), held.products
    (60, 46, slice(25, 46, None))
    """

    items: int

    @cached_property
    def _starts(self) -> dict[str, int]:
        """Where each statistic, or group of k, starts; `end` last."""
        k = self.items
        widths = dict.fromkeys(COUNTS, 1) | {
            "item_counts": k,
            "item_sums": k,
            "complete_rows": 1,
            "row_sums": k,
        }
        widths |= {"products": k * (k + 1) // 2} | dict.fromkeys((*DYADS, *SCORES, *RELATIONS), 1)
        starts, at = {}, 0
        for name, width in widths.items():
            starts[name] = at
            at += width
        return starts | {"end": at}

    @property
    def size(self) -> int:
        """Number of statistics: 60 for six items."""
        return self._starts["end"]

    @property
    def item_counts(self) -> slice:
        """Valid cells per item."""
        return self._block("item_counts", self.items)

    @property
    def item_sums(self) -> slice:
        """Sums of valid cells per item."""
        return self._block("item_sums", self.items)

    @property
    def row_sums(self) -> slice:
        """Item sums over complete rows."""
        return self._block("row_sums", self.items)

    @property
    def products(self) -> slice:
        """Item products over complete rows, upper triangle by rows."""
        return self._block("products", self.items * (self.items + 1) // 2)

    @property
    def invariants(self) -> slice:
        """The six invariants, in the order of `round_robin_sums`."""
        return self._block(INVARIANTS[0], len(INVARIANTS))

    def column(self, name: str) -> int:
        """Return where a single statistic stands.

        Raises
        ------
        ValueError
            If there is none of this name.
        """
        if name not in self._starts:
            raise ValueError(f"no statistic {name!r}")
        return self._starts[name]

    def _block(self, name: str, width: int) -> slice:
        return slice(self._starts[name], self._starts[name] + width)


@record(eq=False)
class BulkStatistics:
    """What cubes of one shape add to everything pooled.

    Attributes
    ----------
    layout : Layout
    table : (statistics, cases) float64
        Answers in scale points. Sums over any cases, weighted or not, are those cases' statistics:
        `table @ weights` for one choice of cases, `weights @ table.T` for many.
    places : (cases,) int64
        As in the bucket.
    members : int or None
        Members of a round robin; None for other designs.
    """

    layout: Layout
    table: FloatArray
    places: IntArray
    members: int | None

    def of(self, name: str) -> FloatArray:
        """Return one statistic of every case."""
        return np.asarray(self.table[self.layout.column(name)])

    def summed(self, weights: npt.ArrayLike | None = None) -> FloatArray:
        """Return the statistics of all cases together, or of each weighted as told.

        Raises
        ------
        ValueError
            If there is not one weight per case.
        """
        if weights is None:
            return np.asarray(self.table.sum(axis=1))
        held = np.asarray(weights, dtype=np.float64)
        if held.shape != self.places.shape:
            raise ValueError(f"one weight per case: {self.places.size} cases, shape {held.shape}")
        return np.asarray(self.table @ held)


def bulk_statistics(bucket: Bucket) -> BulkStatistics:
    """Return the additive statistics of every cube of a bucket.

    Parameters
    ----------
    bucket : Bucket
        Any number of cubes: beside the result (480 bytes a cube for six items) the work takes a few
        megabytes.

    Notes
    -----
    Answers are multiplied and added as bytes, counts kept as whole numbers. A dyad mean is a whole
    number of 1/lcm(1..k) points, so sums of means and of their squares are exact up to one rounding
    at the end: equal cubes give equal bits, in whatever order their axes were.

    References
    ----------
    `docs/methods.md`, additive statistics.

    Examples
    --------
    >>> from services.analytics.methods.bulk import bucket_of
    >>> held = bulk_statistics(bucket_of([[[[0, 0], [4, -1]], [[5, 3], [0, 0]]]]))
    >>> held.of("valid"), held.of("dont_know"), held.of("dyad_sum"), held.of("total")
    (array([3.]), array([1.]), array([8.]), array([8.]))
    """
    layout = Layout(bucket.items)
    table = np.zeros((layout.size, bucket.cases))
    for start in range(0, bucket.cases, _CASES_AT_ONCE):
        cases = slice(start, start + _CASES_AT_ONCE)
        _Block(bucket, cases, layout).into(table[:, cases])
    members = bucket.cells.shape[0] if bucket.round_robin else None
    return BulkStatistics(layout, frozen(table), bucket.places, members)


Whole = npt.NDArray[np.integer[Any]]


class _Block:
    """The statistics of a few thousand cubes, one respondent and up to ten subjects at a time."""

    def __init__(self, bucket: Bucket, cases: slice, layout: Layout) -> None:
        respondents, subjects, items, _ = bucket.cells.shape
        self.cells = bucket.cells[..., cases]
        self.round_robin = bucket.round_robin
        self.layout = layout
        self.count = self.cells.shape[3]
        pairs = respondents * subjects
        whole = np.min_scalar_type(HIGHEST**2 * pairs * items)
        rows = layout.products.stop - layout.item_counts.start
        self.narrow = np.min_scalar_type(_SUBJECTS_AT_ONCE * items)
        self.codes = np.zeros((3, self.count), whole)
        self.sums = np.zeros((rows, self.count), whole)
        # Means as whole numbers while their squares stay exact, else as they are.
        self.scale = float(lcm(*range(1, items + 1)))
        if (HIGHEST * self.scale * pairs) ** 2 >= 2**53:
            self.scale = 1.0
        self.means = np.zeros((respondents, subjects, self.count))
        self.dyads = np.zeros(self.count)

    def into(self, table: FloatArray) -> None:
        """Work all out and write it into these columns."""
        for respondent in range(self.cells.shape[0]):
            for start in range(0, self.cells.shape[1], _SUBJECTS_AT_ONCE):
                self._pass(respondent, slice(start, start + _SUBJECTS_AT_ONCE))
        layout = self.layout
        table[layout.item_counts.start : layout.products.stop] = self.sums
        self._counts(table)
        self._dyads(table)
        if self.round_robin:
            self._relations(table)

    def _pass(self, respondent: int, subjects: slice) -> None:
        cells = self.cells[respondent, subjects]
        for at, code in enumerate((DONT_KNOW, DONT_WORK_WITH, NOT_ASKED)):
            self.codes[at] += (cells == code).sum(axis=0, dtype=np.uint8).sum(axis=0, dtype=self.narrow)
        there = cells > 0
        values = np.multiply(cells, there, dtype=np.int8).view(np.uint8)
        k = self.layout.items
        held = there.view(np.uint8).sum(axis=1, dtype=self.narrow)
        totals = values.sum(axis=1, dtype=self.narrow)
        self.sums[:k] += there.view(np.uint8).sum(axis=0, dtype=np.uint8)
        self.sums[k : 2 * k] += values.sum(axis=0, dtype=np.uint8)
        self._means(respondent, subjects, held, totals)
        self._products(values, held == k)

    def _means(
        self, respondent: int, subjects: slice, held: npt.NDArray[Any], totals: npt.NDArray[Any]
    ) -> None:
        counts = held.astype(np.float64)
        self.dyads += (held > 0).sum(axis=0, dtype=np.uint8)
        np.maximum(counts, 1.0, out=counts)
        means = self.means[respondent, subjects]
        np.multiply(totals, self.scale, out=means)
        means /= counts

    def _products(self, values: npt.NDArray[np.uint8], complete: npt.NDArray[np.bool_]) -> None:
        k = self.layout.items
        whole = values * complete.view(np.uint8)[:, None, :]
        self.sums[2 * k] += complete.view(np.uint8).sum(axis=0, dtype=np.uint8)
        self.sums[2 * k + 1 : 3 * k + 1] += whole.sum(axis=0, dtype=np.uint8)
        at = 3 * k + 1
        for item in range(k):
            products = (whole[:, item, None] * whole[:, item:]).sum(axis=0, dtype=np.uint8)
            self.sums[at : at + k - item] += products
            at += k - item

    def _counts(self, table: FloatArray) -> None:
        at = self.layout.column
        respondents, subjects, items, _ = self.cells.shape
        table[at("cubes")] = 1.0
        table[at("dont_know")], table[at("dont_work_with")], not_asked = self.codes
        table[at("asked")] = respondents * subjects * items - not_asked.astype(np.float64)
        table[at("valid")] = table[self.layout.item_counts].sum(axis=0)
        known = table[at("valid")] + table[at("dont_know")] + table[at("dont_work_with")]
        table[at("not_answered")] = table[at("asked")] - known

    def _dyads(self, table: FloatArray) -> None:
        at = self.layout.column
        flat = self.means.reshape(-1, self.count)
        total, scored = flat.sum(axis=0), self.dyads > 0
        table[at("dyads")] = self.dyads
        table[at("dyad_sum")] = total / self.scale
        table[at("dyad_squares")] = np.einsum("ij,ij->j", flat, flat) / self.scale**2
        table[at("scored")] = scored
        score = np.divide(total, self.dyads * self.scale, out=np.zeros(self.count), where=scored)
        table[at("score")] = score
        table[at("score_squares")] = np.where(scored, (score - MIDDLE) ** 2, 0.0)

    def _relations(self, table: FloatArray) -> None:
        at, members = self.layout.column, self.cells.shape[0]
        complete = (self.dyads == members * (members - 1)) & (members > 1)
        rows, columns = self.means.sum(axis=1), self.means.sum(axis=0)
        total = rows.sum(axis=0)
        found = (
            total * total,
            np.einsum("ij,ij->j", rows, rows),
            np.einsum("ij,ij->j", columns, columns),
            np.einsum("ij,ij->j", rows, columns),
            table[at("dyad_squares")] * self.scale**2,
            self._reciprocal(),
        )
        table[at("complete")] = complete
        table[at("total")] = np.where(complete, total / self.scale, 0.0)
        for row, one in zip(table[self.layout.invariants], found, strict=True):
            row[:] = np.where(complete, one / self.scale**2, 0.0)

    def _reciprocal(self) -> FloatArray:
        held = np.zeros(self.count)
        for first in range(1, len(self.means)):
            held += np.einsum("ij,ij->j", self.means[first, :first], self.means[:first, first])
        return 2 * held
