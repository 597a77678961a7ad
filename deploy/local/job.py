"""The main job: acts as a municipality's case system, and as everybody who is asked, over REST.

Every id is derived from the files', so running it again, or on after a kill, is the same run.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from deploy.local.answers import answers_of
from deploy.local.callers import SYSTEM, Callers
from deploy.local.dataset.identifiers import Identifiers
from deploy.local.dataset.rows import Case, Dataset, Member, Professional, Unit, Wave
from deploy.local.front_door import CallRefused, FrontDoor

_ARMS = {0: ("control", "Vanlig praksis"), 1: ("intervention", "Ledelsesintervention")}
_ALREADY_THERE = {"already-submitted", "round-closed"}


class Progress(Protocol):
    """Shows how far the job is."""

    def begin(self, what: str, steps: int) -> Callable[[], None]:
        """Begin a stage; call the result after each step."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One form, filled in, ready to be sent with its respondent's token."""

    token: str
    form: str
    ratings: list[dict[str, Any]]


class MainJob:
    """Registers a data set, asks everybody, and closes the rounds."""

    def __init__(self, door: FrontDoor, callers: Callers, dataset: Dataset, progress: Progress) -> None:
        self._door = door
        self._callers = callers
        self._data = dataset
        self._ids = Identifiers(callers.tenant)
        self._answered = answers_of(dataset, self._ids)
        self._progress = progress
        self._token = ""

    async def run(self) -> None:
        """Do all of it."""
        await self.register()
        for wave in self._data.waves:
            await self.open_rounds(wave)
            await self._stage(
                f"Svar · answers, {wave.code}",
                [self._let_answer(round_id) for round_id in self.rounds(wave)],
            )
            await self._close_rounds(wave)

    async def register(self) -> None:
        """Register organisation, cases and study."""
        self._token = await self._callers.client_token(self._door, "case-system")
        await self._register_organisation()
        await self._stage("Forløb · cases", [self._register_case(case) for case in self._data.cases])
        await self._enrol()

    async def open_rounds(self, wave: Wave) -> None:
        """Open a round for every case that somebody takes part in."""
        await self._stage(
            f"Runder åbnes · rounds, {wave.code}",
            [self._open_round(case, wave) for case in self._measured()],
        )

    def rounds(self, wave: Wave) -> list[UUID]:
        """Return the wave's rounds."""
        return [self._ids.round(case, wave.number) for case in self._measured()]

    def _measured(self) -> list[str]:
        return [case.id for case in self._data.cases if self._members(case.id)]

    async def _stage(self, what: str, work: Iterable[Coroutine[Any, Any, None]]) -> None:
        """Do the pieces of a stage side by side."""
        pieces = list(work)
        step = self._progress.begin(what, len(pieces))

        async def done(piece: Coroutine[Any, Any, None]) -> None:
            await piece
            step()

        async with asyncio.TaskGroup() as group:
            for piece in pieces:
                group.create_task(done(piece))

    async def _register_organisation(self) -> None:
        codes = {each.id: each.code for each in self._data.municipalities}
        areas = sorted({(unit.municipality, unit.area) for unit in self._data.units})
        await self._stage(
            "Hovedområder · areas",
            [
                self._create(
                    f"areas/{self._ids.area(municipality, name)}",
                    {"name": name, "municipalityCode": codes[municipality]},
                )
                for municipality, name in areas
            ],
        )
        await self._stage(
            "Enheder · units", [self._register_unit(unit, codes) for unit in self._data.units]
        )
        employees = self._data.employees()
        led = [each for each in employees if each.leader is not None]
        unled = [each for each in employees if each.leader is None]
        # A leader must be known before those who are led.
        await self._stage("Ledere · leaders", [self._register_employee(each) for each in unled])
        await self._stage("Fagpersoner · professionals", [self._register_employee(each) for each in led])

    async def _register_unit(self, unit: Unit, codes: dict[str, str]) -> None:
        body = {
            "name": unit.name,
            "areaId": str(self._ids.area(unit.municipality, unit.area)),
            "municipalityCode": codes[unit.municipality],
            "authorityFunction": unit.authority_function,
            "external": unit.external,
            "laws": [unit.law] if unit.law else [],
        }
        await self._create(f"units/{self._ids.unit(unit.id)}", body)

    async def _register_employee(self, employee: Professional) -> None:
        person = self._ids.person(employee.id)
        await self._create(f"persons/{person}", {"name": f"{employee.group} {employee.id}"})
        body = {
            "personId": str(person),
            "unitId": str(self._ids.unit(employee.unit)),
            "professionalGroup": employee.group,
            "leaderId": str(self._ids.professional(employee.leader)) if employee.leader else None,
            "validFrom": _morning(self._data.waves[0].opens_on),
        }
        await self._create(f"professionals/{self._ids.professional(employee.id)}", body)

    async def _register_case(self, case: Case) -> None:
        laws = {unit.id: [unit.law] if unit.law else [] for unit in self._data.units}
        body = {
            "caseId": str(self._ids.case(case.id)),
            "sourceVersion": 1,
            "respondentLabel": f"Forløb {case.id}",
            "involvements": [
                {"unitId": str(self._ids.unit(each.unit)), "role": each.role, "laws": laws[each.unit]}
                for each in self._data.involvements
                if each.case == case.id
            ],
            "participants": [
                {"professionalId": str(self._ids.professional(member.professional))}
                for member in self._members(case.id)
            ],
            "citizens": [{"citizenId": str(each)} for each in self._citizens(case.id)],
        }
        path = f"/v1/registrations/{SYSTEM}/{self._ids.registration(case.id, SYSTEM)}"
        await self._door.call(self._token, "PUT", path, body)

    def _members(self, case: str) -> list[Member]:
        return [member for member in self._data.members if member.case == case]

    def _citizens(self, case: str) -> list[UUID]:
        named = {row.citizen for row in self._data.citizen if row.case == case}
        return [self._ids.citizen(citizen) for citizen in sorted(named)]

    async def _enrol(self) -> None:
        enrolled = [case for case in self._data.cases if case.arm is not None]
        if not enrolled:
            return
        token = await self._callers.client_token(self._door, "research")
        study = f"/v1/studies/{self._ids.study()}"
        arms = [{"code": code, "name": name} for code, name in _ARMS.values()]
        await self._door.create(token, study, {"name": self._data.name, "arms": arms})
        await self._stage(
            "Undersøgelse · study",
            [
                _discard(
                    self._door.create(
                        token,
                        f"{study}/enrolments/{self._ids.case(case.id)}",
                        {
                            "arm": _ARMS[case.arm or 0][0],
                            "stratum": case.municipality,
                            "method": "unknown",
                            "allocatedAt": _morning(self._data.waves[0].opens_on),
                        },
                    )
                )
                for case in enrolled
            ],
        )

    async def _open_round(self, case: str, wave: Wave) -> None:
        body = {
            "caseId": str(self._ids.case(case)),
            "wave": {"code": wave.code, "ordinal": wave.number, "label": wave.code},
            "visibility": "team-open",
            "purpose": "Bedre samarbejde omkring borgeren",
            "legalBasis": "Databeskyttelsesforordningens artikel 6, stk. 1, litra e",
            "informed": {
                "citizenInformedAt": _morning(wave.opens_on),
                "employeesInformedAt": _morning(wave.opens_on),
            },
        }
        await self._create(f"rounds/{self._ids.round(case, wave.number)}", body)

    async def submissions(self, round_id: UUID) -> AsyncIterator[Submission]:
        """Fetch every link as the case system, and see as the one invited what is still asked."""
        forms = self._answered.get(round_id, [])
        path = f"/v1/rounds/{round_id}/invitations?pageSize=200"
        for invitation in (await self._door.get(self._token, path))["items"]:
            mine = {each.form: each for each in forms if str(each.respondent) == invitation["respondentId"]}
            if mine and invitation["submitted"] < invitation["forms"]:
                link = f"/v1/invitations/{invitation['id']}/link"
                answer = await self._door.call(self._token, "POST", link, {})
                token = answer.json()["link"].partition("#")[2]
                for form in (await self._door.get(token, "/v1/response"))["forms"]:
                    if form["form"] in mine and form["submittedAt"] is None:
                        yield Submission(token, form["id"], mine[form["form"]].ratings(form))

    async def _let_answer(self, round_id: UUID) -> None:
        async for submission in self.submissions(round_id):
            try:
                await self.submit(submission)
            except CallRefused as refusal:
                if refusal.code not in _ALREADY_THERE:
                    raise

    async def submit(self, submission: Submission) -> None:
        """Send one filled-in form, under a key of its own."""
        body = {"formId": submission.form, "ratings": submission.ratings}
        key = f"job-{submission.form}"
        await self._door.call(submission.token, "POST", "/v1/response", body, Idempotency_Key=key)

    async def _close_rounds(self, wave: Wave) -> None:
        """Close one after the other: figures are let out in that order, so it is always the same."""
        rounds = self.rounds(wave)
        step = self._progress.begin(f"Runder lukkes · closing, {wave.code}", len(rounds))
        for round_id in rounds:
            await self._door.call(self._token, "PUT", f"/v1/rounds/{round_id}/closure", {})
            step()

    async def _create(self, path: str, body: dict[str, Any]) -> None:
        await self._door.create(self._token, f"/v1/{path}", body)


async def _discard(work: Coroutine[Any, Any, object]) -> None:
    await work


def _morning(day: date) -> str:
    return f"{day.isoformat()}T08:00:00Z"
