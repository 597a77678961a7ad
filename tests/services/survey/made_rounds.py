"""Rounds written straight into the survey's tables, in any state, without the register or a respondent."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, update

from services.survey.instruments.definition import Instrument, load_catalogue
from services.survey.rounds.tables import (
    answer_set,
    form,
    invitation,
    measurement,
    named_in_round,
    standing,
    survey_round,
    text_answer,
)
from shared.changes.log import log_change
from shared.contracts.survey import Form, Seat
from shared.database.connection import Database, Transaction

NETWORK = ("relational-capacity", 1)
LEADERSHIP = ("coherent-leadership", 1)
CITIZEN = ("citizen-experienced-quality", 1)
OPENED = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class MadeForm:
    """A respondent's seat in a measurement."""

    id: UUID
    invitation: UUID
    measurement: UUID
    seat: int


@dataclass
class MadeRound:
    """A round, its roster and everybody's forms."""

    id: UUID
    case_id: UUID | None
    seats: list[Seat]
    invitations: list[UUID]
    measurements: dict[str, UUID] = field(default_factory=dict)
    forms: dict[str, list[MadeForm]] = field(default_factory=dict)
    citizen: Seat | None = None


def colleagues(count: int, leader: UUID | None = None) -> list[Seat]:
    """Make employees of one unit, with or without a leader, whose person is given."""
    unit, area, leader_id = uuid4(), uuid4(), uuid4() if leader else None
    return [
        Seat(
            id=uuid4(),
            person_id=uuid4(),
            label=f"Anne Holm {number}",
            professional_group="Socialrådgiver",
            unit_id=unit,
            area_id=area,
            municipality_code="0766",
            leader_id=leader_id,
            leader_person_id=leader,
            leader_label="Bo Lund" if leader else None,
            role="provider",
        )
        for number in range(count)
    ]


class RoundMaker:
    """Writes rounds of one tenant as the service's own role would."""

    def __init__(self, database: Database, tenant: UUID) -> None:
        self._database = database
        self.tenant = tenant

    async def round(
        self,
        seats: Sequence[Seat],
        *,
        instruments: Sequence[tuple[str, int]] = (NETWORK,),
        stands: Mapping[str, Any] | None = None,
        **values: Any,
    ) -> MadeRound:
        """Write a round with an invitation for each seat, and a citizen's where one is asked."""
        case_id = None if values.get("group_id") else values.pop("case_id", uuid4())
        made = MadeRound(uuid4(), case_id, list(seats), [])
        if CITIZEN in instruments:
            made.citizen = Seat(id=uuid4(), label="Borger", role="citizen")
        async with self._database.transaction(self.tenant) as transaction:
            await self._add_round(transaction, made, stands or {}, values)
            await self._invite(transaction, made)
            for key in instruments:
                await self._measure(transaction, made, load_catalogue()[key])
        return made

    async def _add_round(
        self,
        transaction: Transaction,
        made: MadeRound,
        stands: Mapping[str, Any],
        values: Mapping[str, Any],
    ) -> None:
        row = {
            "tenant_id": self.tenant,
            "id": made.id,
            "version": 1,
            "case_id": made.case_id,
            "wave": "baseline",
            "wave_ordinal": 1,
            "visibility": "team-open",
            "state": "open",
            "respondent_label": "Forløb 27",
            "request": {"purpose": "Bedre samarbejde"},
            "not_asked": [],
            "opened_at": OPENED,
            "roster_revision": 1,
            **values,
        }
        await transaction.execute(insert(survey_round).values(row))
        about = {"systems": ["esdh"], "unitIds": [], "writtenBy": [], "participants": [], **stands}
        await transaction.execute(
            insert(standing).values(
                tenant_id=self.tenant,
                id=made.case_id or row["group_id"],
                about="case" if made.case_id else "collaboration-group",
                version=1,
                is_open=True,
                level="complex",
                level_since=OPENED,
                state=about,
            )
        )
        named = {each for seat in made.seats for each in (seat.id, seat.person_id, seat.leader_person_id)}
        for each in named - {None}:
            await transaction.execute(
                insert(named_in_round).values(tenant_id=self.tenant, named_id=each, round_id=made.id)
            )

    async def _invite(self, transaction: Transaction, made: MadeRound) -> None:
        asked = [*made.seats, made.citizen] if made.citizen else made.seats
        for seat in asked:
            invited = uuid4()
            made.invitations.append(invited)
            await transaction.execute(
                insert(invitation).values(
                    tenant_id=self.tenant,
                    id=invited,
                    version=1,
                    round_id=made.id,
                    kind="professional" if seat.person_id else "citizen",
                    respondent_id=seat.person_id or seat.id,
                    label=seat.label,
                    generation=1,
                    channel="none",
                    language="da",
                )
            )

    async def _measure(self, transaction: Transaction, made: MadeRound, instrument: Instrument) -> None:
        respondents, subjects = self._axes(made, instrument)
        asked = bytes(int(one.id != other.id) for one in respondents for other in subjects)
        made.measurements[instrument.code] = own = uuid4()
        await transaction.execute(
            insert(measurement).values(
                tenant_id=self.tenant,
                id=own,
                version=1,
                round_id=made.id,
                instrument=instrument.code,
                instrument_version=instrument.version,
                form=instrument.form,
                items=list(instrument.item_ids),
                focus_items=list(instrument.item_ids[:1]),
                respondents=[each.model_dump(mode="json", by_alias=True) for each in respondents],
                subjects=[each.model_dump(mode="json", by_alias=True) for each in subjects],
                asked=asked,
                level="complex",
                units=5,
                authority_functions=2,
                rule_set="default/1",
            )
        )
        made.forms[instrument.code] = []
        for seat, respondent in enumerate(respondents):
            place = len(made.invitations) - 1 if respondent is made.citizen else seat
            one = MadeForm(uuid4(), made.invitations[place], own, seat)
            made.forms[instrument.code].append(one)
            await transaction.execute(
                insert(form).values(
                    tenant_id=self.tenant,
                    id=one.id,
                    invitation_id=one.invitation,
                    measurement_id=own,
                    seat=seat,
                    draft_revision=0,
                    share_with_team=False,
                    number=0,
                )
            )

    @staticmethod
    def _axes(made: MadeRound, instrument: Instrument) -> tuple[list[Seat], list[Seat]]:
        if instrument.form is Form.OWN_LEADER:
            return made.seats, [Seat(id=made.id, label="own-leader")]
        if instrument.form is Form.CITIZEN and made.citizen is not None:
            return [made.citizen], [Seat(id=made.case_id or uuid4(), label="Forløb 27")]
        if instrument.form is Form.COLLABORATION:
            return made.seats, [Seat(id=made.case_id or uuid4(), label="Samarbejdet")]
        return made.seats, made.seats

    async def answer(
        self,
        one: MadeForm,
        cells: bytes,
        number: int = 1,
        texts: Sequence[Mapping[str, Any]] = (),
        **more: Any,
    ) -> None:
        """Write a version of a form's answers, and its texts."""
        at = OPENED + timedelta(hours=number)
        said = {
            name: more.pop(name, usual) for name, usual in (("answered_by", "self"), ("language", "da"))
        }
        answered = {"number": number, "draft": None, **more}
        answered["submitted_at" if number == 1 else "corrected_at"] = at
        async with self._database.transaction(self.tenant) as transaction:
            key = {"tenant_id": self.tenant, "form_id": one.id, "number": number}
            await transaction.execute(
                insert(answer_set).values(
                    **key, **said, measurement_id=one.measurement, cells=cells, answered_at=at
                )
            )
            for text in texts:
                await transaction.execute(insert(text_answer).values(**key, **text))
            await transaction.execute(
                update(form).where(form.c.tenant_id == self.tenant, form.c.id == one.id).values(answered)
            )

    def writing(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction to write whatever else there is."""
        return self._database.transaction(self.tenant)

    async def change(self, table: Any, row_id: UUID, **values: Any) -> None:
        """Change a row."""
        async with self._database.transaction(self.tenant) as transaction:
            await transaction.execute(
                update(table).where(table.c.tenant_id == self.tenant, table.c.id == row_id).values(**values)
            )

    async def log(self, kind: str, subject: UUID, version: int = 1) -> None:
        """Note a change in the log."""
        async with self._database.transaction(self.tenant) as transaction:
            await log_change(transaction, kind, subject, version)


def cells(width: int, items: int, value: int, own: int | None = None) -> bytes:
    """Give everybody one code on everything, but one's own place none."""
    row = [0 if place == own else value for place in range(width) for _ in range(items)]
    return bytes(code & 0xFF for code in row)
