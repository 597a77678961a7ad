"""Every statement of erasure: finding what names somebody, and taking it away."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Row, bindparam, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from services.survey.erasure.remainder import FrozenRoster
from services.survey.rounds.tables import (
    answer_set,
    erasure_count,
    form,
    invitation,
    measurement,
    message,
    named_in_round,
    survey_round,
    text_answer,
)
from shared.database.connection import Transaction
from shared.database.tables import idempotency_key

_ROSTER: tuple[Column[Any], ...] = (
    measurement.c.id,
    measurement.c.version,
    measurement.c.form,
    measurement.c["items"],
    measurement.c.respondents,
    measurement.c.subjects,
    measurement.c.asked,
)
_LISTED = ("participants", "members")
_FORGET_IN_STANDINGS = text(
    "UPDATE standing SET state = jsonb_set(state, ARRAY[listed.name], coalesce((SELECT jsonb_agg(each) "
    "FROM jsonb_array_elements(state -> listed.name) AS each "
    "WHERE coalesce(each ->> 'personId' <> ALL (CAST(:ids AS text[])), true) "
    "AND coalesce(each ->> 'professionalId' <> ALL (CAST(:ids AS text[])), true)), '[]')) "
    "FROM unnest(CAST(:names AS text[])) AS listed (name) WHERE tenant_id = :tenant AND EXISTS "
    "(SELECT FROM jsonb_array_elements(state -> listed.name) AS each "
    "WHERE each ->> 'personId' = ANY (CAST(:ids AS text[])) "
    "OR each ->> 'professionalId' = ANY (CAST(:ids AS text[])))"
)
# In the database, as somebody may be named in thousands of rosters.
_EMPLOYMENTS = text(
    "SELECT DISTINCT held.employment, held.person FROM measurement "
    "CROSS JOIN LATERAL jsonb_array_elements(measurement.respondents) AS seat "
    "CROSS JOIN LATERAL (VALUES (seat ->> 'id', seat ->> 'personId'), "
    "(seat ->> 'leaderId', seat ->> 'leaderPersonId')) AS held (employment, person) "
    "WHERE measurement.tenant_id = :tenant AND held.person = ANY (CAST(:persons AS text[])) "
    "AND held.employment IS NOT NULL AND measurement.round_id IN (SELECT round_id FROM named_in_round "
    "WHERE tenant_id = :tenant AND named_id = ANY (CAST(:persons AS uuid[])))"
)
_ALLOW = text("SELECT set_config('app.erasing', 'yes', true)")


async def count_erasures(transaction: Transaction) -> int:
    """Return how often anything of the tenant's was erased so far."""
    counted = select(erasure_count.c.number).where(erasure_count.c.tenant_id == transaction.tenant)
    row = await transaction.first(counted)
    if row is None:
        await transaction.execute(
            insert(erasure_count).values(tenant_id=transaction.tenant, number=0).on_conflict_do_nothing()
        )
    return int(row.number) if row else 0


async def hold_erasures(transaction: Transaction) -> int:
    """Return the number of erasures, and keep the next from beginning until the transaction ends."""
    held = await transaction.execute(
        select(erasure_count.c.number)
        .where(erasure_count.c.tenant_id == transaction.tenant)
        .with_for_update(read=True)
    )
    return int(held.scalar_one())


async def count_erasure(transaction: Transaction) -> None:
    """Begin an erasure: whoever opens a round waits, and then asks for the roster again."""
    counted = insert(erasure_count).values(tenant_id=transaction.tenant, number=1)
    await transaction.execute(
        counted.on_conflict_do_update(
            index_elements=["tenant_id"], set_={"number": erasure_count.c.number + 1}
        )
    )


async def allow_erasure(transaction: Transaction) -> None:
    """Let this transaction change and delete answers, which nothing else may."""
    await transaction.execute(_ALLOW)


async def rounds_of_cases(transaction: Transaction, cases: Collection[UUID]) -> list[Row[Any]]:
    """Return the rounds of cases, with the case of each."""
    return await transaction.rows(
        select(survey_round.c.id, survey_round.c.case_id)
        .where(survey_round.c.tenant_id == transaction.tenant, survey_round.c.case_id.in_(cases))
        .order_by(survey_round.c.id)
    )


async def rounds_naming(transaction: Transaction, ids: Collection[UUID]) -> list[Row[Any]]:
    """Return each round that names one of the ids, with the id."""
    return await transaction.rows(
        select(named_in_round.c.round_id, named_in_round.c.named_id)
        .where(named_in_round.c.tenant_id == transaction.tenant, named_in_round.c.named_id.in_(ids))
        .order_by(named_in_round.c.round_id)
    )


async def rosters_of(transaction: Transaction, rounds: Collection[UUID]) -> list[Row[Any]]:
    """Return the measurements of rounds with their frozen rosters."""
    return await transaction.rows(
        select(*_ROSTER)
        .where(measurement.c.tenant_id == transaction.tenant, measurement.c.round_id.in_(rounds))
        .order_by(measurement.c.id)
    )


async def employments_of(transaction: Transaction, persons: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the employments that persons had in any round, also as leaders, with the person of each."""
    given = {"tenant": transaction.tenant, "persons": [str(each) for each in persons]}
    found = await transaction.execute(_EMPLOYMENTS, given)
    return {UUID(row.employment): UUID(row.person) for row in found}


async def take_round(transaction: Transaction, round_id: UUID) -> Row[Any] | None:
    """Give a round its next version, and hold it: submissions under way are waited for, later ones wait."""
    taken = await transaction.execute(
        update(survey_round)
        .where(survey_round.c.tenant_id == transaction.tenant, survey_round.c.id == round_id)
        .values(version=survey_round.c.version + 1, roster_revision=survey_round.c.roster_revision + 1)
        .returning(survey_round.c.version, survey_round.c.not_asked)
    )
    return taken.first()


async def put_not_asked(transaction: Transaction, round_id: UUID, not_asked: list[dict[str, Any]]) -> None:
    """Replace a round's list of who is not asked."""
    await transaction.execute(
        update(survey_round)
        .where(survey_round.c.tenant_id == transaction.tenant, survey_round.c.id == round_id)
        .values(not_asked=not_asked)
    )


async def forget_names(transaction: Transaction, round_id: UUID, ids: Collection[UUID]) -> None:
    """Note that a round no longer names somebody."""
    await transaction.execute(
        delete(named_in_round).where(
            named_in_round.c.tenant_id == transaction.tenant,
            named_in_round.c.round_id == round_id,
            named_in_round.c.named_id.in_(ids),
        )
    )


async def forms_of(transaction: Transaction, measurement_id: UUID) -> list[Row[Any]]:
    """Return a measurement's forms, each with its seat and its draft."""
    return await transaction.rows(
        select(form.c.id, form.c.invitation_id, form.c.seat, form.c.draft, form.c.draft_texts)
        .where(form.c.tenant_id == transaction.tenant, form.c.measurement_id == measurement_id)
        .order_by(form.c.seat)
    )


async def answers_of(transaction: Transaction, measurement_id: UUID) -> list[Row[Any]]:
    """Return every version of a measurement's answers."""
    return await transaction.rows(
        select(answer_set.c.form_id, answer_set.c.number, answer_set.c.cells).where(
            answer_set.c.tenant_id == transaction.tenant, answer_set.c.measurement_id == measurement_id
        )
    )


async def put_cells(transaction: Transaction, changed: Mapping[tuple[UUID, int], bytes]) -> None:
    """Write answers without those about somebody."""
    if changed:
        await transaction.execute(
            update(answer_set)
            .where(
                answer_set.c.tenant_id == transaction.tenant,
                answer_set.c.form_id == bindparam("of_form"),
                answer_set.c.number == bindparam("of_number"),
            )
            .values(cells=bindparam("left")),
            [
                {"of_form": form_id, "of_number": number, "left": cells}
                for (form_id, number), cells in changed.items()
            ],
        )


async def put_roster(transaction: Transaction, measurement_id: UUID, roster: FrozenRoster) -> int:
    """Write a measurement's roster and give it its next version."""
    changed = await transaction.execute(
        update(measurement)
        .where(measurement.c.tenant_id == transaction.tenant, measurement.c.id == measurement_id)
        .values(
            version=measurement.c.version + 1,
            respondents=[seat.model_dump(mode="json", by_alias=True) for seat in roster.respondents],
            subjects=[seat.model_dump(mode="json", by_alias=True) for seat in roster.subjects],
            asked=roster.asked,
        )
        .returning(measurement.c.version)
    )
    return int(changed.scalar_one())


async def put_seats(transaction: Transaction, measurement_id: UUID, seats: Mapping[UUID, int]) -> None:
    """Give forms new seats; on the way they have negative ones, as no two may ever share one."""
    if not seats:
        return
    await transaction.execute(
        update(form)
        .where(form.c.tenant_id == transaction.tenant, form.c.id == bindparam("of_form"))
        .values(seat=bindparam("passing")),
        [{"of_form": form_id, "passing": -1 - seat} for form_id, seat in seats.items()],
    )
    await transaction.execute(
        update(form)
        .where(
            form.c.tenant_id == transaction.tenant,
            form.c.measurement_id == measurement_id,
            form.c.seat < 0,
        )
        .values(seat=-1 - form.c.seat)
    )


async def delete_texts_about(
    transaction: Transaction, forms: Collection[UUID], subjects: Collection[UUID]
) -> None:
    """Delete what was written in forms about some of their subjects."""
    await transaction.execute(
        delete(text_answer).where(
            text_answer.c.tenant_id == transaction.tenant,
            text_answer.c.form_id.in_(forms),
            text_answer.c.subject_id.in_(subjects),
        )
    )


async def put_draft(
    transaction: Transaction, form_id: UUID, ratings: list[Any] | None, texts: list[Any] | None
) -> None:
    """Replace a draft; whoever goes on with it elsewhere must read it again."""
    await transaction.execute(
        update(form)
        .where(form.c.tenant_id == transaction.tenant, form.c.id == form_id)
        .values(draft=ratings, draft_texts=texts, draft_revision=form.c.draft_revision + 1)
    )


async def delete_forms(transaction: Transaction, forms: Collection[UUID]) -> None:
    """Delete forms with their answers, and what is remembered of submitting them."""
    if not forms:
        return
    tenant = transaction.tenant
    for answers in (text_answer, answer_set):
        await transaction.execute(
            delete(answers).where(answers.c.tenant_id == tenant, answers.c.form_id.in_(forms))
        )
    submitters = select(func.concat("invitation/", form.c.invitation_id)).where(
        form.c.tenant_id == tenant, form.c.id.in_(forms)
    )
    await transaction.execute(
        delete(idempotency_key).where(
            idempotency_key.c.tenant_id == tenant,
            idempotency_key.c.caller.in_(submitters),
            idempotency_key.c.resource_id.in_(forms),
        )
    )
    await transaction.execute(delete(form).where(form.c.tenant_id == tenant, form.c.id.in_(forms)))


async def delete_measurement(transaction: Transaction, measurement_id: UUID) -> None:
    """Delete a measurement whose forms are gone."""
    await transaction.execute(
        delete(measurement).where(
            measurement.c.tenant_id == transaction.tenant, measurement.c.id == measurement_id
        )
    )


async def delete_empty_invitations(transaction: Transaction, round_id: UUID) -> None:
    """Delete a round's invitations that ask nothing any more; their links are like unknown ones."""
    tenant = transaction.tenant
    asking = select(form.c.id).where(
        form.c.tenant_id == invitation.c.tenant_id, form.c.invitation_id == invitation.c.id
    )
    empty = select(invitation.c.id).where(
        invitation.c.tenant_id == tenant, invitation.c.round_id == round_id, ~asking.exists()
    )
    await transaction.execute(
        delete(message).where(message.c.tenant_id == tenant, message.c.invitation_id.in_(empty))
    )
    await transaction.execute(
        delete(invitation).where(invitation.c.tenant_id == tenant, invitation.c.id.in_(empty))
    )


async def delete_round(transaction: Transaction, round_id: UUID) -> None:
    """Delete a round that has nothing left in it."""
    tenant = transaction.tenant
    await transaction.execute(
        delete(named_in_round).where(
            named_in_round.c.tenant_id == tenant, named_in_round.c.round_id == round_id
        )
    )
    await transaction.execute(
        delete(survey_round).where(survey_round.c.tenant_id == tenant, survey_round.c.id == round_id)
    )


async def forget_in_standings(transaction: Transaction, ids: Collection[UUID]) -> None:
    """Take persons and employments out of how cases and groups stand; the register tells the rest."""
    await transaction.execute(
        _FORGET_IN_STANDINGS,
        {"ids": sorted(map(str, ids)), "names": list(_LISTED), "tenant": transaction.tenant},
    )


async def stay_awake(transaction: Transaction) -> None:
    """Keep a transaction from being ended as idle while others work beside it."""
    await transaction.execute(select(func.now()))
