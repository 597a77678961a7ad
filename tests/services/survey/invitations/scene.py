"""Rounds and invitations written straight into the database, as opening and answering would."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Table, insert, select, update

from services.survey.instruments.definition import load_catalogue
from services.survey.invitations.messages import plan_messages
from services.survey.rounds.schemas import OpenRound
from services.survey.rounds.tables import form, invitation, measurement, message, standing, survey_round
from shared.access.principal import Principal, Role
from shared.contracts.register import CaseState
from shared.contracts.survey import Seat
from shared.database.connection import Database
from tests.support.municipality import INFORMED


def ago(**span: float) -> datetime:
    """Return a time that has passed."""
    return datetime.now(UTC) - timedelta(**span)


def ahead(**span: float) -> datetime:
    """Return a time to come."""
    return datetime.now(UTC) + timedelta(**span)


def new_address() -> str:
    """Return an e-mail address nobody else has."""
    return f"{uuid4().hex[:12]}@hedensted.example"


@dataclass
class Scene:
    """One tenant's rounds; everybody invited has one form about one colleague."""

    database: Database
    tenant: UUID
    measurements: dict[UUID, UUID] = field(default_factory=dict)
    seats: int = 0

    def caller(self) -> Principal:
        """Return who writes."""
        return Principal("tester", "gateway", frozenset({Role.ADMINISTRATOR}), tenant=self.tenant)

    async def round(self, **more: Any) -> UUID:
        """Add an open round."""
        round_id, case_id, reminders = uuid4(), uuid4(), more.pop("reminders", [])
        wanted = OpenRound.model_validate(
            {
                "caseId": str(case_id),
                "wave": {"code": "baseline", "ordinal": 1, "label": "Før netværksmøderne"},
                "visibility": "team-open",
                "purpose": more.pop("purpose", "Bedre samarbejde omkring borgeren"),
                "legalBasis": "Databeskyttelsesforordningens artikel 6, stk. 1, litra e",
                "informed": INFORMED,
                "reminders": {"afterDays": reminders},
            }
        )
        values = {
            "id": round_id,
            "version": 1,
            "case_id": case_id,
            "wave": "baseline",
            "wave_ordinal": 1,
            "visibility": "team-open",
            "state": "open",
            "respondent_label": "Forløb 27",
            "request": wanted.model_dump(mode="json"),
            "not_asked": [],
            "opened_at": datetime.now(UTC),
            "opened_by": "tester",
            "roster_revision": 1,
            **more,
        }
        await self._add(survey_round, values)
        await self._measure(round_id, case_id)
        return round_id

    async def _measure(self, round_id: UUID, case_id: UUID) -> None:
        self.measurements[round_id] = uuid4()
        seats = [Seat(id=uuid4(), person_id=uuid4(), label=f"P{place}") for place in range(30)]
        colleague = Seat(id=uuid4(), person_id=uuid4(), label="Kollega")
        values = {
            "id": self.measurements[round_id],
            "version": 1,
            "round_id": round_id,
            "instrument": "relational-capacity",
            "instrument_version": 1,
            "form": "network",
            "items": list(load_catalogue()["relational-capacity", 1].item_ids),
            "focus_items": [],
            "respondents": [each.model_dump(mode="json", by_alias=True) for each in seats],
            "subjects": [colleague.model_dump(mode="json", by_alias=True)],
            "asked": bytes([1] * len(seats)),
            "level": "complex",
            "units": 3,
            "authority_functions": 2,
            "rule_set": "default/1",
        }
        await self._add(measurement, values)
        state = CaseState(version=1, id=case_id, participants=[], systems=["esdh"], level="complex")
        values = {
            "id": case_id,
            "version": 1,
            "about": "case",
            "is_open": True,
            "level": "complex",
            "level_since": ago(days=1),
            "state": state.model_dump(mode="json", by_alias=True),
        }
        await self._add(standing, values)

    async def invite(self, round_id: UUID, *, number: int = 0, **more: Any) -> UUID:
        """Add somebody with a form; by e-mail unless told otherwise."""
        invitation_id = uuid4()
        values = {
            "id": invitation_id,
            "version": 1,
            "round_id": round_id,
            "kind": "professional",
            "respondent_id": uuid4(),
            "label": "Anne Holm",
            "generation": 1,
            "channel": "e-mail",
            "contact": new_address() if more.get("channel", "e-mail") == "e-mail" else None,
            "language": "da",
            **more,
        }
        await self._add(invitation, values)
        values = {
            "id": uuid4(),
            "invitation_id": invitation_id,
            "measurement_id": self.measurements[round_id],
            "seat": self.seats,
            "draft_revision": 0,
            "share_with_team": False,
            "number": number,
        }
        self.seats += 1
        await self._add(form, values)
        return invitation_id

    async def plan(self, round_id: UUID, *invitations: UUID) -> None:
        """Plan messages as opening does."""
        async with self.database.transaction(self.tenant, self.caller()) as transaction:
            await plan_messages(transaction, round_id, invitations)

    async def answer(self, invitation_id: UUID) -> None:
        """Note that somebody has answered everything."""
        await self.change(form, form.c.invitation_id == invitation_id, number=1, submitted_at=ago())

    async def set(self, invitation_id: UUID, **values: Any) -> None:
        """Change an invitation."""
        await self.change(invitation, invitation.c.id == invitation_id, **values)

    async def set_round(self, round_id: UUID, **values: Any) -> None:
        """Change a round."""
        await self.change(survey_round, survey_round.c.id == round_id, **values)

    async def mark(self, message_id: UUID, **values: Any) -> None:
        """Change a message."""
        await self.change(message, message.c.id == message_id, **values)

    async def make_due(self, invitation_id: UUID) -> None:
        """Let all that is planned or under way be due by now."""
        past = ago(seconds=1)
        own = message.c.invitation_id == invitation_id
        await self.change(message, own, due_at=past)
        await self.change(message, own & (message.c.state == "sending"), claimed_until=past)

    async def change(self, table: Table, which: Any, **values: Any) -> None:
        """Change rows of a table."""
        async with self.database.transaction(self.tenant) as transaction:
            await transaction.execute(
                update(table).where(table.c.tenant_id == self.tenant, which).values(**values)
            )

    async def messages(self, invitation_id: UUID) -> Sequence[Any]:
        """Return somebody's messages in their order."""
        async with self.database.transaction(self.tenant) as transaction:
            return await transaction.rows(
                select(message)
                .where(message.c.tenant_id == self.tenant, message.c.invitation_id == invitation_id)
                .order_by(message.c.kind, message.c.number)
            )

    async def states(self, invitation_id: UUID) -> list[str]:
        """Return the states of somebody's messages."""
        return [row.state for row in await self.messages(invitation_id)]

    async def invitation(self, invitation_id: UUID) -> Any:
        """Return an invitation's row."""
        async with self.database.transaction(self.tenant) as transaction:
            return await transaction.first(
                select(invitation).where(
                    invitation.c.tenant_id == self.tenant, invitation.c.id == invitation_id
                )
            )

    async def _add(self, table: Table, values: dict[str, Any]) -> None:
        async with self.database.transaction(self.tenant) as transaction:
            await transaction.execute(insert(table).values(tenant_id=self.tenant, **values))
