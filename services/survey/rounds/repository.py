"""Every statement on rounds; what a plan makes is written elsewhere."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_if_absent

from services.survey.rounds.gathering import Subject
from services.survey.rounds.tables import form, invitation, measurement, survey_round
from services.survey.standing.handling import rounds_handled_by
from services.survey.standing.visibility import rounds_visible_to
from shared.contracts.survey import MEASUREMENT, ROUND, About, RoundState
from shared.database.connection import Transaction
from shared.resources import Resource

ROUND_ROWS = Resource(survey_round, ROUND)
MEASUREMENT_ROWS = Resource(measurement, MEASUREMENT)
INVITATION_ROWS = Resource(invitation, "invitation")


def subject_of(row: Row[Any]) -> Subject:
    """Return what a round is about."""
    if row.case_id is not None:
        return Subject(About.CASE, row.case_id)
    return Subject(About.COLLABORATION_GROUP, row.group_id)


async def hold_waves(transaction: Transaction, subject: Subject) -> None:
    """Keep others from adding or moving rounds of a case or group until the transaction ends."""
    await transaction.hold(f"{ROUND}-of/{subject.id}")


async def has_other_round(transaction: Transaction, subject: Subject, wave: str, round_id: UUID) -> bool:
    """Tell whether another round, not cancelled, is of the same wave."""
    about = survey_round.c.case_id if subject.about is About.CASE else survey_round.c.group_id
    return (
        await transaction.first(
            select(survey_round.c.id).where(
                survey_round.c.tenant_id == transaction.tenant,
                about == subject.id,
                survey_round.c.wave == wave,
                survey_round.c.state != RoundState.CANCELLED,
                survey_round.c.id != round_id,
            )
        )
    ) is not None


async def add_round(transaction: Transaction, round_id: UUID, values: Mapping[str, Any]) -> bool:
    """Add a round; tell whether neither it nor another of the wave was there."""
    added = await transaction.execute(
        insert_if_absent(survey_round)
        .values(tenant_id=transaction.tenant, id=round_id, version=1, roster_revision=1, **values)
        .on_conflict_do_nothing()
    )
    return added.rowcount == 1


async def hold_round(transaction: Transaction, round_id: UUID) -> Row[Any] | None:
    """Return a round as it is now, and keep everybody else from changing or answering it."""
    return await transaction.first(
        select(survey_round, (survey_round.c.opens_at <= func.now()).label("is_due"))
        .where(survey_round.c.tenant_id == transaction.tenant, survey_round.c.id == round_id)
        .with_for_update(of=survey_round)
    )


async def is_over(transaction: Transaction, round_id: UUID) -> bool:
    """Tell whether nobody may answer a round any longer, however much time some were given."""
    longest = (
        select(func.max(invitation.c.answer_until))
        .where(invitation.c.tenant_id == transaction.tenant, invitation.c.round_id == round_id)
        .scalar_subquery()
    )
    found = await transaction.first(
        select(survey_round.c.id).where(
            survey_round.c.tenant_id == transaction.tenant,
            survey_round.c.id == round_id,
            survey_round.c.closes_at <= func.now(),
            func.greatest(survey_round.c.closes_at, longest) <= func.now(),
        )
    )
    return found is not None


async def find_stored(transaction: Transaction, round_id: UUID) -> Row[Any] | None:
    """Return a round, and as `handled` whether the caller handles it."""
    return await transaction.first(
        select(
            survey_round,
            rounds_handled_by(transaction.caller, transaction.tenant).label("handled"),
        ).where(survey_round.c.tenant_id == transaction.tenant, survey_round.c.id == round_id)
    )


async def change_round(transaction: Transaction, round_id: UUID, values: Mapping[str, Any]) -> int:
    """Change a round that the transaction holds; return its next version."""
    changed = await transaction.execute(
        update(survey_round)
        .where(survey_round.c.tenant_id == transaction.tenant, survey_round.c.id == round_id)
        .values(version=survey_round.c.version + 1, **values)
        .returning(survey_round.c.version)
    )
    return int(changed.scalar_one())


def select_rounds(transaction: Transaction) -> Select[Any]:
    """Select the rounds that the caller may see."""
    return select(survey_round).where(
        survey_round.c.tenant_id == transaction.tenant,
        rounds_visible_to(transaction.caller, transaction.tenant),
    )


async def read_measurements(transaction: Transaction, round_id: UUID) -> list[Row[Any]]:
    """Return a round's measurements."""
    return await transaction.rows(
        select(measurement)
        .where(measurement.c.tenant_id == transaction.tenant, measurement.c.round_id == round_id)
        .order_by(measurement.c.instrument)
    )


async def read_forms(transaction: Transaction, round_id: UUID) -> list[Row[Any]]:
    """Return all forms of a round, with what of them is a draft."""
    of_round = and_(measurement.c.tenant_id == form.c.tenant_id, measurement.c.id == form.c.measurement_id)
    return await transaction.rows(
        select(
            form.c.id,
            form.c.invitation_id,
            form.c.measurement_id,
            form.c.seat,
            form.c.number,
            form.c.draft,
            form.c.draft_texts,
        )
        .select_from(form.join(measurement, of_round))
        .where(form.c.tenant_id == transaction.tenant, measurement.c.round_id == round_id)
        .order_by(form.c.measurement_id, form.c.seat)
    )


async def drop_forms(transaction: Transaction, forms: Collection[UUID]) -> None:
    """Delete forms that nobody has submitted, with their drafts."""
    if forms:
        await transaction.execute(
            delete(form).where(
                form.c.tenant_id == transaction.tenant, form.c.id.in_(forms), form.c.number == 0
            )
        )


async def put_draft(transaction: Transaction, form_id: UUID, values: Mapping[str, Any]) -> None:
    """Replace a draft; whoever goes on with it elsewhere must read it again."""
    await transaction.execute(
        update(form)
        .where(form.c.tenant_id == transaction.tenant, form.c.id == form_id)
        .values(draft_revision=form.c.draft_revision + 1, **values)
    )


async def read_invitations(transaction: Transaction, round_id: UUID) -> list[Row[Any]]:
    """Return a round's invitations."""
    return await transaction.rows(
        select(invitation)
        .where(invitation.c.tenant_id == transaction.tenant, invitation.c.round_id == round_id)
        .order_by(invitation.c.id)
    )


async def mark_left(transaction: Transaction, invitations: Collection[UUID], *, left: bool) -> None:
    """Note that invited people are no longer there, or are there again."""
    if invitations:
        await transaction.execute(
            update(invitation)
            .where(invitation.c.tenant_id == transaction.tenant, invitation.c.id.in_(invitations))
            .values(left_at=func.now() if left else None, version=invitation.c.version + 1)
        )


async def delete_drafts(transaction: Transaction, round_id: UUID) -> None:
    """Delete everything in a round that was written and never submitted."""
    of_round = select(measurement.c.id).where(
        measurement.c.tenant_id == transaction.tenant, measurement.c.round_id == round_id
    )
    await transaction.execute(
        update(form)
        .where(form.c.tenant_id == transaction.tenant, form.c.measurement_id.in_(of_round))
        .where(or_(form.c.draft.is_not(None), form.c.draft_texts.is_not(None)))
        .values(draft=None, draft_texts=None)
    )


async def count_up(transaction: Transaction, measurement_id: UUID) -> int:
    """Give a measurement its next version."""
    row = await transaction.execute(
        update(measurement)
        .where(measurement.c.tenant_id == transaction.tenant, measurement.c.id == measurement_id)
        .values(version=measurement.c.version + 1)
        .returning(measurement.c.version)
    )
    return int(row.scalar_one())


async def count_all_up(transaction: Transaction, round_id: UUID) -> dict[UUID, int]:
    """Give all measurements of a round their next versions."""
    changed = await transaction.execute(
        update(measurement)
        .where(measurement.c.tenant_id == transaction.tenant, measurement.c.round_id == round_id)
        .values(version=measurement.c.version + 1)
        .returning(measurement.c.id, measurement.c.version)
    )
    return {row.id: row.version for row in changed}
