"""Lays a study's cases out by arm with their scores in two waves; pure.

A case has a score here if it is shown to others by itself. So an arm's mean, a change or an effect tells
nothing of anybody that the cases' own scores don't: a hidden case is nowhere in them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan, nan
from uuid import UUID

from services.analytics.associations.columns import CaseRow, columns_in
from services.analytics.projection.holdings import Holdings
from services.analytics.release.decisions import GroupSize
from shared.contracts.register import EnrolmentState, StudyState
from shared.contracts.survey import Form

Measured = Mapping[UUID, CaseRow]
"""The cases of a wave that have a score that is shown to others."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One case in its arm; a score is NaN where there is none, or none that is shown to others."""

    enrolment: EnrolmentState
    before: float
    after: float

    @property
    def twice(self) -> bool:
        """Whether the case was measured in both waves."""
        return not isnan(self.before + self.after)


@dataclass(frozen=True, slots=True)
class StudyData:
    """A study's cases in the order of their ids, and the two waves they are part of."""

    study: StudyState
    before: Measured
    after: Measured
    cases: tuple[Enrolled, ...]

    def arm(self, code: str) -> list[Enrolled]:
        """Return one arm's cases."""
        return [each for each in self.cases if each.enrolment.arm == code]


def study_data(
    study: StudyState, waves: tuple[str, str], held: Holdings, size: GroupSize
) -> StudyData | None:
    """Return a study with at least one case that has a score in both waves.

    None, too, where the waves can't be compared: they asked different statements.
    """
    if len({version for code in waves for version in _versions(held, code)}) != 1 or waves[0] == waves[1]:
        return None
    before, after = (_measured(held, code, size) for code in waves)
    arms = {arm.code for arm in study.arms}
    cases = {
        each.case_id: Enrolled(each, _score(before, each.case_id), _score(after, each.case_id))
        for each in held.register.enrolments
        if each.study_id == study.id and each.arm in arms
    }
    ordered = tuple(cases[case] for case in sorted(cases, key=lambda one: one.int))
    return StudyData(study, before, after, ordered) if any(each.twice for each in ordered) else None


def _measured(held: Holdings, code: str, size: GroupSize) -> Measured:
    return {row.case: row for row in columns_in(held, code, size).cases if not isnan(row.rk)}


def _versions(held: Holdings, code: str) -> set[int]:
    return {each.state.instrument_version for each in held.wave(code).of(Form.NETWORK)}


def _score(wave: Measured, case: UUID) -> float:
    return wave[case].rk if case in wave else nan
