"""A study over made-up cases: who counts in which arm, from how many on, and what can't be said."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from services.analytics.projection.holdings import Holdings, Register
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize
from services.analytics.studies.effect import effect
from services.analytics.studies.schemas import EffectView
from shared.contracts.register import EnrolmentState, StudyArm, StudyState
from tests.services.analytics.holdings_by_hand import alike, holdings, id_of

SIZE = GroupSize(5)
WAVES = ("baseline", "follow-up")
STUDY = id_of("study")
WITH, CONTROL = "with", "control"
BEFORE = (2, 3, 2, 3, 3, 2, 3, 2)
GAIN = (1, 1, 0, 1, 1, 0, 1, 1)


def study(name: str = "study", control: str | None = CONTROL) -> StudyState:
    arms = [StudyArm(code=code, name=code.title(), control=code == control) for code in (CONTROL, WITH)]
    return StudyState(version=1, id=id_of(name), name=name, arms=arms, waves=[])


def place(case: str, arm: str, of: str = "study", **more: Any) -> EnrolmentState:
    return EnrolmentState(
        version=1, id=id_of(f"{of}{case}"), study_id=id_of(of), case_id=id_of(case), arm=arm, **more
    )


def measured(case: str, wave: str, score: int, people: int = 5) -> Measurement:
    """Let a team of its own give everybody the same."""
    return alike(case, {f"{case}p{number}": score for number in range(people)}, wave=wave)


def both_waves(cases: Iterable[str], gains: Sequence[int], **more: int) -> list[Measurement]:
    return [
        measured(case, wave, BEFORE[at % 8] + (gains[at % 8] if wave == "follow-up" else 0), **more)
        for at, case in enumerate(cases)
        for wave in WAVES
    ]


def named(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{number}" for number in range(count)]


def trial(
    treated: int = 6,
    usual: int = 6,
    more: Sequence[Measurement] = (),
    places: Sequence[EnrolmentState] = (),
    people: int = 5,
) -> Holdings:
    """Return a study in which the treated gain what `GAIN` says, and the others stay as they are."""
    arms = {WITH: named("T", treated), CONTROL: named("U", usual)}
    forms = both_waves(arms[WITH], GAIN, people=people) + both_waves(arms[CONTROL], [0] * 8, people=people)
    enrolled = [place(case, arm) for arm, cases in arms.items() for case in cases]
    register = Register(studies={STUDY: study()}, enrolments=[*enrolled, *places])
    return holdings([*forms, *more], register)


def of(held: Holdings, waves: tuple[str, str] = WAVES) -> EffectView | None:
    return effect(STUDY, waves, held, SIZE)


class TestShown:
    def test_the_arms_and_the_effect(self) -> None:
        found = of(trial())
        assert found is not None
        usual, treated = found.arms
        assert (usual.code, usual.control, usual.before.n, usual.before.raters) == (CONTROL, True, 6, 30)
        assert usual.before.mean.value == usual.after.mean.value == pytest.approx(2.5)
        assert treated.after.mean.value == pytest.approx(2.5 + 4 / 6)
        (compared,) = found.comparisons
        assert compared.welch.value == pytest.approx(4 / 6)
        assert compared.difference_in_differences.value == pytest.approx(4 / 6)
        assert compared.ancova.effect.value == pytest.approx(4 / 6)
        assert compared.before.value == pytest.approx(0.0)
        assert compared.control_drift.value == pytest.approx(0.0)
        assert compared.control_drift.p.reason == "no-residual-variance"
        assert [each.outcome for each in compared.effect_sizes] == ["post", "change"]

    def test_few_assignments_are_all_looked_at(self) -> None:
        found = of(trial(5, 5))
        assert found is not None
        post, _ = found.comparisons[0].permutations
        assert (post.assignments, post.used, post.seed) == ("exact", 252, None)

    def test_withdrawn_cases_keep_their_arm_and_are_counted(self) -> None:
        left = place("T9", WITH, withdrawn_at=datetime(2026, 3, 1, tzinfo=UTC), method="random")
        found = of(trial(more=both_waves(["T9"], GAIN), places=[left]))
        assert found is not None
        treated = found.arms[1]
        assert (treated.enrolled, treated.withdrawn, treated.after.n) == (7, 1, 7)
        assert [(each.method, each.cases) for each in treated.methods] == [("random", 1), ("unknown", 6)]
        assert found.comparisons[0].ancova.intervention == 7

    def test_who_was_lost_is_counted(self) -> None:
        found = of(trial(more=[measured("T9", "baseline", 3)], places=[place("T9", WITH)]))
        assert found is not None
        treated = found.arms[1]
        assert (treated.measured_before, treated.measured_after, treated.measured_twice) == (7, 6, 6)
        assert treated.lost.value == pytest.approx(1 / 7)
        assert (treated.before.n, found.comparisons[0].ancova.dropped) == (7, 1)

    def test_without_a_control_there_are_arms_and_no_comparison(self) -> None:
        held = trial()
        register = Register(studies={STUDY: study(control=None)}, enrolments=held.register.enrolments)
        found = of(Holdings("made-up", held.waves, register=register))
        assert found is not None
        assert (len(found.arms), found.comparisons) == (2, [])

    def test_an_empty_arm_says_why_there_is_no_effect(self) -> None:
        found = of(trial(6, 0))
        assert found is not None
        assert (found.arms[0].before.n, found.arms[0].before.mean.reason) == (0, "no-data")
        (compared,) = found.comparisons
        assert compared.welch.reason == "no-data"
        assert compared.ancova.effect.reason == "not-identified"
        assert compared.permutations[0].p.reason == "too-few-rows"
        assert compared.effect_sizes[0].g.reason == "too-few-rows"

    def test_people_in_both_arms(self) -> None:
        shared = [
            alike(case, {f"X{number}": 3 for number in range(5)}, wave=wave)
            for case in ("T8", "U8")
            for wave in WAVES
        ]
        found = of(trial(more=shared, places=[place("T8", WITH), place("U8", CONTROL)]))
        assert found is not None
        seen = found.comparisons[0].contamination
        assert (seen.professionals, seen.both, seen.control_cases, seen.exposed_cases) == (65, 5, 7, 1)
        assert seen.exposed_share.value == pytest.approx(5 / 35)

    def test_is_worked_out_once_for_the_same_data(self) -> None:
        held = trial()
        assert of(held) is of(held)


class TestHidden:
    @pytest.mark.parametrize("cases", [1, 4])
    def test_an_arm_of_few_cases_tells_no_more_than_they_do_one_by_one(self, cases: int) -> None:
        found = of(trial(6, cases))
        assert found is not None
        assert found.arms[0].before.n == cases

    def test_cases_of_few_people_are_in_no_count_and_no_figure(self) -> None:
        places = [place("T9", WITH)]
        found = of(trial(more=both_waves(["T9"], GAIN, people=4), places=places))
        without = of(trial(places=places))
        assert found is not None
        assert without is not None
        assert (found.arms, found.before, found.after) == (without.arms, without.before, without.after)
        assert found.arms[1].enrolled == 7
        assert (found.comparisons[0].ancova, found.comparisons[0].welch) == (
            without.comparisons[0].ancova,
            without.comparisons[0].welch,
        )
        assert found.comparisons[0].contamination.professionals == 64

    def test_who_was_shown_before_and_is_hidden_after_is_lost(self) -> None:
        forms = [measured("T9", "baseline", 3), measured("T9", "follow-up", 3, people=4)]
        found = of(trial(more=forms, places=[place("T9", WITH)]))
        assert found is not None
        assert (found.arms[1].measured_before, found.arms[1].measured_twice) == (7, 6)
        assert found.arms[1].lost.value == pytest.approx(1 / 7)

    def test_nothing_but_hidden_cases_is_nothing(self) -> None:
        assert of(trial(people=4)) is None

    def test_cases_outside_the_study_make_no_difference(self) -> None:
        found, without = of(trial(more=[measured("Z", "baseline", 3, 4)])), of(trial())
        assert found is not None
        assert found == without


class TestWithheld:
    def test_unknown_studies_and_waves(self) -> None:
        assert effect(id_of("nothing"), WAVES, trial(), SIZE) is None
        assert of(trial(), ("baseline", "nothing")) is None
        assert of(trial(), ("baseline", "baseline")) is None
        assert of(holdings([], Register(studies={STUDY: study()}))) is None

    def test_waves_that_asked_different_statements(self) -> None:
        held = trial()
        later = [
            alike(case, {f"{case}p{number}": 3 for number in range(5)}, wave="midway", instrument_version=2)
            for case in named("T", 6) + named("U", 6)
        ]
        changed = trial(more=later)
        assert of(held) is not None
        assert of(changed, ("baseline", "midway")) is None
