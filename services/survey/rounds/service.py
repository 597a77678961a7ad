"""Use cases of rounds: open one for a case, close it, and hand out respondents' links."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Row

from services.survey.answering.tokens import RespondentToken, RespondentTokens
from services.survey.erasure.repository import count_erasures, hold_erasures
from services.survey.instruments.definition import Instrument, load_catalogue
from services.survey.rounds.cases_client import CasesClient
from services.survey.rounds.errors import EMPTY_ROSTER, ROUND_EXISTS
from services.survey.rounds.repository import (
    INVITATION_ROWS,
    ROUND_ROWS,
    add_plan,
    add_round,
    close_round,
    count_up,
    raise_generation,
    read_measurements,
)
from services.survey.rounds.roster import RoundPlan, plan_round
from services.survey.rounds.schemas import MeasurementView, OpenRound, RoundView, Wave
from shared.access.principal import Principal
from shared.audit import Access, record_access
from shared.changes.log import log_change
from shared.contracts.register import Roster
from shared.contracts.survey import MEASUREMENT, ROUND
from shared.database.connection import Database, Transaction
from shared.errors import BROKEN_RULE, NOT_FOUND, FieldError, Problem, unavailable
from shared.representation import Precondition
from shared.resources import Put, read_row, select_row, view_of

_ROSTERS_AT_MOST = 5


class RoundOpener:
    """Opens rounds: asks the register first, then writes everything in one transaction."""

    def __init__(self, database: Database, cases: CasesClient) -> None:
        self._database = database
        self._cases = cases

    async def open_round(
        self, caller: Principal, round_id: UUID, wanted: OpenRound, precondition: Precondition
    ) -> tuple[RoundView, Put]:
        """Open a round; asked again for the same, return what is there.

        Raises
        ------
        Problem
            412 if a different round has the id; 422 for unknown instruments or case, or nobody
            to ask; 503 if the register does not answer.
        """
        async with self._database.transaction(caller.tenant, caller) as transaction:
            stored = await transaction.first(select_row(ROUND_ROWS, transaction.tenant, round_id))
            if stored is not None:
                return await _repeat(transaction, stored, wanted, precondition)
            tenant, erasures = transaction.tenant, await count_erasures(transaction)
        precondition.check_creation()
        _require_informed(wanted)
        instruments = _chosen_instruments(wanted)
        for _ in range(_ROSTERS_AT_MOST):
            roster = await self._cases.read_roster(tenant, wanted.case_id)
            plan = plan_round(round_id, roster, instruments)
            if not plan.invitations:
                raise Problem(EMPTY_ROSTER)
            async with self._database.transaction(caller.tenant, caller) as transaction:
                before, erasures = erasures, await hold_erasures(transaction)
                if before != erasures:
                    continue  # the roster may name somebody who was erased meanwhile
                if not await _write(transaction, round_id, wanted, (roster, plan)):
                    return await _lost_race(transaction, round_id, wanted, precondition)
                return await show_round(transaction, round_id), Put(version=1, created=True)
        raise unavailable()


async def _lost_race(
    transaction: Transaction, round_id: UUID, wanted: OpenRound, precondition: Precondition
) -> tuple[RoundView, Put]:
    """Answer when the round, or another of the same case and wave, is there already."""
    stored = await transaction.first(select_row(ROUND_ROWS, transaction.tenant, round_id))
    if stored is None:
        raise Problem(ROUND_EXISTS)
    return await _repeat(transaction, stored, wanted, precondition)


async def _repeat(
    transaction: Transaction, stored: Row[tuple[object, ...]], wanted: OpenRound, precondition: Precondition
) -> tuple[RoundView, Put]:
    if stored.request != wanted.model_dump(mode="json"):
        precondition.check_change(stored.version)
        raise Problem(
            BROKEN_RULE,
            [FieldError("", "round-is-open", "An open round can't be changed, only closed.")],
        )
    view = await show_round(transaction, stored.id)
    return view, Put(version=stored.version, changed=False)


def _require_informed(wanted: OpenRound) -> None:
    """Refuse to open before citizen and employees have been informed."""
    now = datetime.now(UTC)
    later = [
        FieldError(f"/informed/{field}", "not-informed-yet", "They must have been informed already.")
        for field, moment in (
            ("citizenInformedAt", wanted.informed.citizen_informed_at),
            ("employeesInformedAt", wanted.informed.employees_informed_at),
        )
        if moment > now
    ]
    if later:
        raise Problem(BROKEN_RULE, later)


def _chosen_instruments(wanted: OpenRound) -> list[Instrument]:
    catalogue = load_catalogue()
    unknown = [
        FieldError(f"/instruments/{index}", "unknown-instrument", "There is no such instrument.")
        for index, each in enumerate(wanted.instruments)
        if (each.code, each.version) not in catalogue
    ]
    if unknown:
        raise Problem(BROKEN_RULE, unknown)
    return [catalogue[each.code, each.version] for each in wanted.instruments]


async def _write(
    transaction: Transaction, round_id: UUID, wanted: OpenRound, planned: tuple[Roster, RoundPlan]
) -> bool:
    roster, plan = planned
    values = {
        "case_id": wanted.case_id,
        "wave": wanted.wave.code,
        "wave_ordinal": wanted.wave.ordinal,
        "visibility": wanted.visibility,
        "respondent_label": roster.respondent_label,
        "request": wanted.model_dump(mode="json"),
        "not_asked": [each.model_dump(mode="json") for each in plan.not_asked],
    }
    if not await add_round(transaction, round_id, values):
        return False
    await add_plan(transaction, round_id, roster, plan)
    await log_change(transaction, ROUND, round_id, 1)
    for each in plan.measurements:
        await log_change(transaction, MEASUREMENT, each.id, 1)
    await record_access(transaction, Access("open", "round", round_id, wanted.purpose))
    return True


async def show_round(transaction: Transaction, round_id: UUID) -> RoundView:
    """Return a round with its measurements."""
    row = await read_row(transaction, ROUND_ROWS, round_id)
    measurements = await read_measurements(transaction, round_id)
    return view_of(
        RoundView,
        row,
        wave=Wave.model_validate(row.request["wave"]),
        measurements=[
            view_of(MeasurementView, each, respondents=len(each.respondents)) for each in measurements
        ],
    )


async def close(transaction: Transaction, round_id: UUID) -> RoundView:
    """Close a round; closed already, it stays as it is."""
    await read_row(transaction, ROUND_ROWS, round_id)
    version = await close_round(transaction, round_id)
    if version is not None:
        await log_change(transaction, ROUND, round_id, version)
        for each in await read_measurements(transaction, round_id):
            await log_change(transaction, MEASUREMENT, each.id, await count_up(transaction, each.id))
        await record_access(transaction, Access("close", "round", round_id, "measurement"))
    return await show_round(transaction, round_id)


async def make_link(
    transaction: Transaction, tokens: RespondentTokens, invitation_id: UUID, purpose: str
) -> str:
    """Return the token of an invitation's present generation; the audit says who asked for it."""
    row = await read_row(transaction, INVITATION_ROWS, invitation_id)
    await record_access(transaction, Access("link", "invitation", invitation_id, purpose))
    return tokens.write(RespondentToken(transaction.tenant, invitation_id, row.generation))


async def revoke_links(transaction: Transaction, invitation_id: UUID, purpose: str) -> None:
    """Make every link of an invitation sent so far worthless."""
    if not await raise_generation(transaction, invitation_id):
        raise Problem(NOT_FOUND)
    await record_access(transaction, Access("revoke", "invitation", invitation_id, purpose))
