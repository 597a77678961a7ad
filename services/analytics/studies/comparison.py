"""Compares an arm with the control arm, every case where it was allocated to; pure."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from services.analytics.associations.respondents import Floats, codes_of, floats_of
from services.analytics.associations.views import SEED
from services.analytics.methods.ancova import Ancova, ancova
from services.analytics.methods.arms import two_arms
from services.analytics.methods.contamination import contamination
from services.analytics.methods.did import DifferenceInDifferences, difference_in_differences
from services.analytics.methods.effect_size import Outcome, hedges_g
from services.analytics.methods.permutation import Assignments, permutation_test
from services.analytics.methods.reallocation import MonteCarlo, Statistic
from services.analytics.projection.measurement import Measurement
from services.analytics.release.envelope import estimate, figure, interval
from services.analytics.studies.enrolled import Enrolled
from services.analytics.studies.schemas import (
    AncovaView,
    ComparisonView,
    ContaminationView,
    EffectSizeView,
    PermutationView,
)

Codes = npt.NDArray[np.int64]


def comparison_view(
    arms: tuple[str, str], cases: Sequence[Enrolled], rosters: Sequence[Measurement]
) -> ComparisonView:
    """Compare the first arm's cases with the second's, the control."""
    of_arms = [each for each in cases if each.enrolment.arm in arms]
    given = np.array([int(each.enrolment.arm == arms[0]) for each in of_arms], dtype=np.int64)
    before = floats_of([each.before for each in of_arms])
    after = floats_of([each.after for each in of_arms])
    strata = [each.enrolment.stratum or "" for each in of_arms]
    outcomes = {Outcome.POST: after, Outcome.CHANGE: after - before}
    change = _changes(of_arms, before, after, given)
    return ComparisonView(
        arm=arms[0],
        control=arms[1],
        ancova=_ancova_view(ancova(after, before, given, strata)),
        welch=estimate(two_arms(after, given).difference),
        before=estimate(two_arms(before, given).difference),
        difference_in_differences=estimate(change.aggregate),
        control_drift=estimate(change.control_change),
        effect_sizes=[_effect_size(values, given, outcome) for outcome, values in outcomes.items()],
        permutations=[_permutation(values, given, strata, outcome) for outcome, values in outcomes.items()],
        contamination=_contamination(of_arms, arms[0], rosters),
    )


def _changes(
    cases: Sequence[Enrolled], before: Floats, after: Floats, given: Codes
) -> DifferenceInDifferences:
    """Compare one change per case."""
    codes = codes_of([each.enrolment.case_id.int for each in cases])
    late = np.repeat([0, 1], len(cases))
    return difference_in_differences(
        np.concatenate([before, after]), np.tile(given, 2), late, np.tile(codes, 2)
    )


def _ancova_view(found: Ancova) -> AncovaView:
    return AncovaView(
        intervention=found.intervention,
        control=found.control,
        dropped=found.dropped,
        strata=found.strata,
        effect=estimate(found.effect),
        lin=estimate(found.lin_effect),
    )


def _effect_size(values: Floats, given: Codes, outcome: Outcome) -> EffectSizeView:
    found = hedges_g(values, given, outcome)
    return EffectSizeView(outcome=outcome.value, g=figure(found.g), interval=interval(found.interval))


def _permutation(values: Floats, given: Codes, strata: Sequence[str], outcome: Outcome) -> PermutationView:
    chance = MonteCarlo(np.random.default_rng(SEED))
    found = permutation_test(values, given, strata, Statistic.WITHIN_STRATA, chance)
    drawn = found.assignments is Assignments.MONTE_CARLO
    return PermutationView(
        outcome=outcome.value,
        assignments=found.assignments,
        used=found.used,
        seed=SEED if drawn else None,
        observed=figure(found.observed),
        p=figure(found.p_two_sided),
    )


def _contamination(
    cases: Sequence[Enrolled], intervention: str, rosters: Sequence[Measurement]
) -> ContaminationView:
    arm_of = {each.enrolment.case_id: int(each.enrolment.arm == intervention) for each in cases}
    seats = [
        (person.hex, case.hex, arm_of[case])
        for each in rosters
        if (case := each.state.case_id) in arm_of and case is not None
        for person in each.persons()
    ]
    people, where, given = ([seat[at] for seat in seats] for at in range(3))
    found = contamination(people, where, np.array(given, dtype=np.int64))
    return ContaminationView(
        professionals=found.professionals,
        both=found.both,
        share=figure(found.share),
        exposed_share=figure(found.exposed_share),
        control_cases=found.control_cases,
        exposed_cases=found.exposed_cases,
    )
