"""The use case of a changed roster: an open round follows who joined and who left its case or group."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.survey.erasure.repository import count_erasures, hold_erasures
from services.survey.invitations.messages import plan_messages
from services.survey.rounds.cases_client import CasesClient
from services.survey.rounds.checking import chosen_before
from services.survey.rounds.comparison import participant
from services.survey.rounds.errors import ROUND_NOT_OPEN
from services.survey.rounds.gathering import Gathering
from services.survey.rounds.joining import (
    Extended,
    Frozen,
    changed_leaders,
    extend,
    not_asked_now,
)
from services.survey.rounds.repository import (
    ROUND_ROWS,
    change_round,
    drop_forms,
    hold_round,
    mark_left,
    put_draft,
    read_forms,
    read_invitations,
    read_measurements,
    subject_of,
)
from services.survey.rounds.roster import (
    PlannedMeasurement,
    RoundPlan,
    contacts_of,
    invite,
    plan_round,
)
from services.survey.rounds.schemas import (
    InstrumentChoice,
    NetworkSubjects,
    NotAsked,
    Reason,
    RosterUpdateView,
)
from services.survey.rounds.tables import survey_round
from services.survey.rounds.writing import (
    add_invitations,
    add_measurements,
    add_names,
    put_extended,
)
from services.survey.standing.handling import find_handled_round
from services.survey.standing.repository import keep_standing
from shared.access.principal import Principal
from shared.audit import Access, record_access
from shared.changes.log import log_change
from shared.contracts.survey import MEASUREMENT, ROUND_CHANGED, Form, RoundState, Seat
from shared.database.connection import Database, Transaction
from shared.errors import Problem, unavailable
from shared.idempotency import Attempt, Made, once
from shared.resources import read_row

_ROSTERS_AT_MOST = 5


class RosterFollower:
    """Asks the register again who is there, and lets an open round follow."""

    def __init__(self, database: Database, cases: CasesClient) -> None:
        self._database = database
        self._cases = cases

    async def follow(
        self, caller: Principal, round_id: UUID, attempt: Attempt, purpose: str
    ) -> RosterUpdateView:
        """Append who came, mark who left, and say who did so since the round opened.

        Raises
        ------
        Problem
            404; 409 if the round is not open; 503 if the register does not answer.
        """
        async with self._database.transaction(caller.tenant, caller) as transaction:
            subject = subject_of(await find_handled_round(transaction, round_id))
            tenant, erasures = transaction.tenant, await count_erasures(transaction)
        for _ in range(_ROSTERS_AT_MOST):
            gathering = await self._cases.gather(tenant, subject)
            async with self._database.transaction(caller.tenant, caller) as transaction:
                before, erasures = erasures, await hold_erasures(transaction)
                if before != erasures:
                    continue  # the roster may name somebody who was erased meanwhile

                async def make(
                    transaction: Transaction = transaction, gathering: Gathering = gathering
                ) -> Made:
                    await follow_roster(transaction, round_id, gathering)
                    await record_access(transaction, Access("update-roster", "round", round_id, purpose))
                    return Made(200, round_id)

                await once(transaction, attempt, make)
                return await _show(transaction, round_id, gathering)
        raise unavailable()


@dataclass(frozen=True, slots=True)
class _Standing:
    """An open round as it stands: its forms, by measurement and seat, and its frozen rosters."""

    row: Row[Any]
    forms: dict[tuple[UUID, int], Row[Any]]
    invitations: dict[UUID, Row[Any]]
    frozen: tuple[Frozen, ...]

    @property
    def not_asked(self) -> list[NotAsked]:
        return [NotAsked.model_validate(each) for each in self.row.not_asked]

    def missing(self, plan: RoundPlan) -> list[PlannedMeasurement]:
        """Return the measurements there was nobody for until now, such as a citizen registered since.

        One that an erasure took away stays away: its ids are known to whoever follows the changes.
        """
        for_nobody = {each.instrument for each in self.not_asked if each.respondent_id is None}
        planned = [
            self._without_skipped(each) for each in plan.measurements if each.instrument.code in for_nobody
        ]
        return [each for each in planned if each.respondents]

    def _without_skipped(self, planned: PlannedMeasurement) -> PlannedMeasurement:
        skipped = self.skipped(planned.instrument.code)
        if not skipped:
            return planned
        # Only a form about the own leader skips somebody, and it has one subject.
        kept = tuple(seat for seat in planned.respondents if seat.id not in skipped)
        return replace(planned, respondents=kept, asked=bytes([1]) * len(kept))

    def skipped(self, instrument: str) -> set[UUID]:
        """Return who was there without a leader, and so is not asked about one now either."""
        return {
            each.respondent_id
            for each in self.not_asked
            if each.instrument == instrument
            and each.reason is Reason.NO_LEADER
            and each.respondent_id is not None
        }


async def follow_roster(transaction: Transaction, round_id: UUID, gathering: Gathering) -> None:
    """Make an open round's roster follow the register's; with nothing changed, do nothing.

    Raises
    ------
    Problem
        409 if the round is not open.
    """
    held = await hold_round(transaction, round_id)
    if held is None or held.state != RoundState.OPEN:
        raise Problem(ROUND_NOT_OPEN)
    standing = await _standing(transaction, held)
    plan = await _plan(transaction, standing.row, gathering)
    planned = {each.id: each for each in plan.measurements}
    extended = [
        extend(each, planned.get(each.id), gathering.present, standing.skipped(each.instrument))
        for each in standing.frozen
    ]
    await keep_standing(transaction, gathering.standing)
    await add_names(transaction, round_id, gathering.named)
    moved = await _move(transaction, standing, gathering)
    missing = standing.missing(plan)
    await _open_missing(transaction, round_id, missing, gathering)
    new = await _seat(transaction, standing, extended, missing, gathering)
    changed = await _write_changed(transaction, standing.frozen, extended) or bool(missing)
    opened = {each.instrument.code for each in missing}
    before = [each for each in standing.not_asked if each.respondent_id or each.instrument not in opened]
    not_asked = not_asked_now(before, plan.not_asked, standing.frozen, gathering.present)
    if moved or new or changed or not_asked != standing.not_asked:
        values = {
            "roster_revision": survey_round.c.roster_revision + 1,
            "not_asked": [each.model_dump(mode="json") for each in not_asked],
        }
        version = await change_round(transaction, round_id, values)
        await log_change(transaction, ROUND_CHANGED, round_id, version)
        await plan_messages(transaction, round_id, new)


async def _standing(transaction: Transaction, row: Row[Any]) -> _Standing:
    forms = {(each.measurement_id, each.seat): each for each in await read_forms(transaction, row.id)}
    invitations = {each.id: each for each in await read_invitations(transaction, row.id)}
    settled = {
        place
        for place, each in forms.items()
        if each.number > 0 or invitations[each.invitation_id].withdrawn_at is not None
    }
    frozen = tuple(
        Frozen(
            id=each.id,
            instrument=each.instrument,
            form=Form(each.form),
            respondents=_seats(each.respondents),
            subjects=_seats(each.subjects),
            asked=each.asked,
            settled=frozenset(seat for measurement, seat in settled if measurement == each.id),
        )
        for each in await read_measurements(transaction, row.id)
    )
    return _Standing(row, forms, invitations, frozen)


def _seats(stored: Iterable[Mapping[str, Any]]) -> tuple[Seat, ...]:
    return tuple(Seat.model_validate(seat) for seat in stored)


async def _plan(transaction: Transaction, row: Row[Any], gathering: Gathering) -> RoundPlan:
    # Rounds from before there were groups say nothing of them.
    network = NetworkSubjects(row.request.get("network_subjects", NetworkSubjects.PARTICIPANTS))
    choices = [InstrumentChoice.model_validate(each) for each in row.request["instruments"]]
    return plan_round(row.id, gathering, await chosen_before(transaction, choices), network)


async def _move(transaction: Transaction, standing: _Standing, gathering: Gathering) -> bool:
    """Mark the invitations of those who left, and of those who are back; tell whether there are any."""
    people = {each.person_id for each in gathering.members} | {
        each.citizen_id for each in gathering.citizens
    }
    left = [
        each.id
        for each in standing.invitations.values()
        if each.left_at is None and each.respondent_id not in people
    ]
    back = [
        each.id
        for each in standing.invitations.values()
        if each.left_at is not None and each.respondent_id in people
    ]
    await mark_left(transaction, left, left=True)
    await mark_left(transaction, back, left=False)
    return bool(left or back)


async def _open_missing(
    transaction: Transaction, round_id: UUID, missing: list[PlannedMeasurement], gathering: Gathering
) -> None:
    await add_measurements(transaction, round_id, gathering.complexity, missing)
    for each in missing:
        await log_change(transaction, MEASUREMENT, each.id, 1)


async def _seat(
    transaction: Transaction,
    standing: _Standing,
    extended: Iterable[Extended],
    missing: Iterable[PlannedMeasurement],
    gathering: Gathering,
) -> set[UUID]:
    """Give everybody the forms they have something to say in, and no others; return new invitations."""
    seats = [(each.id, place, seat) for each in missing for place, seat in enumerate(each.respondents)]
    idle: list[Row[Any]] = []
    for each in extended:
        for place, seat in enumerate(each.respondents):
            form = standing.forms.get((each.id, place))
            if any(each.row(place)):
                seats += [(each.id, place, seat)] if form is None else []
            elif form is not None and form.number == 0:
                idle.append(form)
        await _prune_drafts(transaction, standing, each)
    invited = invite(standing.row.id, seats, contacts_of(gathering))
    await _drop(transaction, standing, idle, {each.id for each in invited})
    return await add_invitations(transaction, standing.row.id, invited, joined=True)


async def _drop(
    transaction: Transaction, standing: _Standing, idle: list[Row[Any]], invited: set[UUID]
) -> None:
    """Drop forms with nobody left to rate; somebody's last one stays, as do those who withdrew."""
    gone = {each.id for each in idle}
    busy = invited | {each.invitation_id for each in standing.forms.values() if each.id not in gone}
    await drop_forms(
        transaction,
        [
            each.id
            for each in idle
            if each.invitation_id in busy and standing.invitations[each.invitation_id].withdrawn_at is None
        ],
    )


async def _prune_drafts(transaction: Transaction, standing: _Standing, extended: Extended) -> None:
    """Take those who are no longer asked about out of drafts."""
    (frozen,) = [each for each in standing.frozen if each.id == extended.id]
    if frozen.form is not Form.NETWORK:
        return
    for place in range(extended.first_new):
        form = standing.forms.get((extended.id, place))
        if form is None or form.number > 0:
            continue
        asked = zip(extended.subjects, extended.row(place), strict=True)
        subjects = {None, *(str(seat.id) for seat, is_asked in asked if is_asked)}
        left = {
            name: [each for each in written if each["subjectId"] in subjects]
            for name, written in (("draft", form.draft), ("draft_texts", form.draft_texts))
            if written
        }
        if any(written != getattr(form, name) for name, written in left.items()):
            await put_draft(transaction, form.id, left)


async def _write_changed(
    transaction: Transaction, frozen: Iterable[Frozen], extended: Iterable[Extended]
) -> bool:
    changed = False
    for before, after in zip(frozen, extended, strict=True):
        if (before.respondents, before.subjects, before.asked) != (
            after.respondents,
            after.subjects,
            after.asked,
        ):
            changed = True
            await log_change(transaction, MEASUREMENT, after.id, await put_extended(transaction, after))
    return changed


async def _show(transaction: Transaction, round_id: UUID, gathering: Gathering) -> RosterUpdateView:
    """Say what has happened to the roster since the round opened."""
    row = await read_row(transaction, ROUND_ROWS, round_id)
    standing = await _standing(transaction, row)
    leaders = {each.professional_id: each.leader_id for each in gathering.members}
    invited = standing.invitations.values()
    return RosterUpdateView(
        round_id=round_id,
        version=row.version,
        roster_revision=row.roster_revision,
        joined=[each.id for each in invited if each.joined_at is not None],
        left=[each.id for each in invited if each.left_at is not None],
        changed_leader=[participant(seat) for seat in changed_leaders(standing.frozen, leaders)],
    )
