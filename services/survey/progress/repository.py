"""Every statement of progress: counts over invitations and forms, whatever was answered."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Row, Select, and_, func, literal, or_, select, true

from services.survey.invitations.states import InvitationState, state_of_invitation
from services.survey.progress.schemas import ProgressFilter
from services.survey.rounds.tables import form, invitation, measurement, survey_round
from services.survey.standing.handling import rounds_handled_by
from services.survey.standing.visibility import rounds_visible_to
from shared.database.connection import Transaction

Which = Sequence[ColumnElement[bool]]
"""Conditions on `survey_round` that say which rounds are counted."""


def handled(transaction: Transaction, *conditions: ColumnElement[bool]) -> Which:
    """Choose the rounds that the caller handles, and that meet conditions."""
    tenant = transaction.tenant
    return survey_round.c.tenant_id == tenant, rounds_handled_by(transaction.caller, tenant), *conditions


def seen(transaction: Transaction, *conditions: ColumnElement[bool]) -> Which:
    """Choose the rounds that the caller may see at all, and that meet conditions."""
    tenant = transaction.tenant
    return survey_round.c.tenant_id == tenant, rounds_visible_to(transaction.caller, tenant), *conditions


def this_round(round_id: UUID) -> ColumnElement[bool]:
    """Hold for one round."""
    return survey_round.c.id == round_id


def meets(wanted: ProgressFilter) -> ColumnElement[bool]:
    """Hold for the rounds that a filter leaves."""
    asked = wanted.model_dump(exclude_none=True)
    return and_(true(), *(survey_round.c[name] == value for name, value in asked.items()))


async def count_rounds(transaction: Transaction, which: Which) -> int:
    """Count rounds."""
    counted = await transaction.execute(select(func.count()).select_from(survey_round).where(*which))
    return int(counted.scalar_one())


async def count_invitations(transaction: Transaction, which: Which) -> dict[InvitationState, int]:
    """Count the invitations to rounds in each state that any is in."""
    states = _states(which).subquery()
    counted = select(states.c.state, func.count().label("invitations")).group_by(states.c.state)
    return {InvitationState(row.state): row.invitations for row in await transaction.rows(counted)}


async def count_for_rates(transaction: Transaction, which: Which, enough: int) -> Row[Any]:
    """Count, over the rounds to which enough are invited: rounds, invitations, submitted ones."""
    states = _states(which).subquery()
    submitted = func.count().filter(states.c.state == InvitationState.SUBMITTED)
    each_round = (
        select(func.count().label("invited"), submitted.label("submitted"))
        .group_by(states.c.round_id)
        .having(func.count() >= enough)
        .subquery()
    )
    counted = await transaction.execute(
        select(
            func.count().label("rounds"),
            func.coalesce(func.sum(each_round.c.invited), 0).label("invited"),
            func.coalesce(func.sum(each_round.c.submitted), 0).label("submitted"),
        )
    )
    return counted.one()


def _states(which: Which) -> Select[Any]:
    """Select the state of each invitation; use it once, as it is worked out for every use."""
    to_round = and_(
        survey_round.c.tenant_id == invitation.c.tenant_id, survey_round.c.id == invitation.c.round_id
    )
    return (
        select(invitation.c.round_id, state_of_invitation().label("state"))
        .select_from(invitation.join(survey_round, to_round))
        .where(*which)
    )


async def count_forms(transaction: Transaction, which: Which) -> list[Row[Any]]:
    """Count the forms of rounds by instrument and version: those with anybody to rate, begun, submitted."""
    asked = _measured(which)
    of_measurement = and_(form.c.tenant_id == asked.c.tenant_id, form.c.measurement_id == asked.c.id)
    submitted = form.c.number > 0
    key = (asked.c.instrument, asked.c.instrument_version, asked.c.form)
    return await transaction.rows(
        select(
            *key,
            func.count().label("asked"),
            func.count().filter(or_(submitted, form.c.draft.is_not(None))).label("started"),
            func.count().filter(submitted).label("submitted"),
        )
        .select_from(asked.join(form, of_measurement))
        .where(_rates_anybody(asked))
        .group_by(*key)
        .order_by(asked.c.instrument.desc(), asked.c.instrument_version)
    )


def _measured(which: Which) -> FromClause:
    """Select the measurements of rounds, with how many bytes of `asked` are one respondent's."""
    to_round = and_(
        survey_round.c.tenant_id == measurement.c.tenant_id, survey_round.c.id == measurement.c.round_id
    )
    return (
        select(
            measurement.c.tenant_id,
            measurement.c.id,
            measurement.c.instrument,
            measurement.c.instrument_version,
            measurement.c.form,
            measurement.c.asked,
            func.jsonb_array_length(measurement.c.subjects).label("width"),
        )
        .select_from(measurement.join(survey_round, to_round))
        .where(*which)
        .subquery()
    )


def _rates_anybody(asked: FromClause) -> ColumnElement[bool]:
    """Hold for a form whose respondent is asked about anybody: one row of `asked` is not all zeros."""
    own = func.substring(asked.c.asked, form.c.seat * asked.c.width + 1, asked.c.width)
    return func.octet_length(func.btrim(own, literal(b"\x00"))) > 0
