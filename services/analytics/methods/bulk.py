"""Bulk: many cubes of one shape side by side, cases last in memory; refuses mixed shapes and codes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from services.analytics.methods.arrays import CellArray, IntArray, frozen
from services.analytics.methods.cube import HIGHEST, Cube
from services.analytics.methods.records import record

NOT_ASKED = -3
"""Code of a pair that was never asked (own or skipped): a bucket needs no masks beside its cells."""


@record(eq=False)
class Bucket:
    """Cubes of one shape.

    Attributes
    ----------
    cells : (respondents, subjects, items, cases) int8
        Codes as in `Cube`, and -3 where the pair was not asked. A cell's answers over all cases
        lie side by side in memory: every step below is one pass over contiguous bytes.
    places : (cases,) int64
        Each cube's place in the sequence the bucket was made from.
    round_robin : bool
        Respondents and subjects are the same persons in the same order, own pairs not asked.
        Only then do social relations exist.
    """

    cells: CellArray
    places: IntArray
    round_robin: bool

    @property
    def cases(self) -> int:
        """Number of cubes."""
        return int(self.cells.shape[3])

    @property
    def items(self) -> int:
        """Number of items."""
        return int(self.cells.shape[2])


def buckets_of(cubes: Sequence[Cube]) -> tuple[Bucket, ...]:
    """Return the cubes bucketed by shape, smaller shapes first, round robins before others.

    Parameters
    ----------
    cubes : sequence of Cube
        Of any sizes, sorted by the case's id. Empty cubes have a bucket too.

    Examples
    --------
    >>> from services.analytics.methods.cube import rectangular
    >>> one, other = rectangular([[[4, 5]]]), rectangular([[[4, 5]], [[1, 0]]])
    >>> [(held.cells.shape, held.places.tolist()) for held in buckets_of([one, other, one])]
    [((1, 1, 2, 2), [0, 2]), ((2, 1, 2, 1), [1])]
    """
    shapes: dict[tuple[tuple[int, ...], bool], list[int]] = {}
    for place, cube in enumerate(cubes):
        shapes.setdefault((cube.cells.shape, not _is_round_robin(cube)), []).append(place)
    return tuple(
        _bucket([cubes[place] for place in shapes[key]], shapes[key], not key[1]) for key in sorted(shapes)
    )


def bucket_of(cells: npt.ArrayLike, round_robin: bool = True) -> Bucket:
    """Return a bucket of cubes of one shape, given cases first as they are stored.

    Parameters
    ----------
    cells : (cases, respondents, subjects, items) integers
        Codes -2..5, and -3 where a pair was not asked.
    round_robin : bool
        The group rates itself: the diagonals are not asked, whatever they hold.

    Raises
    ------
    ValueError
        If the shape or a code is none of these, or a round robin isn't square.

    Examples
    --------
    >>> held = bucket_of([[[[0, 0], [4, -1]], [[5, 3], [0, 0]]]])
    >>> held.cells[:, :, 0, 0].tolist(), held.cases
    ([[-3, 4], [5, -3]], 1)
    """
    given = np.asarray(cells)
    if given.ndim != 4 or given.shape[3] == 0:
        raise ValueError(f"bulk cells are cases x respondents x subjects x items, got {given.shape}")
    if given.size and not np.issubdtype(given.dtype, np.integer):
        raise ValueError(f"cells are whole-number codes, got {given.dtype}")
    if given.size and (given.min() < NOT_ASKED or given.max() > HIGHEST):
        raise ValueError(f"a code lies outside {NOT_ASKED}..{HIGHEST}")
    if round_robin and given.shape[1] != given.shape[2]:
        raise ValueError(f"a round robin is square, got {given.shape[1:3]}")
    turned = np.array(given.transpose(1, 2, 3, 0), dtype=np.int8, order="C")
    if round_robin:
        turned[np.diag_indices(turned.shape[0])] = NOT_ASKED
    return Bucket(frozen(turned), frozen(np.arange(len(given))), round_robin)


def _is_round_robin(cube: Cube) -> bool:
    respondents, subjects = cube.own.shape
    return respondents == subjects and bool((cube.own == np.eye(respondents, dtype=np.bool_)).all())


def _bucket(cubes: Sequence[Cube], places: Sequence[int], round_robin: bool) -> Bucket:
    cells = np.empty((*cubes[0].cells.shape, len(cubes)), dtype=np.int8)
    for at, cube in enumerate(cubes):
        cells[..., at] = np.where(cube.asked[:, :, None], cube.cells, NOT_ASKED)
    return Bucket(frozen(cells), frozen(np.array(places, dtype=np.int64)), round_robin)
