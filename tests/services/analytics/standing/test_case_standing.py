"""Where a case stands: figures by hand, who sees them, and from how many."""

from dataclasses import replace
from math import erfc, sqrt
from uuid import UUID

import pytest

from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.noncentral import normal_quantile
from services.analytics.methods.scores import mean_of_dyads
from services.analytics.projection.holdings import Holdings
from services.analytics.projection.measurement import Measurement
from services.analytics.release.envelope import FigureView
from services.analytics.standing.case_standing import StandingQuestion, case_standing
from services.analytics.standing.schemas import CaseStandingView
from shared.access.principal import Principal, Role
from shared.contracts.register import CaseParticipant, CaseState, ParticipantRole
from shared.contracts.survey import Visibility
from shared.wire import Language
from tests.services.analytics.standing.made_up_cases import (
    K,
    as_small,
    case_id,
    held_of,
    like,
    members,
    person,
    rated,
)


def normal(z: float) -> float:
    return erfc(-z / sqrt(2)) / 2


def number(shown: FigureView) -> float:
    assert shown.value is not None
    return shown.value


def asked(
    case: int = 0,
    who: UUID | None = None,
    threshold: float | None = None,
    wave: str = "baseline",
    language: Language = "da",
) -> StandingQuestion:
    roles = frozenset({Role.LEADER})
    caller = Principal("tester", "gateway", roles, person=who or person(case))
    return StandingQuestion(case_id(case), wave, caller, threshold, language)


def shown(held: Holdings, question: StandingQuestion | None = None) -> CaseStandingView:
    view = case_standing(question or asked(), held, K)
    assert view is not None
    return view


STRANGER = UUID(int=7)


class TestFigures:
    def test_are_those_of_equal_cases_in_closed_form(self) -> None:
        """Six cases of five alike inside: the raw means' weight is 1 - MSA / MSB."""
        networks = [rated(case, 3) for case in range(6)]
        for case, each in enumerate(networks):
            each.cube.cells.setflags(write=True)
            each.cube.cells[0, 1:] = 1 + case % 5
        view = shown(held_of(*networks))
        means = [mean_of_dyads(dyads_of(each.cube)).value.value or 0.0 for each in networks]
        assert view.raw_mean.value == means[0]
        assert (view.raw_mean.dyads, view.raw_mean.raters) == (20, 5)
        weight, mean = number(view.estimate.reliability), number(view.like_cases.mean)
        assert mean == pytest.approx(sum(means) / 6, abs=1e-12)
        assert view.estimate.value == pytest.approx(mean + weight * (means[0] - mean), abs=1e-12)

    def test_hang_together(self) -> None:
        view = shown(held_of(*like(9)), asked(threshold=3.0))
        estimate, spread = number(view.estimate), number(view.estimate.spread)
        mean, sd = number(view.like_cases.mean), number(view.like_cases.sd)
        assert view.probability_below.value == pytest.approx(normal((3 - estimate) / spread), abs=1e-12)
        half = normal_quantile(0.975) * spread
        assert view.estimate.interval.low == pytest.approx(estimate - half, abs=1e-12)
        assert view.position.share_below.value == pytest.approx(
            normal((estimate - mean) / sqrt(spread**2 + sd**2)), abs=1e-12
        )
        assert view.position.interval.low == pytest.approx(normal((estimate - half - mean) / sd), abs=1e-12)
        assert view.position.interval.high == pytest.approx(
            normal((estimate + half - mean) / sd), abs=1e-12
        )
        error = number(view.standard_error)
        assert view.estimate.reliability.value == pytest.approx(sd**2 / (sd**2 + error**2), abs=1e-12)

    def test_name_the_cases_it_stands_among(self) -> None:
        group = shown(held_of(*like(6), rated(9, 2, level="ordinary"))).like_cases
        assert (group.level, group.cases, group.people, group.spread) == ("complex", 6, 30, "estimated")
        assert number(group.p) < 0.05

    def test_that_cases_do_not_differ_is_said_and_gives_no_position(self) -> None:
        view = shown(held_of(*like(6, lambda _: 3)))
        assert (view.like_cases.spread, view.like_cases.sd.value, view.like_cases.p.value) == (
            "zero",
            0.0,
            1.0,
        )
        assert view.estimate.value == view.like_cases.mean.value
        assert view.estimate.reliability.value == 0.0
        assert (view.position.share_below.value, view.position.share_below.reason) == (None, "no-variance")
        assert (view.position.interval.low, view.position.interval.reason) == (None, "no-variance")

    def test_without_any_variance_all_but_the_raw_mean_is_undefined(self) -> None:
        networks = like(6)
        for each in networks:
            each.cube.cells.setflags(write=True)
            each.cube.cells[each.cube.cells > 0] = 4
        view = shown(held_of(*networks))
        assert view.raw_mean.value == 4.0
        for figure in (view.estimate, view.like_cases.mean, view.like_cases.p, view.probability_below):
            assert (figure.value, figure.reason) == (None, "no-variance")

    def test_the_threshold_is_said_to_be_unvalidated_and_whose_it_is(self) -> None:
        held = held_of(*like(6))
        default, own = shown(held), shown(held, asked(threshold=3.5, language="en"))
        assert (default.threshold.value, default.threshold.validated) == (2.5, False)
        assert default.threshold.source.startswith("Ikke valideret: der er ikke offentliggjort")
        assert (own.threshold.value, own.threshold.source) == (
            3.5,
            "Not validated: the limit was chosen by whoever asked.",
        )
        assert number(own.probability_below) > number(default.probability_below)

    def test_are_everybodys_alike_who_sees_them(self) -> None:
        held = held_of(*like(6))
        assert shown(held) == shown(held, asked(who=STRANGER))


class TestWhoSees:
    def discreet(self, people: int) -> Holdings:
        first = rated(0, 3, members(0, people), visibility=Visibility.CONFIDENTIAL)
        return held_of(first, *like(8)[1:], *as_small(people))

    def few(self, people: int) -> Holdings:
        return held_of(rated(0, 3, members(0, people)), *like(8)[1:], *as_small(people))

    def test_the_team_sees_exactly_however_few_it_is(self) -> None:
        assert shown(self.few(3)).raw_mean.raters == 3

    def test_a_case_lead_is_of_the_team(self) -> None:
        lead = CaseParticipant(
            professional_id=UUID(int=1), person_id=STRANGER, role=ParticipantRole.FACILITATOR
        )
        known = CaseState(version=1, id=case_id(0), participants=[lead])
        assert case_standing(replace(asked(who=STRANGER), case=known), self.few(4), K) is not None
        assert case_standing(asked(who=STRANGER), self.few(4), K) is None

    @pytest.mark.parametrize(("people", "sees"), [(4, False), (5, True)])
    def test_others_see_from_enough_raters(self, people: int, sees: bool) -> None:
        held = self.few(people)
        assert (case_standing(asked(who=STRANGER), held, K) is not None) is sees
        assert case_standing(asked(who=person(1)), held, K) == case_standing(asked(who=STRANGER), held, K)

    @pytest.mark.parametrize(("people", "sees"), [(4, False), (5, True)])
    def test_confidential_answers_of_few_are_nobodys(self, people: int, sees: bool) -> None:
        held = self.discreet(people)
        assert (case_standing(asked(), held, K) is not None) is sees
        assert (case_standing(asked(who=STRANGER), held, K) is not None) is sees


class TestOfHowMany:
    @pytest.mark.parametrize(("others", "sees"), [(4, False), (5, True)])
    def test_needs_enough_cases_beside_it(self, others: int, sees: bool) -> None:
        assert (case_standing(asked(), held_of(*like(others + 1)), K) is not None) is sees

    @pytest.mark.parametrize(("people", "sees"), [(4, False), (5, True)])
    def test_needs_enough_people_beside_it(self, people: int, sees: bool) -> None:
        same = [rated(case, 2 + case % 3, members(1, people)) for case in range(1, 8)]
        assert (case_standing(asked(), held_of(rated(0, 3), *same), K) is not None) is sees

    def test_a_case_of_another_level_is_no_like_case(self) -> None:
        ordinary = [rated(case, 3, level="ordinary") for case in range(5, 8)]
        assert case_standing(asked(), held_of(*like(5), *ordinary), K) is None

    def test_a_level_so_small_that_it_would_show_hides_the_other(self) -> None:
        lone = rated(9, 3, members(9, 3), level="ordinary")
        assert case_standing(asked(), held_of(*like(6), lone), K) is None

    @pytest.mark.parametrize("question", [asked(case=99), asked(wave="follow-up")])
    def test_what_does_not_exist_is_like_what_is_hidden(self, question: StandingQuestion) -> None:
        assert case_standing(question, held_of(*like(6)), K) is None

    def test_other_questions_than_most_cases_were_asked_are_not_compared(self) -> None:
        odd: Measurement = rated(9, 3, instrument_version=2)
        assert case_standing(asked(case=9), held_of(*like(6), odd), K) is None
