"""A small municipality that does everything to few cases: case systems, the case team, the organisation.

What is done is made of small numbers, so that a search for a short failing sequence can play with them.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID, uuid4

from benchmarks.register_invariants import Connection

SYSTEMS = ("esdh", "job-centre", "team")
FILES, CITIZENS, UNITS, PEOPLE = 2, 3, 4, 4
LATER = "2099-01-01T00:00:00Z"
_FIELDS = ("respondentLabel", "status", "sensitivity", "targetGroup", "kleNumber", "municipalityCode")
_JUDGED = ("level", "units", "authorityFunctions")
_ROLES = ("authority", "provider")
_SENSITIVITIES = (None, "confidential", "vip")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the register answered."""

    status: int
    body: Any


Send: TypeAlias = Callable[[str, str, object, Mapping[str, str]], Awaitable[Answer]]
"""Sends method, path, body and headers to the register as somebody who may do everything."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something to do: which, and four numbers to choose by."""

    name: str
    a: int
    b: int
    c: int
    d: int


def random_deed(source: random.Random) -> Deed:
    """Return any deed; registering is what happens most."""
    names = (*DEEDS, *["register"] * 8)
    return Deed(source.choice(names), *(source.randrange(64) for _ in range(4)))


@dataclass(slots=True)
class World:
    """One tenant; `answers` counts what was answered to what."""

    send: Send
    connection: Connection
    tenant: UUID = field(default_factory=uuid4)
    citizens: list[UUID] = field(default_factory=lambda: [uuid4() for _ in range(CITIZENS)])
    units: list[UUID] = field(default_factory=lambda: [uuid4() for _ in range(UNITS)])
    people: list[UUID] = field(default_factory=lambda: [uuid4() for _ in range(PEOPLE)])
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    is_windy: bool = False
    """Whether much is done at once, so that nobody knows which file was there before."""
    excused: set[UUID] = field(default_factory=set)
    shown: dict[tuple[UUID, str], dict[str, Any]] = field(default_factory=dict)
    _versions: Counter[str] = field(default_factory=Counter)
    _looked_at: dict[UUID, int] = field(default_factory=dict)
    _snapshot: int = 0

    async def settle(self) -> None:
        """Make the organisation: a unit that doesn't count within one that does, and an external one."""
        area = uuid4()
        await self._made(f"/v1/areas/{area}", {"name": "Børn og Unge", "municipalityCode": "0766"})
        unit = {"name": "Enhed", "areaId": str(area), "municipalityCode": "0766"}
        more: tuple[dict[str, Any], ...] = (
            {},
            {"external": True},
            {"countsAsUnit": False, "parentId": str(self.units[0])},
            {},
        )
        for unit_id, special in zip(self.units, more, strict=True):
            await self._made(f"/v1/units/{unit_id}", {**unit, **special})
        for each in self.people:
            await self._made(f"/v1/persons/{each}", {"name": "P"})
            employment = {
                "personId": str(each),
                "unitId": str(self.units[0]),
                "professionalGroup": "Socialrådgiver",
                "validFrom": "2026-01-01T00:00:00Z",
            }
            await self._made(f"/v1/professionals/{each}", employment)

    async def _made(self, path: str, body: object) -> None:
        answer = await self.send("PUT", path, body, {"If-None-Match": "*"})
        if answer.status != 201:
            raise RuntimeError(f"{path}: {answer}")

    async def do(self, deed: Deed) -> Answer | None:
        """Do one thing; None if there was nothing to do it to."""
        answer = await DEEDS[deed.name](self, deed)
        if answer is not None:
            self.answers[deed.name, answer.status] += 1
        return answer

    async def rest(self) -> None:
        """Wait until nothing is left to classify anew."""
        open_jobs = "SELECT count(*) FROM reclassification WHERE tenant_id = $1 AND done_at IS NULL"
        while await self.connection.fetchval(open_jobs, self.tenant):
            await asyncio.sleep(0.02)

    async def cases(self) -> list[UUID]:
        """Return the cases there are, the oldest first."""
        rows = await self.connection.fetch(
            "SELECT id FROM citizen_case WHERE tenant_id = $1 ORDER BY registered_at, id", self.tenant
        )
        return [row["id"] for row in rows]

    async def remember(self) -> None:
        """Keep how cases are shown that have changed since they were last looked at."""
        await self.rest()
        rows = await self.connection.fetch(
            "SELECT id, version FROM citizen_case WHERE tenant_id = $1", self.tenant
        )
        for case_id, version in rows:
            if self._looked_at.get(case_id) != version:
                self._looked_at[case_id] = version
                view = (await self.send("GET", f"/v1/cases/{case_id}", None, {})).body
                self.shown[case_id, view["updatedAt"]] = _timeless(view)

    async def misremembered(self) -> list[tuple[UUID, str, Any, Any]]:
        """Return the moments at which a case looks otherwise now than it looked then."""
        wrong = []
        for (case_id, at), then in self.shown.items():
            answer = await self.send("GET", f"/v1/cases/{case_id}?at={at}", None, {})
            now = _timeless(answer.body) if answer.status == 200 else answer
            if now != then:
                wrong.append((case_id, at, then, now))
        return wrong

    def content(self, deed: Deed, status: str) -> dict[str, Any]:
        """Make up what somebody says of a case."""
        return {
            "respondentLabel": f"Forløb {deed.d % 3}",
            "status": status,
            "sensitivity": _SENSITIVITIES[deed.d % 3],
            "involvements": [
                {"unitId": str(unit), "role": _ROLES[deed.d >> place & 1]}
                for place, unit in enumerate(self.units)
                if deed.c >> place & 1
            ],
            "participants": [
                {"professionalId": str(each)}
                for place, each in enumerate(self.people)
                if deed.d >> place & 1
            ],
        }

    def next_version(self, path: str) -> int:
        """Return a source's next version of a file."""
        self._versions[path] += 1
        return self._versions[path]

    def next_snapshot(self) -> int:
        """Return the next night's snapshot."""
        self._snapshot += 1
        return self._snapshot


def _timeless(view: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what a look back does not show as it was: versions, files, when what was begun ended."""
    kept = {name: view[name] for name in (*_FIELDS, *_JUDGED)}
    for parts in ("involvements", "participants"):
        kept[parts] = [{**part, "validTo": None} for part in view[parts]]
    return kept


def _pick(some: list[UUID], number: int) -> UUID | None:
    return some[number % len(some)] if some else None


async def _say(world: World, deed: Deed, status: str) -> Answer:
    """Let a source say something of its file; a file is one citizen's, mostly."""
    system, reference = SYSTEMS[deed.a % len(SYSTEMS)], deed.b % FILES
    path = f"/v1/registrations/{system}/{reference}"
    citizen = world.citizens[(deed.a + deed.b) % CITIZENS]
    known = await world.connection.fetchval(
        "SELECT true FROM registration WHERE tenant_id = $1 AND system = $2 AND reference = $3",
        world.tenant,
        system,
        str(reference),
    )
    if known or world.is_windy:
        world.excused.add(citizen)  # an old file that is taken up again stays in its case
    body = {
        **world.content(deed, status),
        "sourceVersion": world.next_version(path),
        "citizens": [{"citizenId": str(citizen)}],
    }
    return await world.send("PUT", path, body, {})


async def _register(world: World, deed: Deed) -> Answer:
    return await _say(world, deed, ("opened", "opened", "informed", "decided")[deed.d % 4])


async def _close(world: World, deed: Deed) -> Answer:
    return await _say(world, deed, "closed")


async def _reopen(world: World, deed: Deed) -> Answer:
    return await _say(world, deed, "informed")


async def _snapshot(world: World, deed: Deed) -> Answer:
    """End what a night's snapshot does not name: perhaps all of a source's files."""
    system, number = SYSTEMS[deed.a % len(SYSTEMS)], world.next_snapshot()
    if deed.b % 2:
        path = f"/v1/registrations/{system}/{deed.b % FILES}"
        body = {
            **world.content(deed, "informed"),
            "sourceVersion": world.next_version(path),
            "snapshot": number,
        }
        await world.send("PUT", path, body, {})
    wanted = {"registrations": 0, "takenAt": LATER, "allowMassEnding": True}
    return await world.send("PUT", f"/v1/registrations/{system}/snapshots/{number}", wanted, {})


async def _join(world: World, deed: Deed) -> Answer | None:
    cases = await world.cases()
    one, other = _pick(cases, deed.a), _pick(cases, deed.b)
    if one is None:
        return None
    world.excused.update(world.citizens)
    return await world.send("POST", f"/v1/cases/{one}/joins", {"caseId": str(other)}, _key())


async def _split(world: World, deed: Deed) -> Answer | None:
    case_id = _pick(await world.cases(), deed.a)
    files = await world.connection.fetch(
        "SELECT system, reference FROM registration WHERE tenant_id = $1 AND case_id = $2 ORDER BY id",
        world.tenant,
        case_id,
    )
    if not files:
        return None
    world.excused.update(world.citizens)
    chosen = [dict(files[deed.b % len(files)])]
    body = {"registrations": chosen, "respondentLabel": f"Forløb {deed.c % 3}"}
    return await world.send("POST", f"/v1/cases/{case_id}/splits", body, _key())


async def _hand_over(world: World, deed: Deed) -> Answer | None:
    case_id = _pick(await world.cases(), deed.a)
    if case_id is None:
        return None
    body = {
        "fromProfessionalId": str(_pick(world.people, deed.b)),
        "toProfessionalId": str(_pick(world.people, deed.c)),
        "note": "Mette tager over",
    }
    return await world.send("POST", f"/v1/cases/{case_id}/handovers", body, _key())


async def _write_by_hand(world: World, deed: Deed) -> Answer:
    """Let the case team write a case that is there, or one that is not."""
    case_id = _pick(await world.cases(), deed.a) if deed.a % 8 else None
    status = ("opened", "informed", "decided", "closed")[deed.b % 4]
    terms = {"If-Match": "*"} if case_id else {"If-None-Match": "*"}
    return await world.send("PUT", f"/v1/cases/{case_id or uuid4()}", world.content(deed, status), terms)


async def _merge(world: World, deed: Deed) -> Answer:
    """Merge a unit into another; seldom, as there are few."""
    one, other = world.units[deed.a % UNITS], world.units[deed.b % UNITS]
    return await world.send("POST", f"/v1/units/{one}/merge", {"intoUnitId": str(other)}, _key())


async def _erase(world: World, deed: Deed) -> Answer | None:
    case_id = _pick(await world.cases(), deed.a)
    if case_id is None:
        return None
    world.shown.clear()  # what a file said in another case before goes, too
    return await world.send("DELETE", f"/v1/cases/{case_id}?reason=unlawful", None, {})


def _key() -> dict[str, str]:
    return {"Idempotency-Key": uuid4().hex}


DEEDS: Mapping[str, Callable[[World, Deed], Awaitable[Answer | None]]] = {
    "register": _register,
    "close": _close,
    "reopen": _reopen,
    "end-by-snapshot": _snapshot,
    "join": _join,
    "split": _split,
    "hand-over": _hand_over,
    "write-by-hand": _write_by_hand,
    "merge-units": _merge,
    "erase": _erase,
}
