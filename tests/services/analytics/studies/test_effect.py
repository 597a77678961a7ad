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
BEFORE = (1, 3, 2, 4, 3, 2, 4, 1)
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
        assert (found.cases, treated.before.n, found.comparisons[0].ancova.dropped) == ("measured", 7, 1)

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


class TestWithheld:
    @pytest.mark.parametrize(("cases", "there"), [(4, False), (5, True)])
    def test_an_arm_of_too_few_cases(self, cases: int, there: bool) -> None:
        assert (of(trial(6, cases)) is not None) is there

    def test_an_arm_of_too_few_people(self) -> None:
        """The same four people in every case of an arm are four."""
        few = [
            alike(case, {f"X{number}": 3 for number in range(4)}, wave=wave)
            for case in named("W", 6)
            for wave in WAVES
        ]
        places = [place(case, CONTROL) for case in named("W", 6)]
        assert of(trial(6, 0, few, places)) is None

    @pytest.mark.parametrize(("people", "there"), [(2, False), (4, False), (5, True)])
    def test_cases_outside_the_study_must_be_nobody_or_enough(self, people: int, there: bool) -> None:
        """The wave's overview less the arms would tell their scores."""
        assert (of(trial(more=[measured("Z", "baseline", 3, people)])) is not None) is there

    def test_a_small_case_lost_would_stand_out(self) -> None:
        """Of those measured twice alone it would be told by the overview."""
        assert of(trial(more=[measured("T9", "baseline", 3, 3)], places=[place("T9", WITH)])) is None

    def test_small_cases_lost_beside_others_leave_those_measured_twice(self) -> None:
        forms = [measured("T9", "baseline", 3, 3), measured("Z", "baseline", 3, 5)]
        found = of(trial(more=forms, places=[place("T9", WITH)]))
        assert found is not None
        assert (found.cases, found.arms[1].before.n, found.arms[1].measured_before) == (
            "measured-twice",
            6,
            7,
        )

    def test_a_study_made_to_differ_in_one_small_case(self) -> None:
        """Two studies side by side would tell the case that is in one of them only."""
        places = [place(case, WITH, "other") for case in named("T", 5)]
        assert of(trial(places=places)) is not None
        assert of(trial(places=places, people=4)) is None

    def test_a_wave_in_between_that_missed_one_small_case(self) -> None:
        between = [
            alike(case, {f"{case}p{number}": 3 for number in range(4)}, wave="midway")
            for case in named("T", 5) + named("U", 6)
        ]
        assert of(trial(people=4)) is not None
        assert of(trial(people=4, more=between)) is None

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
