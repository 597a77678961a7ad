"""Use cases of rounds: open one, now or later, change and cancel a planned one, close it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from uuid_utils.compat import uuid7

from services.survey.erasure.repository import count_erasures, hold_erasures
from services.survey.invitations.messages import plan_messages
from services.survey.rounds.cases_client import CasesClient, unknown
from services.survey.rounds.checking import Opening, check_change, check_opening, check_preview, reopen
from services.survey.rounds.effort import preview_of
from services.survey.rounds.errors import EMPTY_ROSTER, ROUND_EXISTS, ROUND_NOT_OPEN
from services.survey.rounds.gathering import Gathering
from services.survey.rounds.repository import (
    add_round,
    change_round,
    count_all_up,
    delete_drafts,
    find_stored,
    has_other_round,
    hold_round,
    hold_waves,
    is_over,
)
from services.survey.rounds.roster import RoundPlan, plan_round
from services.survey.rounds.schemas import (
    ClosingReason,
    OpenRound,
    RatedResources,
    RoundPreview,
    RoundView,
)
from services.survey.rounds.showing import show_round
from services.survey.rounds.writing import add_plan
from services.survey.standing.handling import find_handled_round
from services.survey.standing.repository import keep_standing
from services.survey.standing.visibility import may_see
from shared.access.principal import Principal, Role
from shared.audit import Access, record_access
from shared.changes.log import log_change, log_changes
from shared.contracts.survey import (
    MEASUREMENT,
    ROUND_CANCELLED,
    ROUND_CHANGED,
    ROUND_CLOSED,
    ROUND_OPENED,
    ROUND_PLANNED,
    RoundState,
)
from shared.database.connection import Database, Transaction
from shared.errors import BROKEN_RULE, NOT_FOUND, Problem, broken_rule, unavailable
from shared.representation import Precondition
from shared.resources import Put

_ROSTERS_AT_MOST = 5


class RoundOpener:
    """Opens rounds: asks the register first, then writes everything in one transaction."""

    def __init__(self, database: Database, cases: CasesClient) -> None:
        self._database = database
        self._cases = cases

    async def open_round(
        self, caller: Principal, round_id: UUID, wanted: OpenRound, precondition: Precondition
    ) -> tuple[RoundView, Put]:
        """Open a round or plan it, or change a planned one; asked again for the same, return what is there.

        Raises
        ------
        Problem
            409 if the wave has a round; 412 if a different round has the id; 422 for unknown instruments
            or case, one that has ended, or nobody to ask; 503 if the register does not answer.
        """
        async with self._database.transaction(caller.tenant, caller) as transaction:
            if await _is_stored_so(transaction, round_id, wanted, precondition):
                return await _shown(transaction, round_id)
            opening = await check_opening(transaction, round_id, wanted)
            tenant, erasures = transaction.tenant, await count_erasures(transaction)
        for _ in range(_ROSTERS_AT_MOST):
            gathering = await self._gather(caller, tenant, opening)
            if gathering.has_ended(datetime.now(UTC)):
                raise broken_rule(f"/{opening.subject.field}", "has-ended", "It has ended.")
            plan = None if opening.is_planned else _plan_somebody(opening, gathering)
            async with self._database.transaction(caller.tenant, caller) as transaction:
                before, erasures = erasures, await hold_erasures(transaction)
                if before != erasures:
                    continue  # the roster may name somebody who was erased meanwhile
                put = await _store(transaction, opening, (gathering, plan), precondition)
                return await show_round(transaction, round_id), put
        raise unavailable()

    async def open_planned(self, tenant: UUID, round_id: UUID) -> None:
        """Open a planned round whose time has come; with nobody to ask, or after its end, cancel it.

        Any number may try at once: one does it, for the others it is done.
        """
        caller = Principal("survey", "survey", frozenset({Role.SERVICE}), tenant=tenant)
        for _ in range(_ROSTERS_AT_MOST):
            async with self._database.transaction(tenant, caller) as transaction:
                stored = await find_stored(transaction, round_id)
                if stored is None or stored.state != RoundState.PLANNED:
                    return
                opening = await reopen(transaction, stored)
                erasures = await count_erasures(transaction)
            found = await self._find_anybody(caller, tenant, opening)
            async with self._database.transaction(tenant, caller) as transaction:
                same_people = erasures == await hold_erasures(transaction)
                held = await hold_round(transaction, round_id)
                if held is None or held.state != RoundState.PLANNED or not held.is_due:
                    return
                if not same_people or held.version != stored.version:
                    continue
                if isinstance(found, ClosingReason):
                    await cancel(transaction, round_id, found)
                else:
                    version = await change_round(transaction, round_id, _as_open(*found))
                    await _fill(transaction, opening, found, version)
                return
        raise unavailable()

    async def preview(self, caller: Principal, wanted: OpenRound) -> RoundPreview:
        """Say who would be asked what, and who not; nothing is stored but that somebody asked.

        Raises
        ------
        Problem
            422 for unknown instruments or case; 503 if the register does not answer.
        """
        async with self._database.transaction(caller.tenant, caller) as transaction:
            opening = await check_preview(transaction, uuid7(), wanted)
            about = opening.subject
            await record_access(transaction, Access("preview", about.about, about.id, wanted.purpose))
            tenant = transaction.tenant
        return preview_of(_planned(opening, await self._gather(caller, tenant, opening)))

    async def _gather(self, caller: Principal, tenant: UUID, opening: Opening) -> Gathering:
        """Return everybody; a case that the caller may not see is like one that there is not."""
        gathering = await self._cases.gather(tenant, opening.subject)
        if not may_see(caller, gathering.standing):
            raise unknown(opening.subject)
        return gathering

    async def _find_anybody(
        self, caller: Principal, tenant: UUID, opening: Opening
    ) -> tuple[Gathering, RoundPlan] | ClosingReason:
        """Return everybody and the plan, or why there is nobody to ask or nothing to ask about."""
        try:
            gathering = await self._gather(caller, tenant, opening)
        except Problem as problem:
            if problem.fault is BROKEN_RULE:
                return ClosingReason.EMPTY_ROSTER
            raise
        if gathering.has_ended(datetime.now(UTC)):
            return ClosingReason.CASE_CLOSED
        plan = _planned(opening, gathering)
        return (gathering, plan) if plan.invitations else ClosingReason.EMPTY_ROSTER


async def _is_stored_so(
    transaction: Transaction, round_id: UUID, wanted: OpenRound, precondition: Precondition
) -> bool:
    """Tell whether a round is there as wanted; refuse to make it so if that may not be."""
    stored = await find_stored(transaction, round_id)
    if stored is None:
        precondition.check_creation()
        return False
    if not stored.handled and not transaction.caller.is_any(Role.SERVICE):
        raise Problem(NOT_FOUND)
    if stored.request == wanted.model_dump(mode="json"):
        return True
    check_change(stored, wanted, precondition)
    return False


async def _shown(transaction: Transaction, round_id: UUID) -> tuple[RoundView, Put]:
    view = await show_round(transaction, round_id)
    return view, Put(version=view.version, changed=False)


def _planned(opening: Opening, gathering: Gathering) -> RoundPlan:
    return plan_round(opening.round_id, gathering, opening.instruments, opening.network)


def _plan_somebody(opening: Opening, gathering: Gathering) -> RoundPlan:
    plan = _planned(opening, gathering)
    if not plan.invitations:
        raise Problem(EMPTY_ROSTER)
    return plan


def _as_open(gathering: Gathering, plan: RoundPlan) -> dict[str, Any]:
    return {
        "state": RoundState.OPEN,
        "opened_at": func.now(),
        "respondent_label": gathering.respondent_label,
        "not_asked": [each.model_dump(mode="json") for each in plan.not_asked],
    }


async def _store(
    transaction: Transaction,
    opening: Opening,
    found: tuple[Gathering, RoundPlan | None],
    precondition: Precondition,
) -> Put:
    """Write a round, or change a planned one; of many who try at once, one does."""
    gathering, plan = found
    await hold_waves(transaction, opening.subject)
    stored = await hold_round(transaction, opening.round_id)
    if stored is not None and stored.request == opening.values["request"]:
        return Put(version=stored.version, changed=False)
    if stored is None:
        precondition.check_creation()
    else:
        check_change(stored, opening.wanted, precondition)
    if await has_other_round(transaction, opening.subject, opening.wanted.wave.code, opening.round_id):
        raise Problem(ROUND_EXISTS)
    version = await _write(transaction, opening, _state_of(gathering, plan), new=stored is None)
    if plan is not None:
        await _fill(transaction, opening, (gathering, plan), version)
    else:
        await keep_standing(transaction, gathering.standing)
        kind = ROUND_CHANGED if stored is not None else ROUND_PLANNED
        await log_change(transaction, kind, opening.round_id, version)
        await record_access(transaction, Access("plan", "round", opening.round_id, opening.wanted.purpose))
    return Put(version=version, created=stored is None)


def _state_of(gathering: Gathering, plan: RoundPlan | None) -> dict[str, Any]:
    if plan is not None:
        return _as_open(gathering, plan)
    return {
        "state": RoundState.PLANNED,
        "respondent_label": gathering.respondent_label,
        "not_asked": [],
    }


async def _write(transaction: Transaction, opening: Opening, state: Mapping[str, Any], *, new: bool) -> int:
    values = {**opening.values, **state}
    if not new:
        return await change_round(transaction, opening.round_id, values)
    values["opened_by"] = transaction.caller.recorded_as
    if not await add_round(transaction, opening.round_id, values):
        # The id was taken meanwhile, for another case.
        raise Problem(ROUND_EXISTS)
    return 1


async def _fill(
    transaction: Transaction, opening: Opening, found: tuple[Gathering, RoundPlan], version: int
) -> None:
    """Add all that opening a round makes, and tell of it."""
    gathering, plan = found
    round_id = opening.round_id
    await keep_standing(transaction, gathering.standing)
    await add_plan(transaction, round_id, gathering, plan)
    await plan_messages(transaction, round_id, [each.id for each in plan.invitations])
    await log_change(transaction, ROUND_OPENED, round_id, version)
    await log_changes(transaction, MEASUREMENT, {each.id: 1 for each in plan.measurements})
    await record_access(transaction, Access("open", "round", round_id, opening.wanted.purpose))


async def close(transaction: Transaction, round_id: UUID, because: ClosingReason) -> bool:
    """Close an open round and delete what was never submitted; tell whether it was open.

    Waits for submissions under way, which hold the round; later ones find it closed. Who closes it because
    its time has passed does nothing if somebody was given more time meanwhile.
    """
    held = await hold_round(transaction, round_id)
    if held is None or held.state != RoundState.OPEN:
        return False
    if because is ClosingReason.TIME and not await is_over(transaction, round_id):
        return False
    ended = {"state": RoundState.CLOSED, "closed_at": func.now(), "closed_because": because}
    version = await change_round(transaction, round_id, ended)
    await delete_drafts(transaction, round_id)
    await log_change(transaction, ROUND_CLOSED, round_id, version)
    await log_changes(transaction, MEASUREMENT, await count_all_up(transaction, round_id))
    await record_access(transaction, Access("close", "round", round_id, "measurement"))
    return True


async def cancel(transaction: Transaction, round_id: UUID, because: ClosingReason) -> bool:
    """Cancel a planned round; tell whether it was planned."""
    held = await hold_round(transaction, round_id)
    if held is None or held.state != RoundState.PLANNED:
        return False
    ended = {"state": RoundState.CANCELLED, "closed_at": func.now(), "closed_because": because}
    version = await change_round(transaction, round_id, ended)
    await log_change(transaction, ROUND_CANCELLED, round_id, version)
    await record_access(transaction, Access("cancel", "round", round_id, "measurement"))
    return True


async def rate_resources(transaction: Transaction, round_id: UUID, wanted: RatedResources) -> RoundView:
    """Record how much the citizen can do alone; the same again changes nothing.

    Raises
    ------
    Problem
        404; 409 for a cancelled round; 422 for a collaboration group, which has no citizen.
    """
    await find_handled_round(transaction, round_id)
    held = await hold_round(transaction, round_id)
    if held is None:
        raise Problem(NOT_FOUND)
    if held.case_id is None:
        raise broken_rule("", "no-citizen", "A collaboration group has no citizen.")
    if held.state == RoundState.CANCELLED:
        raise Problem(ROUND_NOT_OPEN)
    if (held.citizen_resources, held.resources_rated_by) != (wanted.level, wanted.rated_by):
        rated = {"citizen_resources": wanted.level, "resources_rated_by": wanted.rated_by}
        version = await change_round(transaction, round_id, rated)
        await log_change(transaction, ROUND_CHANGED, round_id, version)
        await log_changes(transaction, MEASUREMENT, await count_all_up(transaction, round_id))
        await record_access(transaction, Access("rate-resources", "round", round_id, "measurement"))
    return await show_round(transaction, round_id)
