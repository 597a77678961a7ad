"""Puts a study's effect together: its arms side by side and each compared with the control; pure."""

from collections import Counter
from collections.abc import Sequence
from math import isnan
from uuid import UUID

from services.analytics.associations.respondents import floats_of
from services.analytics.methods.arms import mean_estimate
from services.analytics.methods.exact import float_sd
from services.analytics.methods.results import share
from services.analytics.projection.holdings import Holdings
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import estimate, figure
from services.analytics.scores.case_scores import provenance_of
from services.analytics.scores.schemas import Provenance
from services.analytics.studies.comparison import comparison_view
from services.analytics.studies.enrolled import (
    Enrolled,
    Measured,
    StudyData,
    study_data,
)
from services.analytics.studies.schemas import (
    ArmMeasure,
    ArmView,
    EffectView,
    MethodCount,
)
from shared.contracts.register import StudyArm
from shared.contracts.survey import Form


def effect(study_id: UUID, waves: tuple[str, str], held: Holdings, size: GroupSize) -> EffectView | None:
    """Show a study from the first of two waves to the second, over the cases that are shown one by one."""
    key = f"studies/{size.minimum}/{study_id}/{'/'.join(waves)}"
    return held.derived(key, lambda: _effect(study_id, waves, held, size))


def _effect(study_id: UUID, waves: tuple[str, str], held: Holdings, size: GroupSize) -> EffectView | None:
    study = held.register.studies.get(study_id)
    data = study_data(study, waves, held, size) if study else None
    if data is None:
        return None
    rosters = [each for code in waves for each in held.wave(code).of(Form.NETWORK)]
    return EffectView(
        before=_provenance(held, waves[0], [each for each in data.cases if not isnan(each.before)]),
        after=_provenance(held, waves[1], [each for each in data.cases if not isnan(each.after)]),
        study=study_id,
        arms=[_arm(arm, data) for arm in data.study.arms],
        comparisons=[comparison_view(arms, data.cases, rosters) for arms in _compared(data.study.arms)],
    )


def _provenance(held: Holdings, code: str, used: Sequence[Enrolled]) -> Provenance:
    """Say which answers the scores of a wave come from: those of the cases used, and of no other."""
    networks = held.wave(code).by_case(Form.NETWORK)
    return provenance_of([networks[each.enrolment.case_id] for each in used], code)


def _compared(arms: Sequence[StudyArm]) -> list[tuple[str, str]]:
    controls = [arm.code for arm in arms if arm.control]
    return [(arm.code, control) for control in controls for arm in arms if not arm.control]


def _arm(arm: StudyArm, data: StudyData) -> ArmView:
    """Show an arm: who was allocated to it, and the figures of those with a score that is shown."""
    cases = data.arm(arm.code)
    before = [each for each in cases if not isnan(each.before)]
    methods = Counter(each.enrolment.method or "unknown" for each in cases)
    return ArmView(
        code=arm.code,
        name=arm.name,
        control=arm.control,
        enrolled=len(cases),
        withdrawn=sum(each.enrolment.withdrawn_at is not None for each in cases),
        methods=[MethodCount(method=name, cases=count) for name, count in sorted(methods.items())],
        measured_before=len(before),
        measured_after=sum(not isnan(each.after) for each in cases),
        measured_twice=sum(each.twice for each in cases),
        lost=figure(share(sum(not each.twice for each in before), len(before))),
        before=_measure([(each, each.before) for each in cases], data.before),
        after=_measure([(each, each.after) for each in cases], data.after),
        change=estimate(
            mean_estimate(floats_of([each.after - each.before for each in cases if each.twice]))
        ),
    )


def _measure(scores: Sequence[tuple[Enrolled, float]], wave: Measured) -> ArmMeasure:
    there = [(each.enrolment.case_id, score) for each, score in scores if not isnan(score)]
    values = [score for _, score in there]
    return ArmMeasure(
        n=len(values),
        raters=len({person for case, _ in there for person in wave[case].given}),
        mean=estimate(mean_estimate(floats_of(values))),
        sd=figure(float_sd(values)),
    )
