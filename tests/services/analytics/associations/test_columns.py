"""Columns of a wave: laid out once for each case, and anew for whichever of its forms is another."""

from collections.abc import Mapping, Sequence

import pytest

from services.analytics.associations import columns
from services.analytics.associations.columns import Columns, columns_of
from services.analytics.methods.cube import Cube
from services.analytics.methods.dyads import Dyads, dyads_of
from services.analytics.projection.holdings import Wave
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize
from tests.services.analytics.holdings_by_hand import alike, led, told

SIZE = GroupSize(5)
TEAM = [f"P{each}" for each in "abcde"]


def case(code: str, experienced: int = 3, citizen: int = 4) -> list[Measurement]:
    """Return a case's network with what its team said of leaders, and five of the citizen's side."""
    values = {person: 1 + at for at, person in enumerate(TEAM)}
    answers: Mapping[str, tuple[str, Sequence[int]]] = {
        person: (f"L{person}", [experienced] * 7) for person in TEAM
    }
    return [
        alike(code, values),
        led(code, answers),
        told(code, {f"C{each}{code}": [citizen] * 5 for each in "abcde"}),
    ]


def laid(*cases: Sequence[Measurement]) -> Columns:
    """Lay a wave out of which nothing was worked out before, though perhaps of its measurements."""
    return columns_of(Wave("baseline", [each for own in cases for each in own], SIZE), SIZE)


def test_a_case_s_rows_are_kept_when_another_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = case("S1"), case("S2")
    before = laid(first)
    looked_at: list[int] = []

    def look(cube: Cube) -> Dyads:
        looked_at.append(len(cube.cells))
        return dyads_of(cube)

    monkeypatch.setattr(columns, "dyads_of", look)
    after = laid(first, second)
    assert sum(looked_at) == 3 * len(TEAM)
    assert {id(row) for row in before.cases} < {id(row) for row in after.cases}
    assert len(after.cases) == 2
    assert len(after.respondents) == 2 * len(TEAM)


@pytest.mark.parametrize(("form", "column"), [(1, "leadership"), (2, "citizen")])
def test_a_form_of_another_version_is_laid_out_anew(form: int, column: str) -> None:
    known, other = case("S1"), case("S1", experienced=5, citizen=2)
    (before,) = laid(known).cases
    changed = [*known]
    state = known[form].state.model_copy(update={"version": known[form].state.version + 1})
    changed[form] = Measurement(state, other[form].cube)
    (after,) = laid(changed).cases
    assert getattr(before, column) == (3.0 if form == 1 else 4.0)
    assert getattr(after, column) == (5.0 if form == 1 else 2.0)
    assert after.rk == before.rk


def test_without_the_other_forms_there_is_a_network_alone() -> None:
    known = case("S1")
    laid(known)
    (alone,) = laid(known[:1]).cases
    assert (alone.citizens, alone.led) == (frozenset(), frozenset())


def test_points_are_rounded_to_a_tenth() -> None:
    answers: Mapping[str, tuple[str, Sequence[int]]] = {person: ("L", [3] * 6 + [4]) for person in TEAM}
    network, _, citizen = case("S1")
    found = laid([network, led("S1", answers), citizen]).respondents
    assert found.leadership.tolist() == pytest.approx([22 / 7] * len(TEAM))
    assert {leadership for leadership, _ in found.points} == {3.1}
    assert sum(found.points.values()) == len(found) == len(TEAM)
    assert found.counts() == (len(TEAM), 1, 1)
