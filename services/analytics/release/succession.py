"""What of a lattice is shown by now, where answers entered in steps: each step beside all earlier ones.

It remembers nothing: every step is gone through again from the first, so the same answers give the same
cells, whether anybody looked at an earlier step or not.
"""

from collections.abc import Iterable, Mapping, Sequence

from services.analytics.release.decisions import GroupSize
from services.analytics.release.lattice import Answer, Name, Release, Table, lattice_of
from services.analytics.release.suppression import releasable


def succession(answers: Iterable[Answer], tables: Sequence[Table], size: GroupSize) -> list[Release]:
    """Return every release there has been, step by step, each of a cell that changed or was new."""
    held = list(answers)
    releases: list[Release] = []
    for step in sorted({answer.step for answer in held}):
        lattice = lattice_of((answer for answer in held if answer.step <= step), tables, releases)
        shown = releasable(lattice, size)
        releases += [
            Release(name, step)
            for cell, is_shown in zip(lattice.cells, shown, strict=True)
            if is_shown
            for name in cell.names
            if name not in {release.name for release in cell.former}
        ]
    return releases


def standing(releases: Iterable[Release]) -> Mapping[Name, int]:
    """Return up to which step each cell's answers are shown by now."""
    return {release.name: release.step for release in sorted(releases, key=lambda one: one.step)}
