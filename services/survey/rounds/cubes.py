"""What the feed tells of measurements: the newest answers as one cube, whoever came later."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, and_, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on

from services.survey.instruments.definition import Instrument
from services.survey.instruments.shelf import instruments_among
from services.survey.rounds.tables import answer_set, form, measurement, survey_round
from shared.changes.feed import Subject
from shared.contracts.survey import MeasurementState, SubScale
from shared.database.connection import Transaction


async def read_measurement_states(
    transaction: Transaction, subjects: Sequence[Subject]
) -> Mapping[Subject, dict[str, Any]]:
    """Return measurements as the feed tells of them."""
    rows = await transaction.rows(
        select(
            measurement,
            survey_round.c.case_id,
            survey_round.c.group_id,
            survey_round.c.wave,
            survey_round.c.wave_ordinal,
            survey_round.c.visibility,
            survey_round.c.state,
            survey_round.c.closed_at,
            survey_round.c.citizen_resources,
        )
        .join(
            survey_round,
            and_(
                survey_round.c.tenant_id == measurement.c.tenant_id,
                survey_round.c.id == measurement.c.round_id,
            ),
        )
        .where(tuple_(measurement.c.tenant_id, measurement.c.id).in_(subjects))
    )
    keys = {(row.tenant_id, row.instrument, row.instrument_version) for row in rows}
    instruments = await instruments_among(transaction, keys)
    answers = await _read_newest_answers(transaction, subjects)
    return {
        (row.tenant_id, row.id): measurement_state(
            row,
            instruments[row.tenant_id, row.instrument, row.instrument_version],
            answers.get((row.tenant_id, row.id), []),
        ).model_dump(mode="json", by_alias=True)
        for row in rows
    }


async def _read_newest_answers(
    transaction: Transaction, subjects: Sequence[Subject]
) -> dict[Subject, list[Row[Any]]]:
    rows = await transaction.rows(
        select(
            answer_set.c.tenant_id,
            answer_set.c.measurement_id,
            answer_set.c.cells,
            form.c.seat,
            form.c.share_with_team,
        )
        .ext(distinct_on(answer_set.c.tenant_id, answer_set.c.form_id))
        .join(
            form,
            and_(form.c.tenant_id == answer_set.c.tenant_id, form.c.id == answer_set.c.form_id),
        )
        .where(tuple_(answer_set.c.tenant_id, answer_set.c.measurement_id).in_(subjects))
        .order_by(answer_set.c.tenant_id, answer_set.c.form_id, answer_set.c.number.desc())
    )
    found: dict[Subject, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault((row.tenant_id, row.measurement_id), []).append(row)
    return found


def measurement_state(row: Any, instrument: Instrument, answers: Sequence[Any]) -> MeasurementState:
    """Put a measurement's answers together; nothing was answered about those who came later."""
    count = len(row.respondents)
    width = len(row.subjects) * len(row.items)
    cells = bytearray(count * width)  # all NOT_ANSWERED
    submitted, shared = [False] * count, [False] * count
    for answer in answers:
        start = answer.seat * width
        cells[start : start + len(answer.cells)] = answer.cells
        submitted[answer.seat], shared[answer.seat] = True, answer.share_with_team
    return MeasurementState(
        version=row.version,
        id=row.id,
        round_id=row.round_id,
        case_id=row.case_id,
        group_id=row.group_id,
        wave=row.wave,
        wave_ordinal=row.wave_ordinal,
        visibility=row.visibility,
        round_state=row.state,
        closed_at=row.closed_at,
        instrument=row.instrument,
        instrument_version=row.instrument_version,
        form=row.form,
        items=row.items,
        focus_items=row.focus_items,
        sub_scales=[SubScale(code=part.id, items=list(part.items)) for part in instrument.sub_scales],
        respondents=row.respondents,
        subjects=row.subjects,
        submitted=submitted,
        shared_with_team=shared,
        level=row.level,
        units=row.units,
        authority_functions=row.authority_functions,
        rule_set=row.rule_set,
        citizen_resources=row.citizen_resources,
        cells=b64encode(bytes(cells)).decode(),
        asked=b64encode(row.asked).decode(),
    )
