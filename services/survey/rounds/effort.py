"""How much a round asks of everybody, told before anybody is asked; pure."""

from services.survey.rounds.roster import PlannedMeasurement, RoundPlan
from services.survey.rounds.schemas import (
    Effort,
    MeasurementPreview,
    PlannedRespondent,
    PlannedSubject,
    RoundPreview,
)


def preview_of(plan: RoundPlan) -> RoundPreview:
    """Show who would be asked what."""
    return RoundPreview(
        measurements=[_measurement(each) for each in plan.measurements],
        not_asked=list(plan.not_asked),
        judgements=plan.judgements,
        judgements_per_person=effort_of(plan),
    )


def effort_of(plan: RoundPlan) -> Effort:
    """Return how many statements one person judges: at most, and on average."""
    measured = {each.id: each for each in plan.measurements}
    each_person = [
        sum(measured[form.measurement].judgements_of(form.seat) for form in invited.forms)
        for invited in plan.invitations
    ]
    if not each_person:
        return Effort(most=0, mean=0.0)
    return Effort(most=max(each_person), mean=sum(each_person) / len(each_person))


def _measurement(planned: PlannedMeasurement) -> MeasurementPreview:
    return MeasurementPreview(
        instrument=planned.instrument.code,
        instrument_version=planned.instrument.version,
        form=planned.instrument.form,
        respondents=[
            PlannedRespondent(
                respondent_id=seat.id, label=seat.label, judgements=planned.judgements_of(place)
            )
            for place, seat in enumerate(planned.respondents)
        ],
        subjects=[PlannedSubject(subject_id=seat.id, label=seat.label) for seat in planned.subjects],
        judgements=planned.judgements,
    )
