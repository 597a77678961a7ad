"""What the sample's employees say of their leaders, read off the files with nothing but means."""

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from functools import cache

from tests.services.analytics.five_municipalities import WAVES, cases_that_count, codes, rows

SCALES = {"framing": (0, 1), "engagement": (2, 3), "involvement": (4, 5, 6)}
WHOLE = tuple(range(7))

Forms = list[dict[str, str]]


@cache
def led(wave: str) -> dict[str, Forms]:
    """Return each leader's forms of the cases of which figures over the wave are made."""
    counting = set(cases_that_count(wave, "leadership"))
    return _by_leader(row for row in rows("leadership") if row["case_id"] in counting and _is_of(row, wave))


@cache
def all_led(wave: str) -> dict[str, Forms]:
    """Return each leader's forms of all cases: a leader's own don't wait."""
    return _by_leader(row for row in rows("leadership") if _is_of(row, wave))


def employees_means(forms: Forms, items: tuple[int, ...]) -> dict[str, Fraction]:
    """Return each employee's mean of the means of their forms."""
    own: dict[str, list[Fraction]] = defaultdict(list)
    for row in forms:
        valid = [code for at, code in enumerate(codes(row, "l", 7)) if at in items and code > 0]
        if valid:
            own[row["respondent_id"]].append(Fraction(sum(valid), len(valid)))
    return {person: sum(means, Fraction(0)) / len(means) for person, means in own.items()}


def leaders_mean(forms: Forms, items: tuple[int, ...]) -> tuple[Fraction, set[str]] | None:
    """Return the mean over a leader's employees, and who they are."""
    means = employees_means(forms, items)
    return (sum(means.values(), Fraction(0)) / len(means), set(means)) if means else None


def _is_of(row: dict[str, str], wave: str) -> bool:
    return WAVES[row["wave"]] == wave


def _by_leader(found: Iterable[dict[str, str]]) -> dict[str, Forms]:
    held: dict[str, Forms] = defaultdict(list)
    for row in found:
        held[row["leader_id"]].append(row)
    return held
