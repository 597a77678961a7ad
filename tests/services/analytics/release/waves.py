"""Small waves of answers to lay out, written as who is where."""

from collections.abc import Iterable, Sequence

from services.analytics.release.lattice import Answer, Lattice, crossed, lattice_of

Group = tuple[str, str, int]
"""Unit, professional group and how many people."""


def answers_of(groups: Iterable[Group], values: Sequence[float] = (1, 5, 3, 2, 4)) -> list[Answer]:
    """Let each of some groups' people answer once, the values in turn."""
    return [
        Answer(
            f"{unit}-{group}-{number}", {"unit": unit, "group": group}, float(values[number % len(values)])
        )
        for unit, group, people in groups
        for number in range(people)
    ]


def wave(*groups: Group, values: Sequence[float] = (1, 5, 3, 2, 4)) -> Lattice:
    """Lay such answers out over units and groups."""
    return lattice_of(answers_of(groups, values), crossed(("group", "unit")))


def row_of(lattice: Lattice, **place: str) -> int:
    """Return which cell has a name."""
    name = tuple(sorted(place.items()))
    return next(row for row, cell in enumerate(lattice.cells) if name in cell.names)
