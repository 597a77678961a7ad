"""The real survey without its port and its jobs: every deed is a call, and time passes when told to."""

import asyncio
from base64 import b64decode
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID, uuid4, uuid5

import asyncpg
import httpx2

from services.survey.answering.submitting import taking_answers
from services.survey.answering.tokens import RespondentToken, RespondentTokens
from services.survey.clock.work import RoundClock
from services.survey.erasure.service import Erased, Eraser
from services.survey.instruments.definition import load_catalogue
from services.survey.main import build
from services.survey.rounds.cases_client import CasesClient
from services.survey.rounds.cubes import read_measurement_states
from services.survey.rounds.gathering import Gathering, Subject, around_case
from services.survey.rounds.service import RoundOpener
from services.survey.rounds.tables import measurement
from services.survey.rounds.updating import RosterFollower
from services.survey.rules.service import RuleKeeper
from services.survey.settings import SurveySettings
from shared.access.principal import Role
from shared.contracts.register import (
    CITIZEN,
    PERSON,
    CaseState,
    ParticipantRole,
    Roster,
    RosterCitizen,
    RosterInformed,
    RosterMember,
)
from shared.database.connection import Database
from tests.endurance import pieces
from tests.endurance.pieces import Kind
from tests.support.databases import TestDatabase
from tests.support.keys import signer, token
from tests.support.services import survey_settings

Value = TypeVar("Value")

INSTRUMENTS = {
    Kind.NETWORK: ("relational-capacity", 1),
    Kind.TOGETHER: ("midway-form", 1),
    Kind.CITIZEN: ("citizen-experienced-quality", 1),
}
QUESTION = "what-works"
FAR, FARTHER = "2090-01-01T00:00:00Z", "2095-01-01T00:00:00Z"
_NOWHERE = "http://127.0.0.1:9"


class House:
    """The survey in a loop of its own, to be started again at any time."""

    def __init__(self, database: TestDatabase) -> None:
        self.superuser = database.superuser
        self.cases = Register(_NOWHERE, signer("survey"))
        self._settings = survey_settings(database, _NOWHERE)
        self._loop = asyncio.new_event_loop()
        self._open = AsyncExitStack()
        self.run(self._start())

    def run(self, work: Coroutine[Any, Any, Value]) -> Value:
        """Do something in the service's loop."""
        return self._loop.run_until_complete(work)

    def restart(self) -> None:
        """Stop the service, and start it with nothing remembered."""
        self.run(self._open.aclose())
        self.run(self._start())

    def close(self) -> None:
        """Stop it for good."""
        self.run(self._open.aclose())
        self.run(self.cases.close())
        self._loop.close()

    async def _start(self) -> None:
        settings: SurveySettings = self._settings
        app = build(settings)
        self._open = AsyncExitStack()
        self.database = Database(str(settings.app_dsn), pool_size=4)
        self.feed = Database(str(settings.feed_dsn), pool_size=1)
        for database in (self.database, self.feed):
            self._open.push_async_callback(database.close)
        opener = RoundOpener(self.database, self.cases)
        app.state.database, app.state.round_opener = self.database, opener
        app.state.roster_follower = RosterFollower(self.database, self.cases)
        app.state.submitting = await self._open.enter_async_context(taking_answers(self.database))
        keeper = RuleKeeper(self.database, self.cases, opener)
        self.clock = RoundClock(self.database, self.feed, opener, keeper)
        self.tokens: RespondentTokens = app.state.respondent_tokens
        self.http = await self._open.enter_async_context(
            httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://survey")
        )


class Register(CasesClient):
    """The register as a sequence wants it to be."""

    roster: Roster

    async def gather(self, tenant: UUID, subject: Subject) -> Gathering:
        """Return everybody around the case."""
        return around_case(self.roster)


@dataclass
class Scene:
    """One round of one tenant, and the calls of everybody in it."""

    house: House
    tenant: UUID = field(default_factory=uuid4)
    round_id: UUID = field(default_factory=uuid4)
    case_id: UUID = field(default_factory=uuid4)
    persons: dict[str, UUID] = field(default_factory=dict)
    employments: dict[str, UUID] = field(default_factory=dict)
    names: dict[UUID, str] = field(default_factory=dict)
    invitations: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for who in (*pieces.PEOPLE, pieces.CITIZEN):
            self.persons[who], self.employments[who] = uuid4(), uuid4()
            self.names[self.persons[who]] = self.names[self.employments[who]] = who
        self.employments[pieces.CITIZEN] = self.persons[pieces.CITIZEN]
        self.names[self.case_id] = pieces.IT
        roles = (Role.ADMINISTRATOR, Role.DATA_STEWARD)
        self._staff = token("survey", self.tenant, *roles)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        """Call as staff."""
        return self.send(self._staff, method, path, body, **headers)

    def answer(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        """Call as somebody who is asked, with the link they hold."""
        return self.send(self.tokens.get(who, "rt_none"), method, path, body, **headers)

    def send(self, bearer: str, method: str, path: str, body: Any, **headers: str) -> httpx2.Response:
        """Call with a token."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named["Authorization"] = f"Bearer {bearer}"
        content: dict[str, Any] = {} if body is None else {"json": body}
        return self.house.run(self.house.http.request(method, path, headers=named, **content))

    def assemble(self, present: list[str], *, citizen: bool) -> None:
        """Say who is there now."""
        citizens = [RosterCitizen(citizen_id=self.persons[pieces.CITIZEN], relation="citizen")]
        self.house.cases.roster = Roster(
            case_id=self.case_id,
            standing=CaseState(version=1, id=self.case_id, participants=[]),
            respondent_label="Forløb",
            level="complex",
            units=3,
            authority_functions=1,
            rule_set="samspil-1",
            members=[self._member(who) for who in sorted(present)],
            citizens=citizens if citizen else [],
            informed=RosterInformed(citizens_at=None, employees_at=None),
        )

    def _member(self, who: str) -> RosterMember:
        return RosterMember(
            professional_id=self.employments[who],
            person_id=self.persons[who],
            label=who,
            professional_group="Socialrådgiver",
            unit_id=self.case_id,
            area_id=self.case_id,
            municipality_code="0766",
            leader_id=None,
            leader_label=None,
            involvement_role=None,
            role=ParticipantRole.PARTICIPANT,
        )

    def open(self, closes_at: str | None) -> None:
        """Open the round, and give everybody their first link."""
        told = "2026-01-05T08:00:00Z"
        body = {
            "caseId": str(self.case_id),
            "wave": {"code": "baseline", "ordinal": 1, "label": "Før"},
            "visibility": "team-open",
            "purpose": "Bedre samarbejde",
            "legalBasis": "Databeskyttelsesforordningens artikel 6, stk. 1, litra e",
            "informed": {"citizenInformedAt": told, "employeesInformedAt": told},
            "instruments": [{"code": code, "version": version} for code, version in INSTRUMENTS.values()],
            "closesAt": closes_at,
        }
        answer = self.call("PUT", f"/v1/rounds/{self.round_id}", body, If_None_Match="*")
        assert answer.status_code == 201, answer.text
        for who in self.look_up():
            self.hold_first_link(who)

    def look_up(self) -> dict[str, dict[str, Any]]:
        """Return how everybody's invitation stands, and learn the ids of new ones."""
        answer = self.call("GET", f"/v1/rounds/{self.round_id}/invitations?pageSize=100")
        assert answer.status_code == 200, answer.text
        found = {self.names[UUID(each["respondentId"])]: each for each in answer.json()["items"]}
        for who, each in found.items():
            if who not in self.invitations:
                self.invitations[who] = each["id"]
        return found

    def take_link(self, who: str) -> httpx2.Response:
        """Ask for somebody's link, and let them hold it."""
        answer = self.call("POST", f"/v1/invitations/{self.invitation(who)}/link", {})
        if answer.is_success:
            self.tokens[who] = answer.json()["link"].partition("#")[2]
        return answer

    def hold_first_link(self, who: str) -> None:
        """Let somebody hold the link their invitation began with, unless they hold one already."""
        if who not in self.tokens:
            first = RespondentToken(self.tenant, UUID(self.invitations[who]), 1)
            self.tokens[who] = self.house.tokens.write(first)

    def invitation(self, who: str) -> str:
        """Return the id of somebody's invitation, or one that there is none of."""
        return self.invitations.get(who, str(UUID(int=0)))

    def subject(self, name: str) -> str:
        """Return the id under which somebody, or the whole, is rated."""
        return str(self.case_id if name == pieces.IT else self.employments[name])

    def form_id(self, who: str, kind: Kind) -> UUID:
        """Return the id that somebody's form has, if there is one."""
        measured = uuid5(self.round_id, INSTRUMENTS[kind][0])
        return uuid5(measured, str(self.employments[who]))

    def execute(self, statement: str, *values: Any) -> None:
        """Change rows behind the service, as time does."""

        async def run() -> None:
            connection = await asyncpg.connect(self.house.superuser)
            try:
                await connection.execute(statement, *values)
            finally:
                await connection.close()

        self.house.run(run())

    def erase(self, who: str) -> None:
        """Let the register have forgotten somebody."""

        async def run() -> None:
            eraser = Eraser(self.house.database)
            kind = CITIZEN if who == pieces.CITIZEN else PERSON
            for clearance in await eraser.find(self.tenant, [Erased(kind, self.persons[who])]):
                await eraser.clear(clearance)

        self.house.run(run())

    def told(self) -> dict[str, dict[str, Any]]:
        """Return what the feed tells of each measurement, by form."""

        async def run() -> dict[str, dict[str, Any]]:
            async with self.house.feed.transaction() as transaction:
                ids = await transaction.rows(
                    measurement.select().where(measurement.c.round_id == self.round_id)
                )
                subjects = [(self.tenant, row.id) for row in ids]
                states = await read_measurement_states(transaction, subjects)
            return {state["form"]: state for state in states.values()}

        return self.house.run(run())


def items_of(kind: Kind) -> tuple[str, ...]:
    """Return the items of a form."""
    return load_catalogue()[INSTRUMENTS[kind]].item_ids


def cells_of(state: dict[str, Any]) -> list[bytes]:
    """Return the rows of cells that the feed tells."""
    cells = b64decode(state["cells"])
    width = len(state["subjects"]) * len(state["items"])
    return [cells[start : start + width] for start in range(0, len(state["respondents"]) * width, width)]
