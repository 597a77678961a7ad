"""What of a lattice is shown by now, where answers entered in steps: each step beside all earlier ones.

Every step is gone through from the first, so the same answers give the same cells, whether anybody looked
at an earlier step or not. What was worked out of the same answers before may be kept, and changes nothing.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from threading import Lock

from services.analytics.release.decisions import GroupSize
from services.analytics.release.lattice import Answer, Name, Release, Table, lattice_of
from services.analytics.release.suppression import releasable


class Succession:
    """Goes through the steps of lattices; keeps the last results by a digest of all answers behind them.

    Threads go through it one after the other: who waits finds worked out what the one before was asked for.
    """

    def __init__(self, kept: int = 256) -> None:
        self._kept = kept
        self._lock = Lock()
        self._results: OrderedDict[bytes, tuple[Release, ...]] = OrderedDict()

    def releases(
        self, answers: Iterable[Answer], tables: Sequence[Table], size: GroupSize
    ) -> list[Release]:
        """Return every release there has been, step by step, each of a cell that changed or was new."""
        with self._lock:
            return self._step_by_step(answers, tables, size)

    def _step_by_step(
        self, answers: Iterable[Answer], tables: Sequence[Table], size: GroupSize
    ) -> list[Release]:
        by_step: dict[int, list[Answer]] = {}
        for answer in answers:
            by_step.setdefault(answer.step, []).append(answer)
        by_now: list[Answer] = []
        found: list[Release] = []
        digest = repr((tables, size)).encode()
        for step in sorted(by_step):
            by_now += by_step[step]
            digest = _digest(digest, by_step[step])
            if digest not in self._results:
                self._results[digest] = tuple(_released_anew(by_now, tables, size, found))
            self._results.move_to_end(digest)
            found += self._results[digest]
        while len(self._results) > self._kept:
            self._results.popitem(last=False)
        return found


def standing(releases: Iterable[Release]) -> Mapping[Name, int]:
    """Return up to which step each cell's answers are shown by now."""
    return {release.name: release.step for release in sorted(releases, key=lambda one: one.step)}


def _released_anew(
    answers: Sequence[Answer], tables: Sequence[Table], size: GroupSize, former: Sequence[Release]
) -> Iterable[Release]:
    lattice = lattice_of(answers, tables, former)
    step = max(answer.step for answer in answers)
    for cell, is_shown in zip(lattice.cells, releasable(lattice, size), strict=True):
        known = {release.name for release in cell.former}
        if is_shown:
            yield from (Release(name, step) for name in cell.names if name not in known)


def _digest(before: bytes, answers: Iterable[Answer]) -> bytes:
    digest = blake2b(before, digest_size=16)
    rows = ((one.step, one.rater, one.about, sorted(one.place.items()), one.value) for one in answers)
    for row in sorted(map(repr, rows)):
        digest.update(row.encode())
    return digest.digest()
