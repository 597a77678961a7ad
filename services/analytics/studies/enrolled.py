"""Lays a study's cases out by arm with their scores in two waves, and says whether these may leave; pure.

Arms are sets of cases among all that other routes show: what is left beside them must be nobody or enough
people, or the arms' means would tell its scores.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, product
from math import isnan, nan
from uuid import UUID

from services.analytics.associations.columns import CaseRow, columns_in
from services.analytics.projection.holdings import Holdings
from services.analytics.release.decisions import GroupSize
from shared.contracts.register import EnrolmentState, StudyState
from shared.contracts.survey import Form

Measured = Mapping[UUID, CaseRow]
"""The cases of a wave that have a score."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One case in its arm; a score is NaN where there is none, and so is one that is not to be used."""

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


def study_data(study: StudyState, waves: tuple[str, str], held: Holdings) -> StudyData | None:
    """Return the cases of a study, unless the waves can't be compared: they asked different statements."""
    if len({version for code in waves for version in _versions(held, code)}) != 1 or waves[0] == waves[1]:
        return None
    before, after = (_measured(held, code) for code in waves)
    arms = {arm.code for arm in study.arms}
    cases = {
        each.case_id: Enrolled(each, _score(before, each.case_id), _score(after, each.case_id))
        for each in held.register.enrolments
        if each.study_id == study.id and each.arm in arms
    }
    ordered = tuple(cases[case] for case in sorted(cases, key=lambda one: one.int))
    return StudyData(study, before, after, ordered)


def may_leave(data: StudyData, held: Holdings, size: GroupSize) -> bool:
    """Tell whether every arm has enough cases and people, and whatever is beside the arms too.

    `data` holds the scores that would be shown. What other studies and other waves would show of the same
    answers differs from them by nobody, or by enough people.
    """
    arms = [data.arm(arm.code) for arm in data.study.arms]
    twice = [_cases(each for each in arm if each.twice) for arm in arms]
    if not any(twice) or not all(size.is_apart(len(cases)) for cases in twice):
        return False
    for wave, shown in ((data.before, _shown_before), (data.after, _shown_after)):
        used = [_cases(filter(shown, arm)) for arm in arms]
        every = set[UUID]().union(*used)
        own, others = [*used, *twice, every], _elsewhere(data, held, wave)
        between = (one ^ other for one, other in product(own, others) if one and other)
        apart = chain(used, [wave.keys() - every], between)
        if not all(size.is_apart(len(_raters(wave, cases))) for cases in apart):
            return False
    return True


def of_twice(data: StudyData) -> StudyData:
    """Return the study with the scores of cases that were measured in both waves, and no others."""
    kept = (each if each.twice else Enrolled(each.enrolment, nan, nan) for each in data.cases)
    return StudyData(data.study, data.before, data.after, tuple(kept))


def once_stand_apart(data: StudyData, size: GroupSize) -> bool:
    """Tell whether in each arm those measured in one wave only are nobody, or enough people."""
    for arm in data.study.arms:
        once = [each for each in data.arm(arm.code) if not each.twice]
        before, after = _cases(filter(_shown_before, once)), _cases(filter(_shown_after, once))
        counts = len(_raters(data.before, before)), len(_raters(data.after, after))
        if not all(size.is_apart(count) for count in counts):
            return False
    return True


def _elsewhere(data: StudyData, held: Holdings, wave: Measured) -> list[set[UUID]]:
    """Return what else is shown of a wave: other studies' arms, and this one's beside other waves."""
    sets: dict[tuple[UUID | str, str | None], set[UUID]] = {}
    for each in held.register.enrolments:
        if each.study_id != data.study.id and each.case_id in wave:
            for name in ((each.study_id, each.arm), (each.study_id, None)):
                sets.setdefault(name, set()).add(each.case_id)
    for code in held.waves:
        also = _measured(held, code).keys() & wave.keys()
        if also != wave.keys():
            for arm in data.study.arms:
                sets[code, arm.code] = _cases(data.arm(arm.code)) & also
    return list(sets.values())


def _cases(enrolled: Iterable[Enrolled]) -> set[UUID]:
    return {each.enrolment.case_id for each in enrolled}


def _raters(wave: Measured, cases: Iterable[UUID]) -> set[UUID]:
    return {person for case in cases for person in wave[case].given}


def _shown_before(case: Enrolled) -> bool:
    return not isnan(case.before)


def _shown_after(case: Enrolled) -> bool:
    return not isnan(case.after)


def _measured(held: Holdings, code: str) -> Measured:
    return {row.case: row for row in columns_in(held, code).cases if not isnan(row.rk)}


def _versions(held: Holdings, code: str) -> set[int]:
    return {each.state.instrument_version for each in held.wave(code).of(Form.NETWORK)}


def _score(wave: Measured, case: UUID) -> float:
    return wave[case].rk if case in wave else nan
