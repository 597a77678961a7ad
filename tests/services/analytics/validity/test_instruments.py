"""Instruments over made-up answers: from how many people on, versions apart, and nothing to be had."""

import numpy as np
import pytest

from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize
from services.analytics.validity.instruments import reliabilities
from services.analytics.validity.schemas import Reliabilities
from tests.services.analytics.holdings_by_hand import alike, holdings, network, told

SIZE = GroupSize(5)
RNG = np.random.default_rng(6)


def citizens(people: int, items: int = 5, **more: int) -> list[Measurement]:
    """Let as many citizens answer, each of a case of one's own: a level and some noise."""
    levels = RNG.integers(1, 4, people)
    return [
        told(f"S{at:02}", {f"C{at:02}": (level + RNG.integers(0, 3, items)).tolist()}, **more)
        for at, level in enumerate(levels)
    ]


def of(*forms: Measurement) -> Reliabilities | None:
    return reliabilities("baseline", holdings(forms), SIZE)


@pytest.mark.parametrize(("people", "there"), [(4, False), (5, True)])
def test_from_five_people_on(people: int, there: bool) -> None:
    assert (of(*citizens(people)) is not None) is there


def test_people_who_left_something_out_are_none_behind_complete_rows() -> None:
    *kept, _ = citizens(5)
    assert of(*kept, told("S9", {"C9": [3, 4, 0, 2, 1]})) is None


def test_one_person_in_many_cases_is_one() -> None:
    assert of(*(told(f"S{at}", {"C": [1, 2, 3, 4, 1 + at]}) for at in range(5))) is None


def test_versions_stand_apart() -> None:
    found = of(*citizens(6), *citizens(7, 6, instrument_version=2))
    assert found is not None
    assert [(each.version, each.people, len(each.alpha.items)) for each in found.instruments] == [
        (1, 6, 5),
        (2, 7, 6),
    ]


def test_a_version_too_few_answered_is_left_out_of_the_provenance_too() -> None:
    found = of(*citizens(6), *citizens(2, 6, instrument_version=2))
    assert found is not None
    assert found.provenance.instruments == ["citizen-experienced-quality/1"]


def test_answers_all_alike_have_no_alpha_and_say_why() -> None:
    found = of(*(told(f"S{at}", {f"C{at}": [4] * 5}) for at in range(6)))
    assert found is not None
    (view,) = found.instruments
    assert (view.alpha.listwise.value, view.alpha.listwise.reason) == (None, "no-variance")
    assert view.alpha.bootstrap.percentile.reason == "no-variance"
    assert view.omega.reason == "no-variance"
    assert view.one_factor.chi_square.reason == "no-variance"
    assert view.one_factor.factors[0].items[0].loading.reason == "no-variance"
    assert view.adequacy.kmo.reason == "no-variance"


def test_one_statement_alone_has_none() -> None:
    found = of(*citizens(6, 1))
    assert found is not None
    (view,) = found.instruments
    assert view.alpha.listwise.reason == "too-few-items"
    assert view.omega.reason == "too-few-items"


def test_people_who_answer_everything_alike_are_perfectly_consistent() -> None:
    found = of(alike("S0", {f"P{at}": at + 1 for at in range(5)}))
    assert found is not None
    (view,) = found.instruments
    assert view.alpha.listwise.value == pytest.approx(1.0)
    assert view.alpha.bootstrap.percentile.reason == "too-few-clusters"
    assert view.one_factor.chi_square.reason == "singular"
    assert view.rater_means is not None
    assert (view.alpha.listwise_rows, view.rater_means.listwise_rows) == (20, 5)
    assert {"dependent-rows", "few-cases"} <= set(view.warnings)


def test_sub_scales_that_share_a_statement_are_no_factors() -> None:
    people = [f"P{at}" for at in range(6)]
    cells = RNG.integers(1, 6, (6, 6, 6))
    shared = [{"code": "one", "items": ["network-1", "network-2"]}, {"code": "two", "items": ["network-2"]}]
    found = of(network("S0", people, cells, sub_scales=shared))
    assert found is not None
    assert found.instruments[0].sub_scale_factors is None


def test_rows_that_measure_nothing_together_are_below_what_is_required() -> None:
    people = [f"P{at}" for at in range(9)]
    found = of(network("S0", people, np.random.default_rng(1).integers(1, 6, (9, 9, 6))))
    assert found is not None
    assert "below-required" in found.instruments[0].warnings


def test_is_worked_out_once_for_the_same_data() -> None:
    held = holdings(citizens(6))
    assert reliabilities("baseline", held, SIZE) is reliabilities("baseline", held, SIZE)
    assert reliabilities("baseline", held, GroupSize(7)) is None
