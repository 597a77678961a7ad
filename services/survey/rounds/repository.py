"""Every statement on rounds, measurements, invitations and forms."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, func, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as insert_if_absent

from services.survey.instruments.definition import load_catalogue
from services.survey.rounds.roster import PlannedInvitation, PlannedMeasurement, RoundPlan
from services.survey.rounds.tables import (
    answer_set,
    form,
    invitation,
    measurement,
    named_in_round,
    survey_round,
)
from shared.changes.feed import Subject
from shared.contracts.register import Roster
from shared.contracts.survey import MEASUREMENT, NOT_ANSWERED, ROUND, MeasurementState, RoundState, SubScale
from shared.database.connection import Transaction
from shared.resources import Resource

ROUND_ROWS = Resource(survey_round, ROUND)
MEASUREMENT_ROWS = Resource(measurement, MEASUREMENT)
INVITATION_ROWS = Resource(invitation, "invitation")


async def add_round(transaction: Transaction, round_id: UUID, values: Mapping[str, Any]) -> bool:
    """Add a round; tell whether it wasn't there."""
    added = await transaction.execute(
        insert_if_absent(survey_round)
        .values(
            tenant_id=transaction.tenant,
            id=round_id,
            version=1,
            state=RoundState.OPEN,
            opened_at=func.now(),
            **values,
        )
        .on_conflict_do_nothing()
    )
    return added.rowcount == 1


async def add_plan(transaction: Transaction, round_id: UUID, roster: Roster, plan: RoundPlan) -> None:
    """Add a round's measurements, invitations and forms."""
    tenant = transaction.tenant
    await transaction.execute(
        insert(measurement),
        [_measurement_row(tenant, round_id, roster, each) for each in plan.measurements],
    )
    await transaction.execute(
        insert(invitation), [_invitation_row(tenant, round_id, each) for each in plan.invitations]
    )
    await transaction.execute(
        insert(form),
        [
            {
                "tenant_id": tenant,
                "id": each.id,
                "invitation_id": invited.id,
                "measurement_id": each.measurement,
                "seat": each.seat,
                "draft_revision": 0,
                "share_with_team": False,
            }
            for invited in plan.invitations
            for each in invited.forms
        ],
    )
    await transaction.execute(
        insert(named_in_round),
        [{"tenant_id": tenant, "named_id": each, "round_id": round_id} for each in sorted(_named(roster))],
    )


def _named(roster: Roster) -> set[UUID]:
    """Return everybody a roster names, whom an erasure may ask for."""
    named = {citizen.citizen_id for citizen in roster.citizens}
    for member in roster.members:
        named |= {member.professional_id, member.person_id}
        named |= {member.leader_id} if member.leader_id else set()
    return named


def _measurement_row(
    tenant: UUID, round_id: UUID, roster: Roster, planned: PlannedMeasurement
) -> dict[str, Any]:
    return {
        "tenant_id": tenant,
        "id": planned.id,
        "version": 1,
        "round_id": round_id,
        "instrument": planned.instrument.code,
        "instrument_version": planned.instrument.version,
        "form": planned.instrument.form,
        "items": list(planned.instrument.item_ids),
        "respondents": [seat.model_dump(mode="json", by_alias=True) for seat in planned.respondents],
        "subjects": [seat.model_dump(mode="json", by_alias=True) for seat in planned.subjects],
        "asked": planned.asked,
        "level": roster.level,
        "units": roster.units,
        "authority_functions": roster.authority_functions,
        "rule_set": roster.rule_set,
    }


def _invitation_row(tenant: UUID, round_id: UUID, planned: PlannedInvitation) -> dict[str, Any]:
    return {
        "tenant_id": tenant,
        "id": planned.id,
        "version": 1,
        "round_id": round_id,
        "kind": planned.kind,
        "respondent_id": planned.respondent,
        "label": planned.label,
        "generation": 1,
    }


async def read_measurements(transaction: Transaction, round_id: UUID) -> list[Row[Any]]:
    """Return a round's measurements."""
    return await transaction.rows(
        select(measurement)
        .where(measurement.c.tenant_id == transaction.tenant, measurement.c.round_id == round_id)
        .order_by(measurement.c.instrument)
    )


async def close_round(transaction: Transaction, round_id: UUID) -> int | None:
    """Close an open round, delete its drafts and count up its measurements; return its version.

    Waits for submissions under way, which hold the round's row; later ones find it closed.
    """
    mine = survey_round.c.tenant_id == transaction.tenant
    closed = await transaction.execute(
        update(survey_round)
        .where(mine, survey_round.c.id == round_id, survey_round.c.state == RoundState.OPEN)
        .values(state=RoundState.CLOSED, closed_at=func.now(), version=survey_round.c.version + 1)
        .returning(survey_round.c.version)
    )
    version = closed.scalar_one_or_none()
    if version is not None:
        of_round = select(measurement.c.id).where(
            measurement.c.tenant_id == transaction.tenant, measurement.c.round_id == round_id
        )
        await transaction.execute(
            update(form)
            .where(form.c.tenant_id == transaction.tenant, form.c.measurement_id.in_(of_round))
            .where(form.c.draft.is_not(None))
            .values(draft=None)
        )
    return version


async def count_up(transaction: Transaction, measurement_id: UUID) -> int:
    """Give a measurement its next version."""
    row = await transaction.execute(
        update(measurement)
        .where(measurement.c.tenant_id == transaction.tenant, measurement.c.id == measurement_id)
        .values(version=measurement.c.version + 1)
        .returning(measurement.c.version)
    )
    return int(row.scalar_one())


def select_invitations() -> Any:
    """Select invitations with how many forms each has and how many are submitted."""
    counts = (
        select(
            form.c.tenant_id,
            form.c.invitation_id,
            func.count().label("forms"),
            func.count(form.c.submitted_at).label("submitted"),
        )
        .group_by(form.c.tenant_id, form.c.invitation_id)
        .subquery()
    )
    return select(invitation, counts.c.forms, counts.c.submitted).join(
        counts,
        and_(
            counts.c.tenant_id == invitation.c.tenant_id,
            counts.c.invitation_id == invitation.c.id,
        ),
    )


async def raise_generation(transaction: Transaction, invitation_id: UUID) -> bool:
    """Make every link of an invitation sent so far worthless; tell whether there is one."""
    raised = await transaction.execute(
        update(invitation)
        .where(invitation.c.tenant_id == transaction.tenant, invitation.c.id == invitation_id)
        .values(generation=invitation.c.generation + 1, version=invitation.c.version + 1)
    )
    return raised.rowcount == 1


async def read_measurement_states(
    transaction: Transaction, subjects: Sequence[Subject]
) -> Mapping[Subject, dict[str, Any]]:
    """Return measurements as the feed tells of them: the newest answers as one cube."""
    rows = await transaction.rows(
        select(
            measurement,
            survey_round.c.case_id,
            survey_round.c.wave,
            survey_round.c.wave_ordinal,
            survey_round.c.visibility,
            survey_round.c.state,
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
    answers = await _read_newest_answers(transaction, subjects)
    return {
        (row.tenant_id, row.id): _measurement_state(row, answers.get((row.tenant_id, row.id), []))
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


def _measurement_state(row: Row[Any], answers: Sequence[Row[Any]]) -> dict[str, Any]:
    instrument = load_catalogue()[row.instrument, row.instrument_version]
    count = len(row.respondents)
    width = len(row.subjects) * len(row.items)
    cells = bytearray([NOT_ANSWERED] * (count * width))
    submitted, shared = [False] * count, [False] * count
    for answer in answers:
        cells[answer.seat * width : (answer.seat + 1) * width] = answer.cells
        submitted[answer.seat], shared[answer.seat] = True, answer.share_with_team
    return MeasurementState(
        version=row.version,
        id=row.id,
        round_id=row.round_id,
        case_id=row.case_id,
        wave=row.wave,
        wave_ordinal=row.wave_ordinal,
        visibility=row.visibility,
        round_state=row.state,
        instrument=row.instrument,
        instrument_version=row.instrument_version,
        form=row.form,
        items=row.items,
        sub_scales=[SubScale(code=part.id, items=list(part.items)) for part in instrument.sub_scales],
        respondents=row.respondents,
        subjects=row.subjects,
        submitted=submitted,
        shared_with_team=shared,
        level=row.level,
        units=row.units,
        authority_functions=row.authority_functions,
        rule_set=row.rule_set,
        cells=b64encode(bytes(cells)).decode(),
        asked=b64encode(row.asked).decode(),
    ).model_dump(mode="json", by_alias=True)
