"""A wave's associations over made-up cases: from how many people on, and where nothing can be said."""

from collections.abc import Callable, Iterator

import pytest

from services.analytics.associations import leadership
from services.analytics.associations.columns import columns_of
from services.analytics.associations.of_wave import associations
from services.analytics.associations.schemas import Associations
from services.analytics.projection.holdings import Holdings
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize
from tests.services.analytics.holdings_by_hand import alike, holdings, led, told

SIZE = GroupSize(5)
Leader = Callable[[int, str], str]
TEAM = "abcde"


def own(case: int, person: str) -> str:
    """Give every employee a leader of one's own."""
    return f"L{case}{person}"


def wave(cases: int, leader: Leader = own, flat: bool = False) -> Iterator[Measurement]:
    """Let five employees rate each other and their leaders: who is better led gives more, if not `flat`."""
    for case in range(cases):
        values = {f"P{case}{person}": 1 + (case + at // 2) % 5 for at, person in enumerate(TEAM)}
        yield alike(f"S{case}", values)
        answers = {
            person: (leader(case, person[-1]), [3 if flat else value] * 7)
            for person, value in values.items()
        }
        yield led(f"S{case}", answers)


def citizens(cases: int) -> Iterator[Measurement]:
    """Let each case's citizen answer."""
    return (told(f"S{case}", {f"C{case}": [1 + (case * 2) % 5] * 5}) for case in range(cases))


def of(*forms: Iterator[Measurement]) -> Associations | None:
    return associations("baseline", holdings(each for form in forms for each in form), SIZE)


def test_people_who_give_what_they_get_lie_on_a_line_of_slope_one() -> None:
    found = of(wave(6), citizens(6))
    assert found is not None
    assert found.leadership_to_rk is not None
    view = found.leadership_to_rk
    assert (view.n, view.people, view.cases, view.leaders) == (30, 30, 6, 30)
    assert view.by_case.slope.value == pytest.approx(1.0)
    assert view.percent.scale_range.value == pytest.approx(10.0)
    assert view.by_case.slope.p.reason == "no-residual-variance"
    assert view.power.power.reason == "no-residual-variance"


@pytest.mark.parametrize(("cases", "there"), [(4, False), (5, True)])
def test_from_five_cases_on(cases: int, there: bool) -> None:
    assert (of(wave(cases)) is not None) is there


def test_a_leader_s_scores_are_no_association() -> None:
    """Four leaders, though of many employees, are too few to be shown; five are enough."""
    assert of(wave(8, lambda case, _: f"L{case % 4}")) is None
    assert of(wave(8, lambda case, _: f"L{case % 5}")) is not None


def test_few_people_in_many_cases_are_still_few() -> None:
    forms = [
        each
        for case in range(8)
        for each in (
            alike(f"S{case}", {"Pa": 1 + case % 5, "Pb": 2, **{f"P{case}{other}": 3 for other in "cde"}}),
            led(f"S{case}", {"Pa": (f"L{case}", [4] * 7), "Pb": (f"M{case}", [1 + case % 5] * 7)}),
        )
    ]
    assert of(iter(forms)) is None


@pytest.mark.parametrize(("answering", "changes"), [("ab", False), ("abcde", True)])
def test_a_case_in_which_few_told_of_leaders_waits(answering: str, changes: bool) -> None:
    """All five rated each other, so that the network alone fills a step."""
    values = {f"P9{person}": 1 + at for at, person in enumerate(TEAM)}
    told_of = {f"P9{each}": (f"L9{each}", [values[f"P9{each}"]] * 7) for each in answering}
    found, before = of(wave(6), iter([alike("S9", values), led("S9", told_of)])), of(wave(6))
    assert found is not None
    assert (found != before) is changes


def test_with_many_leaders_cases_alone_have_intercepts(monkeypatch: pytest.MonkeyPatch) -> None:
    found = of(wave(8))
    assert found is not None
    assert found.leadership_to_rk is not None
    assert [term.name for term in found.leadership_to_rk.mixed.terms] == ["case", "leader"]
    monkeypatch.setattr(leadership, "MOST_CROSSED_LEADERS", 15)
    fewer = of(wave(8))
    assert fewer is not None
    assert fewer.leadership_to_rk is not None
    assert [term.name for term in fewer.leadership_to_rk.mixed.terms] == ["case"]


def test_leaders_all_alike_leave_no_slope_and_say_so() -> None:
    found = of(wave(6, flat=True))
    assert found is not None
    assert found.leadership_to_rk is not None
    slope = found.leadership_to_rk.by_case.slope
    assert (slope.value, slope.reason) == (None, "not-identified")
    assert found.leadership_to_rk.bootstrap.value.reason == "no-variance"


def test_without_citizens_there_is_leadership_alone() -> None:
    found = of(wave(6))
    assert found is not None
    assert found.leadership_to_rk is not None
    assert (found.rk_to_citizen, found.path) == (None, None)


def test_with_citizens_there_is_all() -> None:
    found = of(wave(10), citizens(10))
    assert found is not None
    assert found.rk_to_citizen is not None
    assert (found.rk_to_citizen.n, found.rk_to_citizen.citizens) == (10, 10)
    assert found.rk_to_citizen.complex_only is None
    assert found.rk_to_citizen.moderation is None
    assert found.path is not None
    assert found.path.n == 10


def test_one_citizen_short_of_five_is_not_told() -> None:
    found = of(wave(10), citizens(4))
    assert found is not None
    assert (found.rk_to_citizen, found.path) == (None, None)


def test_several_informants_are_averaged() -> None:
    forms = [alike("S0", {"Pa": 4, "Pb": 2}), told("S0", {"Ca": [5] * 5, "Cb": [1] * 5, "Cc": [0] * 5})]
    (row,) = columns_of(holdings(forms).wave("baseline"), GroupSize(2)).cases
    assert (row.rk, row.citizen, len(row.citizens)) == (3.0, 3.0, 2)


def test_a_wave_nobody_answered() -> None:
    assert associations("baseline", holdings([]), SIZE) is None


def test_cases_in_any_order_give_the_same_bytes() -> None:
    forms = [*wave(8), *citizens(8)]
    one, turned = (associations("baseline", holdings(each), SIZE) for each in (forms, forms[::-1]))
    assert one is not None
    assert turned is not None
    assert one.model_dump_json() == turned.model_dump_json()


def test_is_worked_out_once_for_the_same_data() -> None:
    held: Holdings = holdings(wave(6))
    assert associations("baseline", held, SIZE) is associations("baseline", held, SIZE)
    assert associations("baseline", held, GroupSize(7)) is None
