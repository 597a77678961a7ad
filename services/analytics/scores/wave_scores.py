"""Works all cases of one wave into what is shown of them together; pure, and slow enough for a thread."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import numpy as np

from services.analytics.methods.association import (
    LeadershipToRk,
    PercentEffect,
    RkToCitizen,
    leadership_to_rk,
    rk_to_citizen,
)
from services.analytics.methods.dyads import dyads_of
from services.analytics.methods.person_forms import form_score, form_scores
from services.analytics.methods.pooled import pooled_scores
from services.analytics.methods.regression import Regression
from services.analytics.methods.reliability import reliability
from services.analytics.methods.scores import given_scores, mean_of_dyads
from services.analytics.projection.holdings import Holdings, Wave
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import estimate, figure, interval
from services.analytics.scores.case_scores import (
    named,
    of_enough_people,
    provenance_of,
    response_quality,
)
from services.analytics.scores.schemas import (
    AlphaView,
    Associations,
    InstrumentReliability,
    LeadershipToRkView,
    Overview,
    PercentView,
    RegressionView,
    Reliabilities,
    RkToCitizenView,
)
from shared.contracts.survey import Form


def overview(code: str, held: Holdings, size: GroupSize) -> Overview | None:
    """Show all cases together, unless too few people answered."""
    wave = held.wave(code)
    network = wave.of(Form.NETWORK)
    if not size.is_reached_by(_answering(network)):
        return None
    pooled = pooled_scores([each.cube for each in network])
    raters = _raters_by_leader(wave.of(Form.OWN_LEADER))
    return Overview(
        provenance=provenance_of(network, wave.code),
        cases=pooled.cases,
        mean_of_cases=figure(pooled.mean_of_cases),
        sd_of_cases=figure(pooled.sd_of_cases),
        dimensions=of_enough_people(named(network[0].state.items, pooled.dimensions), size),
        response=response_quality([each.cube for each in network]),
        leaders=len(raters),
        leaders_reaching_group_size=sum(size.is_reached_by(len(each)) for each in raters.values()),
    )


def reliabilities(code: str, held: Holdings, size: GroupSize) -> Reliabilities | None:
    """Show the reliability of each instrument that enough people answered."""
    wave = held.wave(code)
    shown = [
        _reliability(own) for form in Form if (own := wave.of(form)) and size.is_reached_by(_answering(own))
    ]
    if not shown:
        return None
    return Reliabilities(provenance=provenance_of(wave.measurements, wave.code), instruments=shown)


def _reliability(measurements: Sequence[Measurement]) -> InstrumentReliability:
    state = measurements[0].state
    found = reliability(np.vstack([each.cube.rows() for each in measurements]))
    dyadic = state.form is Form.NETWORK
    return InstrumentReliability(
        instrument=state.instrument,
        version=state.instrument_version,
        alpha=AlphaView(
            level="dyads" if dyadic else "forms",
            listwise=figure(found.listwise.alpha),
            listwise_rows=found.listwise.rows,
            pairwise=figure(found.pairwise.alpha),
            pairwise_rows=found.pairwise.rows,
            feldt=interval(found.feldt) if state.form is Form.CITIZEN else None,
        ),
    )


def associations(code: str, held: Holdings, size: GroupSize) -> Associations | None:
    """Show the two relations the method rests on, each if enough people stand behind it."""
    wave = held.wave(code)
    leadership, people = _leadership_to_rk(wave)
    citizen = _rk_to_citizen(wave)
    shown_leadership = leadership if size.is_reached_by(people) else None
    shown_citizen = citizen if size.is_reached_by(citizen.n) else None
    if shown_leadership is None and shown_citizen is None:
        return None
    return Associations(
        provenance=provenance_of(wave.measurements, wave.code),
        leadership_to_rk=_leadership_view(shown_leadership) if shown_leadership else None,
        rk_to_citizen=_citizen_view(shown_citizen) if shown_citizen else None,
    )


def _leadership_to_rk(wave: Wave) -> tuple[LeadershipToRk, int]:
    """Pair each respondent's leadership mean with the RK the same one gives on the same case.

    Returns the relation, and how many distinct people stand behind it.
    """
    networks = wave.by_case(Form.NETWORK)
    x, y, cases, leaders = [], [], [], []
    people: set[UUID] = set()
    for case_id, form in wave.by_case(Form.OWN_LEADER).items():
        if case_id not in networks:
            continue
        given = _given_by_respondent(networks[case_id])
        for seat, found in zip(form.respondents, form_scores(form.cube), strict=True):
            x.append(_number(found.value.value))
            y.append(_number(given.get(seat.id)))
            cases.append(str(case_id))
            leaders.append(str(seat.leader_id))
            if found.value.value is not None and given.get(seat.id) is not None:
                people.add(seat.person_id or seat.id)
    return leadership_to_rk(x, y, cases, leaders), len(people)


def _given_by_respondent(network: Measurement) -> dict[UUID, float | None]:
    given = given_scores(dyads_of(network.cube))
    return {seat.id: found.value.value for seat, found in zip(network.respondents, given, strict=True)}


def _rk_to_citizen(wave: Wave) -> RkToCitizen:
    networks = wave.by_case(Form.NETWORK)
    pairs = [
        (
            _number(mean_of_dyads(dyads_of(networks[case_id].cube)).value.value),
            _number(form_score(form.cube, {}).overall.value.value),
        )
        for case_id, form in wave.by_case(Form.CITIZEN).items()
        if case_id in networks
    ]
    return rk_to_citizen([rk for rk, _ in pairs], [citizen for _, citizen in pairs])


def _raters_by_leader(forms: Iterable[Measurement]) -> Mapping[UUID, set[UUID]]:
    """Return each leader's distinct own employees with at least one valid answer."""
    raters: dict[UUID, set[UUID]] = {}
    for form in forms:
        for seat, person, answered in zip(form.respondents, form.persons(), form.answering(), strict=True):
            if seat.leader_id is not None:
                raters.setdefault(seat.leader_id, set()).update({person} if answered else ())
    return raters


def _answering(measurements: Iterable[Measurement]) -> int:
    """Count the distinct people with at least one valid answer."""
    return len(
        {
            person
            for each in measurements
            for person, answered in zip(each.persons(), each.answering(), strict=True)
            if answered
        }
    )


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _regression_view(found: Regression) -> RegressionView:
    return RegressionView(
        intercept=estimate(found.intercept),
        slope=estimate(found.slope),
        errors=found.errors,
        clusters=list(found.clusters),
    )


def _percent_view(found: PercentEffect) -> PercentView:
    return PercentView(
        change=found.change,
        scale_range=figure(found.scale_range),
        relative_to_means=figure(found.relative_to_means),
    )


def _leadership_view(found: LeadershipToRk) -> LeadershipToRkView:
    return LeadershipToRkView(
        unit_of_analysis=found.unit_of_analysis,
        n=found.n,
        cases=found.cases,
        leaders=found.leaders,
        by_case=_regression_view(found.by_case),
        by_leader=_regression_view(found.by_leader),
        two_way=_regression_view(found.two_way),
        percent=_percent_view(found.percent),
    )


def _citizen_view(found: RkToCitizen) -> RkToCitizenView:
    return RkToCitizenView(
        unit_of_analysis=found.unit_of_analysis,
        n=found.n,
        regression=_regression_view(found.regression),
        percent=_percent_view(found.percent),
    )
