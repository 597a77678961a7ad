"""The respondents of a wave who have both scores, column by column; pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TeamRows:
    """Whoever says something of the own leader and of the others on one case; a leader may have several."""

    case: UUID
    leaders: tuple[int, ...]
    """Ids as numbers, which are hashed and compared at once."""
    people: tuple[int, ...]
    leadership: tuple[float, ...]
    rk: tuple[float, ...]
    points: tuple[tuple[float, float], ...]
    """Leadership and RK as they are drawn, to a tenth."""


@dataclass(frozen=True, slots=True)
class Respondents:
    """The rows of many cases; case, leader and person are places among all of them, in the order of ids."""

    of_cases: frozenset[UUID]
    cases: Codes
    leaders: Codes
    people: Codes
    leadership: Floats
    rk: Floats
    points: Mapping[tuple[float, float], int]

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.rk)

    def counts(self) -> tuple[int, int, int]:
        """Return how many people, cases and leaders there are."""
        people, cases, leaders = (
            int(codes.max(initial=-1)) + 1 for codes in (self.people, self.cases, self.leaders)
        )
        return people, cases, leaders


def respondents_of(teams: Sequence[TeamRows]) -> Respondents:
    """Lay the rows of cases, which come in the order of their ids, after each other."""
    held = [each for each in teams if each.rk]
    together = chain.from_iterable
    return Respondents(
        of_cases=frozenset(each.case for each in held),
        cases=np.repeat(np.arange(len(held)), [len(each.rk) for each in held]),
        leaders=codes_of(list(together(each.leaders for each in held))),
        people=codes_of(list(together(each.people for each in held))),
        leadership=floats_of(list(together(each.leadership for each in held))),
        rk=floats_of(list(together(each.rk for each in held))),
        points=Counter(together(each.points for each in held)),
    )


def codes_of(numbers: Sequence[int]) -> Codes:
    """Return each number as its place among all of them in order."""
    place = {one: at for at, one in enumerate(sorted(set(numbers)))}
    return np.array([place[one] for one in numbers], dtype=np.int64)


def floats_of(values: list[float]) -> Floats:
    """Return numbers as an array."""
    return np.array(values, dtype=np.float64)
