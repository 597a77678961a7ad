"""Every statement that writes what a plan makes: measurements, invitations, forms and names."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, update
from sqlalchemy.dialects.postgresql import insert as insert_if_absent

from services.survey.invitations.contacts import reached_by
from services.survey.rounds.gathering import Complexity, Gathering
from services.survey.rounds.joining import Extended
from services.survey.rounds.roster import PlannedInvitation, PlannedMeasurement, RoundPlan
from services.survey.rounds.tables import form, invitation, measurement, named_in_round
from shared.contracts.survey import Seat
from shared.database.connection import Transaction


async def add_plan(transaction: Transaction, round_id: UUID, gathering: Gathering, plan: RoundPlan) -> None:
    """Add a round's measurements, invitations and forms."""
    await add_measurements(transaction, round_id, gathering.complexity, plan.measurements)
    await add_invitations(transaction, round_id, plan.invitations)
    await add_names(transaction, round_id, gathering.named)


async def add_measurements(
    transaction: Transaction,
    round_id: UUID,
    complexity: Complexity | None,
    planned: Sequence[PlannedMeasurement],
) -> None:
    """Add measurements to a round: all it opens with, or one that there was nobody for until now."""
    if planned:
        await transaction.execute(
            insert(measurement),
            [_measurement_row(transaction.tenant, round_id, complexity, each) for each in planned],
        )


async def add_invitations(
    transaction: Transaction, round_id: UUID, planned: Sequence[PlannedInvitation], *, joined: bool = False
) -> set[UUID]:
    """Add invitations and their forms; return those that were not there.

    Parameters
    ----------
    joined : bool
        Whether they come to a round that is open already.
    """
    if not planned:
        return set()
    tenant = transaction.tenant
    added = await transaction.rows(
        insert_if_absent(invitation)
        .values(
            [
                {**_invitation_row(tenant, round_id, each), "joined_at": func.now() if joined else None}
                for each in planned
            ]
        )
        .on_conflict_do_nothing()
        .returning(invitation.c.id)
    )
    await transaction.execute(
        insert_if_absent(form).on_conflict_do_nothing(),
        [
            {
                "tenant_id": tenant,
                "id": each.id,
                "invitation_id": invited.id,
                "measurement_id": each.measurement,
                "seat": each.seat,
                "draft_revision": 0,
                "share_with_team": False,
                "number": 0,
            }
            for invited in planned
            for each in invited.forms
        ],
    )
    return {row.id for row in added}


async def add_names(transaction: Transaction, round_id: UUID, named: Collection[UUID]) -> None:
    """Note whom a round names, for erasure and for those who may see it."""
    if named:
        await transaction.execute(
            insert_if_absent(named_in_round).on_conflict_do_nothing(),
            [
                {"tenant_id": transaction.tenant, "named_id": each, "round_id": round_id}
                for each in sorted(named)
            ],
        )


async def put_extended(transaction: Transaction, extended: Extended) -> int:
    """Write a measurement's axes with everybody who came, and give it its next version."""
    changed = await transaction.execute(
        update(measurement)
        .where(measurement.c.tenant_id == transaction.tenant, measurement.c.id == extended.id)
        .values(
            version=measurement.c.version + 1,
            respondents=_stored(extended.respondents),
            subjects=_stored(extended.subjects),
            asked=extended.asked,
        )
        .returning(measurement.c.version)
    )
    return int(changed.scalar_one())


def _stored(seats: Iterable[Seat]) -> list[dict[str, Any]]:
    return [seat.model_dump(mode="json", by_alias=True) for seat in seats]


def _measurement_row(
    tenant: UUID, round_id: UUID, complexity: Complexity | None, planned: PlannedMeasurement
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
        "focus_items": list(planned.chosen.focus_items),
        "respondents": _stored(planned.respondents),
        "subjects": _stored(planned.subjects),
        "asked": planned.asked,
        "level": complexity.level if complexity else None,
        "units": complexity.units if complexity else None,
        "authority_functions": complexity.authority_functions if complexity else None,
        "rule_set": complexity.rule_set if complexity else None,
    }


def _invitation_row(tenant: UUID, round_id: UUID, planned: PlannedInvitation) -> dict[str, Any]:
    channel, contact, language = reached_by(planned.contact)
    return {
        "tenant_id": tenant,
        "id": planned.id,
        "version": 1,
        "round_id": round_id,
        "kind": planned.kind,
        "respondent_id": planned.respondent,
        "label": planned.label,
        "generation": 1,
        "channel": channel,
        "contact": contact,
        "language": language,
    }
