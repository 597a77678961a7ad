"""Works out how well each instrument measures in a wave, over all cases, once per data version; pure."""

from collections.abc import Sequence

import numpy as np

from services.analytics.associations.views import SEED, bootstrap_view
from services.analytics.methods.alpha_bootstrap import alpha_interval
from services.analytics.methods.factors_confirmatory import omega
from services.analytics.methods.factors_sample import sample_of
from services.analytics.methods.reliability import Reliability, reliability
from services.analytics.projection.holdings import Holdings, Wave
from services.analytics.projection.measurement import Measurement
from services.analytics.release.decisions import GroupSize
from services.analytics.release.envelope import figure, interval
from services.analytics.scores.case_scores import provenance_of
from services.analytics.validity.answers import Answers, rater_means, single_answers
from services.analytics.validity.factors import adequacy, one_factor, sub_scale_factors
from services.analytics.validity.schemas import (
    AlphaView,
    Caution,
    InstrumentReliability,
    ItemReliability,
    Level,
    Reliabilities,
    SubScaleAlpha,
)
from shared.contracts.survey import Form

REQUIRED_ALPHA = 0.7
_FEW_CASES = 20
_ROWS_PER_ITEM = 10
_MOSTLY_COMPLETE = 0.8


def reliabilities(code: str, held: Holdings, size: GroupSize) -> Reliabilities | None:
    """Show the reliability of each instrument that enough people answered."""
    wave = held.wave(code)
    return wave.worked_out.once(f"validity/{size.minimum}", lambda: _reliabilities(wave, size))


def _reliabilities(wave: Wave, size: GroupSize) -> Reliabilities | None:
    versions = wave.every_version()
    found = [(own, shown) for own in versions if (shown := _instrument(own, size)) is not None]
    if not found:
        return None
    return Reliabilities(
        provenance=provenance_of([each for own, _ in found for each in own], wave.code),
        required_alpha=REQUIRED_ALPHA,
        instruments=[shown for _, shown in found],
    )


def _instrument(measurements: Sequence[Measurement], size: GroupSize) -> InstrumentReliability | None:
    """Show one version, if enough people answered everything at least once."""
    answers = single_answers(measurements)
    if not size.is_reached_by(len(answers.people_of_complete())):
        return None
    state, groups = measurements[0].state, measurements[0].item_groups()
    sample = sample_of(answers.rows)
    found = reliability(answers.rows)
    dyadic = state.form is Form.NETWORK
    answering = {
        person
        for each in measurements
        for person, there in zip(each.persons(), each.answering(), strict=True)
        if there
    }
    return InstrumentReliability(
        instrument=state.instrument,
        version=state.instrument_version,
        form=state.form,
        people=len(answering),
        cases=len({each.state.case_id for each in measurements if any(each.answering())}),
        alpha=_alpha(Level.DYADS if dyadic else Level.FORMS, answers, found, state.items),
        rater_means=_of_raters(measurements, size) if dyadic else None,
        sub_scales=_sub_scales(answers, measurements[0]),
        omega=figure(omega(sample)),
        one_factor=one_factor(sample, state.items),
        sub_scale_factors=sub_scale_factors(sample, state.items, groups),
        adequacy=adequacy(sample),
        warnings=_warnings(answers, found, state.form),
    )


def _of_raters(measurements: Sequence[Measurement], size: GroupSize) -> AlphaView | None:
    answers = rater_means(measurements)
    if not size.is_reached_by(len(answers.people_of_complete())):
        return None
    return _alpha(Level.RATER_MEANS, answers, reliability(answers.rows), measurements[0].state.items)


def _alpha(level: Level, answers: Answers, found: Reliability, items: Sequence[str]) -> AlphaView:
    drawn = alpha_interval(answers.tables, np.random.default_rng(SEED))
    each_another = level is Level.FORMS and len(set(answers.people)) == len(answers.people)
    return AlphaView(
        level=level,
        listwise=figure(found.listwise.alpha),
        listwise_rows=found.listwise.rows,
        pairwise=figure(found.pairwise.alpha),
        pairwise_rows=found.pairwise.rows,
        standardised=figure(found.listwise.standardised),
        items=[
            ItemReliability(code=code, item_rest=figure(rest), if_dropped=figure(dropped))
            for code, rest, dropped in zip(
                items, found.listwise.item_rest, found.listwise.if_dropped, strict=True
            )
        ],
        bootstrap=bootstrap_view(drawn),
        feldt=interval(found.feldt) if each_another else None,
    )


def _sub_scales(answers: Answers, first: Measurement) -> list[SubScaleAlpha]:
    rows = answers.rows
    held = {code: reliability(rows[:, list(items)]) for code, items in first.item_groups().items()}
    return [
        SubScaleAlpha(code=code, alpha=figure(found.listwise.alpha), rows=found.listwise.rows)
        for code, found in held.items()
    ]


def _warnings(answers: Answers, found: Reliability, form: Form) -> list[Caution]:
    alpha, complete = found.listwise.alpha.value, found.listwise.rows
    signs = {
        Caution.DEPENDENT_ROWS: form is not Form.CITIZEN or len(set(answers.people)) < len(answers.people),
        Caution.FEW_CASES: len(answers.tables) < _FEW_CASES,
        Caution.FEW_ROWS: complete < _ROWS_PER_ITEM * found.listwise.items,
        Caution.MANY_INCOMPLETE_ROWS: complete < _MOSTLY_COMPLETE * found.pairwise.rows,
        Caution.BELOW_REQUIRED: alpha is not None and alpha < REQUIRED_ALPHA,
    }
    return [sign for sign, there in signs.items() if there]
