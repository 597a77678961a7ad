"""Every statement on how cases and groups stand: newer over older, so what comes twice does nothing."""

from uuid import UUID

from sqlalchemy import case, delete, func
from sqlalchemy.dialects.postgresql import insert

from services.survey.rounds.tables import standing
from shared.contracts.register import CaseState, GroupState
from shared.contracts.survey import About
from shared.database.connection import Transaction


async def keep_standing(transaction: Transaction, state: CaseState | GroupState) -> None:
    """Keep how a case or group stands, if that is newer than what is kept.

    Since when a case has its level is kept too: a rule that opens rounds counts from there.
    """
    values = (
        {"about": About.CASE, "is_open": state.is_open, "level": state.level}
        if isinstance(state, CaseState)
        else {"about": About.COLLABORATION_GROUP, "is_open": state.valid_to is None, "level": ""}
    )
    added = insert(standing).values(
        tenant_id=transaction.tenant,
        id=state.id,
        version=state.version,
        **values,
        level_since=func.clock_timestamp(),
        state=state.model_dump(mode="json", by_alias=True),
    )
    newer = added.excluded
    await transaction.execute(
        added.on_conflict_do_update(
            index_elements=[standing.c.tenant_id, standing.c.id],
            set_={
                "version": newer.version,
                "is_open": newer.is_open,
                "level": newer.level,
                "level_since": case(
                    (standing.c.level == newer.level, standing.c.level_since), else_=newer.level_since
                ),
                "state": newer.state,
            },
            where=standing.c.version < newer.version,
        )
    )


async def forget_standing(transaction: Transaction, subject: UUID) -> None:
    """Forget a case or group that the register holds no longer."""
    await transaction.execute(
        delete(standing).where(standing.c.tenant_id == transaction.tenant, standing.c.id == subject)
    )
